"""The platform's folders for one account: settings, data, caches, logs; None where they cannot be determined.

Without HOME and without an entry in the system's list of users there is none. A relative one is none either: it would
be another folder in every working directory.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs

PROGRAM = "secret-links"


def config_folder() -> Path | None:
    """Returns the folder for settings."""
    return _whole(platformdirs.user_config_path)


def data_folder() -> Path | None:
    """Returns the folder for data."""
    return _whole(platformdirs.user_data_path)


def cache_folder() -> Path | None:
    """Returns the folder for what can be made again."""
    return _whole(platformdirs.user_cache_path)


def log_folder() -> Path | None:
    """Returns the folder for logs."""
    return _whole(platformdirs.user_log_path)


def home_folder() -> Path | None:
    """Returns the account's home."""
    return _whole(lambda _, **__: Path.home())


def _whole(folder: Callable[..., Path]) -> Path | None:
    try:
        path = folder(PROGRAM, appauthor=False)
    except RuntimeError:
        return None
    return path if path.is_absolute() else None
