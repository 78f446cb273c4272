"""Rows of a spreadsheet in the field for names: read as people, each perhaps with an expiry of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from secret_links import InvalidInput
from secret_links.expiry import parse_expiry
from secret_links_tui.ages import end_at_clock

if TYPE_CHECKING:
    from secret_links.people import BadLine, People

MOST_SAID = 2
"""Bad lines that a note names."""


class PastedPeople:
    """Reads a text as a table where it has tabs, as what is copied from a spreadsheet has; once for each text."""

    def __init__(self, now: Callable[[], datetime], zone: tzinfo) -> None:
        """`zone` is that in which expiries are typed."""
        self._now = now
        self._zone = zone
        self._last: tuple[str, People | None, InvalidInput | None] = ("", None, None)

    def read(self, text: str) -> People | None:
        """Returns the people in a text; None where it is no table, InvalidInput where a table cannot be read.

        A length of time, such as 7d, counts from when the text was first read: that was shown.
        """
        if "\t" not in text:
            return None
        if text != self._last[0]:
            from secret_links.people import read_people  # noqa: PLC0415  # for who pastes a table

            try:
                people = read_people(text, lambda typed: parse_expiry(typed, self._now(), self._zone), separator="\t")
                self._last = (text, people, None)
            except InvalidInput as error:
                self._last = (text, None, InvalidInput("label", str(error)))
        _, found, refused = self._last
        if refused is not None:
            raise refused
        return found

    def summary(self, people: People, taken: Collection[str]) -> str:
        """Says what was understood of a table: how many people, and what is odd about them."""
        number = len(people.persons)
        again = sum(each.is_said_twice for each in people.bad)
        have = sum(each.label in taken for each in people.persons)
        said = ["1 person" if number == 1 else f"{number:,} people"]
        said += [f"{again:,} twice"] if again else []
        said += [f"{have:,} {'has' if have == 1 else 'have'} a link"] if have else []
        notes = [", ".join(said), self._own_expiries(people)]
        notes += [bad_lines(unusable_lines(people), MOST_SAID)]
        notes += [f"Notes: {', '.join(people.notes)}"] if people.notes else []
        notes += [f"Not used: {', '.join(people.ignored)}"] if people.ignored else []
        return " ".join(f"{note}." for note in notes if note)

    def _own_expiries(self, people: People) -> str:
        own = [each.expires_at for each in people.persons if each.expires_at is not None]
        if not own:
            return ""
        first, last = (end_at_clock(instant, self._now(), self._zone) for instant in (min(own), max(own)))
        number = f"{len(own):,} {'expires' if len(own) == 1 else 'expire'}"
        return f"{number} at {first}" if first == last else f"{number} between {first} and {last}"


def unusable_lines(people: People) -> list[BadLine]:
    """Returns the lines of which no link can be made: a person who is there twice would get two."""
    return [each for each in people.bad if not each.is_said_twice]


def bad_lines(bad: Collection[BadLine], most: int) -> str:
    """Names the first of some lines, with what is wrong with each; empty for none."""
    named = [f"line {each.line:,}: {each.sentence}" for each in list(bad)[:most]]
    more = len(bad) - len(named)
    said = "; ".join([*named, f"and {more:,} more"] if more else named)
    return f"{said[:1].upper()}{said[1:]}"
