"""What a screen shows before its store is open."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from secret_links.cursors import Cursor
from secret_links.values import EventType, Link


@dataclass(frozen=True, slots=True)
class FirstLook:
    """A host's preferences and newest links; empty if they cannot be read at once."""

    preferences: dict[str, str] = field(default_factory=dict)
    newest: tuple[Link, ...] = ()
    count: int = 0
    """About how many links the host has: the span of their ids."""
    cursor: Cursor | None = field(default=None, compare=False)
    """Where following begins, so that nothing is missed that happens before the store is open."""
    event_types: tuple[EventType, ...] = field(default=(), compare=False)
    """Those that links can be generated for, by their names."""
    as_of: datetime | None = field(default=None, compare=False)
    """The instant of the look by the store's clock, where it has one of its own."""
