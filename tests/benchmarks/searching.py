"""Searching and filtering: from a keystroke to the rows, and to the letter in the search's own line."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from benchmarks.bench import PLACEHOLDER, Bench, Shown
from benchmarks.screen_model import ScreenModel
from benchmarks.stores import HOST
from benchmarks.table import Row, timed
from secret_links import LinkFilter, Order, Status, Store

SHOWN = 6
"""Characters of a token that a row shows."""

TELLING = 5
"""Characters from which on a prefix is one link's alone, for those that are looked for."""

PREFIX = 8
BETWEEN_KEYS = 0.1
"""Seconds from one key to the next, of somebody who types quickly."""

PARTS = ("chen", "pires", "novak", "haddad")
"""What labels hold, and a token may."""

FILTERS = ("4", "3", "2", "1")


def searches(bench: Bench) -> Iterator[Row]:
    """Measures searches for a token, a URL, the beginning of a token, and a part of a label; and filters."""
    tokens = _tokens(bench)
    seconds: dict[str, list[float]] = {}
    with bench.program(bench.large) as shown:
        for token in tokens:
            _look_for(shown, token, token, seconds.setdefault("search for a token", []))
            url = f"https://42min.us/s/{token}"
            _look_for(shown, url, token, seconds.setdefault("search for a URL", []))
            short = f"/s/{token[:PREFIX]}…"
            _look_for(shown, short, token, seconds.setdefault("search for a pasted beginning", []))
            _spell(shown, token[:PREFIX], seconds.setdefault("search for a beginning, a keystroke", []))
        for what, each in seconds.items():
            yield timed(f"{what}: to rows", each, asked="p95 50 ms")
        echoes = [echo for text in PARTS[: bench.effort.runs] for echo in _type_part(shown, text)]
        yield timed("search for a part: a keystroke to its letter", echoes, asked="not delayed")
        filters = [_filter(shown, key) for _ in range(bench.effort.runs) for key in FILTERS]
        yield timed("a changed filter: to rows", filters, asked="p95 50 ms")


def _tokens(bench: Bench) -> list[str]:
    """Gives tokens of Used links, which no other measurement changes, from the newest on; no other begins like one."""
    wanted = 2 * bench.effort.runs - 1
    with Store.open(bench.large) as store, store.as_host(HOST).snapshot() as snapshot:
        links = snapshot.lists.window(LinkFilter(status=Status.USED), count=20 * wanted)
        tokens = [link.token for link in links[::10]]
        alike = {token: LinkFilter(search=token[:TELLING]) for token in tokens}
        return [token for token in tokens if len(snapshot.lists.beginning_with(alike[token], Order(), 2)) == 1][:wanted]


def _look_for(shown: Shown, text: str, token: str, seconds: list[float]) -> None:
    shown.do("/")
    typed = shown.terminal.paste(text)
    seconds.append(shown.terminal.until(_only(shown, token)) - typed)
    _clear(shown)


def _spell(shown: Shown, beginning: str, seconds: list[float]) -> None:
    """Types the beginning of a token; measures from where on it can be told which row must come."""
    shown.do("/")
    for length, letter in enumerate(beginning, 1):
        typed = shown.terminal.type(letter)
        if length >= TELLING:
            wanted = _only(shown, beginning[:length])
            echoed = _spelled(shown, beginning[:length])
            seconds.append(shown.terminal.until(lambda screen: wanted(screen) and echoed(screen)) - typed)  # noqa: B023
        time.sleep(BETWEEN_KEYS)
    _clear(shown)


def _type_part(shown: Shown, text: str) -> list[float]:
    shown.do("/")
    echoes = []
    for length in range(1, len(text) + 1):
        typed = shown.terminal.type(text[length - 1])
        echoes.append(shown.terminal.until(_spelled(shown, text[:length])) - typed)
        time.sleep(BETWEEN_KEYS)
    _clear(shown)
    return echoes


def _filter(shown: Shown, key: str) -> float:
    before = shown.texts(shown.terminal.screen)

    def other_rows(screen: ScreenModel) -> bool:
        rows = shown.texts(screen)
        return rows != before and PLACEHOLDER not in "".join(rows)

    typed = shown.press(key)
    seconds = shown.terminal.until(other_rows) - typed
    shown.do("home")
    return seconds


def _only(shown: Shown, token: str) -> Callable[[ScreenModel], bool]:
    """Says whether the rows are the one that shows a token, and no other."""
    wanted = f"/s/{token[:SHOWN]}"

    def only(screen: ScreenModel) -> bool:
        rows = [text for text in shown.texts(screen) if text.strip()]
        return len(rows) == 1 and wanted in rows[0]

    return only


def _spelled(shown: Shown, text: str) -> Callable[[ScreenModel], bool]:
    """Says whether the search's line shows a text."""
    return lambda screen: any(f" {text} " in screen.line(y) for y in range(shown.top - 1))


def _clear(shown: Shown) -> None:
    """Empties the search, and waits until all links are listed again."""
    shown.do("escape")
    shown.terminal.quiet(0.2)  # what came sooner would be taken for the rest of a key's code
    shown.terminal.until(lambda screen: sum(bool(text.strip()) for text in shown.texts(screen)) > 1)
