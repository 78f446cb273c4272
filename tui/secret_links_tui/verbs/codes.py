"""Exit codes."""

from __future__ import annotations

DONE, REFUSED, WRONG_USAGE = 0, 1, 2
