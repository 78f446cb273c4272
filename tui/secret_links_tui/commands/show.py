"""show: one link, with all that is kept of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from secret_links import DeletedLink, Link, LinkUnclear, LinkUnknown, Story
from secret_links_tui.ages import exact, exact_end_or_never
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE, REFUSED
from secret_links_tui.commands.formats import FORMAT_HELP, read_format
from secret_links_tui.commands.link_records import as_record, stamp
from secret_links_tui.commands.watch import event_as_json
from secret_links_tui.commands.why_closed import opens, why_closed
from secret_links_tui.event_words import words_of
from secret_links_tui.terminal.plain_text import visible


@dataclass(frozen=True, slots=True)
class Show(Command):
    """Shows one link, and says why it does not open if it does not."""

    is_answer: ClassVar[bool] = True
    gives_urls: ClassVar[bool] = True

    link: str
    json: bool
    format: str | None

    def run(self, context: Context) -> int:
        """Shows it; REFUSED where there is no such link."""
        form = read_format(self.format, context)
        try:
            found = context.host.find(self.link)
        except LinkUnclear:
            raise  # it says what is wrong with the text, not with a link
        except LinkUnknown:
            context.say("no such link")
            return REFUSED
        link = found.link if isinstance(found, DeletedLink) else found
        with context.host.snapshot() as snapshot:
            story = snapshot.story(link)
        if form is not None:
            form.write([link], context)
        elif self.json:
            context.give_json(_record(found, link, story, context))
        else:
            notes = [("note", f"{name}: {note}") for name, note in link.notes]
            facts = [*_facts(found, link, story, context).items(), *notes, *_history(story, context)]
            context.out.writelines(f"{name:<11} {visible(value)}\n" for name, value in facts)
        return DONE


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    show = add_verb(
        verbs,
        "show",
        Show,
        "show everything about a link, and why it does not open",
        "show https://42min.us/s/TOKEN",
    )
    show.add_argument("link", metavar="TOKEN_OR_URL")
    form = show.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="as a JSON object")
    form.add_argument("--format", metavar="TEXT", help=FORMAT_HELP)


def _record(found: Link | DeletedLink, link: Link, story: Story, context: Context) -> dict[str, object]:
    """Returns a link as programs read it."""
    deleted = found if isinstance(found, DeletedLink) else None
    return {
        **as_record(link, context.settings.base_url, context.now),
        "opens": opens(found, context),
        "deleted_at": stamp(deleted.deleted_at) if deleted else None,
        "deleted_by": deleted.deleted_by if deleted else None,
        "reference": story.reference,
        "replaces": _token(story.replaces) if story.replaces else None,
        "replaced_by": [_token(later) for later in story.replaced_by],
        "history": [event_as_json(event, context.settings.host) for event in story.events],
    }


def _facts(found: Link | DeletedLink, link: Link, story: Story, context: Context) -> dict[str, str]:
    """Returns what is kept of a link, as people read it."""
    zone, why = context.settings.time_zone, why_closed(found, context)
    facts = {
        "link": context.url(link),
        "opens": f"no: {why}" if why else "yes",
        "status": link.status_at(context.now).value,
        "for": link.label or "–",
        "event type": f"{link.event_type.name} ({link.event_type.slug}), {link.event_type.minutes} min",
        "created": exact(link.created_at, zone),
        "expires": exact_end_or_never(link.expires_at, zone),
    }
    if link.used_at:
        facts |= {"used": exact(link.used_at, zone), "used by": link.used_by or "not recorded"}
    if story.reference:
        facts["booking"] = story.reference
    if story.replaces:
        facts["replaces"] = _url(story.replaces, context)
    if story.replaced_by:
        facts["replaced by"] = ", ".join(_url(later, context) for later in story.replaced_by)
    return facts


def _history(story: Story, context: Context) -> Iterator[tuple[str, str]]:
    """Yields a line for each thing that happened, the oldest first."""
    zone = context.settings.time_zone
    for number, event in enumerate(story.events):
        words = words_of(event, context.settings.host, zone)
        yield "" if number else "history", f"{exact(event.at, zone)}  {words}"


def _token(each: Link | DeletedLink) -> str:
    return each.link.token if isinstance(each, DeletedLink) else each.token


def _url(each: Link | DeletedLink, context: Context) -> str:
    return f"{context.settings.base_url}/{_token(each)}" + (" (deleted)" if isinstance(each, DeletedLink) else "")
