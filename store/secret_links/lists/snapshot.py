"""A snapshot of the store, as one host sees it: all that is read through it is consistent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from secret_links.database import Database
from secret_links.errors import EventTypeNotFound, LinkUnknown
from secret_links.lists.conditions import Condition
from secret_links.lists.context import ReadContext
from secret_links.lists.deleted import DeletedLinks
from secret_links.lists.history import History
from secret_links.lists.limits import USUAL, ReadingLimits
from secret_links.lists.queries import Lists
from secret_links.lists.segments import LINKS
from secret_links.lists.selection import Selections
from secret_links.lists.windows import Windows
from secret_links.reports import DeletedLink, Deletion, LastChange, Story
from secret_links.tables.core import deleted_links, hosts, links
from secret_links.tables.preferences import read_preferences
from secret_links.tokens import only_token
from secret_links.values import Column, EventType, Link, LinkFilter, Order, Status, by_name


class Snapshot:
    """A host's event types and links at one instant, on one connection."""

    def __init__(self, database: Database, connection: Connection, host_id: int, now: datetime) -> None:
        self.context = ReadContext(database, connection, host_id, now)
        """What all queries share."""
        self.lists = Lists(self.context)
        self.selections = Selections(self.context, self.lists)
        self.deleted = DeletedLinks(self.context)
        self.history = History(self.context)

    @property
    def now(self) -> datetime:
        """The instant that statuses refer to, in UTC."""
        return self.context.now

    @property
    def may_be_kept(self) -> float:
        """Seconds for which it may stay open between two readings; 0 where it would hold writers up."""
        return self.context.database.snapshots_may_be_kept(self.context.connection)

    def cancel(self) -> None:
        """Breaks off the query that is running, from another thread, and refuses further ones: QueryCancelled."""
        self.context.cancel()

    def windows(self, limits: ReadingLimits = USUAL) -> Windows:
        """Returns a reader of windows of long lists, with some limits."""
        return Windows(self.context, self.lists, limits)

    # Event types

    def event_types(self, *, counted: bool = False) -> list[EventType]:
        """Lists the event types by name; with their numbers of links if they are to be counted."""
        present = by_name(self.context.present_event_types())
        if not counted:
            return present
        return [replace(each, links=self.lists.count(LinkFilter(each.id))) for each in present]

    def event_type(self, slug_or_id: str | int) -> EventType:
        """Returns one event type, without its number of links; EventTypeNotFound where there is none such."""
        present = self.event_types()
        for event_type in present:
            if slug_or_id == (event_type.id if isinstance(slug_or_id, int) else event_type.slug):
                return event_type
        if isinstance(slug_or_id, int):
            raise EventTypeNotFound("This event type is no longer there; pick another one.")
        slugs = ", ".join(event_type.slug for event_type in present) or "none yet; add one with: event-type add NAME"
        raise EventTypeNotFound(f"There is no event type “{slug_or_id}”. There are: {slugs}.")

    # Single links

    def find(self, token_or_url: str) -> Link | DeletedLink:
        """Looks a link up by its token or URL in a text, also among deleted links.

        LinkUnknown where this host has none such, LinkUnclear where the text has no link in it, or several.
        """
        token = only_token(token_or_url)
        mine = (links.c.host_id == self.context.host_id, links.c.token == token)
        found = self.context.read(LINKS.where(*mine))
        there: list[Link | DeletedLink] = [*found] or [*self.deleted.having(deleted_links.c.token == token)]
        if not there:
            raise LinkUnknown
        return there[0]

    def story(self, link: Link) -> Story:
        """Returns what happened to a host's link, deleted or not, and the links that it replaces or is replaced by."""
        row = self._record(link.id)
        if row is None:
            return Story()
        now = self._ever(links.c.id == link.id, deleted_links.c.id == link.id)
        as_it_is = now[0].link if isinstance(now[0], DeletedLink) else now[0]
        before = self._ever(links.c.id == row.replaces, deleted_links.c.id == row.replaces) if row.replaces else []
        after = self._ever(links.c.replaces == link.id, deleted_links.c.replaces == link.id)
        return Story(row.used_reference, next(iter(before), None), tuple(after), self.history.of(as_it_is))

    def ever_had(self, link_id: int) -> bool:
        """Returns whether the host has a link with this id, or has deleted one that was not purged yet."""
        return self._record(link_id) is not None

    def _record(self, link_id: int) -> Row[Any] | None:
        for table in (links, deleted_links):
            mine = (table.c.id == link_id, table.c.host_id == self.context.host_id)
            if row := self.context.run(select(table.c.used_reference, table.c.replaces).where(*mine)).first():
                return row
        return None

    def _ever(self, condition: Condition, if_deleted: Condition) -> list[Link | DeletedLink]:
        """Reads the host's links that meet a condition, and deleted ones that meet another, the oldest first."""
        there = self.context.read(LINKS.where(links.c.host_id == self.context.host_id, condition))
        found: list[Link | DeletedLink] = [*there, *self.deleted.having(if_deleted)]
        return sorted(found, key=lambda each: each.link.id if isinstance(each, DeletedLink) else each.id)

    def next_expiry(self) -> datetime | None:
        """Returns the earliest instant at which an Active link will expire; None if none will."""
        soonest = self.lists.listing(LinkFilter(status=Status.ACTIVE), Order(Column.EXPIRES, descending=False))
        first, *_ = soonest.queries()
        rows = self.context.read(first.limit(1))
        return rows[0].expires_at if rows else None

    # Deletions, changes and preferences

    def last_deletion(self) -> Deletion | None:
        """Returns the newest deletion that can still be undone."""
        return self.deleted.last()

    def last_undoable(self) -> Deletion | LastChange | None:
        """Returns what can be undone and was done last: a deletion, or a change that was not taken back."""
        deletion, change = self.deleted.last(), self.history.last_change()
        if deletion is None or change is None:
            return deletion or change
        return change if change.changed_at > deletion.deleted_at else deletion

    def can_undo(self) -> bool:
        """Returns whether there is anything to undo, however much it is, in no time."""
        return self.deleted.is_any() or self.history.last_change(counted=False) is not None

    def preferences(self) -> dict[str, str]:
        """Reads the host's preferences, such as the theme."""
        query = select(hosts.c.preferences).where(hosts.c.id == self.context.host_id)
        chosen = self.context.run(query).scalar_one_or_none()
        return read_preferences(chosen or "")
