"""What must be true of a screen: after every step, and once nothing is under way any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from textual import events

from plain_list import plain_list
from proof.screen_loop import Broken
from proof.screen_world import BASE_URL, ScreenWorld
from secret_links import Link, LinkSet, LinkWindow, Status, View
from secret_links_tui.drawing.link_rows import TOKEN_SHOWN
from secret_links_tui.drawing.table.moves import Position, moved, moved_by_pages
from secret_links_tui.reading.messages import StoreFailed
from secret_links_tui.screens.links.passing import LATE

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
    exact: bool


class Checks:
    """Watches a screen, and raises Broken where a rule does not hold."""

    def __init__(self, world: ScreenWorld) -> None:
        self._world = world
        self._app = world.app
        self._board = world.app.links.board
        self._table = self._board.table
        self._key: tuple[str, State] | None = None
        self._accepted = self._handled = self._dropped = 0
        self._may_drop = False
        self._is_moved = False
        self._anchor: Link | None = None
        self._cursor: Link | None = self._table.cursor_link
        self._selected = self._board.selection.links
        self._may_select = False
        self._wanted: Link | None = None
        self._view = self._board.view
        self._copied: LinkSet | None = None
        self._wrong: list[str] = []
        self._listen()
        world.settled = self.after_step

    def _listen(self) -> None:
        keys = self._app.keys
        put, deliver, drop = keys.put, keys._deliver, keys.drop

        async def accepted(event: events.Event) -> None:
            self._accepted += isinstance(event, events.Key)
            await put(event)

        async def delivered(event: events.Event) -> None:
            try:
                self._end_key()
            except Broken as broken:  # in the app's own task it would be taken for a crash
                self._wrong.append(str(broken))
            if isinstance(event, events.Key):
                self._handled += 1
                self._begin_key(event.key)
            else:
                self._is_moved = True  # by the wheel
            await deliver(event)

        def dropped() -> None:
            self._dropped += sum(isinstance(event, events.Key) for event in keys._waiting)
            if keys._waiting and not self._may_drop and self._on_list:
                self._wrong.append("keys are forgotten for no reason")
            drop()

        keys.put, keys._deliver, keys.drop = accepted, delivered, dropped  # type: ignore[method-assign]

    @property
    def _on_list(self) -> bool:
        return self._app.screen is self._app.links and self._app.focused is self._table

    def _state(self) -> State:
        table, rows = self._table, self._board.rows
        place = Position(table.cursor, table.top)
        link, selected = table.cursor_link, self._board.selection.links
        window = rows.window
        return State(place, table.row_count, table.page_height, link, selected, self._board.view, window, window.exact)

    # One key after the other

    def _begin_key(self, key: str) -> None:
        if not self._on_list:
            self._is_moved = self._may_select = True  # the dialog's and the search's keys are theirs
            return
        self._key = key, self._state()

    def _end_key(self) -> None:
        """Holds what a key has done against what it is to do, once."""
        if self._key is None:
            return
        (key, before), self._key = self._key, None
        after = self._state()
        self._selects(key, before, after)
        self._moves(key, before, after)
        self._filters(key, before, after)
        if key not in EXTENDS:
            self._anchor = None

    def _selects(self, key: str, before: State, after: State) -> None:
        expected = before.selected
        if key == "space" and before.link is not None:
            expected = before.selected.toggled(before.link)
        elif key == "a":
            expected = after.selected  # it comes when the store has answered
        elif key in EXTENDS or key.startswith("shift+"):
            self._extends(key, before, after)
            expected = after.selected
        elif key == "escape" and before.view.wanted == type(before.view.wanted)():
            expected = LinkSet()
        if after.selected != expected:
            raise Broken(f"{key} made the selection {after.selected} of {before.selected}, not {expected}")
        self._selected = after.selected
        self._may_select = self._may_select or key in ("a", "y") or key in EXTENDS or key.startswith("shift+")

    def _extends(self, key: str, before: State, after: State) -> None:
        """A range is what the cursor has run over since shift was held, by links."""
        if self._anchor is None:
            self._anchor = before.link
        if key not in EXTENDS or self._anchor is None or before.selected.every or before.window is not after.window:
            return
        row = row_of(after.window, self._anchor)
        if row is None or not after.exact:
            return
        first, last = sorted((row, after.place.cursor))
        links = [after.window.row(index) for index in range(first, last + 1)]
        added = after.selected.ids - before.selected.ids
        if extra := added - {link.id for link in links if link is not None}:
            raise Broken(f"{key} selected {len(extra)} links that the cursor has not run over")

    def _moves(self, key: str, before: State, after: State) -> None:
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
        if expected.cursor != before.place.cursor or key in ("home", "end") or after.place != before.place:
            self._is_moved = True

    def _filters(self, key: str, before: State, after: State) -> None:
        if key in TABS and after.view.wanted.status is not TABS[key][0]:
            raise Broken(f"{key} does not list {TABS[key][0]}")
        if key == "O" and after.view.order.descending is before.view.order.descending:
            raise Broken("O does not turn the order around")
        if key == "o" and after.view.order.column is before.view.order.column:
            raise Broken("o does not order by another column")
        if key in (*MOVES, *PAGES, "space", "c", "x") and after.view != before.view:
            raise Broken(f"{key} lists other links")
        if key == "c":
            self._copied = before.selected or LinkSet(frozenset([before.link.id] if before.link else []))

    # After each step

    def before_step(self, name: str) -> None:
        """Remembers what may be otherwise after the step."""
        coming = [message for reader in self._world.schedule.readers for message in reader.mailbox]
        self._may_drop = name in ("operate", "rest") or any(isinstance(each, StoreFailed) for each in coming)

    def after_step(self) -> None:
        """Checks what must be true after every step."""
        self._end_key()
        if self._wrong:
            raise Broken(self._wrong[0])
        self._keys_are_accounted_for()
        self._rows_are_in_order()
        self._cursor_stays()
        self._selection_stays()

    def _keys_are_accounted_for(self) -> None:
        keys = self._app.keys
        waiting = list(keys._waiting)
        if keys._delivering:
            raise Broken("a key is still being handled")
        number = sum(isinstance(event, events.Key) for event in waiting)
        lost = self._accepted - self._handled - self._dropped - number
        if lost and not self._may_drop and self._app.screen is self._app.links:
            raise Broken(f"{lost} keys have got lost")
        self._accepted -= lost
        if waiting and not keys._is_held() and not self._app.links.must_wait(waiting[0]):  # type: ignore[arg-type]
            raise Broken(f"{waiting[0]} waits for nothing")

    def _rows_are_in_order(self) -> None:
        """The rows that are shown follow each other as the list that they are of says."""
        rows, table, view = self._board.rows, self._table, self._board.view
        window = rows.window
        if self._board.shown.is_answered and (window.view.wanted, window.view.order) != (view.wanted, view.order):
            raise Broken("the rows are those of another list than was asked for")
        if table.row_count != window.count and self._board.shown.is_shown:
            raise Broken(f"the table has {table.row_count} rows, and the list {window.count}")
        shown = [window.row(index) for index in range(table.top, min(table.top + table.page_height, table.row_count))]
        there = [link for link in shown if link is not None]
        if len({link.id for link in there}) < len(there):
            raise Broken("a link is shown twice")
        if wrong := [link for link in there if not passes_then(window.view, link, rows.as_of)]:
            raise Broken(f"{wrong[0].label} is shown, which does not pass the filter")
        if table.row_count and not 0 <= table.cursor < table.row_count:
            raise Broken(f"the cursor is at row {table.cursor} of {table.row_count}")

    def _cursor_stays(self) -> None:
        """The cursor is on its link, or where that stood, unless a key has moved it."""
        link, view, shown = self._table.cursor_link, self._board.view, self._board.shown
        wanted, self._wanted = self._wanted, shown._wanted
        if not shown.is_shown or not shown.is_answered or link is None:
            return
        was, self._cursor = self._cursor, link
        self._is_moved = self._is_moved or (wanted is not None and shown._wanted is None)
        changed_view, self._view = view != self._view, view
        is_moved, self._is_moved = self._is_moved, False
        if is_moved or was is None or link.id == was.id:
            return
        if changed_view and self._table.cursor == 0:
            return  # another order begins at its first row
        row = row_of(self._board.rows.window, was)
        if row is None:
            self._stands_where(was, link)
            return
        now = self._board.rows.window.row(row)
        assert now is not None
        if now == was or abs(row - self._table.cursor) < self._table.page_height:
            raise Broken(f"the cursor was on link {was.id}, in row {row} now, and is on {link.id}")

    def _stands_where(self, was: Link, link: Link) -> None:
        """A cursor whose link is gone is on the next one, or on the last."""
        window = self._board.rows.window
        if window.listing is None or not window.exact:
            return
        key, row = window.listing.sort_key, self._table.cursor
        before, last = window.row(row - 1) if row else None, row == window.count - 1
        if before is not None and key(before) > key(was):
            raise Broken(f"the cursor was on link {was.id}, which is gone, and is on {link.id}, behind the next one")
        if key(link) < key(was) and not last:
            raise Broken(f"the cursor was on link {was.id}, which is gone, and is on {link.id}, before it")

    def _selection_stays(self) -> None:
        selected = self._board.selection.links
        may, self._may_select = self._may_select, False
        was, self._selected = self._selected, selected
        if may or selected == was:
            self._may_select = may and not self._world.is_idle
            return
        gone = was.ids - selected.ids
        there = {each.id for each in self._world.links()}
        if not was.every and (selected.ids - was.ids or gone & there):
            raise Broken(f"the selection was {sorted(was.ids)}, and is {sorted(selected.ids)}")

    # Once nothing is under way

    def at_rest(self) -> None:
        """Checks what must be true once everything has been answered."""
        world, board, table = self._world, self._board, self._table
        rows, window = board.rows, board.rows.window
        links = world.links()
        listed = plain_list(links, board.view.wanted, board.view.order, lambda: rows.as_of)  # type: ignore[arg-type]
        if board.view.wanted.search and len(links) >= rows.limits.short:
            return  # a long search is not made again for every change: its rows are those that it has found
        if not board.shown.is_shown:
            raise Broken("another list is shown than is asked for")
        if not window.exact or (window.count, table.row_count) != (len(listed), len(listed)):
            raise Broken(f"the list has {len(listed)} rows, the table {table.row_count}, exact: {window.exact}")
        last = min(table.top + table.page_height, table.row_count)
        shown = [window.row(index) for index in range(table.top, last)]
        if shown != listed[table.top : last]:
            raise Broken(
                f"rows {table.top} to {last} are {ids(shown)}, and the list says {ids(listed[table.top : last])}"
            )
        if listed and table.cursor_link != listed[table.cursor]:
            raise Broken("the cursor is on another link than the list says")
        now = world.clock() - timedelta(seconds=LATE + 1)
        if late := [each for each in links if each.status_at(now) != each.status_at(rows.as_of)]:
            raise Broken(f"link {late[0].id} has expired, and does not look so")
        self._drawn(listed)
        self._counted(links)
        if self._app.keys._waiting or (self._app.keys._is_held() and self._on_list):
            raise Broken("keys wait for nothing")
        self._is_copied(links)

    def _drawn(self, listed: Sequence[Link]) -> None:
        table = self._table
        if not any(column.key == "token" for column, *_ in table.line_layout.places):
            return
        for y in range(1, min(table.page_height, len(listed) - table.top) + 1):
            token = listed[table.top + y - 1].token[:TOKEN_SHOWN]
            if token not in table.render_line(y).text:
                raise Broken(f"line {y} does not show {token}: {table.render_line(y).text}")

    def _counted(self, links: Sequence[Link]) -> None:
        counts, wanted = self._board.counts, self._board.view.wanted
        if counts is None or counts.view != self._board.view:
            raise Broken("the numbers are of another list")
        selected = self._board.selection.links
        if counts.total != len(links) or (selected and counts.selected.without_ids(counts.tally.gone) != selected):
            raise Broken(f"{counts.total} links are counted of {len(links)}")
        if wanted.search == "" and wanted.event_type_id is None and wanted.among is None:
            for status in Status:
                number = sum(link.status_at(counts.as_of) is status for link in links)
                if counts.counts.of(status) != number:
                    raise Broken(f"{counts.counts.of(status)} are counted as {status}, and {number} are")
        if not self._board.selection.links.ids <= {link.id for link in links}:
            raise Broken("what is selected is gone")

    def _is_copied(self, links: Sequence[Link]) -> None:
        copied, self._copied = self._copied, None
        if copied is None or copied.every or self._world.faulted["operations"]:
            return
        urls = {link.url(BASE_URL) for link in links if link.id in copied.ids}
        if urls and not urls <= set(self._app.clipboard.splitlines()):
            raise Broken("what was copied is not in the clipboard")


def passes_then(view: View, link: Link, as_of: Any) -> bool:
    return view.wanted.search != "" or view.wanted.passes(link, as_of)


def row_of(window: LinkWindow, link: Link) -> int | None:
    """The row of a link among those that were read."""
    for page, links in window._pages.items():
        for offset, each in enumerate(links):
            if each.id == link.id:
                return page * window._page + offset
    return None


def ids(links: Sequence[Link | None]) -> list[int | None]:
    return [link.id if link is not None else None for link in links]
