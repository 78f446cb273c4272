"""Notifying a host who looks elsewhere, through the terminal: in the protocol that it speaks, and by its title.

A terminal says when it is left and come back to (mode 1004, which Textual sets). One that does not is taken as left, so
that its host is always notified. What is sent goes over SSH like anything that is drawn. A tmux or a screen in between
hands on the bell only: it hides which terminal is outside, and what it would take for a notification.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from secret_links_tui.preferences import Notify
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from textual.timer import Timer

    from secret_links_tui.terminal.identify import Terminal

T = TypeVar("T")

TITLE = "Secret Links"

TOGETHER = 2.0
"""Seconds within which several are one notification."""

LONGEST = 200
"""Characters of a notification."""

BELL = "\x07"

_KEEP_TITLE, _TITLE_BEFORE = "\x1b[22;2t", "\x1b[23;2t"

_SEPARATORS = re.compile(r"[;\s]+")


class Protocol(StrEnum):
    """How a notification is written."""

    OSC99 = "99"
    OSC777 = "777"
    OSC9 = "9"
    NONE = ""


_SPOKEN = {
    "kitty": Protocol.OSC99,
    "foot": Protocol.OSC777,
    "ghostty": Protocol.OSC777,
    "WezTerm": Protocol.OSC777,
    "rxvt": Protocol.OSC777,
    "contour": Protocol.OSC777,
    "iTerm2": Protocol.OSC9,
}
"""What terminals speak, by the name that they give (each one's documentation)."""


def protocol_of(terminal: Terminal) -> Protocol:
    """Returns the protocol that a terminal speaks; NONE where that is not known, or another program is in between."""
    return _SPOKEN.get(terminal.name, Protocol.NONE)


def notification(protocol: Protocol, text: str) -> str:
    """Returns the control sequences of a notification: a bell where there is no protocol."""
    said = _SEPARATORS.sub(" ", visible(text.replace(";", ",")))[:LONGEST]
    match protocol:
        case Protocol.OSC99:
            head, body = "\x1b]99;i=secret-links:d=0;", "\x1b]99;i=secret-links:d=1:p=body;"
            return f"{head}{TITLE}\x1b\\{body}{said}\x1b\\"
        case Protocol.OSC777:
            return f"\x1b]777;notify;{TITLE};{said}\x1b\\"
        case Protocol.OSC9:
            return f"\x1b]9;{TITLE}: {said}\x07"
        case _:
            return BELL


class Attention:
    """Notifies the host of what happens while they look elsewhere; `write` sends control sequences."""

    def __init__(self, write: Callable[[str], object], set_timer: Callable[[float, Callable[[], None]], Timer]) -> None:
        self._write = write
        self._set_timer = set_timer
        self.protocol = Protocol.NONE
        """What the terminal speaks."""
        self._is_focused: bool | None = None
        self._missed = 0
        self._title_is_changed = False
        self._timer: Timer | None = None
        self._waiting: list[Any] = []

    @property
    def is_away(self) -> bool:
        """Whether the host looks elsewhere, as far as the terminal says."""
        return not self._is_focused

    def can_tell(self) -> None:
        """Takes in that the terminal says when it is left: it has not been, then, since the program was started."""
        if self._is_focused is None:
            self._is_focused = True

    def left(self) -> None:
        """Takes in that the host looks elsewhere."""
        self._is_focused = False

    def back(self) -> None:
        """Takes in that the host is back."""
        self._is_focused = True
        self.touched()

    def touched(self) -> None:
        """Takes in that a key was pressed: whoever did has seen what there is."""
        self._missed, self._waiting = 0, []
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if self._title_is_changed:
            self._title_is_changed = False
            self._write(f"\x1b]2;{TITLE}\x1b\\{_TITLE_BEFORE}")

    def notify(self, happened: Sequence[T], words: Callable[[Sequence[T]], str], way: Notify) -> None:
        """Notifies of what happened, if the host looks elsewhere; `words` says all that comes within two seconds."""
        if not self.is_away or way is Notify.OFF:
            return
        self._missed += len(happened)
        self._show_title()
        if way is Notify.TITLE:
            return
        self._waiting += happened
        if self._timer is None:
            self._timer = self._set_timer(TOGETHER, lambda: self._send(words, way))

    def _show_title(self) -> None:
        before = "" if self._title_is_changed else _KEEP_TITLE
        self._title_is_changed = True
        self._write(f"{before}\x1b]2;({self._missed}) {TITLE}\x1b\\")

    def _send(self, words: Callable[[Sequence[Any]], str], way: Notify) -> None:
        self._timer = None
        happened, self._waiting = self._waiting, []
        protocol = self.protocol if way is Notify.NOTIFICATION else Protocol.NONE
        self._write(notification(protocol, words(happened)))
