"""What terminal the host sits at, asked before the screen is drawn.

Three questions that every terminal knows go out at once: its name (XTVERSION), its model (DA2) and its features (DA1).
Terminals answer in order, and all answer the last one, so its answer is a fence: what has not come by then won't come.
The questions go out before Textual is imported and the answers are read after that, so over most lines nobody waits for
them. Answers that come later still are taken from what is typed, and believed.
"""

from __future__ import annotations

import os
import re
import select
import termios
import time
import tty
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

QUESTIONS = b"\x1b[>0q\x1b[>c\x1b[c"

PATIENCE = 0.6
"""Seconds after which a terminal is taken for mute, from the question on."""

PATIENCE_AFAR = 1.5
"""The same over SSH: two round trips of a very slow line."""

MOST_SAID = 4096
"""Bytes that an answer has at the most; whoever sends more is no terminal that answers."""

_NAME = re.compile(rb"\x1bP>\|([^\x1b\x07\x9c]{0,80})")
_MODEL = re.compile(rb"\x1b\[>([0-9;]{1,40})c")
_FEATURES = re.compile(rb"\x1b\[\?([0-9;]{1,80})c")
_ANSWERS = re.compile(rb"\x1bP>\|[^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[>?][0-9;]*c")
_UNPRINTABLE = re.compile(r"[^ -~]")

CLIPBOARD = 52
"""What DA1 contains where a terminal lets programs write its clipboard: agreed on by terminals since 2025."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal said of itself; everything is empty where it said nothing, or was not asked."""

    title: str = ""
    """Its name and version, as in `tmux 3.5a` or `kitty(0.26.5)`."""
    model: tuple[int, ...] = ()
    """The numbers of DA2."""
    features: tuple[int, ...] = ()
    """The numbers of DA1."""

    @property
    def name(self) -> str:
        """What to call it: `kitty`; empty where it has not said."""
        known = re.split(r"[ (]", self.title, maxsplit=1)[0]
        if known:
            return known
        names = {1: "mosh", 65: "a VTE terminal", 83: "screen", 84: "tmux", 85: "rxvt"}
        if self.model[:2] == (0, 136):
            return "PuTTY"
        return names.get(self.model[0], "") if self.model and (self.model[0] != 1 or self.model == (1, 10, 0)) else ""

    @property
    def is_tmux(self) -> bool:
        """Whether it is a tmux: one that runs on the laptop, where the server knows of none."""
        return self.name == "tmux"

    @property
    def is_screen(self) -> bool:
        """Whether it is a GNU screen."""
        return self.model[:1] == (83,)

    @property
    def takes_clipboard(self) -> bool:
        """Whether it says that it lets programs write its clipboard."""
        return CLIPBOARD in self.features

    @property
    def refuses_clipboard(self) -> bool:
        """Whether it is known never to let them: VTE by policy, PuTTY and rxvt as they come (each was tried)."""
        refusing = self.model[:1] in ((65,), (85,)) or self.model[:3] == (0, 136, 0)
        return refusing and not self.takes_clipboard


UNKNOWN = Terminal()


class Question:
    """The question to a terminal, on its way. Nothing is echoed until the answer was taken."""

    def __init__(self, reading: int, writing: int, *, patience: float = PATIENCE) -> None:
        self._reading = reading
        self._before: list[Any] = termios.tcgetattr(reading)
        self._deadline = time.monotonic() + patience
        tty.setcbreak(reading, termios.TCSANOW)
        os.write(writing, QUESTIONS)
        self.typed = b""
        """What came that is no answer: what was typed before and meanwhile, and the beginning of what is still due."""

    def answer(self) -> Terminal:
        """Waits for the answer, no longer than its patience, and gives the terminal back as it was."""
        said = b""
        try:
            while not _FEATURES.search(said) and len(said) < MOST_SAID:
                left = self._deadline - time.monotonic()
                if not select.select([self._reading], [], [], max(left, 0))[0]:
                    break
                if not (some := os.read(self._reading, 1024)):
                    break
                said += some
        except OSError:
            said = b""  # the line dropped meanwhile; Textual, or the watch of the terminal, will notice
        with suppress(OSError, termios.error):
            termios.tcsetattr(self._reading, termios.TCSANOW, self._before)
        self.typed = _ANSWERS.sub(b"", said)
        return told(said)


def completed(known: Terminal, late: Terminal) -> Terminal:
    """Adds what a terminal said late to what it is known to be."""
    return Terminal(known.title or late.title, known.model or late.model, known.features or late.features)


def told(said: bytes) -> Terminal:
    """Reads a terminal's answers; what is not one of them was typed meanwhile."""
    title = _NAME.search(said)
    return Terminal(
        _UNPRINTABLE.sub("", title[1].decode("ascii", "ignore")) if title else "",
        _numbers(_MODEL.search(said)),
        _numbers(_FEATURES.search(said)),
    )


def _numbers(found: re.Match[bytes] | None) -> tuple[int, ...]:
    return tuple(int(number) for number in found[1].split(b";") if number) if found else ()
