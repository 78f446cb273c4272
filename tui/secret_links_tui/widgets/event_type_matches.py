"""Which event types a typed text matches, and which one it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secret_links import EventType, NewEventType
from secret_links_tui.terminal.plain_text import visible

Choice = EventType | NewEventType | None
"""What was chosen; None for all event types where that is offered, else for nothing."""


@dataclass(frozen=True, slots=True)
class Matches:
    """What a text matches."""

    choices: Sequence[Choice]
    """What is offered, the best first."""
    existing: int
    """The number of event types among them."""
    meant: Choice
    """What the text can only mean: the only match, a name or slug in full, or a new name that matches nothing."""


def matches_of(event_types: Sequence[EventType], text: str, *, offers_new: bool, offers_all: bool) -> Matches:
    """Matches a text with names and slugs: those that are it in full come first, then those that begin with it."""
    wanted = text.strip().casefold()
    fitting = [one for one in event_types if any(wanted in name for name in _names_of(one))]
    exact = [one for one in fitting if wanted in _names_of(one)]
    first = [one for one in fitting if one not in exact and _names_of(one)[0].startswith(wanted)]
    choices: list[Choice] = [*exact, *first, *(one for one in fitting if one not in exact and one not in first)]
    if not wanted:
        return Matches([None, *choices] if offers_all else choices, len(fitting), None)
    new = NewEventType(text.strip())
    if offers_new and not any(wanted == _names_of(one)[0] for one in exact):
        choices.append(new)
    only = exact or fitting
    meant = only[0] if len(only) == 1 else new if offers_new and not fitting else None
    return Matches(choices, len(fitting), meant)


def _names_of(event_type: EventType) -> tuple[str, str]:
    return visible(event_type.name).casefold(), event_type.slug
