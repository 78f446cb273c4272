"""How much of a long list is read, counted and kept at a time, and how often."""

from __future__ import annotations

from typing import NamedTuple


class ReadingLimits(NamedTuple):
    """The numbers by which long lists are read; the defaults are for a screen and lists of up to 100 million rows."""

    page: int = 16
    """Rows in a page; a jump reads whole pages, so small ones read little that is not on the screen."""
    kept_pages: int = 192
    """Pages kept of a list at the most."""
    short: int = 20_000
    """Rows up to which a list is counted before it is shown; longer ones are counted later."""
    near: int = 10_000
    """The most rows that are skipped in an index on the way to others; the place of farther ones is estimated."""
    sample: int = 300
    """Ids in the sample of an estimate: two times out of three, a row is then off by at most 3 % of all rows."""
    anchors: int = 2000
    """The most anchors of one list: a megabyte, and a second's work."""
    anchor_step: int = 1024
    """The fewest rows between two anchors: less is not worth a query."""
    found_at_once: int = 200
    """Links found by the beginning of their token that are shown before those found in other ways."""
    selected_at_once: int = 100_000
    """The most rows that can be selected as one range; selecting all that pass the filters has no limit."""

    quick: float = 0.15
    """Seconds that counting, or scanning a whole list, may take without a pause before the next time."""
    rest: int = 100
    """The length of such a pause, as a multiple of the seconds beyond `quick` that it took."""

    def step_for(self, count: int) -> int:
        """Returns how many rows lie between two anchors of a list with about `count` rows."""
        return max(self.anchor_step, count // self.anchors)


USUAL = ReadingLimits()
"""The default limits."""
