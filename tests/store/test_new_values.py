"""What links that were sent are to be instead: new expiries within their bounds, and why there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secret_links import Change, EventType, InvalidInput, Link, NewExpiry, Reissue
from secret_links.expiry import FARTHEST_EXPIRY
from secret_links.new_values import parse_later, parse_new_expiry, why_not
from secret_links.odd_values import OddInstant
from support import START

WEEK = timedelta(days=7)
MOMENT = timedelta(milliseconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
LINK = Link(1, "x" * 22, EventType(1, "intro", "Intro", 30), "Bo", START - WEEK, START + WEEK, None, None)


@pytest.mark.parametrize("new", [START + MOMENT, START + FARTHEST_EXPIRY, None])
def test_a_new_expiry_lies_ahead_and_ten_years_at_most(new: datetime | None) -> None:
    assert NewExpiry(new).instead_of(START + WEEK, START) == new
    assert NewExpiry(new).given_to(LINK, START) == replace(LINK, expires_at=new)


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (NewExpiry(START), "This expiry has passed; pick one that lies ahead."),
        (NewExpiry(later=-WEEK), "This expiry has passed; pick one that lies ahead."),
        (NewExpiry(START + FARTHEST_EXPIRY + MOMENT), "That is over ten years ahead; give never for no expiry."),
        (NewExpiry(later=FARTHEST_EXPIRY - WEEK + MOMENT), "That is over ten years ahead; give never for no expiry."),
        (NewExpiry(later=timedelta.max), "That is over ten years ahead; give never for no expiry."),
    ],
)
def test_other_expiries_are_refused(new: NewExpiry, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        new.instead_of(START + WEEK, START)
    assert (refused.value.field, str(refused.value)) == ("expires", sentence)


def test_an_expiry_moves_on_from_where_it_is_whatever_else_is_given() -> None:
    assert NewExpiry(START + MOMENT, later=WEEK).instead_of(START + WEEK, START) == START + 2 * WEEK
    assert NewExpiry(later=FARTHEST_EXPIRY - WEEK).instead_of(START + WEEK, START) == START + FARTHEST_EXPIRY
    assert NewExpiry(START + MOMENT, later=WEEK).instead_of(None, START) is None


def test_an_expiry_that_another_program_set_too_far_ahead_may_stay() -> None:
    far = START + 2 * FARTHEST_EXPIRY
    assert NewExpiry(far).instead_of(far, START) == far


def test_a_change_is_of_the_expiry_alone_or_of_more() -> None:
    assert Change(expiry=NewExpiry()).is_of_expiry_alone
    assert not Change("", NewExpiry()).is_of_expiry_alone
    assert not Change(expiry=NewExpiry(), notes={"Round": "2"}).is_of_expiry_alone
    assert Reissue() == Reissue(None, as_long=True, label=None, delete_old=False)


def test_how_much_later_is_read_and_nothing_else() -> None:
    assert [parse_later(text) for text in ("+7d", " + 1 week ", "7d", "fri", "")] == [WEEK, WEEK, None, None, None]
    for text in ("+", "+fri", "++7d", "+0d"):
        with pytest.raises(InvalidInput, match="no length of time") as refused:
            parse_later(text)
        assert refused.value.field == "expires"


def test_a_new_expiry_is_read_as_it_is_typed() -> None:
    assert parse_new_expiry("+7d", START, BERLIN) == NewExpiry(later=WEEK)
    assert parse_new_expiry("never", START, BERLIN) == NewExpiry()
    assert parse_new_expiry("2026-11-24 12:00", START, BERLIN) == NewExpiry(START + timedelta(days=1, hours=2))


def test_it_is_said_why_an_expiry_cannot_be_changed() -> None:
    for link, sentence in (
        (replace(LINK, used_at=START), "has been used; there is nothing left to expire"),
        (replace(LINK, expires_at=OddInstant.unreadable(None)), "is damaged: its expiry cannot be read"),
        (replace(LINK, expires_at=START), "has expired, and its visitor may have been told so"),
    ):
        assert str(why_not(link, START)) == f"This link {sentence}. Reissue it for a fresh one."
