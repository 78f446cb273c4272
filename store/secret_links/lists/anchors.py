"""Anchors: rows of a long list whose number is certain, spread all over it.

To show row 5,000,000 of ten million, a database would have to skip all the rows before it. A reader goes through the
list once, in the background, and keeps a checkpoint at every nth row; from then on any row is a short scan from the
nearest of these, and the number of rows is certain as well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from secret_links.values import Checkpoint, Link


@dataclass(frozen=True, slots=True)
class Anchors:
    """The anchors of one list, as it was when they were taken."""

    checkpoints: Sequence[Checkpoint]
    """In the order of their rows; the first row needs none."""
    count: int
    """How many rows the list had."""

    def nearest(self, row: int) -> Checkpoint | None:
        """Returns the anchor nearest to a row; None where the first row is nearer."""
        at = bisect_left(self.checkpoints, row, key=lambda checkpoint: checkpoint.row)
        near = self.checkpoints[max(at - 1, 0) : at + 1]
        best = min(near, key=lambda checkpoint: abs(checkpoint.row - row), default=None)
        return best if best is not None and abs(best.row - row) < row else None

    def before(self, link: Link, sort_key: Callable[[Link], Any]) -> Checkpoint | None:
        """Returns the last anchor that stands before a link, or at it; None where that is the first row."""
        at = bisect_left(self.checkpoints, sort_key(link), key=lambda point: sort_key(cast("Link", point.link)))
        return self.checkpoints[at - 1] if at else None
