"""Links as scripts see them: the quick way to write JSON writes what the slow one does."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as some

from secret_links import EventType, Link
from secret_links.odd_values import OddInstant, OddText
from secret_links_tui.commands.link_records import as_item, as_record, stamp
from secret_links_tui.terminal.plain_text import escaped

ZONES = some.sampled_from([UTC, timezone(timedelta(hours=-3, minutes=-30))])
INSTANTS = some.datetimes(datetime(2, 1, 1), datetime(9998, 12, 30), timezones=ZONES)  # noqa: DTZ001  # zones follow
ODD = some.sampled_from([OddInstant.unreadable("soon"), OddInstant.readable(1795773600123.5)])
TEXTS = some.text() | some.sampled_from(["a\x7fb", "\u2028", "\u202eabc", "Zoë\n", '"\\', OddText.of(b"\xff")])
NOTES = some.lists(some.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
LINKS = some.builds(
    Link,
    id=some.just(1),
    event_type=some.builds(EventType, id=some.just(1), slug=TEXTS, name=TEXTS, minutes=some.just(30)),
    created_at=INSTANTS | ODD,
    expires_at=some.none() | INSTANTS | ODD,
    used_at=some.none() | INSTANTS | ODD,
    token=TEXTS,
    label=some.none() | TEXTS,
    used_by=some.none() | TEXTS,
    notes=NOTES,
)


@given(LINKS)
def test_an_item_of_a_list_is_its_record_laid_out(link: Link) -> None:
    record = as_record(link, "https://42min.us/s", datetime(2026, 11, 23, tzinfo=UTC))
    assert as_item(link, "https://42min.us/s", datetime(2026, 11, 23, tzinfo=UTC)) == escaped(
        json.dumps([record], ensure_ascii=False, indent=2)[4:-2]
    )


@given(INSTANTS)
def test_an_instant_is_written_as_iso_8601(instant: datetime) -> None:
    iso = instant.astimezone(UTC).isoformat(timespec="milliseconds")
    assert stamp(instant) == iso.replace("+00:00", "Z")
