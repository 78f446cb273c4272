"""Reading instants, including those that Python's datetime cannot hold."""

from __future__ import annotations

from datetime import datetime

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader


class InstantLoader(Loader):
    """Reads a `timestamptz`; an infinite one, or one beyond Python's years, as the text that the server sends.

    The driver's own loader raises an error for these, and every list with such a row would fail.
    """

    def load(self, data: Buffer) -> datetime | str:
        """Reads one."""
        text = bytes(data).decode()
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text


def read_instants(connection: Connection) -> None:
    """Makes a connection use InstantLoader."""
    connection.adapters.register_loader("timestamptz", InstantLoader)
