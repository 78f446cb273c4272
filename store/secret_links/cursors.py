"""Cursors: where somebody who follows the events of a host's links has come to, as a text to go on from."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from secret_links.errors import InvalidInput
from secret_links.times import from_milliseconds, to_milliseconds

_WRITTEN = r"(?a)(\d{1,18})((?:\+\d{1,18}(?:-\d{1,18})?)*)(?:/(\d{1,18})\.(\d{1,18}))?@(\d{1,15})(?:\.(\d{1,18}))?"

LOOKED_BACK = 10_000
"""Events before the newest one, among which a new cursor leaves out those that are not committed yet."""

Ranges = tuple[tuple[int, int], ...]
"""Ids from a first to a last one each, in their order."""


class Cursor(NamedTuple):
    """What has been told: the events up to one, and the expiries up to an instant.

    Written `1042@1764201234567`: the event's id, and the instant in milliseconds since 1970. On a server, transactions
    are not committed in the order of their events: `1042+1038-1040@…` leaves out three that may still come.
    """

    event: int
    expiries: datetime
    """Links that had expired by then have been told."""
    gaps: Ranges = ()
    """Ids up to `event` that have not been told, as their events were not there."""
    part: tuple[int, int] | None = None
    """An event of which a part has been told, and the last link of that part."""
    expired_link: int = 0
    """The last one that was told of the links that expired at `expiries`; 0 for all of them."""

    def __str__(self) -> str:
        gaps = "".join(f"+{first}" if first == last else f"+{first}-{last}" for first, last in self.gaps)
        part = f"/{self.part[0]}.{self.part[1]}" if self.part else ""
        link = f".{self.expired_link}" if self.expired_link else ""
        return f"{self.event}{gaps}{part}@{to_milliseconds(self.expiries)}{link}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """Reads a cursor; InvalidInput refuses any other text."""
        found = re.fullmatch(_WRITTEN, text.strip())
        if found is None:
            raise InvalidInput(
                "since", "This is no cursor; give one that watch has printed, such as 1042@1764201234567."
            )
        event, gaps, part, part_link, instant, link = found.groups()
        ranges = (each.split("-") for each in gaps.split("+")[1:])
        return cls(
            int(event),
            from_milliseconds(int(instant)),
            tuple(sorted((int(ends[0]), int(ends[-1])) for ends in ranges)),
            (int(part), int(part_link)) if part else None,
            int(link or 0),
        )


def without(ranges: Ranges, number: int) -> Ranges:
    """Returns ranges without one number."""
    left: list[tuple[int, int]] = []
    for first, last in ranges:
        if first <= number <= last:
            parts = ((first, number - 1), (number + 1, last))
            left += [part for part in parts if part[0] <= part[1]]
        else:
            left.append((first, last))
    return tuple(left)
