"""The config file: what it sets, and its table of keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from secret_links_tui.setting_values import BadSetting
from secret_links_tui.text_files import UnreadableText, read_text

NAMES = ("store", "host", "base_url", "time_zone", "clipboard", "ask_terminal", "idle_logout", "most_links")
"""What can be set; in the environment as SECRET_LINKS_STORE and so on."""

KEYS = "keys"
"""The table of keys."""

LONGEST_CONFIG = 1_000_000
"""Bytes that a config file can have."""

ANOTHERS_HOME = " If HOME is another account's, set your own (sudo -H); or give what is needed by options."


class ConfigFile(NamedTuple):
    """What a config file says; nothing where there is none."""

    settings: Mapping[str, str] = MappingProxyType({})
    keys: Mapping[str, str] = MappingProxyType({})
    """The keys of actions by their names: only the screen knows which there are."""


def read_config(config: Path) -> ConfigFile:
    """Reads a config file; BadSetting says what is wrong with it."""
    written = _written(config)
    keys = written.pop(KEYS, {})
    if not isinstance(keys, dict):
        raise BadSetting(f'{KEYS} in {config} must be a table: [{KEYS}], and below it lines like copy = "y".')
    for name in written:
        if name not in NAMES:
            raise BadSetting(f"{config} sets “{name}”, which is no setting; there are {', '.join((*NAMES, KEYS))}.")
    return ConfigFile(_texts(written, f"in {config}"), _texts(keys, f"below [{KEYS}] in {config}"))


def _texts(table: Mapping[str, object], where: str) -> dict[str, str]:
    texts = {name: value for name, value in table.items() if isinstance(value, str)}
    for name in table:
        if name not in texts:
            raise BadSetting(f"{name} {where} must be a text in quotes.")
    return texts


def _written(config: Path) -> dict[str, object]:
    try:
        text = read_text(config, str(config), LONGEST_CONFIG)
    except FileNotFoundError:
        return {}
    except UnreadableText as error:
        if isinstance(error.__cause__, NotADirectoryError):
            return {}
        another = isinstance(error.__cause__, PermissionError)
        raise BadSetting(f"{error}{ANOTHERS_HOME if another else ''}") from error
    import tomllib  # noqa: PLC0415  # few have such a file

    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise BadSetting(f"{config} is not TOML: {error}.") from error
    except RecursionError as error:
        raise BadSetting(f"{config} is not TOML: it is nested too deeply.") from error
