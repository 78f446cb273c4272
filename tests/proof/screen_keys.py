"""What a key must have done: what it selects, where it leads, and what is listed after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from proof.screen_loop import Broken
from secret_links import Link, LinkSet, LinkWindow, Status, View
from secret_links_tui.drawing.table.moves import Position, moved, moved_by_pages
from secret_links_tui.screens.links.board import LinkBoard

MOVES = {"down": 1, "j": 1, "up": -1, "k": -1}
PAGES = {"pagedown": 1, "pageup": -1}
HALVES = {"ctrl+d": 1, "ctrl+u": -1}
EXTENDS = {"J": 1, "K": -1, "shift+down": 1, "shift+up": -1}
TABS = {
    "1": (None, None),
    "2": (Status.ACTIVE, None),
    "3": (Status.USED, None),
    "4": (Status.EXPIRED, None),
    "5": (Status.ACTIVE, timedelta(days=1)),
}


@dataclass(frozen=True)
class State:
    """What a host sees, as far as keys act on it."""

    place: Position
    count: int
    height: int
    link: Link | None
    selected: LinkSet
    view: View
    window: LinkWindow
    is_held: bool
    """Whether keys wait, as for links of a range that have not been read."""


def state_of(board: LinkBoard) -> State:
    table, window = board.table, board.rows.window
    place, selected = Position(table.cursor, table.top), board.selection.links
    link, is_held = table.cursor_link, board.app.keys._is_held()
    return State(place, table.row_count, table.page_height, link, selected, board.view, window, is_held)


def check_selects(key: str, before: State, after: State) -> None:
    """Raises Broken where a key has selected something else than it is to select."""
    expected = before.selected
    if key == "space" and before.link is not None:
        expected = before.selected.toggled(before.link)
    elif key == "a":
        expected = after.selected  # it comes when the store has answered
    elif may_extend(key):
        _check_range(key, before, after)
        expected = after.selected
    elif key == "escape" and before.view.wanted == type(before.view.wanted)():
        expected = LinkSet()
    if after.selected != expected:
        raise Broken(f"{key} made the selection {after.selected} of {before.selected}, not {expected}")


def may_extend(key: str) -> bool:
    return key in EXTENDS or key.startswith("shift+")


def _check_range(key: str, before: State, after: State) -> None:
    """A range gets the links from that of the cursor to the one where it goes, whatever list has come in between."""
    rows = {**EXTENDS, "shift+pagedown": before.height, "shift+pageup": -before.height}.get(key)
    if rows is None or before.selected.every:
        return
    run_over = {link.id for link in _run_over(rows, before, after)}
    if extra := (after.selected.ids - before.selected.ids) - run_over:
        raise Broken(f"{key} selected {len(extra)} links that the cursor has not run over")
    ends = [before.link, after.link if before.window is after.window and not after.is_held else None]
    there = {link.id for link in ends if link is not None and after.window.find(link) is not None}
    if left_out := there - after.selected.ids:
        raise Broken(f"{key} has not selected link {left_out.pop()}, on which the cursor was")


def _run_over(rows: int, before: State, after: State) -> Iterator[Link]:
    """Yields the links that the cursor may have run over: the list may have changed before it went, or afterwards."""
    spans = [(before.window, before.place.cursor, before.place.cursor + rows)]
    spans.append((after.window, after.place.cursor - rows, after.place.cursor))
    row = after.window.find(before.link) if before.link is not None else None
    if row is not None:
        spans.append((after.window, row, row + rows))
    for window, *ends in spans:
        for index in range(min(ends), max(ends) + 1):
            if (link := window.row(index)) is not None:
                yield link


def check_moves(key: str, before: State, after: State) -> bool:
    """Raises Broken where a key led elsewhere than it is to lead; returns whether it has moved anything."""
    expected = before.place
    if key in MOVES or key in EXTENDS:
        expected = moved(before.place, {**MOVES, **EXTENDS}[key], before.count, before.height)
    elif key in PAGES:
        expected = moved_by_pages(before.place, PAGES[key], before.count, before.height)
    elif key in HALVES:
        rows = HALVES[key] * max(1, before.height // 2)
        expected = moved(before.place, rows, before.count, before.height)
    elif key in ("home", "end"):
        row = 0 if key == "home" else before.count - 1
        expected = moved(before.place, row - before.place.cursor, before.count, before.height)
    elif key.startswith("shift+"):
        expected = after.place
    if after.count == before.count and after.place.cursor != expected.cursor:
        raise Broken(f"{key} moved the cursor from row {before.place.cursor} to {after.place.cursor}")
    return expected.cursor != before.place.cursor or key in ("home", "end") or after.place != before.place


def check_filters(key: str, before: State, after: State) -> None:
    """Raises Broken where a key lists something else than it is to list."""
    if key in TABS and after.view.wanted.status is not TABS[key][0]:
        raise Broken(f"{key} does not list {TABS[key][0]}")
    if key == "O" and after.view.order.descending is before.view.order.descending:
        raise Broken("O does not turn the order around")
    if key == "o" and after.view.order.column is before.view.order.column:
        raise Broken("o does not order by another column")
    if key in (*MOVES, *PAGES, "space", "c", "x") and after.view != before.view:
        raise Broken(f"{key} lists other links")
