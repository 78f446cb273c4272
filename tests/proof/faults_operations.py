"""The operations whose system calls are made to fail, and controls that do what an operation must not."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from secret_links import Change, LinkSet, NewExpiry, Store, redeem_in
from secret_links.postgres import database as on_server
from secret_links.whole import copying

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""What every clock says, so that two runs of the same operation leave the same rows."""

LINKS, USED, DELETED, CHANGED = 5, 0, 1, 2
"""How many links a prepared store had, and which of them, by their order, are no longer what they were."""

GUESTS = ["Cid", "Dora", "Eva"]
"""The labels of the links that are generated."""


@dataclass(frozen=True)
class Request:
    """An operation, and the store that it is done on."""

    operation: str
    url: str
    token: str = ""
    """The secret of the link that is redeemed."""
    ids: tuple[int, ...] = ()
    """The links that are deleted or changed."""
    deletion: int = 0
    change: int = 0
    event_type: int = 0
    target: str = ""
    """Where a copy is made."""
    short: bool = False
    """Whether each call does half of what it is asked for, in a program with `short_calls.c` preloaded."""


Operation = Callable[[], Any]


def opened(url: str, *, upgrade: bool = False) -> Store:
    return Store.open(url, clock=lambda: NOW, wait=5, upgrade=upgrade)


def redeem(wanted: Request) -> Operation:
    store = opened(wanted.url)
    return lambda: store.redeem(wanted.token, by="Bo Chen", reference="B-1").token


def book(wanted: Request) -> Operation:
    """A booking page that spends the link in its own transaction."""
    engine = page_engine(wanted.url)

    def operation() -> str:
        with engine.begin() as connection:
            won = redeem_in(connection, wanted.token, by="Bo Chen")
            connection.execute(text("INSERT INTO booking (token) VALUES (:token)"), {"token": wanted.token})
        return won.token

    return operation


def book_after_commit(wanted: Request) -> Operation:
    """A control: the page commits the claim before the booking."""
    engine = page_engine(wanted.url)

    def operation() -> str:
        with engine.begin() as connection:
            won = redeem_in(connection, wanted.token, by="Bo Chen")
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO booking (token) VALUES (:token)"), {"token": wanted.token})
        return won.token

    return operation


def page_engine(url: str) -> Any:
    on_a_server = url.startswith("postgresql:")
    return create_engine(url.replace("postgresql:", "postgresql+psycopg:") if on_a_server else f"sqlite:///{url}")


def generate(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: [link.token for link in ana.generate(wanted.event_type, 3, labels=GUESTS, unless_active=True)]


def delete(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.delete(wanted.ids).links


def undo(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.restore(wanted.deletion)


def change(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    to = Change(label="For the board", expiry=NewExpiry(at=NOW + timedelta(days=9)))
    return lambda: ana.change(LinkSet(frozenset(wanted.ids)), to).links


def take_back(wanted: Request) -> Operation:
    ana = opened(wanted.url).as_host("ana")
    return lambda: ana.take_back(wanted.change).links


def upgrade(wanted: Request) -> Operation:
    """Opening a store of an older schema; a new one is made where none is."""

    return lambda: list(opened(wanted.url, upgrade=True).notes)


def backup(wanted: Request) -> Operation:
    store = opened(wanted.url)
    return lambda: store.copy_to(Path(wanted.target))


def copy(wanted: Request) -> Operation:
    source, target = opened(wanted.url), opened(wanted.target)
    return lambda: copying.copy(source, target).links


def close(wanted: Request) -> Operation:
    """Closes a store through which a link has just been redeemed."""
    store = opened(wanted.url)
    store.redeem(wanted.token, by="Bo Chen", reference="B-1")
    return store.close


def retry_unknown(wanted: Request) -> Operation:
    """A control: a claim whose commit is in doubt is taken for undone, and is tried again."""
    on_server.is_kept = lambda *_: False  # type: ignore[attr-defined]
    return redeem(wanted)


def generate_again_if_unknown(wanted: Request) -> Operation:
    """A control: the same of links that are generated."""
    on_server.is_kept = lambda *_: False  # type: ignore[attr-defined]
    return generate(wanted)


def backup_in_one_write(wanted: Request) -> Operation:
    """A control: a copy of a store's file by one write, which may take no more than a part."""
    data = Path(wanted.url).read_bytes()

    def operation() -> None:
        copied = os.open(wanted.target, os.O_CREAT | os.O_WRONLY)
        os.write(copied, data)
        os.close(copied)

    return operation


OPERATIONS: dict[str, Callable[[Request], Operation]] = {
    made.__name__: made
    for made in (redeem, book, generate, delete, undo, change, take_back, upgrade, backup, copy, close)
}
PLANTED = {
    made.__name__: made for made in (book_after_commit, retry_unknown, generate_again_if_unknown, backup_in_one_write)
}
