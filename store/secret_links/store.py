"""Opens a store: `Store.open(path)`, and `store.as_host(name)` for everything that belongs to one host."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import UUID

from sqlalchemy import Connection

from secret_links import arguments, purging, redeeming
from secret_links.database import WRITER_WAIT, Database, Restoration, Watch
from secret_links.deleting import or_partly_done
from secret_links.errors import LinkNotAvailable, StoreUnusable
from secret_links.host_store import HostStore
from secret_links.places import is_on_server
from secret_links.reports import Offer
from secret_links.sqlite.database import SqliteDatabase
from secret_links.text import clean_name
from secret_links.times import Clock
from secret_links.values import Link

_HOST = "A host's name"


class Store:
    """Secret links in a file or on a server, shared by hosts, booking pages and terminals, in any number of processes.

    Every method may be called from any thread. Refusals and failures are SecretLinksErrors; errors.py draws them.
    Any method that needs the database may raise a StoreError, such as StoreClosed after `close()`.
    """

    def __init__(self, database: Database, backup: Path | None = None, most_links: int | None = None) -> None:
        self.database = database
        """The database of the store."""
        self.backup = backup
        """The copy of an older store that was made before it was upgraded on opening; None if it was not."""
        self.most_links = most_links
        """The most links that a host may have when more are generated through this store; None for no limit."""

    @classmethod
    def open(
        cls,
        url: str | Path,
        *,
        clock: Clock | None = None,
        wait: float = WRITER_WAIT,
        upgrade: bool = False,
        most_links: int | None = None,
    ) -> Self:
        """Opens the store at a path, a `sqlite:///` or a `postgresql://` URL; makes a new one if there is none.

        `clock` replaces the clock of the server, or of this machine. `wait` is how many seconds a writer waits for
        another one. A file of an older schema is always upgraded, a server's database only with `upgrade`.
        `most_links` limits what each host may have: generating raises TooManyLinks beyond it.

        StoreUnusable says why it cannot be opened; StoreUnreachable, StoreBusy, StoreFull and StoreReadOnly, that the
        server, other programs, the disk or permissions do not let it.
        """
        database = _database_at(url, clock, wait)
        try:
            return cls(database, database.prepare(upgrade=upgrade), most_links)
        except BaseException:
            database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, error_class: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the store, its hosts and its watches: from now on, all of them raise StoreClosed.

        What another thread is reading or writing now is completed. Closing twice does nothing.
        """
        self.database.close()

    @property
    def name(self) -> str:
        """The name of the store in messages, without a password."""
        return self.database.name

    @property
    def read_only(self) -> bool:
        """Whether the store can be read, but not written."""
        return self.database.read_only

    @property
    def notes(self) -> Sequence[str]:
        """Sentences on values that the upgrade on opening has repaired, or left as they were."""
        return self.database.notes

    def caution(self) -> str | None:
        """Returns a warning if the store is in a place where it is at risk, such as a network file system."""
        return self.database.caution()

    def now(self) -> datetime:
        """Returns the present instant by the store's clock: the server's, if there is one."""
        self.database.check_open()
        own = self.database.own_now()
        if own is not None:
            return own
        with self.database.reading() as connection:
            return self.database.now(connection)

    def as_host(self, name: str) -> HostStore:
        """Returns the store as one host sees it; a new host is added when they first write.

        InvalidInput refuses what cannot be a host's name.
        """
        checked = clean_name(arguments.text(name, "host", _HOST), "host", _HOST)
        return HostStore(self.database, checked, self.most_links)

    def watch(self) -> Watch:
        """Returns a watch, which notices all changes to the store; StoreClosed after `close()`."""
        self.database.check_open()
        return self.database.watch()

    def look_up(self, token_or_url: str) -> Offer:
        """Looks a link up for a visitor, without spending it; LinkNotAvailable does not say the reason."""
        token = arguments.token(token_or_url)
        if token is not None:
            with self.database.reading() as connection:
                offer = redeeming.look_up(connection, token, self.database.own_now())
            if offer is not None:
                return offer
        raise LinkNotAvailable("This link is not available.")

    def redeem(self, token_or_url: str, by: str | None = None, reference: str | int | UUID | None = None) -> Link:
        """Spends a link on a booking; exactly one caller can, all others get a LinkNotAvailable.

        It is LinkUsed, LinkExpired, LinkDamaged, LinkUnknown or LinkUnclear. `by` says who books, and `reference` what
        the booking page calls the booking: a text, or an id that is a whole number or a UUID, kept as text.
        InvalidInput refuses one that cannot be kept as it is. After any exception but OutcomeUnknown, the link is as it
        was.
        """
        claim = redeeming.Claim.of(token_or_url, by, reference)
        now = self.database.own_now
        return self.database.write(
            lambda connection: redeeming.redeem(connection, claim, now()), proof=redeeming.is_there
        )

    @contextmanager
    def redeeming(
        self, token_or_url: str, by: str | None = None, reference: str | int | UUID | None = None
    ) -> Iterator[Link]:
        """Spends a link on a booking that is made elsewhere before the `with` block ends; raises as redeem does.

        An exception inside leaves the link Active, and is raised as it is. Until the block ends, others who want the
        same link wait, and in a file all other writers: keep it short.
        """
        claim = redeeming.Claim.of(token_or_url, by, reference)
        error: Exception | None = None
        with suppress(_OfCaller), self.database.writing() as connection:
            link = redeeming.redeem(connection, claim, self.database.own_now())
            try:
                yield link
            except Exception as raised:  # noqa: BLE001  # it is raised again
                error = raised
                raise _OfCaller from None
        if error is not None:
            raise error

    def copy_to(self, path: Path) -> None:
        """Copies a snapshot of the whole store into a new file, while others use it.

        StoreUnusable refuses a path where anything is, or that cannot be written; StoreFull a full disk; StoreError a
        store on a server, which PostgreSQL's own tools copy.
        """
        self.database.copy_to(path)

    def restoring(self, path: Path) -> AbstractContextManager[Restoration]:
        """Checks a backup and, in a `with` block, gives it to be put in the place of what is in the store.

        Others may have the store open: see `Restoration`. The backup is left as it is; one of an older schema is
        upgraded in a copy. StoreUnusable refuses what is no store, damaged, of a newer schema, or the store itself,
        StoreReadOnly a store that cannot be written, StoreFull a full disk; StoreError a store on a server, which
        PostgreSQL's own tools restore.
        """
        return self.database.restoring(path)

    def purge(self) -> int:
        """Removes for good what was deleted more than 30 days ago; returns the number of links.

        PartlyDone says how many those are, if the store fails behind the first slice.
        """
        gone = 0
        with self.database.reading() as connection:
            due = purging.is_anything_due(connection, self.database.now(connection))
        while due:
            with or_partly_done("purged", gone):
                some, due = self.database.write(self._purge_slice, bulk=True)
            gone += some
        return gone

    def _purge_slice(self, connection: Connection) -> tuple[int, bool]:
        return purging.purge_slice(connection, self.database.now(connection))


class _OfCaller(Exception):
    """Undoes a change because of what a caller's block raised, whose own database may raise what ours does."""


def _database_at(url: str | Path, clock: Clock | None, wait: float) -> Database:
    if not isinstance(url, str | Path):
        raise StoreUnusable(f"A store is opened by a path or a URL, not by a value of the type {type(url).__name__}.")
    if not is_on_server(url):
        return SqliteDatabase.at(url, clock=clock, wait=wait)
    try:
        from secret_links.postgres.database import PostgresDatabase  # noqa: PLC0415  # most stores are files
    except ImportError as error:
        raise StoreUnusable(f"PostgreSQL's driver cannot be loaded here: {error}.") from error
    return PostgresDatabase(str(url), clock=clock, wait=wait)
