"""How much of a long list is read, counted and kept at a time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """The numbers by which long lists are read; the defaults are for a screen and lists of up to 100 million rows."""

    page: int = 16
    """Rows in a page: a jump reads the pages that the screen touches, and with small ones little beside it."""
    kept_pages: int = 192
    """Pages kept of a list at the most."""
    short: int = 20_000
    """Rows up to which a list is counted at once; of longer ones the first rows are shown before that."""
    near: int = 50_000
    """Rows that are skipped in an index to those that are wanted, at the most; farther ones are estimated."""
    sample: int = 300
    """Ids that an estimate looks at: two times out of three, a row is then off by at most 3 % of all rows."""
    anchors: int = 2000
    """Anchors of one list at the most: a megabyte, and a second's work."""
    anchor_step: int = 1024
    """Rows between two anchors at the least: fewer are not worth a query."""
    found_at_once: int = 200
    """Links found by the beginning of their token that are shown before those found in other ways."""
    selected_at_once: int = 100_000
    """Rows that can be selected as one range; all that pass the filters are selected in another way."""

    def step_for(self, count: int) -> int:
        """Returns how many rows lie between two anchors of a list with about `count` rows."""
        return max(self.anchor_step, count // self.anchors)


USUAL = ReadingLimits()
"""The limits where nobody gives others."""
