"""What makes the tests quick without having them see less: each is done once for all tests, or in memory."""

from __future__ import annotations

import gc
import os
import shutil
from pathlib import Path
from typing import Any

from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory."""

LEAST_MEMORY = 2 << 30
"""Bytes that must be free there: a run of all tests takes less than half of it."""

MOST_SHEETS = 1024
"""Parsed style sheets that are kept: those of all dialogs in some ten themes."""


def keep_files_in_memory() -> None:
    """Has pytest make its temporary folders in memory: a disk takes milliseconds to confirm each commit of SQLite."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK) or os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
        return  # programs that tests write are run where they are
    if shutil.disk_usage(MEMORY).free >= LEAST_MEMORY:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def compile_once() -> None:
    """Has programs that tests start keep what they compile, whatever the environment says: there are hundreds."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def spare_what_stays() -> None:
    """Keeps the garbage collector from searching modules and tests again and again, and has it come less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


def parse_style_sheets_once() -> None:
    """Has the apps of all tests share parsed style sheets: parsing takes a fifth of an app's start."""
    parse = Stylesheet._parse_rules
    kept: LRUCache[tuple[Any, ...], list[RuleSet]] = LRUCache(MOST_SHEETS)

    def parsed(sheet: Stylesheet, css: str, *where: Any, **more: Any) -> list[RuleSet]:
        key = frozenset(sheet._variables.items()), css, where, frozenset(more.items())
        if (rules := kept.get(key)) is None:
            rules = kept[key] = parse(sheet, css, *where, **more)
        return rules

    Stylesheet._parse_rules = parsed  # type: ignore[method-assign, assignment]
