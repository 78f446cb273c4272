"""The store as one host sees it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from secret_links import deleting, generating
from secret_links import event_types as kinds
from secret_links.engine import Database
from secret_links.errors import NothingToUndo, PartlyDone, StoreError
from secret_links.models import hosts
from secret_links.moment import EVERYTHING, NEWEST_FIRST, SLICE, Moment, sliced
from secret_links.times import Clock, to_utc
from secret_links.values import Counts, DeletedLink, Deletion, EventType, Link, LinkFilter, NewEventType, Order

Progress = Callable[[int], None]
"""Is told how many links are done so far."""

_NOBODY = 0
"""The id of a host that the store doesn't know yet: no row has it."""


class HostStore:
    """A host's event types and links, and nobody else's.

    A host that the store doesn't know has none, and is added when they first write. What reads more than one thing that
    must fit together reads it through `moment()`.
    """

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        self._database = database
        self._clock = clock
        self.name = name
        """The host's name."""

    @contextmanager
    def moment(self) -> Iterator[Moment]:
        """Gives everything of the host as it is now, unchanged while it is being read."""
        with self._database.reading() as connection:
            yield Moment(connection, self._id(connection) or _NOBODY, to_utc(self._clock()))

    @contextmanager
    def _writing(self) -> Iterator[Moment]:
        with self._database.writing() as connection:
            now = to_utc(self._clock())  # only now: whoever waited for another writer must not judge by an older time
            host_id = self._id(connection)
            if host_id is None:
                new = insert(hosts).values(name=self.name, created_at=now).returning(hosts.c.id)
                host_id = int(connection.execute(new).scalar_one())
            yield Moment(connection, host_id, now)

    def _id(self, connection: Connection) -> int | None:
        return connection.execute(select(hosts.c.id).where(hosts.c.name == self.name)).scalar_one_or_none()

    def event_types(self) -> list[EventType]:
        """Lists the event types by name, each with its number of links."""
        with self.moment() as moment:
            return moment.event_types()

    def event_type(self, slug: str) -> EventType:
        """Finds an event type by its slug, or raises EventTypeNotFound."""
        with self.moment() as moment:
            return moment.event_type(slug)

    def add_event_type(self, name: str, slug: str | None = None, minutes: int = 30) -> EventType:
        """Adds an event type; its slug is made from the name where none is given."""
        with self._writing() as moment:
            return kinds.add(moment, NewEventType(name, slug, minutes))

    def change_event_type(self, event_type_id: int, name: str, slug: str | None, minutes: int) -> EventType:
        """Renames an event type, or changes its slug or length; its links stay."""
        with self._writing() as moment:
            return kinds.change(moment, event_type_id, name, slug, minutes)

    def remove_event_type(
        self, event_type_id: int, *, with_links: bool = False, progress: Progress = lambda _: None
    ) -> Deletion | None:
        """Removes an event type; EventTypeInUse while it has links, unless they are to be deleted with it."""
        if not with_links:
            with self._writing() as moment:
                kinds.remove(moment, event_type_id)
            return None
        deletion = Deletion(0, to_utc(self._clock()), 0)
        removed = False
        while not removed:
            with _telling_how_far("deleted", deletion.links), self._writing() as moment:
                some = moment.ids(LinkFilter(event_type_id), count=SLICE)
                deletion = self._delete_slice(moment, deletion, some)
                removed = len(some) < SLICE
                if removed:  # with the last links, so that none can be generated in between
                    kinds.remove(moment, event_type_id)
            progress(deletion.links)
        return deletion

    def generate(
        self,
        event_type: int | NewEventType,
        count: int | None = None,
        *,
        labels: Sequence[str] = (),
        expires_at: datetime | None = None,
    ) -> list[Link]:
        """Makes `count` links, all or none, in the order of their labels: no label, one for all, or one each.

        They are for the event type with an id, or for a new one, which is added with them or not at all.
        """
        checked = generating.checked_labels(count, labels)
        with self._writing() as moment:
            kind_id = event_type if isinstance(event_type, int) else kinds.add(moment, event_type).id
            return generating.generate(moment, kind_id, checked, expires_at)

    def window(
        self, wanted: LinkFilter = EVERYTHING, order: Order = NEWEST_FIRST, start: int = 0, count: int = 100
    ) -> list[Link]:
        """Reads `count` rows of a list from row `start` (from 0) on."""
        with self.moment() as moment:
            return moment.window(wanted, order, start, count)

    def counts(self, wanted: LinkFilter = EVERYTHING) -> Counts:
        """Counts by status the links that pass a filter, whatever status it asks for."""
        with self.moment() as moment:
            return moment.counts(wanted)

    def find(self, token_or_url: str) -> Link | DeletedLink:
        """Looks a token or pasted URL up, also among what was deleted; LinkUnknown where this host has none such."""
        with self.moment() as moment:
            return moment.find(token_or_url)

    def delete(self, wanted: Iterable[int], progress: Progress = lambda _: None) -> Deletion:
        """Deletes those of these links that are still there; their URLs stop working at once."""
        deletion = Deletion(0, to_utc(self._clock()), 0)
        for some in sliced(wanted):
            with _telling_how_far("deleted", deletion.links), self._writing() as moment:
                deletion = self._delete_slice(moment, deletion, some)
            progress(deletion.links)
        return deletion

    def _delete_slice(self, moment: Moment, deletion: Deletion, some: Sequence[int]) -> Deletion:
        deletion_id = deletion.id or deleting.begin(moment, self.name)
        return Deletion(
            deletion_id, deletion.deleted_at, deletion.links + deleting.move_away(moment, deletion_id, some)
        )

    def delete_matching(self, wanted: LinkFilter, progress: Progress = lambda _: None) -> Deletion:
        """Deletes all links that pass a filter now."""
        with self.moment() as moment:
            passing = moment.ids(wanted)
        return self.delete(passing, progress)

    def last_deletion(self) -> Deletion | None:
        """Gives the newest deletion of the last 30 days that has not been undone."""
        with self.moment() as moment:
            return moment.last_deletion()

    def restore(self, deletion_id: int, progress: Progress = lambda _: None) -> int:
        """Undoes a deletion: its links come back with the same URLs and statuses; gives how many."""
        done = 0
        while True:
            with _telling_how_far("restored", done), self._writing() as moment:
                back = deleting.move_back(moment, deletion_id)
            if not back:
                break
            done += back
            progress(done)
        if not done:
            raise NothingToUndo("There is no deletion of the last 30 days to undo.")
        return done

    def preferences(self) -> dict[str, str]:
        """Reads what the host chose: the theme and the like."""
        with self.moment() as moment:
            return moment.preferences()

    def prefer(self, name: str, value: str) -> None:
        """Keeps one choice of the host."""
        with self._writing() as moment:
            chosen = json.dumps({**moment.preferences(), name: value})
            moment.connection.execute(update(hosts).where(hosts.c.id == moment.host_id).values(preferences=chosen))


@contextmanager
def _telling_how_far(done: str, links: int) -> Iterator[None]:
    """Makes of a store's failure between two slices a sentence that says what stands."""
    try:
        yield
    except StoreError as error:
        if not links:
            raise
        sentence = f"{links:,} links were {done}, then the store could no longer be written; try again for the rest."
        raise PartlyDone(sentence, links) from error
