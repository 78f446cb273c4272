"""Anchors: rows of a long list whose number is known, spread all over it.

To show row 5,000,000 of ten million, a database would have to walk past all the rows before it. A reader goes through
the list once, in the background, and notes every so many rows which link stands there; from then on any row is a short
walk from the nearest of these, and how many rows there are is known as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from secret_links import Checkpoint, Link

MOST = 2000
"""Anchors of one list at the most: a megabyte, and a second's work."""

LEAST_STEP = 1024
"""Rows between two anchors at the least: fewer are not worth a query."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of one list, as it was when they were taken."""

    checkpoints: Sequence[Checkpoint]
    """In the order of their rows; the first row needs none."""
    count: int
    """How many rows the list had."""

    def nearest(self, row: int) -> Checkpoint | None:
        """Gives the anchor nearest to a row; None where the first row is nearer."""
        at = bisect_left(self.checkpoints, row, key=lambda mark: mark.row)
        near = self.checkpoints[max(at - 1, 0) : at + 1]
        best = min(near, key=lambda mark: abs(mark.row - row), default=None)
        return best if best is not None and abs(best.row - row) < row else None

    def before(self, link: Link, sort_key: Callable[[Link], Any]) -> Checkpoint | None:
        """Gives the last anchor that stands before a link, or at it; None where that is the first row."""
        at = bisect_left(self.checkpoints, sort_key(link), key=lambda mark: sort_key(cast("Link", mark.link)))
        return self.checkpoints[at - 1] if at else None


def step_for(count: int) -> int:
    """Says how many rows lie between two anchors of a list with about so many rows."""
    return max(LEAST_STEP, count // MOST)
