"""Another program at the same store: what it writes, and how it keeps others waiting, on either database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, text

from booking_site.site import engine_of


@contextmanager
def another_program(url: str) -> Iterator[Connection]:
    """Writes to the store in one transaction."""
    engine = engine_of(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def holding(url: str) -> Iterator[None]:
    """Keeps everybody else from writing, and changes nothing."""
    with another_program(url) as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("UPDATE host SET name = name"))
        else:
            connection.execute(text("LOCK TABLE host, event_type, link IN SHARE ROW EXCLUSIVE MODE"))
        yield
