"""The filters that several verbs take."""

from __future__ import annotations

import argparse

from secret_links import LinkFilter, Status
from secret_links_tui.commands.context import Context


def add_filters(verb: argparse.ArgumentParser) -> None:
    """Adds the options of a filter to a verb."""
    verb.add_argument("--event-type", metavar="SLUG", help="of one event type only")
    verb.add_argument("--status", choices=[status.value for status in Status], help="of one status only")
    verb.add_argument("--search", metavar="TEXT", help="a token, a URL, or a part of a token or label")


def filter_of(event_type: str | None, status: str | None, search: str | None, context: Context) -> LinkFilter:
    """Returns the filter that the options ask for; EventTypeNotFound where there is no such event type."""
    event_type_id = context.host.event_type(event_type).id if event_type else None
    return LinkFilter(event_type_id, Status(status) if status else None, search or "")
