"""generate --people: a link for each person in a spreadsheet, or a report of the lines that stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from secret_links import AlreadyActive, InvalidInput, Link
from secret_links.expiry import Expiry, parse_expiry
from secret_links.generating import MOST_AT_ONCE
from secret_links.people import BadLine, People, Person, expiries_of, read_people, taken_lines
from secret_links_tui.ages import exact_end_or_never, is_doubtful
from secret_links_tui.commands.context import Context, valid_until
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.text_files import TextTooLong

LONGEST_FILE = 32_000_000
"""Bytes that are read: more than 10,000 people have, with many columns besides."""

MOST_SAID = 100
"""Lines that a report names."""


def generate_for_people(
    file: str, slug: str, expires: str | None, context: Context, *, dry_run: bool
) -> tuple[int, list[Link]]:
    """Generates a link for each person, all or none; returns the exit code, and the links in the order of the lines.

    `expires` is for those whose lines say nothing else. REFUSED where a line is bad, or somebody has an Active link of
    the event type; a dry run says what would be done. TooManyLinks where the host may not have so many, also by a dry
    run.
    """
    common = _parse(expires, context) if expires else None
    people = _read(file, context)
    persons, bad, links = people.persons, list(people.bad), list[Link]()
    expiries = expiries_of(persons, common.at if common else None)
    notes = [dict(person.notes) for person in persons]
    remarks = list(_remarks(people, common, context))  # once links are made, it is too late to refuse
    event_type, labels = context.host.event_type(slug), [person.label for person in persons]
    if bad or dry_run:
        with context.host.snapshot() as snapshot:
            bad += taken_lines(persons, snapshot.lists.active_with_labels(labels, event_type.id))
    else:
        try:
            links = context.host.generate(
                event_type.id, labels=labels, expires_at=expiries, unless_active=True, notes=notes
            )
        except AlreadyActive as error:
            bad += taken_lines(persons, error.labels)
    if bad:
        _report(bad, context)
        context.say(
            f"nothing {'would be' if dry_run else 'was'} generated: {_lines(bad)} of {people.lines:,} cannot be used"
        )
        return REFUSED, []
    if dry_run:
        context.host.check_room(len(persons))
        _give(persons, expiries, context)
    for remark in remarks:
        context.say(remark)
    context.say(f"{len(persons):,} {'would be ' if dry_run else ''}generated")
    return DONE, links


def _read(file: str, context: Context) -> People:
    if context.served and file != "-":
        raise InvalidInput("file", "People come from standard input here: --people -")
    try:
        text = context.read_text(file, LONGEST_FILE)
    except TextTooLong as error:
        raise InvalidInput("file", f"{file} is longer than a list of {MOST_AT_ONCE:,} people; split it.") from error
    people = read_people(text, lambda typed: _parse(typed, context))
    if len(people.persons) > MOST_AT_ONCE:
        number = len(people.persons)
        raise InvalidInput("count", f"These are {number:,} people; generate up to {MOST_AT_ONCE:,} links at a time.")
    return people


def _parse(typed: str, context: Context) -> Expiry | None:
    return parse_expiry(typed, context.now, context.zone_of(typed))


def _report(bad: Sequence[BadLine], context: Context) -> None:
    """Says which lines are bad, and why, in their order."""
    for each in sorted(bad, key=lambda line: line.line)[:MOST_SAID]:
        context.say(f"line {each.line:,}: {each.sentence}")
    if len(bad) > MOST_SAID:
        context.say(f"and {len(bad) - MOST_SAID:,} more")


def _lines(bad: Iterable[BadLine]) -> str:
    number = len({each.line for each in bad})
    return "1 line" if number == 1 else f"{number:,} lines"


def _give(persons: Sequence[Person], expiries: Sequence[datetime | None], context: Context) -> None:
    """Writes who would get a link, and until when exactly."""
    for person, expires_at in zip(persons, expiries, strict=True):
        until = exact_end_or_never(expires_at, context.settings.time_zone)
        context.out.write(f"{visible(person.label)}\t{visible(until)}\n")


def _remarks(people: People, common: Expiry | None, context: Context) -> Iterator[str]:
    """Says which columns are notes, until when links are valid, and what may not be expected of that."""
    if people.notes:
        yield f"kept as notes: {', '.join(people.notes)}"
    if people.ignored:
        yield f"not used: {', '.join(people.ignored)}"
    own = [person for person in people.persons if person.has_own_expiry]
    if common is not None and len(own) < len(people.persons):
        yield valid_until(common, context) + (f"; {len(own):,} as their lines say" if own else "")
    doubtful = [(each, each.expiry) for each in own if each.expiry and is_doubtful(each.expiry, context.now)]
    for person, expiry in doubtful[:MOST_SAID]:
        yield f"line {person.line:,}: {valid_until(expiry, context)}"
