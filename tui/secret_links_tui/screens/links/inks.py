"""How each look of the list is drawn, for the picture that is painted before Textual is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import product

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.widget import Widget

from secret_links_tui.drawing.link_rows import DONE, LIVE, LOOKS, SOON
from secret_links_tui.drawing.picture import PLACEHOLDER, ink_name
from secret_links_tui.drawing.table.lines import BAR_LOOK, CURSOR, EMPTY_LOOK, HEAD_LOOK, ORDERED_LOOK
from secret_links_tui.drawing.table.runs import REVERSED, Looks
from secret_links_tui.screens.links.screen import LinksScreen
from secret_links_tui.widgets.frames import codes_of

_OF_TABLE: Iterable[Looks] = (
    (HEAD_LOOK,),
    (HEAD_LOOK, ORDERED_LOOK),
    (EMPTY_LOOK,),
    (BAR_LOOK,),
    (BAR_LOOK, REVERSED),
    *(
        (status, *cell, *cursor)
        for (status,), cell, cursor in product(LOOKS.values(), ((), (LIVE,), (DONE,), (SOON,)), ((), (CURSOR,)))
    ),
)


def inks_of(screen: LinksScreen) -> dict[str, str]:
    """Returns the numbers of the style of every look that the first picture can have, as the terminal gets them."""
    system, filters = screen.app.console._color_system, screen.app.get_line_filters()  # noqa: SLF001  # as in rich
    if system is None:
        return {}
    with suppress(KeyError):  # the screen is being taken down, and its styles are gone
        return {name: codes_of(_filtered(style, ground, filters), system) for name, style, ground in _styles(screen)}
    return {}


def _styles(screen: LinksScreen) -> Iterator[tuple[str, Style, Color]]:
    bar, search = screen.filter_bar, screen.filter_bar.search
    parts: list[tuple[str, Widget, Iterable[Looks]]] = [
        ("screen", screen, [()]),
        ("title", screen.title_bar, [(), *((f"title-bar--{each}",) for each in ("program", "badge", "whose"))]),
        ("event type", bar.event_type_button, [()]),
        ("tabs", bar.tabs, [(), ("status-tabs--chosen",)]),
        ("search", search, [()]),
        ("generate", bar.generate_button, [()]),
        ("table", screen.board.table, _OF_TABLE),
        ("keys", screen.key_bar, [(), *((f"key-bar--{each}",) for each in ("key", "action", "dim"))]),
    ]
    for part, widget, of_part in parts:
        ground = widget.background_colors[1]
        for looks in of_part:
            style = widget.get_visual_style(*(look for look in looks if look != REVERSED)).rich_style
            yield ink_name(part, looks), style + Style(reverse=True) if REVERSED in looks else style, ground
    said = search.get_component_rich_style("input--placeholder")
    yield ink_name("search", (PLACEHOLDER,)), search.rich_style + said, search.background_colors[1]


def _filtered(style: Style, ground: Color, filters: Iterable[LineFilter]) -> Style:
    segments = [Segment("x", style)]
    for each in filters:
        segments = each.apply(segments, ground)
    return segments[0].style or style
