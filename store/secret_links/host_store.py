"""The store as one host sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, insert, select, update

from secret_links import arguments, changing, deleting, generating, reissuing, restoring, taking_back
from secret_links import event_types as types
from secret_links.changing import Told
from secret_links.cursors import Cursor
from secret_links.database import Database
from secret_links.deleting import Progress, Stopped
from secret_links.errors import NothingToUndo
from secret_links.following import Follower
from secret_links.link_set import LinkSet
from secret_links.lists.queries import EVERYTHING, NEWEST_FIRST
from secret_links.lists.snapshot import Snapshot
from secret_links.lists.stream import LinkStream
from secret_links.new_values import Change, Reissue
from secret_links.reports import Changed, Counts, DeletedLink, Deletion, Reissued
from secret_links.tables.core import hosts
from secret_links.values import EventType, Expiries, Link, LinkFilter, NewEventType, Order

T = TypeVar("T")

AS_BEFORE = Reissue()
"""Reissues links that are valid as long as the old ones were."""

_NOBODY = 0
"""The id of a host who is not in the store yet: no row has it."""


class HostStore:
    """A host's event types and links, and nobody else's.

    A host who is not in the store has none, and is added when they first write. Read several things that must fit
    together through one `snapshot()`.

    Every method raises StoreError, or a subclass of it, where the store cannot be read or written, and InvalidInput
    for an argument of a wrong type; what else a method raises is said there.
    """

    def __init__(self, database: Database, name: str, most_links: int | None = None) -> None:
        self._database = database
        self._most_links = most_links
        self.name = name
        """The host's name."""
        self._find_id = select(hosts.c.id).where(hosts.c.name == name)  # built once, for every snapshot begins with it

    @contextmanager
    def snapshot(self, as_of: datetime | None = None) -> Iterator[Snapshot]:
        """Opens a snapshot of the host's links: as they are now, unchanged while they are read.

        `as_of` is the instant that statuses refer to, in UTC, if it must be that of another snapshot.
        """
        as_of = None if as_of is None else arguments.instant(as_of, "instant")
        with self._database.reading() as connection:
            host_id = connection.execute(self._find_id).scalar_one_or_none() or _NOBODY
            yield Snapshot(self._database, connection, host_id, as_of or self._database.now(connection))

    def _write(
        self,
        operation: Callable[[Snapshot], T],
        *,
        bulk: bool = False,
        proof: Callable[[Connection, T], bool] | None = None,
    ) -> T:
        """Runs an operation of the host's in one transaction, which the database may have to run again."""
        return self._database.write(lambda connection: operation(self._to_write(connection)), bulk=bulk, proof=proof)

    def _to_write(self, connection: Connection) -> Snapshot:
        """Locks the host's row: other writers for the same host wait, as the rules on event types need it.

        The time is read after that: a writer who has waited must not judge by the time before.
        """
        host_id: int | None = connection.execute(self._find_id.with_for_update(key_share=True)).scalar_one_or_none()
        now = self._database.now(connection)
        if host_id is None:
            new = insert(hosts).values(name=self.name, created_at=now).returning(hosts.c.id)
            host_id = int(connection.execute(new).scalar_one())
        return Snapshot(self._database, connection, host_id, now)

    def event_types(self) -> list[EventType]:
        """Lists the event types by name, each with its number of links."""
        with self.snapshot() as snapshot:
            return snapshot.event_types(counted=True)

    def event_type(self, slug: str) -> EventType:
        """Returns the event type with a slug; EventTypeNotFound where there is none."""
        arguments.text(slug, "slug", "A slug")
        with self.snapshot() as snapshot:
            return snapshot.event_type(slug)

    def add_event_type(self, name: str, slug: str | None = None, minutes: int = 30) -> EventType:
        """Adds an event type of 1 to 1,440 minutes; its slug is made from the name if none is given.

        InvalidInput refuses a name, a slug or minutes; EventTypeExists says that the slug is taken.
        """
        return self._write(lambda snapshot: types.add(snapshot, NewEventType(name, slug, minutes)))

    def change_event_type(self, event_type_id: int, name: str, slug: str | None, minutes: int) -> EventType:
        """Changes an event type's name, slug or length of 1 to 1,440 minutes; its links stay.

        EventTypeNotFound where it is gone; InvalidInput and EventTypeExists as in `add_event_type`.
        """
        event_type_id = arguments.row_id(event_type_id, "event_type")
        return self._write(lambda snapshot: types.change(snapshot, event_type_id, name, slug, minutes))

    def remove_event_type(
        self,
        event_type_id: int,
        *,
        with_links: bool = False,
        progress: Progress = lambda _: None,
        stopped: Stopped = lambda: False,
    ) -> Deletion | None:
        """Removes an event type; its links are deleted `with_links`, which returns the deletion.

        EventTypeNotFound where it is gone, EventTypeInUse while it has links that are not to be deleted. Once stopped,
        it stays, with the links that are left. PartlyDone says that some links could not be deleted.
        """
        event_type_id = arguments.row_id(event_type_id, "event_type")
        if not with_links:
            self._write(lambda snapshot: types.remove(snapshot, event_type_id))
            return None
        return deleting.remove_with_links(self._write, event_type_id, self.name, progress, stopped)

    def generate(
        self,
        event_type: int | NewEventType,
        count: int | None = None,
        *,
        labels: Sequence[str] = (),
        expires_at: Expiries = None,
        replaces: int | None = None,
        unless_active: bool = False,
        notes: Sequence[Mapping[str, str]] = (),
    ) -> list[Link]:
        """Makes `count` links, all or none, in the order of their labels: no label, one for all, or one each.

        They expire at one instant, each at its own, or never. They are for the event type with an id,
        EventTypeNotFound where it is gone, or for a new one, which is added with them or not at all: EventTypeExists
        says that its slug is taken. `replaces` is the id of a link of the host's, deleted or not, in whose place they
        are made; LinkUnknown where there is none. InvalidInput refuses a count but 1 to 10,000, a label, or an expiry
        without a time zone or in the past. TooManyLinks says that the host may not have so many; `unless_active`,
        AlreadyActive says which of the labels Active links of the event type have. `notes` are the host's own on each
        link, by their names: no booking page is given them.
        """
        checked = generating.checked_labels(count, labels)
        expiries = generating.checked_expiries(expires_at, len(checked))
        noted = generating.checked_all_notes(notes, len(checked))
        replaces = None if replaces is None else arguments.row_id(replaces, "replaces")
        if not isinstance(event_type, NewEventType):
            event_type = arguments.row_id(event_type, "event_type")

        def operation(snapshot: Snapshot) -> list[Link]:
            if isinstance(event_type, NewEventType):
                found = types.add(snapshot, event_type)
            else:
                found = snapshot.event_type(event_type)
            if unless_active:
                generating.check_none_active(snapshot, found, checked)
            generating.check_room(snapshot, len(checked), self._most_links)
            return generating.generate(snapshot, found, checked, expiries, replaces=replaces, notes=noted)

        return self._write(operation, proof=generating.are_there)

    def check_room(self, count: int) -> None:
        """Raises what `generate` would where the host may not have so many more links: TooManyLinks."""
        with self.snapshot() as snapshot:
            generating.check_room(snapshot, count, self._most_links)

    def reissue(self, chosen: LinkSet, wanted: Reissue = AS_BEFORE) -> Reissued:
        """Makes a fresh link like each of some that are still there, all or none; the old ones stay as they are.

        Up to 10,000. LinkUnknown where none is there, EventTypeNotFound where an event type was removed, InvalidInput
        for a label or an expiry, TooManyLinks says that the host may not have so many.
        """
        chosen = arguments.link_set(chosen)
        return self._write(
            lambda snapshot: reissuing.reissue(snapshot, chosen, wanted, self._most_links, self.name),
            proof=reissuing.are_there,
        )

    def change(
        self,
        chosen: LinkSet,
        wanted: Change,
        *,
        told: Told = lambda _: None,
        progress: Progress = lambda _: None,
        stopped: Stopped = lambda: False,
    ) -> Changed:
        """Changes labels, notes and expiries of selected links in slices, between which others write; their URLs stay.

        An expiry is changed only where a link is Active, and `Changed.kept` counts the others. Nothing is changed by
        LinkUnknown where none is there, NoLongerActive where none is Active and the expiry is all, InvalidInput for a
        label, notes, or an expiry that has passed or is over ten years ahead. `told` receives each slice of links.
        What was changed before it is stopped, or fails, stays changed, and can be taken back; PartlyDone says how many.
        """
        chosen, wanted = arguments.link_set(chosen), changing.checked(wanted)
        return changing.change_all(
            self.snapshot, self._write, chosen, wanted, told=told, progress=progress, stopped=stopped
        )

    def take_back(
        self, change_id: int, progress: Progress = lambda _: None, stopped: Stopped = lambda: False
    ) -> Changed:
        """Takes a change back: gives links what they had before, where they are still as it made them.

        `Changed.kept` counts those whose expiry had to stay: used, expired or changed again since, or the earlier
        expiry has passed. Once stopped, the rest stays changed, and can be taken back later. NothingToUndo says that
        there is no such change of the last 30 days, PartlyDone that the store failed on the way.
        """
        change_id = arguments.row_id(change_id, "change")
        done = taking_back.take_back_all(self._write, change_id, progress, stopped)
        if done is None:
            raise NothingToUndo("There is no change of the last 30 days to take back.")
        return done

    def follow(self, since: str | Cursor | None = None) -> Follower:
        """Returns a follower of all that happens to the host's links, from now on or from a cursor on.

        InvalidInput refuses a text that is no cursor; `Follower.read` one of another store, or from too long ago.
        """
        if since is not None and not isinstance(since, Cursor):
            since = Cursor.parse(arguments.text(since, "since", "A cursor"))
        return Follower(self.snapshot, since)

    def window(
        self, wanted: LinkFilter = EVERYTHING, order: Order = NEWEST_FIRST, start: int = 0, count: int | None = 100
    ) -> list[Link]:
        """Reads `count` rows of a list from row `start` (from 0) on; None reads all that follow."""
        wanted, order = arguments.link_filter(wanted), arguments.order(order)
        start = arguments.from_zero(start, "start")
        count = None if count is None else arguments.from_zero(count, "count")
        with self.snapshot() as snapshot:
            return snapshot.lists.window(wanted, order, start, count)

    def stream(
        self, wanted: LinkFilter = EVERYTHING, order: Order = NEWEST_FIRST, as_of: datetime | None = None
    ) -> LinkStream:
        """Reads a whole list in its order, however long, in one snapshot and in the memory of a page.

        Statuses are those at one instant: `as_of`, or when the first link is read. Close the stream where it is not
        read to its end.
        """
        wanted, order = arguments.link_filter(wanted), arguments.order(order)
        return LinkStream(self.snapshot, wanted, order, as_of)

    def counts(self, wanted: LinkFilter = EVERYTHING) -> Counts:
        """Counts by status the links that pass a filter, whatever status it asks for."""
        wanted = arguments.link_filter(wanted)
        with self.snapshot() as snapshot:
            return snapshot.lists.counts(wanted)

    def find(self, token_or_url: str) -> Link | DeletedLink:
        """Looks a token or pasted URL up, also among what was deleted.

        LinkUnknown where this host has none such, LinkUnclear where the text has no link in it, or several.
        """
        token = arguments.one_token(token_or_url)
        with self.snapshot() as snapshot:
            return snapshot.find(token)

    def delete(self, wanted: Iterable[int], progress: Progress = lambda _: None) -> Deletion:
        """Deletes those of these links, named by id, that are still there; their URLs stop working at once.

        PartlyDone as in `delete_chosen`.
        """
        return self.delete_chosen(LinkSet(arguments.row_ids(wanted, "links")), progress)

    def delete_matching(self, wanted: LinkFilter, progress: Progress = lambda _: None) -> Deletion:
        """Deletes all links that pass a filter now; PartlyDone as in `delete_chosen`."""
        wanted = arguments.link_filter(wanted)
        with self.snapshot() as snapshot:
            chosen = snapshot.selections.every(wanted)
        return self.delete_chosen(chosen, progress)

    def delete_chosen(
        self, chosen: LinkSet, progress: Progress = lambda _: None, stopped: Stopped = lambda: False
    ) -> Deletion:
        """Deletes selected links in slices, between which others can write, until it is stopped.

        What was deleted before it is stopped, or fails, stays deleted. PartlyDone says how many that are, if the store
        fails on the way, or some links cannot be deleted.
        """
        chosen = arguments.link_set(chosen)
        return deleting.delete_all(self._write, chosen, self.name, progress, stopped)

    def last_deletion(self) -> Deletion | None:
        """Returns the newest deletion of the last 30 days that has not been undone; None where there is none."""
        with self.snapshot() as snapshot:
            return snapshot.last_deletion()

    def restore(self, deletion_id: int, progress: Progress = lambda _: None, stopped: Stopped = lambda: False) -> int:
        """Undoes a deletion: its links come back with the same URLs and statuses; returns how many.

        Once stopped, the rest stays deleted, and can be brought back later. NothingToUndo says that there is no such
        deletion of the last 30 days, PartlyDone that some links could not be brought back.
        """
        deletion_id = arguments.row_id(deletion_id, "deletion")
        done = restoring.restore_all(self._write, deletion_id, progress, stopped)
        if not done:
            raise NothingToUndo("There is no deletion of the last 30 days to undo.")
        return done

    def restore_links(
        self, wanted: Iterable[int], progress: Progress = lambda _: None, stopped: Stopped = lambda: False
    ) -> int:
        """Restores those of these deleted links, named by id, that are there; returns how many.

        What else was deleted with them stays deleted, and can still be restored. NothingToUndo says that none of them
        was deleted in the last 30 days, PartlyDone that some could not be brought back.
        """
        named = arguments.row_ids(wanted, "links")
        done = restoring.restore_named(self._write, named, progress, stopped)
        if not done:
            raise NothingToUndo("None of these links was deleted in the last 30 days.")
        return done

    def preferences(self) -> dict[str, str]:
        """Reads what the host prefers: the theme and the like, by name."""
        with self.snapshot() as snapshot:
            return snapshot.preferences()

    def prefer(self, choices: Mapping[str, str]) -> None:
        """Keeps some choices of the host beside those that were kept before; InvalidInput refuses what is no text."""
        kept = arguments.choices(choices)

        def operation(snapshot: Snapshot) -> None:
            chosen = json.dumps({**snapshot.preferences(), **kept})
            snapshot.context.connection.execute(
                update(hosts).where(hosts.c.id == snapshot.context.host_id).values(preferences=chosen)
            )

        self._write(operation)
