"""The filters that several verbs take."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import timedelta

from secret_links import InvalidInput, LinkFilter, Status
from secret_links.expiry import parse_expiry
from secret_links_tui.commands.context import Context


def add_filters(verb: argparse.ArgumentParser) -> None:
    """Adds the options of a filter to a verb."""
    verb.add_argument("--event-type", metavar="SLUG", help="of one event type only")
    verb.add_argument("--status", choices=[status.value for status in Status], help="of one status only")
    verb.add_argument("--search", metavar="TEXT", help="a token, a URL, or a part of a token or label")
    verb.add_argument("--expires-within", metavar="SPAN", help="Active ones that expire within 3d or 12h")


@dataclass(frozen=True, slots=True)
class Filtered:
    """The filters that a command takes."""

    event_type: str | None
    status: str | None
    search: str | None
    expires_within: str | None

    @property
    def is_filtered(self) -> bool:
        """Whether any filter was given."""
        return bool(self.event_type or self.status or self.search or self.expires_within)

    def wanted(self, context: Context) -> LinkFilter:
        """Returns the filter that the options ask for; EventTypeNotFound where there is no such event type."""
        event_type_id = context.host.event_type(self.event_type).id if self.event_type else None
        status = Status(self.status) if self.status else None
        if self.expires_within is None:
            return LinkFilter(event_type_id, status, self.search or "")
        if status not in (None, Status.ACTIVE):
            raise InvalidInput("status", "Only Active links can still expire; leave --status out.")
        return LinkFilter(event_type_id, Status.ACTIVE, self.search or "", self._within(context))

    def _within(self, context: Context) -> timedelta:
        assert self.expires_within is not None  # noqa: S101  # for the type checker
        expiry = parse_expiry(self.expires_within, context.now, context.zone_of(self.expires_within))
        if expiry is None:
            raise InvalidInput("expires", "--expires-within takes a span, like 3d.")
        return expiry.at - context.now
