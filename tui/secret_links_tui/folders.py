"""The folders for one account, as XDG or macOS have them: settings, data, caches, logs; None where there is none.

Without HOME and without an entry in the system's list of users there is none. A relative one is none either: it would
be another folder in every working directory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

PROGRAM = "secret-links"


def config_folder() -> Path | None:
    """Returns the folder for settings."""
    return _folder("XDG_CONFIG_HOME", ".config", "Application Support")


def data_folder() -> Path | None:
    """Returns the folder for data."""
    return _folder("XDG_DATA_HOME", ".local/share", "Application Support")


def cache_folder() -> Path | None:
    """Returns the folder for what can be made again."""
    return _folder("XDG_CACHE_HOME", ".cache", "Caches")


def log_folder() -> Path | None:
    """Returns the folder for logs."""
    folder = _folder("XDG_STATE_HOME", ".local/state", "Logs")
    return folder / "log" if folder and sys.platform != "darwin" else folder


def home_folder() -> Path | None:
    """Returns the account's home."""
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home if home.is_absolute() else None


def _folder(variable: str, usual: str, on_a_mac: str) -> Path | None:
    """Returns the program's folder below the one that a variable names, or below the platform's usual one."""
    if (given := Path(os.environ.get(variable, ""))).is_absolute():
        return given / PROGRAM
    usual = f"Library/{on_a_mac}" if sys.platform == "darwin" else usual
    return home / usual / PROGRAM if (home := home_folder()) else None
