"""The folders of an account: where other programs of the platform have theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from secret_links_tui.folders import cache_folder, config_folder, data_folder, log_folder

FOLDERS: tuple[tuple[str, Callable[[], Path | None], Callable[..., Path]], ...] = (
    ("XDG_CONFIG_HOME", config_folder, platformdirs.user_config_path),
    ("XDG_DATA_HOME", data_folder, platformdirs.user_data_path),
    ("XDG_CACHE_HOME", cache_folder, platformdirs.user_cache_path),
    ("XDG_STATE_HOME", log_folder, platformdirs.user_log_path),
)


@pytest.mark.parametrize("given", [None, "", "relative", "/else/where"])
@pytest.mark.parametrize(("variable", "folder", "expected"), FOLDERS)
def test_a_folder_is_where_the_platform_expects_it(
    variable: str,
    folder: Callable[[], Path | None],
    expected: Callable[..., Path],
    given: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    monkeypatch.delenv(variable, raising=False)
    if given is not None:
        monkeypatch.setenv(variable, given)
    assert folder() == expected("secret-links", appauthor=False)


@pytest.mark.parametrize("home", ["relative", "~", "."])
def test_a_home_that_is_no_whole_path_has_no_folders(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home)
    for variable, folder, _ in FOLDERS:
        monkeypatch.delenv(variable, raising=False)
        assert folder() is None
