from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from secret_links.expiry import parse_expiry
from secret_links_tui.ages import end_at_clock, exact, exact_end, exact_span, is_doubtful, promised, relative

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
    assert promised(expiry, NOW, LISBON) == "End of Fri 27 Nov 2026 (WET, UTC+00:00), in 4 days."
    assert promised(None, NOW, LISBON) == "Never expires."


@pytest.mark.parametrize(
    ("typed", "said", "doubtful"),
    [
        ("25 nov 9:00", "Wed 25 Nov 2026 09:00 (WET, UTC+00:00), in 2 days.", False),
        ("20 nov 9:00", "Sat 20 Nov 2027 09:00 (WET, UTC+00:00): that is in a year.", True),
        ("20 nov", "End of Sat 20 Nov 2027 (WET, UTC+00:00): that is in a year.", True),
        ("23 nov 8:59", "Tue 23 Nov 2027 08:59 (WET, UTC+00:00): that is in a year.", True),
        ("1 mar", "End of Mon 1 Mar 2027 (WET, UTC+00:00): that is in 3 months.", True),
        ("10 jan", "End of Sun 10 Jan 2027 (WET, UTC+00:00), in 7 weeks.", False),
        ("1 mar 2027", "End of Mon 1 Mar 2027 (WET, UTC+00:00), in 3 months.", False),
        ("1 mar 2028", "End of Wed 1 Mar 2028 (WET, UTC+00:00): that is in 15 months.", True),
        ("29 feb", "End of Tue 29 Feb 2028 (WET, UTC+00:00): that is in 15 months.", True),
        ("2000d", "Sat 15 May 2032 10:00 (WEST, UTC+01:00): that is in 5 years.", True),
        ("365d", "Tue 23 Nov 2027 09:00 (WET, UTC+00:00), in a year.", False),
        ("31 dec", "End of Thu 31 Dec 2026 (WET, UTC+00:00), in 6 weeks.", False),
        ("31 dec 24:00", "End of Thu 31 Dec 2026 (WET, UTC+00:00), in 6 weeks.", False),
        ("1 jan 2027 00:00", "End of Thu 31 Dec 2026 (WET, UTC+00:00), in 6 weeks.", False),
        ("mon", "End of Mon 23 Nov 2026 (WET, UTC+00:00): that is today, in 15 h.", True),
        ("monday 17:00", "Mon 23 Nov 2026 17:00 (WET, UTC+00:00): that is today, in 8 h.", True),
        ("mon 8:00", "Mon 30 Nov 2026 08:00 (WET, UTC+00:00), in 7 days.", False),
        ("tue", "End of Tue 24 Nov 2026 (WET, UTC+00:00), tomorrow.", False),
        ("noon", "Mon 23 Nov 2026 12:00 (WET, UTC+00:00), in 3 h.", False),
        ("midnight", "End of Mon 23 Nov 2026 (WET, UTC+00:00), in 15 h.", False),
        (
            "31 oct 2027 01:30",
            "Sun 31 Oct 2027 01:30 (WET, UTC+00:00): that is in 11 months; the clocks show this time twice, and the"
            " second is meant.",
            True,
        ),
    ],
)
def test_a_promise_says_what_a_host_may_not_expect(typed: str, said: str, doubtful: bool) -> None:
    expiry = parse_expiry(typed, NOW, LISBON)
    assert (promised(expiry, NOW, LISBON), is_doubtful(expiry, NOW)) == (said, doubtful)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Asia/Kolkata", "America/New_York", "Africa/Cairo"])
def test_an_expiry_at_the_end_of_a_day_is_said_by_that_day(zone: str) -> None:
    there = ZoneInfo(zone)
    expiry = parse_expiry("31 dec", NOW, there)
    assert expiry is not None
    assert exact_end(expiry.at, there).startswith("end of Thu 31 Dec 2026 (")
    assert relative(expiry.at, NOW, there) == "31 Dec"
    later = expiry.at + timedelta(days=3)
    assert relative(expiry.at, later, there, is_end=True) == "4 days ago"
    assert end_at_clock(expiry.at, expiry.at - timedelta(hours=3), there) == "the end of today"
    again = parse_expiry(exact_end(expiry.at, there), NOW, there)
    assert again is not None
    assert again.at == expiry.at


def test_an_instant_that_is_no_end_of_a_day_is_said_exactly() -> None:
    assert exact_end(NOW, LISBON) == exact(NOW, LISBON)
    midnight = datetime(2027, 1, 1, tzinfo=UTC)
    assert exact_end(midnight + timedelta(seconds=1), LISBON).startswith("Fri 1 Jan 2027 00:00:01")
    assert exact(midnight, LISBON).startswith("Fri 1 Jan 2027 00:00")  # what happened at midnight happened that day


def test_a_span_of_expiries_names_the_zone_once_where_both_have_the_same() -> None:
    in_winter, in_summer = NOW.replace(month=1), NOW.replace(month=7)
    assert exact_span(NOW, NOW, LISBON) == exact_end(NOW, LISBON)
    later = in_winter + timedelta(days=1)
    first, zone = exact_end(in_winter, LISBON).split(" (")
    assert exact_span(in_winter, later, LISBON) == f"from {first} to {exact_end(later, LISBON)}"
    assert exact_end(later, LISBON).endswith(zone)
    assert exact_span(in_winter, in_summer, LISBON) == (
        f"from {exact_end(in_winter, LISBON)} to {exact_end(in_summer, LISBON)}"
    )
