"""The first rows of a store on a server: asked for as soon as something is painted, while all else is being loaded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.message import Message

    from secret_links import FirstLook

Look = Callable[[], "FirstLook"]
"""Loads a server's driver, and looks; waits as long as the server does not answer."""


class FirstRows:
    """Looks at a server on a thread of its own, and hands over what it sees once somebody can take it."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._seen: FirstLook | None = None
        self._fault: Exception | None = None
        self._post: Callable[[Message], object] | None = None
        # A daemon: whoever leaves does not wait for a server that hangs.
        threading.Thread(target=self._run, name="first look", daemon=True).start()

    def post_to(self, post: Callable[[Message], object]) -> None:
        """Has what is seen posted as a FirstRowsRead, at once if it is there; a bug as a ReaderCrashed."""
        with self._lock:
            self._post = post
        self._hand_over()

    def _run(self) -> None:
        try:
            seen, fault = self._look(), None
        except Exception as error:  # noqa: BLE001  # a thread's bug would be lost; the app raises it again
            seen, fault = None, error
        with self._lock:
            self._seen, self._fault = seen, fault
        self._hand_over()

    def _hand_over(self) -> None:
        with self._lock:
            if self._post is None or (self._seen is None and self._fault is None):
                return
            post, self._post = self._post, None
        from secret_links_tui.reading.messages import FirstRowsRead, ReaderCrashed  # noqa: PLC0415  # they load Textual

        if self._fault is not None:
            post(ReaderCrashed(self._fault))
        elif self._seen is not None:
            post(FirstRowsRead(self._seen))
