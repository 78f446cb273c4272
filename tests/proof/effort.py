"""How much of the proof is run: a sample, what fits into half an hour on two processors, or all of it."""

from __future__ import annotations

import os

_ASKED = os.environ.get("SECRET_LINKS_PROOF", "")

PROOF = bool(_ASKED)
"""Whether more than the sample of an ordinary run is wanted."""

WHOLE = _ASKED == "whole"
"""Whether everything is, which takes hours."""


def every(nth: int) -> int:
    """Gives which of very many cases are tried: every `nth`, or each one where everything is wanted."""
    return 1 if WHOLE else nth
