"""The lines around the table as runs of text: the title, the search that is empty, and the keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from secret_links_tui.drawing.places import MEDIUM
from secret_links_tui.drawing.table.runs import Run
from secret_links_tui.terminal.plain_text import fitted, visible, width_of

if TYPE_CHECKING:
    from secret_links_tui.settings import Settings

PROGRAM_TITLE, SHORT_TITLE = "≡ Menu  Secret Links", "≡ Secret Links"

TITLE_GAP = 2
"""Cells between two parts of the title."""

GENERATE = "Generate links"

ALL_EVENT_TYPES = "All event types"

LONGEST_EVENT_TYPE = 20
"""The most cells of an event type's name in its filter."""

PLACEHOLDERS = ("name, booker, token or URL", "name, token or URL", "name or URL", "search")
"""What is said in an empty search, behind its key, by the room that there is."""

LAST = ("help", "help_here", "cancel", "quit")
"""Actions whose keys stand at the end, where people look for them."""


def whose_links(settings: Settings) -> str:
    """Returns whose links are shown, and how their URLs begin."""
    return visible(f"{settings.host} · {settings.short_base_url}")


def title_line(columns: int, whose: str, badge: str) -> list[Run]:
    """Draws the title between two margins of one cell; host and URL are cut if there is no room."""
    title = SHORT_TITLE if columns < MEDIUM else PROGRAM_TITLE
    badge = "" if columns < MEDIUM or not badge else " " * TITLE_GAP + badge
    room = max(0, columns - 2 - width_of(title + badge) - TITLE_GAP)
    shown = whose if width_of(whose) <= room else fitted(whose, room)
    return [
        (title, ("title-bar--program",)),
        (badge, ("title-bar--badge",)),
        (" " * (room - width_of(shown) + TITLE_GAP), ()),
        (shown, ("title-bar--whose",)),
    ]


def event_type_label(columns: int, name: str | None) -> str:
    """Returns what the filter of event types says; `name` is the one that is filtered by."""
    said = "Type" if columns < MEDIUM else ALL_EVENT_TYPES if name is None else visible(name)
    return f"{said if len(said) <= LONGEST_EVENT_TYPE else fitted(said, LONGEST_EVENT_TYPE)} ▾"


def button_text(label: str) -> str:
    """Returns a button in one line."""
    return f" {label} "


def placeholder(key: str, room: int) -> str:
    """Returns as much of what can be searched for as there is room for, in cells, behind the key of the search."""
    said = [f"{key} {words}" for words in PLACEHOLDERS]
    return next((each for each in said if width_of(each) <= room), said[-1])


class Hint(NamedTuple):
    """A key and what it does."""

    key: str
    """As Textual names it."""
    shown: str
    does: str
    action: str
    enabled: bool

    @property
    def width(self) -> int:
        """Its width in cells, with one on either side."""
        return width_of(self.shown) + width_of(self.does) + 3


def fitting_hints(ranked: Iterable[Hint], room: int) -> list[Hint]:
    """Returns the keys for which there is room, of those given by their rank."""
    fitting: list[Hint] = []
    for hint in ranked:
        if hint.width <= room:
            room -= hint.width
            fitting.append(hint)
    last = {action: number for number, action in enumerate(LAST)}
    return sorted(fitting, key=lambda hint: last.get(hint.action.removeprefix("app."), -1))


def keys_line(hints: Sequence[Hint]) -> list[Run]:
    """Draws keys and what they do; those that do nothing now are dim."""
    runs: list[Run] = []
    for hint in hints:
        key, action = ("key", "action") if hint.enabled else ("dim", "dim")
        runs += ((f" {hint.shown}", (f"key-bar--{key}",)), (f" {hint.does} ", (f"key-bar--{action}",)))
    return runs
