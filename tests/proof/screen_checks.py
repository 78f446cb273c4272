"""What must be true of a screen: after every step, and once nothing is under way any more."""

from __future__ import annotations

from typing import Any

from textual import events

from proof.screen_at_rest import check_at_rest
from proof.screen_keys import State, check_filters, check_moves, check_selects, may_extend, state_of
from proof.screen_loop import Broken
from proof.screen_world import ScreenWorld
from secret_links import Link, LinkSet, View
from secret_links_tui.reading.messages import StoreFailed


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
        self._is_first = False
        """Whether a key led to the first row, and a list may have been on its way then."""
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

    # One key after the other

    def _begin_key(self, key: str) -> None:
        if not self._on_list:
            self._is_moved = self._may_select = True  # the dialog's and the search's keys are theirs
            return
        self._key = key, state_of(self._board)

    def _end_key(self) -> None:
        """Holds what a key has done against what it is to do, once."""
        if self._key is None:
            return
        (key, before), self._key = self._key, None
        after = state_of(self._board)
        check_selects(key, before, after)
        self._selected = after.selected
        self._may_select = self._may_select or key in ("a", "y") or may_extend(key)
        if check_moves(key, before, after):
            self._is_moved, self._is_first = True, after.place.cursor == 0
        check_filters(key, before, after)
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
        self._is_first = self._is_first and not self._world.is_idle
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
            self._cursor = self._cursor if self._table.row_count else None  # in an empty list it is nowhere
            return
        was, self._cursor = self._cursor, link
        self._is_moved = self._is_moved or (wanted is not None and shown._wanted is None)
        changed_view, self._view = view != self._view, view
        is_moved, self._is_moved = self._is_moved, False
        if is_moved or was is None or link.id == was.id:
            return
        if (changed_view or self._is_first) and self._table.cursor == 0:
            return  # another order begins at its first row, and Home means the first one, whatever has come above
        row = self._board.rows.window.find(was)
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
        copied, self._copied = self._copied, None
        check_at_rest(self._world, copied)


def passes_then(view: View, link: Link, as_of: Any) -> bool:
    return view.wanted.search != "" or view.wanted.passes(link, as_of)
