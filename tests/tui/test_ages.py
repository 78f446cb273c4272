from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secret_links.expiry import parse_expiry
from secret_links_tui.ages import exact, promised, relative

LISBON = ZoneInfo("Europe/Lisbon")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=2), "2 min ago"),
        (timedelta(hours=8), "8 h ago"),
        (timedelta(hours=11), "11 h ago"),
        (timedelta(hours=20), "yesterday"),
        (timedelta(days=3), "3 days ago"),
        (timedelta(days=11), "12 Nov"),
        (timedelta(days=400), "19 Oct 2025"),
        (timedelta(seconds=-30), "in seconds"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(hours=-3), "in 3 h"),
        (timedelta(days=-1), "tomorrow"),
        (timedelta(days=-6), "in 6 days"),
        (timedelta(days=-31), "24 Dec"),
        (timedelta(days=-60), "22 Jan 2027"),
    ],
)
def test_an_age_is_short(ago: timedelta, text: str) -> None:
    assert relative(NOW - ago, NOW, LISBON) == text


def test_yesterday_is_the_hosts_yesterday() -> None:
    late = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
    auckland = ZoneInfo("Pacific/Auckland")
    assert relative(late - timedelta(hours=18), late, auckland) == "yesterday"
    assert relative(late - timedelta(hours=16), late, auckland) == "16 h ago"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        ("Europe/Lisbon", "Mon 23 Nov 2026 09:00 (WET, UTC+00:00)"),
        ("Asia/Kolkata", "Mon 23 Nov 2026 14:30 (IST, UTC+05:30)"),
        ("America/Sao_Paulo", "Mon 23 Nov 2026 06:00 (UTC-03:00)"),
        ("UTC", "Mon 23 Nov 2026 09:00 (UTC+00:00)"),
    ],
)
def test_an_exact_instant_has_its_zone_and_offset(zone: str, text: str) -> None:
    assert exact(NOW, ZoneInfo(zone)) == text


def test_seconds_are_shown_if_there_are_some() -> None:
    assert exact(NOW + timedelta(seconds=7), LISBON).startswith("Mon 23 Nov 2026 09:00:07")


def test_the_promise_of_a_bare_date_names_the_day_that_ends() -> None:
    expiry = parse_expiry("27 nov", NOW, LISBON)
    assert promised(expiry, NOW, LISBON) == "End of Fri 27 Nov 2026: Sat 28 Nov 2026 00:00 (WET, UTC+00:00), in 4 days."
    assert promised(None, NOW, LISBON) == "Never expires."
