"""A store that looks like a busy host's, with visitors who keep booking."""

from __future__ import annotations

import random
import secrets
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

from secret_links import SecretLinksError, Status
from secret_links.times import utc_now
from secret_links.whole.made_up import a_name

if TYPE_CHECKING:
    from secret_links import HostStore, Link, Store

DEMO_LINKS = 300
"""How many links the demo begins with."""

VISITOR_EVERY = (2.5, 7.0)
"""Seconds between two visitors who book, from and to."""

ACTIVE = 0.25
"""The share of Active links in a small demo: enough for its visitors to book with."""


class Demo:
    """A store with visitors: in a temporary folder, filled when it is opened and gone when the demo ends; or kept."""

    def __init__(self, host_name: str, links: int = DEMO_LINKS, kept: Path | None = None) -> None:
        self._host_name = host_name
        self._links = links
        self._folder = None if kept else tempfile.TemporaryDirectory(prefix="secret-links-demo-")
        self.path = kept or Path(self._folder.name if self._folder else "") / "demo.db"
        """Where the store is."""
        self._visitors = Visitors(self.path, host_name)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._visitors.go_home()
        if self._folder:
            self._folder.cleanup()

    def open(self) -> Store:
        """Opens the store, fills it if it is not kept, and lets visitors in."""
        from secret_links import Store  # noqa: PLC0415  # only now: it must not stand before the first paint

        store = Store.open(self.path)
        if self._folder:
            from secret_links.whole.filling import fill  # noqa: PLC0415

            try:
                fill(store, self._host_name, self._links, seed=secrets.randbits(32), active=ACTIVE)
            except BaseException:
                store.close()
                raise
        self._visitors.start()
        return store


def visitor(link: Link, chance: random.Random) -> str:
    """Makes up who books."""
    if link.label and link.label[0].isalpha() and "(" not in link.label:
        return link.label.split(",")[0]
    return a_name(chance)


class Visitors:
    """Visitors who book now and then, on a thread and a connection of their own, until they are sent home."""

    def __init__(self, path: Path, host_name: str) -> None:
        self._path = path
        self._host_name = host_name
        self._home = threading.Event()
        self._chance = random.Random()  # noqa: S311
        self._thread = threading.Thread(target=self._come, name="visitors", daemon=True)

    def start(self) -> None:
        """Lets them come."""
        self._thread.start()

    def go_home(self) -> None:
        """Sends them home, and waits until they are gone."""
        self._home.set()
        if self._thread.is_alive():
            self._thread.join()

    def _come(self) -> None:
        from secret_links import Store  # noqa: PLC0415

        if self._home.wait(VISITOR_EVERY[0]):
            return
        with Store.open(self._path) as store:
            host = store.as_host(self._host_name)
            while not self._home.wait(self._chance.uniform(*VISITOR_EVERY)):
                with suppress(SecretLinksError):  # the host has just deleted it, or is writing; another one comes soon
                    book_one(store, host, self._chance)


def book_one(store: Store, host: HostStore, chance: random.Random) -> None:
    """Has one visitor book, with one of the newest links that are still Active."""
    now = utc_now()
    active = [link for link in host.window(count=60) if link.status_at(now) is Status.ACTIVE][:25]
    if active:
        link = chance.choice(active)
        store.redeem(link.token, visitor(link, chance))
