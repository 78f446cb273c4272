"""Exit codes."""

from __future__ import annotations

DONE, REFUSED, WRONG_USAGE = 0, 1, 2

UNANSWERED = 3
"""Of verbs whose REFUSED is an answer, that a link is not available or not there: the store could not be asked."""
