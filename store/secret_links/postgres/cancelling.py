"""Breaking off the query that a reader is waiting for."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import Self

import psycopg
from sqlalchemy import Connection

from secret_links.postgres.cursor import driver_of


class CancellableQuery:
    """All that a reader asks in one transaction; `cancel` has the server break it off, from any thread."""

    def __init__(self, connection: Connection) -> None:
        self._driver = driver_of(connection)
        self._lock = threading.Lock()
        self._ended = False
        self._cancelling: threading.Thread | None = None

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called before the end."""
        return self._cancelling is not None

    def cancel(self) -> None:
        """Asks the server to break off what it is doing for this connection; does nothing after the end."""
        with self._lock:
            if self._cancelling is None and not self._ended:
                self._cancelling = threading.Thread(target=self._cancel, name="cancelling", daemon=True)
                self._cancelling.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Waits until the server has any request to cancel: later, that would break off the next query."""
        with self._lock:
            self._ended = True
        if self._cancelling is not None:
            self._cancelling.join()

    def _cancel(self) -> None:
        with suppress(psycopg.Error):
            self._driver.cancel_safe(timeout=5)
