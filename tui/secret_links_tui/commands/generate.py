"""generate and reissue: making links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from secret_links import DeletedLink, InvalidInput, Link
from secret_links.expiry import EXPIRY_FORMS, Expiry, parse_expiry
from secret_links.notes import names_in
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context, valid_until
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.formats import FORMAT_HELP, Format, read_format
from secret_links_tui.commands.link_records import as_record
from secret_links_tui.commands.records import give_csv
from secret_links_tui.commands.words import whole_number
from secret_links_tui.text_files import TextTooLong


@dataclass(frozen=True, slots=True)
class Generate(Command):
    """Generates links, and gives their URLs in the order of their labels."""

    generates: ClassVar[bool] = True
    gives_urls: ClassVar[bool] = True

    event_type: str
    count: int | None
    expires: str | None
    label: Sequence[str]
    labels: str | None
    plain_lines: bool
    people: str | None
    dry_run: bool
    json: bool
    csv: bool
    format: str | None

    def run(self, context: Context) -> int:
        """Generates them, all or none."""
        form = read_format(self.format, context)
        if self.json + self.csv + (form is not None) > 1:
            raise InvalidInput("format", "Give one of --json, --csv and --format.")
        if self.people is not None:
            code, links = self._for_people(self.people, context)
            if code == DONE and not self.dry_run:
                self._give(links, form, context)
            return code
        if self.dry_run:
            raise InvalidInput("label", "--dry-run goes with --people FILE.")
        labels = self._labels(context)
        expiry = parse_expiry(self.expires, context.now, context.settings.time_zone) if self.expires else None
        event_type = context.host.event_type(self.event_type)
        until = expiry.at if expiry else None
        links = context.host.generate(event_type.id, self.count, labels=labels, expires_at=until)
        self._give(links, form, context)
        if expiry:
            context.say(valid_until(expiry, context))
        return DONE

    def _give(self, links: Sequence[Link], form: Format | None, context: Context) -> None:
        if self.csv:
            give_csv(links, names_in(link.notes for link in links), context)
        elif form is not None:
            form.write(links, context)
        else:
            _give(links, context, as_array=self.json)

    def _for_people(self, file: str, context: Context) -> tuple[int, list[Link]]:
        if self.label or self.labels is not None or self.plain_lines or self.count is not None:
            raise InvalidInput("label", "Leave -n, --label and --labels out: --people says who the links are for.")
        from secret_links_tui.commands.people import generate_for_people  # noqa: PLC0415  # few come from files

        return generate_for_people(file, self.event_type, self.expires, context, dry_run=self.dry_run)

    def _labels(self, context: Context) -> list[str]:
        """Gathers labels: those that were written out, or those in a file or on standard input."""
        if self.labels is None:
            if self.plain_lines:
                raise InvalidInput("label", "--plain-lines goes with --labels FILE.")
            return list(self.label)
        if self.label:
            raise InvalidInput("label", "Give labels with --label or with --labels, not with both.")
        if context.served and self.labels != "-":
            raise InvalidInput("label", "Labels come from standard input here: --labels -")
        from secret_links_tui.commands.label_files import LONGEST_LABEL_FILE, labels_of  # noqa: PLC0415  # few labels come from files

        try:
            text = context.read_text(self.labels, LONGEST_LABEL_FILE)
        except TextTooLong as error:
            raise InvalidInput(
                "label", f"{self.labels} holds more than labels; give one a line, 10,000 at the most."
            ) from error
        return labels_of(text, plain=self.plain_lines)


@dataclass(frozen=True, slots=True)
class Reissue(Command):
    """Generates a fresh link like an old one, which stays as it is."""

    generates: ClassVar[bool] = True
    gives_urls: ClassVar[bool] = True

    link: str
    expires: str | None
    json: bool

    def run(self, context: Context) -> int:
        """Generates it; REFUSED where its event type was removed."""
        old = context.host.find(self.link)
        old = old.link if isinstance(old, DeletedLink) else old
        expiry = None
        if self.expires is not None:
            expiry = parse_expiry(self.expires, context.now, context.settings.time_zone)
            until = expiry.at if expiry else None
        elif old.expires_at is not None and old.lifetime is None:
            raise InvalidInput("expires", "It cannot be read how long this link was valid; say it with --expires.")
        else:
            until = context.now + old.lifetime if old.lifetime is not None else None
        if until:
            _ = context.settings.time_zone  # in which that is said; once the link is made, it is too late to refuse
        if old.event_type.slug not in [present.slug for present in context.host.event_types()]:
            context.say("the event type of this link was removed; undo brings it back with its links")
            return REFUSED
        event_type = context.host.event_type(old.event_type.slug)
        labels = [old.label] if old.label else []
        links = context.host.generate(
            event_type.id, 1, labels=labels, expires_at=until, replaces=old.id, notes=[dict(old.notes)]
        )
        _give(links, context, as_array=self.json)
        if until:
            context.say(valid_until(expiry or Expiry(until), context))
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds both verbs."""
    generate = add_verb(
        verbs,
        "generate",
        Generate,
        "generate links; prints their URLs, one a line",
        "generate final-round --expires 7d --labels - < names.txt",
    )
    generate.add_argument("event_type", metavar="SLUG", help="the event type they are for")
    generate.add_argument(
        "-n", dest="count", type=whole_number, metavar="N", help="how many (default: one for each label, or 1)"
    )
    generate.add_argument("--expires", metavar="WHEN", help=f"{EXPIRY_FORMS}; a date means the end of that day")
    generate.add_argument(
        "--label", action="append", default=[], metavar="TEXT", help="who it is for; one for all, or one each"
    )
    generate.add_argument(
        "--labels",
        metavar="FILE",
        help="labels from a file, one a line, or what list --json or --csv gave; - for standard input",
    )
    generate.add_argument(
        "--plain-lines", action="store_true", help="take each line for a label, also of what looks like a table or JSON"
    )
    generate.add_argument(
        "--people",
        metavar="FILE",
        help="who they are for, in a CSV or TSV from a spreadsheet, with columns named label or name, and expires",
    )
    generate.add_argument("--dry-run", action="store_true", help="say what --people would do, and generate nothing")
    generate.add_argument("--json", action="store_true", help="as a JSON array")
    generate.add_argument("--csv", action="store_true", help="as CSV, for spreadsheets")
    generate.add_argument("--format", metavar="TEXT", help=FORMAT_HELP)

    reissue = add_verb(
        verbs,
        "reissue",
        Reissue,
        "generate a fresh link like an old one, which stays as it is",
        "reissue https://42min.us/s/TOKEN --expires 7d",
    )
    reissue.add_argument("link", metavar="TOKEN_OR_URL")
    reissue.add_argument("--expires", metavar="WHEN", help="default: as far ahead as the old one's was")
    reissue.add_argument("--json", action="store_true", help="as a JSON array")


def _give(links: Sequence[Link], context: Context, *, as_array: bool) -> None:
    if as_array:
        context.give_json([as_record(link, context.settings.base_url, context.now) for link in links])
    else:
        context.give_urls(links)
