"""What puts a terminal back after a screen that could not do so itself."""

from __future__ import annotations

RESTORED = (
    "\x1b[?2026l\x1b[<u"  # a frame is over, and plain keys: a screen of its own has keys of its own
    "\x1b7\x1b[?1049l\x1b[?25h\x1b[?7h\x1b[0m"  # the screen before, the cursor, long lines, no colour
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # no mouse
    "\x1b[?1004l\x1b[?2004l\x1b[?2031l\x1b[?2048l"  # no reports, no brackets around what is pasted
)
"""Leaves a terminal that is in order as it is: the cursor is kept (`\\x1b7`) where it is when the screen is left."""
