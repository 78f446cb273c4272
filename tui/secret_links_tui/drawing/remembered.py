"""What Textual made of the list the last times: how each look was drawn, the keys that it named, which terminal it was.

The picture that is painted before Textual is loaded is drawn from that, in any theme, and for any terminal. It is kept
in the folder for caches, and is the same for all hosts of an account: it says nothing of their links.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from zlib import crc32

from secret_links_tui.drawing.bars import Hint
from secret_links_tui.terminal.plain_text import visible

MOST_OF_EACH = 12
"""Themes, terminals and sets of keys that are remembered, each: the latest ones."""

LONGEST = 200_000
"""Bytes of the file; a longer one is none of the program's."""

_CODES = re.compile("[0-9;]{0,80}")

_NAMES_OF_TERMINALS = ("TERM", "COLORTERM", "TERM_PROGRAM", "LC_TERMINAL")
_AROUND_TERMINALS = ("TMUX", "STY", "SSH_CONNECTION")

_WITHOUT_COLOURS = ("NO_COLOR",)
"""Variables that have Textual draw everything in other colours."""

Inks = Mapping[str, str]
"""The numbers of the style of each look."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


class KnownTerminal(NamedTuple):
    """What was found out about a terminal the last time."""

    depth: str
    """How many colours it draws: the value of a ColorDepth."""
    light: bool | None
    """Whether its background is light; None if it did not say."""


class Remembered(NamedTuple):
    """What is remembered: by theme and depth, by chosen keys, by the terminal's name, and by whose links they are."""

    inks: Mapping[str, Inks] = _NOTHING
    hints: Mapping[str, list[list[Any]]] = _NOTHING
    terminals: Mapping[str, list[Any]] = _NOTHING
    themes: Mapping[str, str] = _NOTHING

    def inks_of(self, theme: str, depth: str, environ: Mapping[str, str]) -> Inks:
        """Returns how each look was drawn in a theme, by a terminal of a depth; nothing where it never was."""
        found = self.inks.get(_drawing_name(theme, depth, environ), {})
        return {look: codes for look, codes in found.items() if _CODES.fullmatch(codes)}

    def hints_of(self, keys: Mapping[str, str], *, has_links: bool) -> list[Hint]:
        """Returns the keys that were named, the most important first, where these keys had been chosen."""
        with suppress(TypeError, ValueError):
            return [
                Hint(visible(key), visible(shown), visible(does), action, bool(enabled))
                for key, shown, does, action, enabled in self.hints.get(_keys_name(keys, has_links), [])
            ]
        return []

    def terminal_of(self, environ: Mapping[str, str]) -> KnownTerminal | None:
        """Returns the terminal of an environment, if it is known from the last time."""
        match self.terminals.get(_terminal_name(environ)):
            case [str(depth), bool(light) | (None as light)]:
                return KnownTerminal(depth, light)
            case _:
                return None

    def theme_of(self, store: str, host: str) -> str:
        """Returns the theme that a host's links were shown in the last time; empty for none."""
        return self.themes.get(_whose(store, host), "")

    def with_theme(self, store: str, host: str, theme: str) -> Remembered:
        """Returns this with the theme of a host."""
        return self._replace(themes=_latest(self.themes, _whose(store, host), theme))

    def with_inks(self, theme: str, depth: str, environ: Mapping[str, str], inks: Inks) -> Remembered:
        """Returns this with how looks are drawn in a theme."""
        return self._replace(inks=_latest(self.inks, _drawing_name(theme, depth, environ), dict(inks)))

    def with_hints(self, keys: Mapping[str, str], hints: Sequence[Hint], *, has_links: bool) -> Remembered:
        """Returns this with the keys that are named where these were chosen."""
        rows = [[hint.key, hint.shown, hint.does, hint.action, hint.enabled] for hint in hints]
        return self._replace(hints=_latest(self.hints, _keys_name(keys, has_links), rows))

    def with_terminal(self, environ: Mapping[str, str], known: KnownTerminal) -> Remembered:
        """Returns this with the terminal of an environment."""
        row = [known.depth, known.light]
        return self._replace(terminals=_latest(self.terminals, _terminal_name(environ), row))


def read_remembered(path: Path | None) -> Remembered:
    """Reads what is remembered; nothing where it cannot be read, or is not what the program writes."""
    try:
        if path is None or path.stat().st_size > LONGEST:
            return Remembered()
        kept = json.loads(path.read_bytes())
        parts = [kept[name] for name in ("inks", "hints", "terminals", "themes")]
        inks, hints, terminals, themes = ({str(name): each for name, each in part.items()} for part in parts)
        inks = {name: {str(look): str(codes) for look, codes in each.items()} for name, each in inks.items()}
        themes = {name: str(theme) for name, theme in themes.items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Remembered()
    return Remembered(inks, hints, terminals, themes)


def write_remembered(path: Path | None, remembered: Remembered) -> None:
    """Keeps what is to be remembered, as far as it can be: without it, the next start only looks different."""
    from secret_links.atomic_files import whole_file  # noqa: PLC0415  # it is not needed at the start

    if path is None:
        return
    kept = {name: dict(each) for name, each in remembered._asdict().items()}
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with whole_file(path, replace=True) as unfinished:
            unfinished.write_text(json.dumps(kept, indent=1), encoding="utf-8")


def _latest(kept: Mapping[str, Any], name: str, value: object) -> dict[str, Any]:
    others = [(each, of) for each, of in kept.items() if each != name]
    return dict([*others, (name, value)][-MOST_OF_EACH:])


def _keys_name(keys: Mapping[str, str], has_links: bool) -> str:
    return json.dumps([has_links, sorted(keys.items())])


def _whose(store: str, host: str) -> str:
    """Returns a name that says nothing of a store or a host."""
    return f"{crc32(store.encode(errors='replace')):08x}{crc32(host.encode(errors='replace')):08x}"


def _drawing_name(theme: str, depth: str, environ: Mapping[str, str]) -> str:
    return " ".join((theme, depth, *(name for name in _WITHOUT_COLOURS if name in environ)))


def _terminal_name(environ: Mapping[str, str]) -> str:
    around = [name for name in _AROUND_TERMINALS if environ.get(name)]
    return json.dumps([*(environ.get(name, "")[:80] for name in _NAMES_OF_TERMINALS), *around])
