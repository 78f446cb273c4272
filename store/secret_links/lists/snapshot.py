"""One moment of the store, as one host sees it: everything read through it belongs together."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from secret_links.errors import EventTypeNotFound, LinkUnknown
from secret_links.link_set import LinkSet
from secret_links.lists import selection
from secret_links.lists.conditions import Condition
from secret_links.lists.estimates import Estimates
from secret_links.lists.queries import EVERYTHING, as_link, kinds_of
from secret_links.lists.segments import LINKS
from secret_links.reports import KEPT_FOR, DeletedLink, Deletion, Story, Tally
from secret_links.tables.models import deleted_links, deletions, hosts, links
from secret_links.tables.preferences import read_preferences
from secret_links.text import fold
from secret_links.tokens import only_token
from secret_links.values import Column, EventType, Link, LinkFilter, Order, Status


class Snapshot(Estimates):
    """A host's event types and links at one instant, on one connection."""

    # Event types

    def event_types(self, *, counted: bool = False) -> list[EventType]:
        """Lists the event types by name; with their numbers of links where they are to be counted."""
        present = kinds_of(self.connection, self.host_id, removed=False).values()
        known = sorted(present, key=lambda kind: (fold(kind.name), kind.id))
        return [replace(kind, links=self.count(LinkFilter(kind.id))) for kind in known] if counted else known

    def event_type(self, slug_or_id: str | int) -> EventType:
        """Gives one event type, without its number of links, or raises EventTypeNotFound."""
        known = self.event_types()
        for kind in known:
            if slug_or_id == (kind.id if isinstance(slug_or_id, int) else kind.slug):
                return kind
        if isinstance(slug_or_id, int):
            raise EventTypeNotFound("This event type is no longer there; pick another one.")
        slugs = ", ".join(kind.slug for kind in known) or "none yet; add one with: event-type add NAME"
        raise EventTypeNotFound(f"There is no event type “{slug_or_id}”. There are: {slugs}.")

    # Chosen links

    def tally(self, chosen: LinkSet, passing: LinkFilter = EVERYTHING) -> Tally:
        """Counts what has become of chosen links, and how many of them pass a filter."""
        return selection.tally(self, chosen, passing)

    def chosen(self, chosen: LinkSet, at_most: int) -> list[Link]:
        """Reads chosen links that are still there, newest first; one more than `at_most` where there are more."""
        return self.links(selection.ids_of(self, chosen, at_most))

    def newest_id(self) -> int:
        """Gives the id of the host's newest link, 0 where there is none."""
        return self._span()[1]

    # Single links

    def find(self, token_or_url: str) -> Link | DeletedLink:
        """Looks a link up by its token or URL in a text, also among what was deleted.

        LinkUnknown where this host has none such, LinkUnclear where the text has no link in it, or several.
        """
        token = only_token(token_or_url)
        mine = (links.c.host_id == self.host_id, links.c.token == token)
        found = self._read(LINKS.where(*mine))
        known: list[Link | DeletedLink] = [*found] or [*self._deleted(deleted_links.c.token == token)]
        if not known:
            raise LinkUnknown
        return known[0]

    def story(self, link: Link) -> Story:
        """Tells what else is known of a link of this host, deleted or not."""
        row = self._record(link.id)
        if row is None:
            return Story()
        before = self._ever(links.c.id == row.replaces, deleted_links.c.id == row.replaces) if row.replaces else []
        after = self._ever(links.c.replaces == link.id, deleted_links.c.replaces == link.id)
        return Story(row.used_reference, next(iter(before), None), tuple(after))

    def ever_had(self, link_id: int) -> bool:
        """Says whether a link of the host's is there, or was deleted and is not yet forgotten."""
        return self._record(link_id) is not None

    def _record(self, link_id: int) -> Row[Any] | None:
        for table in (links, deleted_links):
            mine = (table.c.id == link_id, table.c.host_id == self.host_id)
            if row := self.run(select(table.c.used_reference, table.c.replaces).where(*mine)).first():
                return row
        return None

    def _ever(self, condition: Condition, if_deleted: Condition) -> list[Link | DeletedLink]:
        """Reads the host's links of which something is true, and those that were deleted, the oldest first."""
        there = self._read(LINKS.where(links.c.host_id == self.host_id, condition))
        found: list[Link | DeletedLink] = [*there, *self._deleted(if_deleted)]
        return sorted(found, key=lambda known: known.link.id if isinstance(known, DeletedLink) else known.id)

    def next_expiry(self) -> datetime | None:
        """Finds the earliest instant ahead at which an Active link expires."""
        first, *_ = self.listing(LinkFilter(status=Status.ACTIVE), Order(Column.EXPIRES, descending=False)).pieces()
        rows = self._read(first.limit(1))
        return rows[0].expires_at if rows else None

    # What was deleted, and what the host chose

    def last_deletion(self) -> Deletion | None:
        """Finds the newest deletion that can still be undone."""
        mine = (deletions.c.host_id == self.host_id, deletions.c.deleted_at > self.now - KEPT_FOR)
        number = select(func.count()).where(deleted_links.c.deletion_id == deletions.c.id).scalar_subquery()
        left = select(1).where(deleted_links.c.deletion_id == deletions.c.id).exists()
        query = select(deletions.c.id, deletions.c.deleted_at, number).where(*mine, left)
        row = self.connection.execute(query.order_by(deletions.c.id.desc()).limit(1)).one_or_none()
        return Deletion(*row) if row else None

    def preferences(self) -> dict[str, str]:
        """Reads what the host chose: the theme and the like."""
        query = select(hosts.c.preferences).where(hosts.c.id == self.host_id)
        chosen = self.run(query).scalar_one_or_none()
        return read_preferences(chosen or "")

    def _deleted(self, condition: Condition) -> list[DeletedLink]:
        """Reads the host's deleted links of which something is true, and that can still come back."""
        query = select(deleted_links, deletions.c.deleted_at, deletions.c.deleted_by).join(deletions)
        rows = self.run(
            query.where(
                deleted_links.c.host_id == self.host_id, condition, deletions.c.deleted_at > self.now - KEPT_FOR
            )
        )
        return [DeletedLink(as_link(row, self.kinds), row.deleted_at, row.deleted_by) for row in rows]
