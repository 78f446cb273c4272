"""Instants as a server's driver reads them, also those that Python has no form for."""

from __future__ import annotations

from datetime import datetime

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.adapt import Loader


class InstantLoader(Loader):
    """Reads a `timestamptz`: what is infinite, or beyond Python's years, as the text that the server sends.

    The driver's own loader fails there, and with it every list that has such a row.
    """

    def load(self, data: Buffer) -> datetime | str:
        """Reads one."""
        text = bytes(data).decode()
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text


def read_instants(connection: Connection) -> None:
    """Has a connection read instants so."""
    connection.adapters.register_loader("timestamptz", InstantLoader)
