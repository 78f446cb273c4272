"""Instants are read to the millisecond, whichever way they are computed."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as some

from secret_links.odd_values import read_instant
from secret_links.times import EPOCH, EXACT, FIRST, LAST, to_milliseconds


@given(some.integers(to_milliseconds(FIRST), to_milliseconds(LAST)) | some.integers(-EXACT - 5, EXACT + 5))
@example(EXACT - 1)
@example(1 - EXACT)
def test_a_number_of_milliseconds_is_read_exactly(milliseconds: int) -> None:
    instant = read_instant(milliseconds)
    assert instant == EPOCH + timedelta(milliseconds=milliseconds)
    assert str(instant).endswith("+00:00")
