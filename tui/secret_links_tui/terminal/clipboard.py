"""Copying to the host's clipboard, and whether a copy certainly arrived.

Over OSC 52 the terminal is asked to take a text into the clipboard of the machine it runs on, which is the laptop in
front of the host even through SSH. It never answers, so such a copy is "sent". tmux and screen swallow that sequence
unless it is wrapped in theirs. In a local graphical session pyperclip copies, reads back what it copied, and
only then it is "copied"; or the host has proved once, by pasting, that this terminal takes as much by the same way.

On a server all hosts may share one account, with its clipboard and whatever tmux runs under it. Neither is in front of
a host who comes over SSH: a tmux is used only where this program's terminal is one of its panes.
"""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from secret_links_tui.settings import Way
from secret_links_tui.terminal.identify import UNKNOWN, Terminal, is_remote

DEADLINE = 5.0
"""Seconds that pyperclip, or tmux, may take: with an X server that does not answer it would wait for ever."""

MOST_SENT = 100_000
"""Bytes that are sent to a terminal at once, at the most: 120,000 went through those that were tried."""

MOST_THROUGH_SCREEN = 500
"""The same through GNU screen 4.9, which took 500 and lost 740."""

PROVED_AT_ONCE = 1000
"""Bytes of a check: some twenty URLs. More is proved where more was copied before, up to `MOST_PROVED`."""

MOST_PROVED = 20_000
"""Bytes of a check, at the most: what a person can be asked to paste into a field over a slow line."""

_LOAD = ("tmux", "load-buffer", "-w", "-")
"""Has tmux take a text, and hand it to the terminals that it is shown in."""

# In a child process: pyperclip can hang, and lets its helpers write to the terminal that the screen is drawn on.
# xclip says that it is done, and takes the selection a moment later: on a busy machine, after it is read back.
_COPY_AND_READ_BACK = """
import sys, time, pyperclip
text = sys.stdin.buffer.read().decode("utf-8")
pyperclip.copy(text)
for _ in range(40):
    if pyperclip.paste() == text:
        sys.exit(0)
    time.sleep(0.05)
sys.exit(1)
"""


@dataclass(frozen=True)
class Clipboard:
    """The clipboard in front of the host, and the way to it."""

    way: Way = Way.OSC52
    terminal: Terminal = field(default=UNKNOWN)
    proved: int = 0
    """Bytes that the host has seen arrive in one copy; 0 for none."""
    declined: str = ""
    """Why the way that was chosen is not taken; empty where it is."""

    @property
    def where(self) -> str:
        """What a text is sent to."""
        named = {Way.TMUX: "tmux", Way.SCREEN: "screen"}.get(self.way, self.terminal.name)
        return f"your terminal ({named})" if named else "your terminal"

    @property
    def preference(self) -> str:
        """The name of the preference that keeps how many bytes were proved of this way to this terminal."""
        terminal = self.terminal
        numbers = "/".join(";".join(map(str, said)) for said in (terminal.model, terminal.features))
        return f"clipboard of {terminal.title or 'a terminal without a name'} ({numbers}), by {self.way}"

    @property
    def cure(self) -> str:
        """What to do if a text that was sent does not arrive; empty if nothing can be done."""
        name = self.terminal.name
        if self.declined or self.proved:
            return self.declined
        if self.terminal.is_tmux and self.way is not Way.TMUX:
            return "if it does not arrive: set -g set-clipboard on, in your laptop's tmux"
        if self.way is Way.TMUX:  # the server's hides what it is shown in
            return "if it does not arrive: set -g set-clipboard on, in your laptop's tmux, where there is one"
        if name.startswith("iTerm2"):
            return "if it does not arrive: tick “Applications in terminal may access clipboard” in iTerm2's settings"
        if name == "mosh":
            return "if it does not arrive: mosh hands it on only outside of tmux"
        return ""

    @property
    def opens_link_view(self) -> bool:
        """Whether there is no way, so that the URL is shown instead."""
        return self.way is Way.OFF

    @property
    def most(self) -> int | None:
        """The most bytes of text that fit; None for no limit."""
        if self.way is Way.SYSTEM:
            return None
        most = MOST_THROUGH_SCREEN if self.way is Way.SCREEN else MOST_SENT
        return (most - len(_osc52(b""))) // 4 * 3

    def fits(self, text: str) -> bool:
        """Whether a text is short enough for this way."""
        return self.most is None or len(text.encode("utf-8")) <= self.most

    def further(self, text: str) -> list[str]:
        """Returns the control sequences that carry a text, besides the plain one that Textual sends."""
        plain = _osc52(text.encode("utf-8"))
        if self.way is Way.SCREEN:
            return [f"\x1bP{plain}\x1b\\"]
        if self.way is Way.TMUX or self.terminal.is_tmux:
            doubled = plain.replace("\x1b", "\x1b\x1b")
            return [f"\x1bPtmux;{doubled}\x1b\\"]
        return []

    def length_to_prove(self, longest: int) -> int:
        """Returns how many bytes a check sends; `longest` is the length of the longest text that was copied before."""
        wanted = min(max(PROVED_AT_ONCE, longest), MOST_PROVED)
        return wanted if self.most is None else min(wanted, self.most)

    async def confirm(self, text: str) -> bool:
        """Finishes a copy, and returns whether it is certain that the text arrived."""
        data = text.encode("utf-8")
        if self.way is Way.SYSTEM:
            return await copy_locally(text)
        if self.way is Way.TMUX and not (await _is_own_tmux() and await _run(_LOAD, data) is not None):
            return False
        return len(data) <= self.proved


def choose(way: Way, environ: Mapping[str, str], terminal: Terminal, platform: str = sys.platform) -> Clipboard:
    """Chooses the way to the clipboard by what the terminal and the environment say.

    A way that may lead to another account's clipboard is declined, and the automatic choice taken.
    """
    if declined := _why_declined(way, environ):
        return replace(choose(Way.AUTO, environ, terminal, platform), declined=declined)
    if way is not Way.AUTO:
        return Clipboard(way, terminal)
    if environ.get("TMUX"):
        return Clipboard(Way.TMUX, terminal)
    if environ.get("STY") or terminal.is_screen:
        return Clipboard(Way.SCREEN, terminal)
    if is_local(environ, platform):
        return Clipboard(Way.SYSTEM, terminal)
    return Clipboard(Way.OFF if terminal.refuses_clipboard else Way.OSC52, terminal)


@dataclass(frozen=True, slots=True)
class Clipboards:
    """The ways to the clipboard in front of the host, by what the environment and the terminal say."""

    environ: Mapping[str, str] = field(default_factory=dict)
    terminal: Terminal = UNKNOWN

    def by(self, way: Way) -> Clipboard:
        """Returns the clipboard by a way; for AUTO, by the best one."""
        return choose(way, self.environ, self.terminal)


def _why_declined(way: Way, environ: Mapping[str, str]) -> str:
    if way is Way.TMUX and not environ.get("TMUX"):
        return "not by tmux: there is none around this screen"
    if way is Way.SYSTEM and is_remote(environ):
        return "not by the server's own clipboard: it is not the one in front of you"
    return ""


def is_local(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the clipboard of the machine that this runs on is the one in front of the host."""
    if is_remote(environ):
        return False
    return platform in ("darwin", "win32") or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


async def copy_locally(text: str, deadline: float = DEADLINE) -> bool:
    """Copies with pyperclip, and returns whether the clipboard then held the text."""
    return await _run([sys.executable, "-c", _COPY_AND_READ_BACK], text.encode("utf-8"), deadline) is not None


async def _is_own_tmux() -> bool:
    """Whether the terminal that the screen is drawn on is a pane of the tmux that the environment names."""
    try:
        own = os.ttyname(sys.__stderr__.fileno() if sys.__stderr__ is not None else -1)
    except (OSError, ValueError):
        return False
    panes = await _run(["tmux", "list-panes", "-a", "-F", "#{pane_tty}"], b"", output=asyncio.subprocess.PIPE)
    return panes is not None and own.encode() in panes.splitlines()


async def _run(
    command: Sequence[str], data: bytes, deadline: float = DEADLINE, output: int = asyncio.subprocess.DEVNULL
) -> bytes | None:
    """Runs a command on some input, away from the terminal; returns None if it failed, or took longer than `deadline`.

    Returns what it wrote if `output` is a pipe; a helper that keeps the clipboard would hold one open.
    """
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=output,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # a helper that keeps the clipboard stays when the terminal is closed
        )
    except OSError:
        return None
    try:
        written, _ = await asyncio.wait_for(child.communicate(data), deadline)
    except TimeoutError:
        return None
    finally:
        if child.returncode is None:  # too slow, or another copy takes its place: it must not copy any more
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # its helpers too
            await child.wait()
    return (written or b"") if child.returncode == 0 else None


def _osc52(data: bytes) -> str:
    return f"\x1b]52;c;{base64.b64encode(data).decode('ascii')}\x07"
