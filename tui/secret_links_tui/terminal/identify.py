"""Which terminal the host has, asked before the screen is drawn.

Four questions go out at once: its background (OSC 11), its name (XTVERSION), its model (DA2) and its features (DA1).
Terminals answer in order, and all answer the last one, so after its answer no other comes. The questions go out before
Textual is imported and the answers are read after that, so that over most lines nobody waits for them. Answers that
come even later are taken from what is typed, and used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

BACKGROUND_QUESTION = "\x1b]11;?\x1b\\"

QUESTIONS = BACKGROUND_QUESTION.encode() + b"\x1b[>0q\x1b[>c\x1b[c"

ANSWER_PATIENCE = 0.6
"""Seconds from the question on, after which no answer is expected."""

REMOTE_ANSWER_PATIENCE = 1.5
"""The same over SSH: two round trips of a very slow line."""

LONGEST_ANSWER = 4096
"""The most bytes of all answers together; what sends more is not a terminal that answers."""

_NAME = rb"\x1bP>\|([^\x1b\x07\x9c]{0,80})"
_MODEL = rb"\x1b\[>([0-9;]{1,40})c"
FEATURES = re.compile(rb"\x1b\[\?([0-9;]{1,80})c")
"""The answer to the last question."""

_BACKGROUND = rb"\x1b\]11;rgba?:([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})/([0-9a-fA-F]{1,4})(?![0-9a-fA-F])"
ANSWERS = re.compile(rb"\x1b\]11;[^\x1b\x07]*(?:\x1b\\|\x07)|\x1bP>\|[^\x1b\x07]*(?:\x1b\\|\x07)|\x1b\[[>?][0-9;]*c")
_UNPRINTABLE = r"[^ -~]"

CLIPBOARD = 52
"""The feature in DA1 of a terminal that lets programs write its clipboard; in use since 2025."""


@dataclass(frozen=True, slots=True)
class Terminal:
    """What a terminal said about itself; all is empty if it said nothing, or was not asked."""

    title: str = ""
    """Its name and version, as in `tmux 3.5a` or `kitty(0.26.5)`."""
    model: tuple[int, ...] = ()
    """The numbers of DA2."""
    features: tuple[int, ...] = ()
    """The numbers of DA1."""
    light: bool | None = field(default=None, compare=False)
    """Whether its background is light, which a host may change; None if it did not say."""

    @property
    def name(self) -> str:
        """Its name, such as `kitty`; empty if it did not say."""
        name = re.split(r"[ (]", self.title, maxsplit=1)[0]
        if name:
            return name
        names = {1: "mosh", 65: "a VTE terminal", 83: "screen", 84: "tmux", 85: "rxvt"}
        if self.model[:2] == (0, 136):
            return "PuTTY"
        return names.get(self.model[0], "") if self.model and (self.model[0] != 1 or self.model == (1, 10, 0)) else ""

    @property
    def is_tmux(self) -> bool:
        """Whether it is a tmux; it runs on the laptop unless the environment here has one."""
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
        """Whether it never lets them: VTE by policy, PuTTY and rxvt by default (each was tried)."""
        refusing = self.model[:1] in ((65,), (85,)) or self.model[:3] == (0, 136, 0)
        return refusing and not self.takes_clipboard


UNKNOWN = Terminal()


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether this runs at the other end of an SSH connection."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))


def completed(terminal: Terminal, late: Terminal) -> Terminal:
    """Returns a terminal with the answers that came late, where it had none; its background is the latest."""
    light = terminal.light if late.light is None else late.light
    title, model = terminal.title or late.title, terminal.model or late.model
    return Terminal(title, model, terminal.features or late.features, light)


def parse_answers(said: bytes) -> Terminal:
    """Parses a terminal's answers; ignores everything else."""
    title = re.search(_NAME, said)
    return Terminal(
        re.sub(_UNPRINTABLE, "", title[1].decode("ascii", "ignore")) if title else "",
        _numbers(re.search(_MODEL, said)),
        _numbers(FEATURES.search(said)),
        _is_light(re.search(_BACKGROUND, said)),
    )


def _is_light(found: re.Match[bytes] | None) -> bool | None:
    """Returns whether a colour, of one to four digits for each part, is nearer to white than to black."""
    if found is None:
        return None
    red, green, blue = (int(part, 16) / (16 ** len(part) - 1) for part in found.groups())
    return bool(0.299 * red + 0.587 * green + 0.114 * blue > 0.5)


def _numbers(found: re.Match[bytes] | None) -> tuple[int, ...]:
    return tuple(int(number) for number in found[1].split(b";") if number) if found else ()
