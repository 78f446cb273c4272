"""What must be true of a screen once nothing is under way any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from plain_list import plain_list
from proof.screen_loop import Broken
from proof.screen_world import BASE_URL, ScreenWorld
from secret_links import Link, LinkSet, Status
from secret_links_tui.drawing.link_rows import TOKEN_SHOWN
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.passing import LATE
from secret_links_tui.widgets.link_table import LinkTable


def check_at_rest(world: ScreenWorld, copied: LinkSet | None) -> None:
    """Raises Broken where a rule does not hold once all has been answered; `copied` is what was last to be copied."""
    app, board, table = world.app, world.app.links.board, world.app.links.board.table
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
        raise Broken(f"rows {table.top} to {last} are {ids(shown)}, and the list says {ids(listed[table.top : last])}")
    if listed and table.cursor_link != listed[table.cursor]:
        raise Broken("the cursor is on another link than the list says")
    now = world.clock() - timedelta(seconds=LATE + 1)
    if late := [each for each in links if each.status_at(now) != each.status_at(rows.as_of)]:
        raise Broken(f"link {late[0].id} has expired, and does not look so")
    _check_drawn(table, listed)
    _check_counted(board, links)
    on_list = app.screen is app.links and app.focused is table
    if app.keys._waiting or (app.keys._is_held() and on_list):
        raise Broken("keys wait for nothing")
    if copied is not None:
        _check_copied(world, links, copied)


def _check_drawn(table: LinkTable, listed: Sequence[Link]) -> None:
    if not any(column.key == "token" for column, *_ in table.line_layout.places):
        return
    for y in range(1, min(table.page_height, len(listed) - table.top) + 1):
        token = listed[table.top + y - 1].token[:TOKEN_SHOWN]
        if token not in table.render_line(y).text:
            raise Broken(f"line {y} does not show {token}: {table.render_line(y).text}")


def _check_counted(board: LinkBoard, links: Sequence[Link]) -> None:
    counts, wanted = board.counts, board.view.wanted
    if counts is None or counts.view != board.view:
        raise Broken("the numbers are of another list")
    selected = board.selection.links
    if counts.total != len(links) or (selected and counts.selected.without_ids(counts.tally.gone) != selected):
        raise Broken(f"{counts.total} links are counted of {len(links)}")
    if wanted.search == "" and wanted.event_type_id is None and wanted.among is None:
        for status in Status:
            number = sum(link.status_at(counts.as_of) is status for link in links)
            if counts.counts.of(status) != number:
                raise Broken(f"{counts.counts.of(status)} are counted as {status}, and {number} are")
    if not board.selection.links.ids <= {link.id for link in links}:
        raise Broken("what is selected is gone")


def _check_copied(world: ScreenWorld, links: Sequence[Link], copied: LinkSet) -> None:
    if copied.every or world.faulted["operations"]:
        return
    urls = {link.url(BASE_URL) for link in links if link.id in copied.ids}
    if urls and not urls <= set(world.app.clipboard.splitlines()):
        raise Broken("what was copied is not in the clipboard")


def ids(links: Sequence[Link | None]) -> list[int | None]:
    return [link.id if link is not None else None for link in links]
