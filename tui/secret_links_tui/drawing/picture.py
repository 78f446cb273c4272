"""The list of links, painted by plain escape codes before Textual is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from secret_links_tui.drawing.bars import (
    GENERATE,
    Hint,
    button_text,
    event_type_label,
    fitting_hints,
    keys_line,
    placeholder,
    title_line,
)
from secret_links_tui.drawing.escape_codes import Line, line_of, written
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.places import Place, filter_places, screen_places
from secret_links_tui.drawing.remembered import Inks
from secret_links_tui.drawing.table.columns import LineLayout, TableColumn
from secret_links_tui.drawing.table.lines import CURSOR, HEAD, blank_line, head_line, row_line, said_on
from secret_links_tui.drawing.table.moves import Position
from secret_links_tui.drawing.table.runs import Looks, Run, filled
from secret_links_tui.drawing.table.scrollbar import BAR, thumb_of
from secret_links_tui.drawing.tabs import TabLine
from secret_links_tui.terminal.plain_text import harmless, width_of

SMALLEST = (20, 8)
"""Columns and lines below which nothing is painted: there is no list to be seen."""

OPENING = "Opening the store…"
"""What is said in place of links until it is known that there are none."""

PLACEHOLDER = "placeholder"
"""The look of what is said in the search while it is empty."""


def ink_name(part: str, looks: Iterable[str]) -> str:
    """Returns the name under which it is remembered how a look of a part of the screen was drawn."""
    return " ".join((part, *looks))


class NotRemembered(Exception):
    """It is not remembered how something was drawn."""


class Picture(NamedTuple):
    """What the screen shows at first. Drawing it raises NotRemembered where an ink is missing."""

    columns: int
    lines: int
    whose: str
    badge: str
    hints: Sequence[Hint]
    """The keys, the most important first."""
    table_columns: Sequence[TableColumn]
    rows: LinkRows
    ordered_by: tuple[str, bool]
    inks: Inks

    @property
    def page(self) -> int:
        """How many rows are shown."""
        return max(1, self._table_height - HEAD)

    def drawn(self, position: Position) -> list[Line]:
        """Draws every line of the screen."""
        filters = self._filters()
        table = [self._part("table", line) for line in self._table(position)]
        bars = [self._part("title", [(" ", ()), *title_line(self.columns, self.whose, self.badge), (" ", ())])]
        blank = self._part("screen", [(" " * self.columns, ())])
        lines = [*bars, *filters, *table[: self._table_height]]
        lines += [blank] * (self.lines - 1 - len(lines))
        keys = filled(keys_line(fitting_hints(self.hints, self.columns)), self.columns)
        return [*lines, self._part("keys", keys)][: self.lines]

    # The parts

    def _ink(self, part: str, looks: Looks = ()) -> str:
        try:
            return self.inks[ink_name(part, looks)]
        except KeyError as error:
            raise NotRemembered from error

    def _part(self, part: str, runs: Iterable[Run]) -> Line:
        return line_of((self._ink(part, looks), harmless(text)) for text, looks in runs)

    @property
    def _search_key(self) -> str:
        return next((hint.shown for hint in self.hints if hint.action == "search"), "/")

    @property
    def _tabs(self) -> TabLine:
        return TabLine(self.columns)

    @property
    def _filters_height(self) -> int:
        return filter_places(self.columns, 1, 1, 1).height

    @property
    def _table_height(self) -> int:
        return screen_places(self.lines, self._filters_height).table_height

    def _filters(self) -> list[Line]:
        """Draws the filters: what is not covered by one is the screen's ground."""
        button, tabs = button_text(event_type_label(self.columns, None)), self._tabs
        generate = button_text(GENERATE)
        places = filter_places(self.columns, width_of(button), tabs.breadth, width_of(generate))
        room = places.search.width - 2
        said = placeholder(self._search_key, room)
        search: list[Run] = [(" ", ()), *filled([(said, (PLACEHOLDER,))], room), (" ", ())]
        parts: list[tuple[str, Place, list[Run]]] = [
            ("event type", places.button, [(button, ())]),
            ("tabs", places.tabs, tabs.runs()),
            ("search", places.search, search),
            ("generate", places.generate, [(generate, ())]),
        ]
        lines: list[Line] = []
        for y in range(places.height):
            line: list[tuple[str, str]] = []
            end = 0
            for part, place, runs in sorted((each for each in parts if each[1].y == y), key=lambda each: each[1].x):
                line += ((self._ink("screen"), " " * (place.x - end)), *self._part(part, filled(runs, place.width)))
                end = place.x + place.width
            lines.append(line_of((*line, (self._ink("screen"), " " * (self.columns - end)))))
        return lines

    def _table(self, position: Position) -> Iterable[list[Run]]:
        rows, count = self.rows, self.rows.window.count
        layout = LineLayout(self.table_columns, max(0, self.columns - BAR))
        thumb = thumb_of(position.top, self.page, count, self.page)
        yield head_line(layout, self.ordered_by)
        for line in range(self.page):
            index, bar = position.top + line, thumb.cell(line)
            if index >= count:
                said = "" if count else said_on(line + HEAD, (OPENING,), self._table_height)
                yield blank_line(layout, said, bar)
                continue
            is_chosen = index == position.cursor
            looks = (*rows.looks(index), CURSOR) if is_chosen else rows.looks(index)
            yield row_line(layout, rows.cells(index, layout.keys, with_buttons=is_chosen), looks, bar)


def painted(lines: Sequence[Line], before: Sequence[Line] = ()) -> str:
    """Returns what draws lines, without those that were drawn before."""
    changed = (y for y, line in enumerate(lines) if not before or before[y] != line)
    return "".join(written(y, lines[y]) for y in changed)
