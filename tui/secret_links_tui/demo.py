"""A throw-away store that looks like a busy host's, with visitors who keep booking."""

from __future__ import annotations

import random
import tempfile
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from secret_links import LinkNotAvailable, SecretLinksError, Status
from secret_links.times import utc_now

if TYPE_CHECKING:
    from secret_links import HostStore, Link, Store

LINKS = 300
"""How many links the demo begins with."""

VISITOR_EVERY = (2.5, 7.0)
"""Seconds between two visitors who book, from and to."""

EVENT_TYPES = (
    ("Final interview", 60),
    ("VIP demo", 30),
    ("Intro call", 20),
    ("Portfolio review", 45),
    ("Contract talk", 30),
)
LABELS = {
    "Final interview": "{name}, final round",
    "VIP demo": "{name} ({company})",
    "Intro call": "{name}",
    "Portfolio review": "{name}, portfolio",
    "Contract talk": "{company}",
}
FIRST_NAMES = (
    "Ana", "Bo", "Carla", "Dmitri", "Élise", "Farid", "Greta", "Hiro", "Ines", "João", "Kofi", "Léa", "Mehmet", "Noor",
    "Olga", "Pedro", "Quentin", "Rosa", "Sven", "Tala", "Umut", "Vera", "Wanjiru", "Ximena", "Yuki", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Pires", "Chen", "Moreau", "Novak", "Okafor", "Silva", "Haddad", "Lindqvist", "Tanaka", "Costa", "Mensah", "Dubois",
    "Rahman", "Petrova", "Santos", "Weber", "Rossi", "Berg", "Nasser",
)  # fmt: skip
COMPANIES = ("Northwind", "Umbra Labs", "Kestrel & Co", "Fathom", "Blue Heron", "Oakline", "Tidewater", "Lumen Press")


class Demo:
    """A store in a temporary folder: filled when it is opened, gone when the demo ends."""

    def __init__(self, host_name: str, links: int = LINKS) -> None:
        self._host_name = host_name
        self._links = links
        self._folder = tempfile.TemporaryDirectory(prefix="secret-links-demo-")
        self._visitors = Visitors(self.path, host_name)

    @property
    def path(self) -> Path:
        """Where the store is."""
        return Path(self._folder.name) / "demo.db"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._visitors.go_home()
        self._folder.cleanup()

    def open(self) -> Store:
        """Fills the store, lets visitors in, and opens it."""
        from secret_links import Store  # noqa: PLC0415  # only now: the screen is drawn meanwhile

        clock = PastClock()
        with Store.open(self.path, clock=clock.now) as store:
            fill(store, self._host_name, clock, self._links, random.Random())  # noqa: S311  # believable, not secret
        self._visitors.start()
        return Store.open(self.path)


class PastClock:
    """A clock that can be put back, so that made-up links have a past."""

    def __init__(self) -> None:
        self.ago = timedelta()
        """How far it is behind."""

    def now(self) -> datetime:
        """Gives the instant that it shows."""
        return datetime.now(UTC) - self.ago


def fill(store: Store, host_name: str, clock: PastClock, links: int, chance: random.Random) -> None:
    """Makes event types and the links of the last eight weeks, oldest first; some are used, some have expired."""
    host = store.as_host(host_name)
    clock.ago = timedelta(weeks=8)
    kinds = [host.add_event_type(name, minutes=minutes) for name, minutes in EVENT_TYPES]
    ages = sorted((timedelta(weeks=8) * chance.random() ** 2 for _ in range(links)), reverse=True)
    for age in ages:
        clock.ago = age
        kind = chance.choices(kinds, weights=(5, 3, 6, 2, 1))[0]
        label = LABELS[kind.name].format(
            name=f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}", company=chance.choice(COMPANIES)
        )
        expires = clock.now() + timedelta(days=chance.choice((1, 3, 7, 7, 14, 30))) if chance.random() < 0.7 else None
        (link,) = host.generate(kind.id, labels=[label] if chance.random() < 0.9 else [], expires_at=expires)
        if chance.random() < 0.55:
            _book(store, link, clock, chance)
    clock.ago = timedelta()


def _book(store: Store, link: Link, clock: PastClock, chance: random.Random) -> None:
    """Redeems a link some hours after it was made, if that lies in the past and before its expiry."""
    made_ago = clock.ago
    clock.ago -= timedelta(hours=chance.expovariate(1 / 20))
    if clock.ago > timedelta():
        with suppress(LinkNotAvailable):  # some visitors come too late; that is part of the picture
            store.redeem(link.token, visitor(link, chance))
    clock.ago = made_ago


def visitor(link: Link, chance: random.Random) -> str:
    """Makes up who books."""
    if link.label and link.label[0].isalpha() and "(" not in link.label:
        return link.label.split(",")[0]
    return f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"


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
