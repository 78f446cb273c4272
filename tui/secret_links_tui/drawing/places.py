"""Where the parts of the screen of links are, at every size."""

from __future__ import annotations

from typing import NamedTuple

MEDIUM, WIDE = 60, 110
"""Columns from which on the filters take two lines, and one."""

LONGEST_SEARCH_FIELD = 36
"""The most cells of the search where it stands in one line with all filters."""

ABOVE_KEYS = 1
"""Lines between the table and the keys."""


class Place(NamedTuple):
    """Where a part of one line is, in cells and lines from the corner of what it is in."""

    x: int
    y: int
    width: int


class FilterPlaces(NamedTuple):
    """Where the filters are, in a bar of `height` lines."""

    height: int
    button: Place
    """The event type."""
    tabs: Place
    search: Place
    generate: Place


def filter_places(columns: int, button: int, tabs: int, generate: int) -> FilterPlaces:
    """Places the filters in a bar of some columns; the widths of buttons and tabs are those of their texts."""
    if columns >= WIDE:
        room = columns - 2 - button - 2 - tabs
        search = max(1, min(LONGEST_SEARCH_FIELD, room - 3 - generate))
        end = columns - 1 - generate
        return FilterPlaces(
            3,
            Place(1, 1, button),
            Place(3 + button, 1, tabs),
            Place(end - 1 - search, 1, search),
            Place(end, 1, generate),
        )
    margin = 1 if columns >= MEDIUM else 0
    first_tab = margin + button + 1 + margin
    search = max(1, columns - 2 * margin - 1 - generate)
    return FilterPlaces(
        2 + margin,
        Place(margin, 0, min(button, columns - margin)),
        Place(first_tab, 0, max(1, min(tabs, columns - margin - first_tab))),
        Place(margin, 1, search),
        Place(margin + search + 1, 1, generate),
    )


class ScreenPlaces(NamedTuple):
    """Where the parts of the screen are: the title is its first line, the keys its last."""

    filters: int
    """The first line of the filters."""
    table: int
    """The first line of the table."""
    table_height: int
    selection: int
    """The line of what is selected, where it is shown."""
    keys: int


def screen_places(lines: int, filters_height: int, *, has_selection: bool = False) -> ScreenPlaces:
    """Places the parts of the screen, from top to bottom; the table takes what the others leave."""
    table, keys = 1 + filters_height, max(0, lines - 1)
    below = ABOVE_KEYS + has_selection
    height = max(0, keys - below - table)
    return ScreenPlaces(1, table, height, table + height, keys)
