"""Faults of screens, planted by replacing a part, for the simulation to find."""

from __future__ import annotations

from typing import Any

import pytest
from textual.message import Message

from proof.screen_reader import SteppedReader
from secret_links import LinkSet, View
from secret_links_tui.drawing.table.moves import Position
from secret_links_tui.reading.messages import JobKind, ListRead
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.shown_list import ShownList
from secret_links_tui.terminal.key_queue import KeyQueue
from secret_links_tui.widgets.link_table import LinkTable
from secret_links_tui.widgets.table.row_table import RowTable


def stale_answer_last(patched: pytest.MonkeyPatch) -> None:
    """The answer before arrives once more, after a newer one."""
    arrive, before = SteppedReader.arrive, list[ListRead]()

    def arrive_twice(reader: SteppedReader) -> Message | None:
        message = arrive(reader)
        if isinstance(message, ListRead):
            if before:
                reader._deliver(before.pop())
            before.append(message)
        return message

    patched.setattr(SteppedReader, "arrive", arrive_twice)


def any_filter(patched: pytest.MonkeyPatch) -> None:
    """Nobody looks of which filter an answer is."""
    patched.setattr(View, "__eq__", lambda _, other: isinstance(other, View))
    patched.setattr(View, "__ne__", lambda _, other: not isinstance(other, View))


def selection_by_row(patched: pytest.MonkeyPatch) -> None:
    """What is selected are rows, whichever links are in them."""
    take = ShownList.take

    def take_by_row(shown: ShownList, message: ListRead) -> None:
        rows, before = shown._rows, shown._rows.window
        numbers = [number for number in range(before.count) if (link := before.row(number)) and rows.is_selected(link)]
        take(shown, message)
        links = [rows.window.row(number) for number in numbers]
        rows.selected = LinkSet(frozenset(link.id for link in links if link is not None))

    patched.setattr(ShownList, "take", take_by_row)


def range_by_row(patched: pytest.MonkeyPatch) -> None:
    """A range begins at the row where shift was first held, whichever link is there by now."""
    move_cursor, began = RowTable.move_cursor, list[int]()

    def move_from_row(table: RowTable, index: int, *, extend: bool = False) -> None:
        began[:] = (began or [table.cursor]) if extend else []
        if began:
            target = table._clamped(index)
            table.rows_chosen(min(*began, target), max(*began, target))
        move_cursor(table, index)

    patched.setattr(RowTable, "move_cursor", move_from_row)


def range_without_its_end(patched: pytest.MonkeyPatch) -> None:
    """The row to which the cursor goes is left out of a range."""
    patched.setattr(LinkTable, "rows_chosen", lambda table, first, _: table._choose(first, first))


def cursor_by_row(patched: pytest.MonkeyPatch) -> None:
    """The cursor stays in its row, whichever link is there."""
    patched.setattr(ShownList, "_place_in", lambda shown, _: Position(shown._table.cursor, shown._table.top))


def key_again_with_a_retry(patched: pytest.MonkeyPatch) -> None:
    """What is read again after a failure brings the last key with it."""
    put, read_again, typed = KeyQueue.put, LinkBoard._read_failed_again, list[Any]()

    async def put_and_keep(keys: KeyQueue, event: Any) -> None:
        typed.append(event)
        await put(keys, event)

    def read_with_key(board: LinkBoard, kinds: frozenset[JobKind]) -> None:
        read_again(board, kinds)
        board.app.call_later(board.app.keys._deliver, typed[-1])

    patched.setattr(KeyQueue, "put", put_and_keep)
    patched.setattr(LinkBoard, "_read_failed_again", read_with_key)


def keys_lost_with_a_list(patched: pytest.MonkeyPatch) -> None:
    """Keys that wait for a list are forgotten when it comes."""
    take = ShownList.take

    def take_alone(shown: ShownList, message: ListRead) -> None:
        take(shown, message)
        shown._table.app.keys._waiting.clear()  # type: ignore[attr-defined]

    patched.setattr(ShownList, "take", take_alone)


def rows_dropped_by_a_resize(patched: pytest.MonkeyPatch) -> None:
    """Another size cancels what is being read, and nobody asks again."""

    def resize_alone(table: Any) -> None:
        table._take_size()
        table._reading._feed._reader.cancel(JobKind.ROWS)

    patched.setattr(RowTable, "on_resize", resize_alone)
