"""The store of a host, asked beside the list: each call runs in a thread, so that the screen never waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:  # their database libraries must not stand before the first paint
    from secret_links import HostStore, Snapshot

T = TypeVar("T")


class HostAccess:
    """What one host can do with the store, once it is open."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._own_now = now
        self._ahead = timedelta()
        self._host: HostStore | None = None
        self.read_only = False
        """Whether the store can only be looked at."""

    def open(self, host: HostStore, ahead: timedelta, *, read_only: bool) -> None:
        """Goes on with a store that has been opened; its clock is `ahead` of this machine's."""
        self._host, self._ahead, self.read_only = host, ahead, read_only

    @property
    def is_open(self) -> bool:
        """Whether the store is open."""
        return self._host is not None

    def now(self) -> datetime:
        """Returns the present instant in UTC, by the store's clock once it is open."""
        return self._own_now() + self._ahead

    async def read(self, question: Callable[[Snapshot], T]) -> T:
        """Asks one snapshot of the store something."""

        def ask(host: HostStore) -> T:
            with host.snapshot() as snapshot:
                return question(snapshot)

        return await self.run(ask)

    async def run(self, operation: Callable[[HostStore], T]) -> T:
        """Does something with the host's store; nothing that needs it is offered before it is open."""
        return await asyncio.to_thread(operation, self.opened)

    @property
    def opened(self) -> HostStore:
        """The store, where it is certain to be open."""
        assert self._host is not None, "nothing that needs the store is offered before it is open"  # noqa: S101
        return self._host
