"""What was on a host's screen when it ended without their wish: kept with the host as a text, for one day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from secret_links import Column, LinkFilter, LinkSet, Order, Status, View
from secret_links.times import from_milliseconds, to_milliseconds

KEPT_FOR = timedelta(days=1)
"""How long what was on the screen is brought back."""

MOST_SELECTED = 5_000
"""The most links, selected one by one, that are kept; where there are more, none is."""

LONGEST_DRAFT = 100_000
"""Characters of what was typed into Generate that are kept."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Filter, order, place, selection, and what was typed into Generate."""

    at: datetime
    why: str
    """Why the screen ended, as a sentence says it; empty where the host left it, who only wants their list back."""
    view: View = field(default_factory=View)
    cursor: int | None = None
    """The id of the link under the cursor."""
    selected: LinkSet = field(default_factory=LinkSet)
    draft: Mapping[str, str] = field(default_factory=dict)
    """The fields of Generate by name; the id of its event type is `event_type`."""

    def as_text(self) -> str:
        """Returns it as it is kept."""
        selected = self.selected if len(self.selected.ids | self.selected.but) <= MOST_SELECTED else LinkSet()
        draft = self.draft if sum(map(len, self.draft.values())) <= LONGEST_DRAFT else {}
        order = self.view.order
        return json.dumps(
            {
                "at": to_milliseconds(self.at),
                "why": self.why,
                "wanted": _filter_as_json(self.view.wanted),
                "order": [order.column.value, order.descending],
                "cursor": self.cursor,
                "selected": _selected_as_json(selected),
                "draft": dict(draft),
            }
        )

    @classmethod
    def parse(cls, text: str) -> LeftOpen | None:
        """Reads what was kept; None for anything else, perhaps of another version."""
        with suppress(ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            kept = json.loads(text)
            column, descending = kept["order"]
            return cls(
                from_milliseconds(int(kept["at"])),
                str(kept["why"]),
                View(_filter_of(kept["wanted"]), Order(Column(column), bool(descending))),
                None if kept["cursor"] is None else int(kept["cursor"]),
                _selected_of(kept["selected"]),
                {str(name): str(value) for name, value in kept["draft"].items()},
            )
        return None

    def is_fresh(self, now: datetime) -> bool:
        """Whether it is still to be brought back."""
        return not self.why or timedelta() <= now - self.at <= KEPT_FOR


def _filter_as_json(wanted: LinkFilter) -> dict[str, Any]:
    within = wanted.expires_within
    return {
        "event_type": wanted.event_type_id,
        "status": wanted.status.value if wanted.status else None,
        "search": wanted.search,
        "within": within.total_seconds() if within is not None else None,
    }


def _filter_of(kept: dict[str, Any]) -> LinkFilter:
    event_type, status, within = kept["event_type"], kept["status"], kept["within"]
    return LinkFilter(
        None if event_type is None else int(event_type),
        Status(status) if status else None,
        str(kept["search"]),
        timedelta(seconds=within) if within is not None and status == Status.ACTIVE.value else None,
    )


def _selected_as_json(selected: LinkSet) -> dict[str, Any]:
    every = selected.every if selected.every is None or selected.every.among is None else None
    return {
        "ids": sorted(selected.ids),
        "every": None if every is None else _filter_as_json(every),
        "up_to": selected.up_to,
        "as_of": to_milliseconds(selected.as_of),
        "but": sorted(selected.but),
    }


def _selected_of(kept: dict[str, Any]) -> LinkSet:
    ids, but = (frozenset(int(each) for each in kept[name]) for name in ("ids", "but"))
    if kept["every"] is None:
        return LinkSet(ids)
    return LinkSet(ids, _filter_of(kept["every"]), int(kept["up_to"]), from_milliseconds(int(kept["as_of"])), but)
