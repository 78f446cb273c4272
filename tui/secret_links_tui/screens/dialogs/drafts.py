"""What is typed into Generate, and the links that it asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from secret_links import EventType, InvalidInput, NewEventType
from secret_links.values import Expiries

MOST_LINKS = 1000
"""The most links that are generated at a time on the screen."""


def kept_from_before(key: str) -> str:
    """Says of what was typed before, and dismissed, that it is here again; `key` empties the fields."""
    return f"Kept from before. {key} starts empty."


LONGEST_NUMBER = 9
"""The most digits of a number that is read."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The links to generate."""

    event_type: EventType | NewEventType
    count: int
    labels: tuple[str, ...]
    """No label, one for all, or one each."""
    expires_at: Expiries
    """When they expire: one instant for all, one each, or never."""
    notes: tuple[Mapping[str, str], ...] = ()
    """The host's own notes on each; empty for none."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What the fields of Generate hold."""

    event_type: EventType | None = None
    """The event type that is chosen."""
    name: str = ""
    """What is typed for the event type; of one that is chosen, its name."""
    slug: str = ""
    minutes: str = "30"
    count: str = "1"
    expires: str = ""
    labels: str = ""

    def as_texts(self) -> dict[str, str]:
        """Returns the fields by name, and the id of the event type."""
        fields = {name: getattr(self, name) for name in _TYPED}
        return {**fields, "event_type": str(self.event_type.id)} if self.event_type else fields

    @classmethod
    def of_texts(cls, fields: Mapping[str, str], event_types: Sequence[EventType]) -> Self:
        """Returns the draft of such fields; its event type is one of those that are there now."""
        chosen = next((each for each in event_types if str(each.id) == fields.get("event_type")), None)
        return cls(chosen, **{name: fields[name] for name in _TYPED if name in fields})

    @property
    def holds_more_than_an_event_type(self) -> bool:
        """Whether anything else was filled in."""
        return replace(self, event_type=None, name="") != Draft()


_TYPED = ("name", "slug", "minutes", "count", "expires", "labels")


def number_of(text: str, most: int, field: str) -> int:
    """Reads a number from 1 to `most`; anything else is InvalidInput, for the field `count` or `minutes`."""
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER and 1 <= int(typed) <= most:
        return int(typed)
    if field == "minutes":
        raise InvalidInput("minutes", f"Enter the minutes of a meeting: a number from 1 to {most:,}.")
    raise InvalidInput("count", f"Enter a number from 1 to {most:,}.")
