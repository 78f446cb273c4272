from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import InvalidInput
from secret_links.days import Doubt
from secret_links.expiry import FARTHEST_EXPIRY, LONGEST_EXPIRY, Expiry, is_span, parse_expiry, parse_length
from secret_links_tui.ages import exact
from secret_links_tui.commands.link_records import stamp

LISBON = ZoneInfo("Europe/Lisbon")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def expiry_of(text: str, zone: ZoneInfo = LISBON, now: datetime = MONDAY) -> str:
    expiry = parse_expiry(text, now, zone)
    assert expiry is not None
    return expiry.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize("text", ["", "  ", "none", "Never"])
def test_an_expiry_can_be_none(text: str) -> None:
    assert parse_expiry(text, MONDAY, LISBON) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("7d", "2026-11-30 09:00"),
        ("24h", "2026-11-24 09:00"),
        ("90m", "2026-11-23 10:30"),
        ("1d12h", "2026-11-24 21:00"),
        ("2 weeks", "2026-12-07 09:00"),
        ("in 3 days", "2026-11-26 09:00"),
        ("fri 17:00", "2026-11-27 17:00"),
        ("Friday 5pm", "2026-11-27 17:00"),
        ("mon 08:00", "2026-11-30 08:00"),
        ("mon 10:00", "2026-11-23 10:00"),
        ("tomorrow 12:30", "2026-11-24 12:30"),
        ("17:00", "2026-11-23 17:00"),
        ("08:00", "2026-11-24 08:00"),
        ("09:00", "2026-11-24 09:00"),
        ("12am", "2026-11-24 00:00"),
        ("30 nov 17:00", "2026-11-30 17:00"),
        ("nov 30, 2027 17:00", "2027-11-30 17:00"),
        ("2026-11-30 17:00", "2026-11-30 17:00"),
        ("2026-11-30T17:00", "2026-11-30 17:00"),
        ("2026-11-30 17:00:00", "2026-11-30 17:00"),
        ("2026-11-30T17:00:00Z", "2026-11-30 17:00"),
        ("2026-11-30T17:00:00.250Z", "2026-11-30 17:00"),
        ("2026-11-30t17:00z", "2026-11-30 17:00"),
        ("2026-11-30T17:00:00+01:00", "2026-11-30 16:00"),
        ("2026-11-30 17:00 -0500", "2026-11-30 22:00"),
        ("2026-11-30 17:00 UTC", "2026-11-30 17:00"),
        ("2026-11-30T24:00:00", "2026-12-01 00:00"),
        ("2026-11-30T24:00+05:00", "2026-11-30 19:00"),
        ("End of Mon 30 Nov 2026 (+05, UTC+05:00)", "2026-11-30 19:00"),
        ("Mon 30 Nov 2026 17:00 (WET, UTC+00:00)", "2026-11-30 17:00"),
        ("Mon 30 Nov 2026 17:00:30 (+03, UTC+03:00)", "2026-11-30 14:00"),
        ("End of Mon 30 Nov 2026: Tue 1 Dec 2026 00:00 (WET, UTC+00:00), in 7 days.", "2026-12-01 00:00"),
        ("1H", "2026-11-23 10:00"),
        ("1D", "2026-11-24 09:00"),
        ("90MIN", "2026-11-23 10:30"),
        ("90 Minutes", "2026-11-23 10:30"),
        ("FRI 5 PM", "2026-11-27 17:00"),
        ("1 MAR 17:00", "2027-03-01 17:00"),
    ],
)
def test_a_time_of_day_is_read_in_the_hosts_zone(typed: str, expected: str) -> None:
    assert expiry_of(typed) == expected


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-11-30", date(2026, 11, 30)),
        ("2026/11/30", date(2026, 11, 30)),
        ("30 nov", date(2026, 11, 30)),
        ("November 30", date(2026, 11, 30)),
        ("1 feb", date(2027, 2, 1)),
        ("29 feb", date(2028, 2, 29)),
        ("today", date(2026, 11, 23)),
        ("fri", date(2026, 11, 27)),
    ],
)
@pytest.mark.parametrize("zone", [LISBON, BERLIN, NEW_YORK])
def test_a_bare_date_means_the_end_of_that_day_in_the_hosts_zone(typed: str, day: date, zone: ZoneInfo) -> None:
    expiry = parse_expiry(typed, MONDAY, zone)
    assert expiry is not None
    assert expiry.end_of == day
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
    assert expiry.at == midnight.astimezone(UTC)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("today", "2026-11-24 00:00"),
        ("tomorrow 9:00", "2026-11-24 09:00"),
        ("22:30", "2026-11-23 22:30"),
        ("21:00", "2026-11-24 21:00"),
        ("24:00", "2026-11-24 00:00"),
        ("mon", "2026-11-24 00:00"),
        ("tue 17:00", "2026-11-24 17:00"),
        ("23 nov", "2026-11-24 00:00"),
        ("Mon 30 Nov 2026 09:00", "2026-11-30 09:00"),
        ("End of Mon 30 Nov 2026", "2026-12-01 00:00"),
        ("24h", "2026-11-24 22:00"),
    ],
)
def test_where_it_is_still_the_day_before_words_mean_the_days_there(typed: str, expected: str) -> None:
    assert expiry_of(typed, NEW_YORK, datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    "typed", ["2026-11-30 24:00", "2026-12-01T00:00", "1 dec 00:00", "End of Mon 30 Nov 2026 (UTC+01:00)"]
)
def test_midnight_is_that_of_the_hosts_zone(typed: str) -> None:
    expiry = parse_expiry(typed, MONDAY, BERLIN)
    assert expiry is not None
    assert expiry.at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


def test_an_hour_that_daylight_saving_skips_moves_ahead() -> None:
    assert expiry_of("2027-03-28 02:30", BERLIN) == "2027-03-28 03:30"


def test_an_hour_that_daylight_saving_repeats_means_the_second_time() -> None:
    expiry = parse_expiry("2027-10-31 02:30", MONDAY, BERLIN)
    assert expiry is not None
    assert expiry.at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["2026-11-22", "1 may 2020", "2026-11-23 08:59", "0001-01-01"])
def test_the_past_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="in the past"):
        parse_expiry(typed, MONDAY, LISBON)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [("0001-01-01t00:00+05:00", "is in the past"), ("9999-12-31t23:00-05:00", "is over ten years ahead")],
)
def test_an_instant_beyond_the_calendar_is_past_or_too_far(typed: str, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=f"^“{re.escape(typed)}” {refusal}"):
        parse_expiry(typed, MONDAY, LISBON)


@pytest.mark.parametrize("typed", ["9999-12-31", "31 dec 9999", "9999-12-31 23:59", "2037-01-01", "999999w", "99999d"])
def test_what_lies_over_ten_years_ahead_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="over ten years ahead"):
        parse_expiry(typed, MONDAY, NEW_YORK)


@pytest.mark.parametrize("typed", ["29 feb 2027", "2027-02-29", "31 nov", "2026-13-01", "0 dec"])
def test_a_day_that_no_calendar_has_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="check the day"):
        parse_expiry(typed, MONDAY, LISBON)


@pytest.mark.parametrize(
    "typed", ["soon", "5", "25:00", "-7d", "7 d x", "fri 5", "13pm", "next", "1/2/2027", "٧ days ago", "['7d']"]
)
def test_what_cannot_be_read_is_refused_with_the_forms_that_can(typed: str) -> None:
    with pytest.raises(InvalidInput, match="try 7d, 24h, fri 17:00, 30 nov") as refused:
        parse_expiry(typed, MONDAY, LISBON)
    assert refused.value.field == "expires"


@given(
    st.text(max_size=30) | st.from_regex(r"[0-9a-z :-]{1,16}", fullmatch=True),
    st.sampled_from([LISBON, BERLIN, NEW_YORK]),
)
def test_any_text_gives_an_instant_ahead_or_a_sentence(text: str, zone: ZoneInfo) -> None:
    try:
        expiry = parse_expiry(text, MONDAY, zone)
    except InvalidInput:
        return
    assert expiry is None or timedelta() < expiry.at - MONDAY <= FARTHEST_EXPIRY


@pytest.mark.parametrize("typed", ["1M", "1 M", " 12M ", "in 1M", "1d1M", "1M12h", "٣M"])
def test_what_may_mean_minutes_or_months_is_refused(typed: str) -> None:
    for read in (lambda: parse_expiry(typed, MONDAY, LISBON), lambda: parse_length(typed)):
        with pytest.raises(InvalidInput, match=r"may mean minutes or months; give \S+m for minutes, or \d+d\."):
            read()


@pytest.mark.parametrize("typed", ["1mo", "1Mo", "2 months", "2MONTHS", "1 month", "3mths"])
def test_months_are_refused_in_favour_of_days(typed: str) -> None:
    for read in (lambda: parse_expiry(typed, MONDAY, LISBON), lambda: parse_length(typed)):
        with pytest.raises(InvalidInput, match=r"has months, whose lengths differ; give days, such as \d0d\."):
            read()


@pytest.mark.parametrize(
    "typed", ["03/04", "3/4/2027", "03.04.27", "1-2-2027", "03/04 17:00", "26-12-31", "13/14", "0/0"]
)
def test_a_date_that_may_mean_two_days_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="may mean two days; try 7d, 24h, fri 17:00, 30 nov, 2026-11-30"):
        parse_expiry(typed, MONDAY, LISBON)


@pytest.mark.parametrize(
    "typed",
    [
        *("2026-13-01T00:00Z", "2026-11-30T25:00:00Z", "2026-11-30 17:00 +99:00", "2027-02-29 24:00"),
        *("Mon 31 Nov 2026 17:00 (WET, UTC+00:00)", "End of Sun 32 Nov 2026 (WET, UTC+00:00)"),
    ],
)
def test_an_instant_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_expiry(typed, MONDAY, LISBON)
    assert str(refused.value) == f"There is no {typed.lower()}; check the day and the time."


@pytest.mark.parametrize(
    ("typed", "length"),
    [("30d", timedelta(days=30)), ("1d12h", timedelta(hours=36)), ("2 Weeks", timedelta(14)), ("1m", timedelta(0, 60))],
)
def test_a_length_of_time_is_read(typed: str, length: timedelta) -> None:
    assert parse_length(typed) == length


@pytest.mark.parametrize("typed", ["", "0d", "30", "fri", "2026-11-30", "-1d", "999999w", "1d" * 99, "in 3 days ago"])
def test_what_is_no_length_of_time_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="is no length of time; give one like 30d, 2w, 12h or 90m"):
        parse_length(typed)


@given(st.integers(1, 9 * 365 * 86_400_000), st.sampled_from([LISBON, BERLIN, NEW_YORK]))
def test_an_expiry_is_read_as_the_program_writes_it(milliseconds: int, zone: ZoneInfo) -> None:
    instant = MONDAY + timedelta(minutes=1, milliseconds=milliseconds)
    at = parse_expiry(stamp(instant) or "", MONDAY, zone)
    assert at is not None
    assert at.at == instant
    shown = parse_expiry(exact(instant, zone), MONDAY, zone)
    assert shown is not None
    assert shown.at == instant.replace(microsecond=0)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("24:00", "2026-11-24 00:00"),
        ("midnight", "2026-11-24 00:00"),
        ("fri 24:00", "2026-11-28 00:00"),
        ("2026-11-30 24:00", "2026-12-01 00:00"),
        ("2026-11-30T24:00", "2026-12-01 00:00"),
        ("noon", "2026-11-23 12:00"),
        ("Fri noon", "2026-11-27 12:00"),
        ("end of friday", "2026-11-28 00:00"),
        ("by fri 17:00", "2026-11-27 17:00"),
        ("End of Thu 31 Dec 2026 (WET, UTC+00:00), in 5 weeks.", "2027-01-01 00:00"),
        ("End of Thu 31 Dec 2026 (+03, UTC+03:00)", "2026-12-31 21:00"),
        ("thu 31 dec", "2027-01-01 00:00"),
        ("Thursday, 31st Dec 17:00", "2026-12-31 17:00"),
        ("31.12.2026", "2027-01-01 00:00"),
        ("12/31", "2027-01-01 00:00"),
        ("31.12. 17:00", "2026-12-31 17:00"),
        ("3/3/2027", "2027-03-04 00:00"),
        ("a week", "2026-11-30 09:00"),
        ("in an hour", "2026-11-23 10:00"),
    ],
)
def test_other_words_for_a_time_are_read(typed: str, expected: str) -> None:
    assert expiry_of(typed) == expected


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("in a year", "“in a year” has years, whose lengths differ; give days, such as 365d."),
        ("2y", "“2y” has years, whose lengths differ; give days, such as 730d."),
        ("in a month", "“in a month” has months, whose lengths differ; give days, such as 30d."),
        ("fri midnight", "“fri midnight” may mean two midnights; give fri 00:00, or fri 24:00 for its end."),
        (
            "31 dec midnight",
            "“31 dec midnight” may mean two midnights; give 31 dec 00:00, or 31 dec 24:00 for its end.",
        ),
        (
            "Mon 30 Foo 2026 17:00 (UTC+00:00)",
            "There is no mon 30 foo 2026 17:00 (utc+00:00); check the day and the time.",
        ),
        ("fri 31 dec", "31 Dec 2026 is a Thursday, not a Friday; check the day."),
        ("x", "Cannot read “x” as a date; try 7d, 24h, fri 17:00, 30 nov, 2026-11-30 or 2026-11-30 17:00."),
    ],
)
def test_what_may_mean_several_times_is_refused_with_the_reason(typed: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_expiry(typed, MONDAY, LISBON)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Havana", "2026-10-31"),  # the clock shows 00:00 to 01:00 twice on the next day
        ("Africa/Cairo", "2026-04-23"),  # the next day begins at 01:00
        ("Asia/Beirut", "2026-10-24"),  # the last hour of the day comes twice
        ("Pacific/Apia", "2026-11-30"),
    ],
)
def test_a_day_ends_where_the_next_one_begins(zone: str, day: str) -> None:
    there = ZoneInfo(zone)
    expiry = parse_expiry(day, datetime(2026, 1, 1, tzinfo=UTC), there)
    assert expiry is not None
    assert expiry.at.astimezone(there).date() == date.fromisoformat(day) + timedelta(days=1)
    assert (expiry.at - timedelta(milliseconds=1)).astimezone(there).date() == date.fromisoformat(day)


@pytest.mark.parametrize(
    "typed",
    [
        *("soon", "x" * 81, "1 may 2020", "2026-11-22", "99999d", "9999-12-31", "0001-01-01", "1M", "2 months"),
        *("in a year", "03/04", "2027-02-29", "2026-11-30T25:00Z", "fri midnight", "fri 31 dec"),
    ],
)
def test_every_refusal_is_of_the_expiry(typed: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_expiry(typed, MONDAY, LISBON)
    assert refused.value.field == "expires"


def test_the_refusal_of_a_length_is_of_the_length() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_length(" \nsoon  ")
    assert (refused.value.field, str(refused.value)[:6]) == ("length", "“soon”")


def test_months_are_looked_for_in_a_text_that_is_not_too_long() -> None:
    with pytest.raises(InvalidInput, match="has months, whose lengths differ"):
        parse_length("2 months".ljust(LONGEST_EXPIRY, "!"))
    with pytest.raises(InvalidInput, match="is no length of time"):
        parse_length("2 months".ljust(LONGEST_EXPIRY + 1, "!"))


def test_an_expiry_lies_after_now_and_ten_years_ahead_at_most() -> None:
    assert expiry_of("2026-11-23 09:01") == "2026-11-23 09:01"
    with pytest.raises(InvalidInput, match="“2026-11-23 09:00” is in the past"):
        parse_expiry(" 2026-11-23 09:00 ", MONDAY, LISBON)
    assert parse_length("3653d") == FARTHEST_EXPIRY
    for typed in ("3653d", "2036-11-23 09:00"):
        assert expiry_of(typed) == "2036-11-23 09:00"
    for typed in ("3653d1m", "2036-11-23 09:01"):
        with pytest.raises(InvalidInput, match=f"“{typed}” is over ten years ahead; leave"):
            parse_expiry(f" {typed} ", MONDAY, LISBON)


def test_an_expiry_of_80_characters_is_read_and_a_longer_one_refused() -> None:
    before = "end of the " * 7
    assert expiry_of(f"{before}fri") == "2026-11-28 00:00"
    with pytest.raises(InvalidInput, match="too long for a date; try 7d"):
        parse_expiry(f"{before}fri.", MONDAY, LISBON)
    assert parse_length("1m" * 40) == timedelta(minutes=40)
    assert is_span("1m" * 40)
    assert not is_span("1m" * 41)
    with pytest.raises(InvalidInput, match=r"“(1m){40}” is no length of time"):
        parse_length("1m" * 41)


@pytest.mark.parametrize("typed", ["7d", "1d12h", "90 minutes", "IN 3 Days", "a week", "in an hour", "one day"])
def test_a_length_of_time_means_the_same_in_every_zone(typed: str) -> None:
    assert is_span(typed)


@pytest.mark.parametrize("typed", ["", "fri", "17:00", "2026-11-30", "in fri", "30 nov", "7d x", "never"])
def test_a_day_or_an_hour_does_not_mean_the_same_in_every_zone(typed: str) -> None:
    assert not is_span(typed)


@pytest.mark.parametrize("typed", ["2026-11-24T00:00Z", "24:00", "2026-11-23 24:00", "midnight", "15h"])
def test_an_instant_that_ends_a_day_is_shown_as_its_end(typed: str) -> None:
    assert parse_expiry(typed, MONDAY, LISBON) == Expiry(MONDAY + timedelta(hours=15), MONDAY.date())


def test_an_instant_with_an_offset_ends_the_hosts_day() -> None:
    expiry = parse_expiry("2026-11-24T00:00-05:00", MONDAY, NEW_YORK)
    assert expiry == Expiry(datetime(2026, 11, 24, 5, tzinfo=UTC), MONDAY.date())


def test_a_day_of_the_next_year_is_doubtful_from_eight_weeks_on() -> None:
    def doubt(typed: str) -> Doubt | None:
        expiry = parse_expiry(typed, MONDAY, LISBON)
        assert expiry is not None
        return expiry.doubt

    assert (doubt("17 jan"), doubt("18 jan 09:00")) == (None, None)
    assert (doubt("18 jan"), doubt("18 jan 09:01")) == (Doubt.NEXT_YEAR, Doubt.NEXT_YEAR)
    assert doubt("18 jan 2027") is None


@pytest.mark.parametrize(
    ("typed", "doubt"),
    [
        ("2027-03-28 02:30", Doubt.SKIPPED),
        ("28 mar 02:30", Doubt.SKIPPED),
        ("2027-10-31 02:30", Doubt.REPEATED),
        ("mon 10:30", Doubt.TODAY),
        ("tue 10:30", None),
        ("2027-03-28 03:30", None),
    ],
)
def test_what_a_host_may_not_expect_of_a_time_is_said(typed: str, doubt: Doubt | None) -> None:
    expiry = parse_expiry(typed, MONDAY, BERLIN)
    assert expiry is not None
    assert expiry.doubt is doubt
