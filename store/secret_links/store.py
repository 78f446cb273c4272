"""The way into a store: `Store.open(path)`, and `store.as_host(name)` for everything that belongs to one host."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from secret_links import deleting, redeeming, schema
from secret_links.engine import Database, Watch
from secret_links.errors import LinkUnknown
from secret_links.gate import SCHEMA_VERSION, WAIT, StoreFile, pass_gate, path_of
from secret_links.host_store import HostStore
from secret_links.text import clean_label, clean_name
from secret_links.times import Clock, to_utc, utc_now
from secret_links.tokens import find_token
from secret_links.values import Link


class Store:
    """A file of secret links, shared by hosts, booking pages and terminals, in any number of processes.

    Every method may be called from any thread. What is wrong comes as a SecretLinksError.
    """

    def __init__(self, database: Database, clock: Clock = utc_now, backup: Path | None = None) -> None:
        self._database = database
        self._clock = clock
        self.backup = backup
        """Where an older store was copied to before it was upgraded just now."""

    @classmethod
    def open(cls, url: str | Path, *, clock: Clock = utc_now, wait: float = WAIT) -> Self:
        """Opens the store at a path or `sqlite:///` URL; makes it, or bring it to today's schema, where need be.

        `wait` is how many seconds a writer waits for another one.
        """
        file = pass_gate(path_of(url))
        database = Database(file, wait=wait)
        try:
            backup = None if file.version == SCHEMA_VERSION else schema.upgrade(database)
        except BaseException:
            database.close()
            raise
        return cls(database, clock, backup)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self._database.close()

    @property
    def file(self) -> StoreFile:
        """The file under the store."""
        return self._database.file

    def as_host(self, name: str) -> HostStore:
        """Gives the store as one host sees it; a host that it doesn't know is added when they first write."""
        return HostStore(self._database, self._clock, clean_name(name, "host", "A host's name"))

    def watch(self) -> Watch:
        """Makes a look-out for what anybody changes in the store."""
        return Watch(self._database)

    def redeem(self, token_or_url: str, by: str | None = None) -> Link:
        """Spends a link on a booking; exactly one caller can, all others get LinkUsed, LinkExpired or LinkUnknown."""
        token = find_token(token_or_url)
        if token is None:
            raise LinkUnknown
        redeemer = clean_label(by, "by", "The note of who redeemed")
        with self._database.writing() as connection:
            return redeeming.redeem(connection, token, redeemer, to_utc(self._clock()))

    def copy_to(self, path: Path) -> None:
        """Copies the whole store into a new file, as it is at one moment, while others use it."""
        self._database.copy_to(path)

    def purge(self) -> int:
        """Forgets what was deleted more than 30 days ago; gives how many links that were."""
        gone = 0
        with self._database.reading() as connection:
            due = deleting.is_anything_due(connection, to_utc(self._clock()))
        while due:
            with self._database.writing(bulk=True) as connection:
                some = deleting.purge_slice(connection, to_utc(self._clock()))
            gone += some
            due = bool(some)
        return gone
