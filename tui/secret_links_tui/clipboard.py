"""Copying, and saying truthfully what became of it.

Over OSC 52 the terminal is asked to take a text into the clipboard of the machine it runs on, which is the laptop in
front of the host even through SSH. It never answers, so such a copy is "sent". In a local graphical session pyperclip
copies besides, reads back what it copied, and only then it is "copied".
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping

DEADLINE = 3.0
"""Seconds that pyperclip may take: with an X server that does not answer it would wait for ever."""

# In a child process: pyperclip can hang, and lets its helpers write to the terminal that the screen is drawn on.
_COPY_AND_READ_BACK = """
import sys, pyperclip
text = sys.stdin.buffer.read().decode("utf-8")
pyperclip.copy(text)
sys.exit(0 if pyperclip.paste() == text else 1)
"""


def is_local(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether the clipboard of the machine that this runs on is the one in front of the host."""
    if any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY")):
        return False
    return platform in ("darwin", "win32") or any(environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


async def copy_locally(text: str, deadline: float = DEADLINE) -> bool:
    """Copies with pyperclip, and gives whether the clipboard then held the text."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _COPY_AND_READ_BACK,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await asyncio.wait_for(child.communicate(text.encode("utf-8")), deadline)
    except TimeoutError:
        return False
    finally:
        if child.returncode is None:  # too slow, or another copy takes its place: it must not copy any more
            child.kill()
            await child.wait()
    return child.returncode == 0
