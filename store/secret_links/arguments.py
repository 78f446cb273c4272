"""Checks of the library's arguments, since booking pages pass on what the web sends.

Each function gives the value in the form that the store works with, or raises InvalidInput, which names the argument.
Nothing is cut off or guessed: a value of another type is refused, even if it could be converted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from secret_links.errors import Field, InvalidInput, LinkUnknown
from secret_links.expiry import FARTHEST_EXPIRY
from secret_links.link_set import LinkSet
from secret_links.times import to_utc
from secret_links.tokens import find_token, only_token
from secret_links.values import Column, LinkFilter, Order, Status

NO_ROW = 0
"""The id of no row, which stands for numbers that are too large or too small to be an id."""

MOST_AMONG = 10_000
"""The most links that a filter names by their ids."""

_LARGEST_ID = 2**63 - 1
_LARGEST_SHOWN = 10**18


def token(given: object) -> str | None:
    """Finds the token in what a visitor sent; None if there is none, or several, or if it is no text."""
    return find_token(given) if isinstance(given, str) else None


def one_token(given: object) -> str:
    """Finds the one token in a text; LinkUnclear says that there is none, or several, LinkUnknown: it is no text."""
    if not isinstance(given, str):
        raise LinkUnknown
    return only_token(given)


def text(given: object, field: Field, what: str) -> str:
    """Checks a text; refuses one with a NUL or a lone surrogate, which databases cannot keep."""
    if not isinstance(given, str):
        raise InvalidInput(field, f"{what} is a text, not {_type_of(given)}.")
    if not given.isprintable() and re.search("[\0\ud800-\udfff]", given):  # most texts are, which is quick to see
        raise InvalidInput(field, f"{what} holds what is no text: a NUL, or bytes that are not UTF-8.")
    return given


def optional_text(given: object, field: Field, what: str) -> str | None:
    """Checks a text that may be None."""
    return None if given is None else text(given, field, what)


def labels(given: object) -> list[str | None]:
    """Checks the labels of new links, each of them a text, or None for none."""
    if not isinstance(given, Sequence) or isinstance(given, str | bytes):
        raise InvalidInput("label", "Labels are given as a list of texts, also where it is only one.")
    return [optional_text(label, "label", "A label") for label in given]


def notes(given: object) -> dict[str, str]:
    """Checks a link's notes: a mapping of names to notes, both texts."""
    if not isinstance(given, Mapping):
        raise InvalidInput("notes", "The notes on a link are a mapping of texts to texts.")
    return {text(name, "notes", "The name of a note"): text(note, "notes", "A note") for name, note in given.items()}


def reference(given: object) -> str | None:
    """Checks what a booking page calls a booking: a text, or an id that is a whole number or a UUID, as text."""
    if isinstance(given, UUID) or (isinstance(given, int) and not isinstance(given, bool)):
        return str(whole(given, "reference")) if isinstance(given, int) else str(given)
    if not isinstance(given, str | None):
        raise InvalidInput("reference", f"A reference is a text, a whole number or a UUID, not {_type_of(given)}.")
    return optional_text(given, "reference", "A reference")


def whole(given: object, field: Field) -> int:
    """Checks a whole number of up to 18 digits."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise InvalidInput(field, f"A whole number is wanted for {field}, not {_type_of(given)}.")
    if abs(given) > _LARGEST_SHOWN:
        raise InvalidInput(field, f"The number for {field} is out of all range.")
    return given


def from_zero(given: object, field: Field) -> int:
    """Checks a count of rows, or the number of one, from 0 on."""
    number = whole(given, field)
    if number < 0:
        raise InvalidInput(field, f"Rows are counted from 0 on, not from {number:,}.")
    return number


def row_id(given: object, field: Field) -> int:
    """Checks an id; one that no row can have becomes NO_ROW, which is never found."""
    if not isinstance(given, int) or isinstance(given, bool):
        raise InvalidInput(field, f"An id is a whole number, not {_type_of(given)}.")
    return given if 0 < given <= _LARGEST_ID else NO_ROW


def row_ids(given: object, field: Field) -> frozenset[int]:
    """Checks a list of ids; leaves out those that no row can have."""
    if not isinstance(given, Iterable) or isinstance(given, str | bytes):
        raise InvalidInput(field, f"A list of ids is wanted for {field}, not {_type_of(given)}.")
    return frozenset(row_id(one, field) for one in given) - {NO_ROW}


def instant(given: object, field: Field) -> datetime:
    """Checks an aware datetime; gives it in UTC, cut to the millisecond."""
    if not isinstance(given, datetime):
        raise InvalidInput(field, f"An instant is a datetime with a time zone, not {_type_of(given)}.")
    if given.utcoffset() is None:
        raise InvalidInput(field, "This instant has no time zone; give a datetime with one, as datetime.now(UTC) has.")
    return to_utc(given)


def link_filter(given: object) -> LinkFilter:
    """Checks a filter and its parts."""
    if not isinstance(given, LinkFilter):
        raise InvalidInput("filter", f"Which links are meant is said by a LinkFilter, not by {_type_of(given)}.")
    if not isinstance(given.status, Status | None):
        raise InvalidInput("status", f"A status is Status.ACTIVE and the like, not {_type_of(given.status)}.")
    text(given.search, "search", "What is searched for")
    _check_expires_within(given)
    if given.among is not None and len(row_ids(given.among, "links")) > MOST_AMONG:
        raise InvalidInput("links", f"Look among up to {MOST_AMONG:,} links at a time.")
    if given.event_type_id is None:
        return given
    return replace(given, event_type_id=row_id(given.event_type_id, "event_type"))


def _check_expires_within(given: LinkFilter) -> None:
    within = given.expires_within
    if within is None:
        return
    if not isinstance(within, timedelta):
        raise InvalidInput("expires", f"The time in which links expire is a timedelta, not {_type_of(within)}.")
    if not timedelta() <= within <= FARTHEST_EXPIRY:
        raise InvalidInput("expires", "Links expire within ten years; give a time from now up to that.")
    if given.status is not Status.ACTIVE:
        raise InvalidInput("status", "Only Active links can still expire; ask for those.")


def link_set(given: object) -> LinkSet:
    """Checks a selection and its parts."""
    if not isinstance(given, LinkSet):
        raise InvalidInput("links", f"Which links are chosen is said by a LinkSet, not by {_type_of(given)}.")
    every = None if given.every is None else link_filter(given.every)
    as_of = instant(given.as_of, "instant")
    return LinkSet(row_ids(given.ids, "links"), every, row_id(given.up_to, "links"), as_of, row_ids(given.but, "links"))


def order(given: object) -> Order:
    """Checks the order of a list."""
    if not isinstance(given, Order) or not isinstance(given.column, Column):
        raise InvalidInput("order", "How a list is ordered is said by an Order of a Column.")
    return given


def choices(given: object) -> dict[str, str]:
    """Checks a host's preferences: a mapping of names to choices, both texts."""
    if not isinstance(given, Mapping) or not all(isinstance(word, str) for pair in given.items() for word in pair):
        raise InvalidInput("preferences", "What a host prefers is a mapping of texts to texts.")
    return dict(given)


def _type_of(value: object) -> str:
    return "None" if value is None else f"a value of the type {type(value).__name__}"
