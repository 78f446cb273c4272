"""The store of a host: opened, asked beside the list, and closed, each in a thread, so that the screen never waits."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from secret_links import StoreError

if TYPE_CHECKING:  # their database libraries must not delay the first paint
    from secret_links import EventType, HostStore, Snapshot, Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class OpenedStore:
    """A store that has been opened, with its host's preferences and a warning, if there is one."""

    store: Store
    host: HostStore
    kept: Mapping[str, str]
    """The host's preferences."""
    ahead: timedelta
    """How far the store's clock is ahead of this machine's."""
    caution: str | None
    """A warning about where the store is; None if there is none."""


class HostAccess:
    """What one host can do with the store, once it is open."""

    def __init__(self, now: Callable[[], datetime], seen: Sequence[EventType] = ()) -> None:
        """`seen` are the event types that were seen before the store is open."""
        self._own_now = now
        self._seen = seen
        self._ahead = timedelta()
        self._store: Store | None = None
        self._host: HostStore | None = None
        self._is_left = False
        self._is_usable = asyncio.Event()
        self.read_only = False
        """Whether the store can only be looked at."""

    # Opening and closing

    async def open(self, open_store: Callable[[], Store], host_name: str) -> OpenedStore:
        """Opens the store; SecretLinksError says why it cannot be opened. It can be asked only after `use`."""

        def opened() -> OpenedStore:
            store = self._store = open_store()
            try:
                host = store.as_host(host_name)
                ahead = store.now() - self._own_now()
                return OpenedStore(store, host, host.preferences(), ahead, store.caution())
            except BaseException:
                store.close()
                raise
            finally:
                if self._is_left:
                    store.close()

        return await asyncio.to_thread(opened)

    def see(self, event_types: Sequence[EventType]) -> None:
        """Takes the event types that were seen before the store is open."""
        self._seen = event_types

    def use(self, opened: OpenedStore) -> None:
        """Uses a store that has been opened."""
        self._host, self._ahead, self.read_only = opened.host, opened.ahead, opened.store.read_only
        self._is_usable.set()

    async def purge(self) -> None:
        """Purges old deletions; a store that is busy or full is purged the next time."""
        if self._store is not None:
            with suppress(StoreError):
                await asyncio.to_thread(self._store.purge)

    async def close(self) -> None:
        """Closes the store, also one that is still being opened."""
        self._is_left = True
        if self._store is not None:
            await asyncio.to_thread(self._store.close)

    # Asking

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self._host is not None

    def now(self) -> datetime:
        """Returns the present instant in UTC, by the store's clock once it is open."""
        return self._own_now() + self._ahead

    async def read(self, question: Callable[[Snapshot], T]) -> T:
        """Returns the answer to a question about one snapshot of the store."""

        def ask(host: HostStore) -> T:
            with host.snapshot() as snapshot:
                return question(snapshot)

        return await self.run(ask)

    async def event_types(self) -> Sequence[EventType]:
        """Returns the event types by name: before the store is open, those that were seen."""
        if self._seen and not self.is_open:
            return self._seen
        return await self.read(lambda snapshot: snapshot.event_types())

    async def run(self, operation: Callable[[HostStore], T]) -> T:
        """Runs an operation on the host's store in a thread, once it is open, and returns its result."""
        await self._is_usable.wait()
        return await asyncio.to_thread(operation, self.opened)

    @property
    def opened(self) -> HostStore:
        """The store, which must be open."""
        assert self._host is not None, "nothing that needs the store is offered before it is open"  # noqa: S101
        return self._host
