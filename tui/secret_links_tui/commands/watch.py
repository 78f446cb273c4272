"""watch: a line for each thing that happens to a host's links, as it happens."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TextIO

from secret_links import EventKind, Link, LinkEvent, StoreBusy, StoreUnreachable
from secret_links_tui.commands.command import Command, Verbs, add_verb
from secret_links_tui.commands.context import Context
from secret_links_tui.commands.exit_codes import DONE
from secret_links_tui.commands.link_records import as_record, stamp
from secret_links_tui.event_words import words_of
from secret_links_tui.streams import is_left
from secret_links_tui.terminal.plain_text import escaped, visible

if TYPE_CHECKING:
    from secret_links import Follower, Told, Watch


@dataclass(frozen=True, slots=True)
class WatchLinks(Command):
    """Tells what happens to links until it is stopped, or nobody reads on."""

    is_answer: ClassVar[bool] = True
    gives_urls: ClassVar[bool] = True

    json: bool
    since: str | None

    def run(self, context: Context) -> int:
        """Tells it."""
        follower = context.host.follow(self.since)
        with closing(context.store.watch()) as watch:
            failed = False
            while True:
                try:
                    self._tell(follower, context)
                    failed = False
                    if not is_read_on(follower, watch, context.out):
                        return DONE
                except (StoreUnreachable, StoreBusy) as error:
                    if not failed:
                        context.say(f"secret-links: {error} Trying again.")
                    failed = True
                    if is_left(context.out, watch.every):
                        return DONE

    def _tell(self, follower: Follower, context: Context) -> None:
        for told in follower.read():
            context.out.write(_as_object(told, follower, context) if self.json else _as_line(told, context))
        context.out.flush()


def add_to(verbs: Verbs) -> None:
    """Adds the verb."""
    watch = add_verb(
        verbs, "watch", WatchLinks, "tell what happens to links, a line each, until it is stopped", "watch --json"
    )
    watch.add_argument("--json", action="store_true", help="a JSON object a line")
    watch.add_argument(
        "--since", metavar="CURSOR", help="go on behind the line with this cursor, without a gap (up to 30 days)"
    )


def is_read_on(follower: Follower, watch: Watch, out: TextIO) -> bool:
    """Waits until something may have happened; returns whether somebody still reads `out`."""
    due = None if follower.wait is None else time.monotonic() + follower.wait
    while not follower.has_more and not watch.changed():
        left = watch.every if due is None else due - time.monotonic()
        if left <= 0:
            break
        if is_left(out, min(left, watch.every), watch.descriptor()):
            return False
    return True


def _as_line(told: Told, context: Context) -> str:
    """Returns a line for people and for `cut`: instant, kind, URL, event type, label, words, cursor."""
    event = told.event
    words = words_of(event, context.host.name, context.settings.time_zone)
    texts = (event.link.event_type.slug, event.link.label or "-", words)
    fields = (stamp(event.at) or "-", event.kind.value, context.url(event.link), *map(visible, texts), str(told.cursor))
    return "\t".join(fields) + "\n"


def _as_object(told: Told, follower: Follower, context: Context) -> str:
    link = as_record(told.event.link, context.settings.base_url, follower.as_of)
    record = {**event_as_json(told.event, context.host.name), **link, "reference": told.event.link.reference}
    return escaped(json.dumps({**record, "cursor": str(told.cursor)}, ensure_ascii=False)) + "\n"


def event_as_json(event: LinkEvent, host: str) -> dict[str, object]:
    """Returns an event as programs read it: what, when, who, and what a change was from and to."""
    who = {EventKind.USED: event.link.used_by, EventKind.EXPIRED: None}.get(event.kind, host)
    changed = {} if event.before is None or event.after is None else _change(event.before, event.after)
    return {"event": event.kind.value, "at": stamp(event.at), "by": who, **changed}


def _change(before: Link, after: Link) -> dict[str, object]:
    return {
        name: {"label": link.label, "expires_at": stamp(link.expires_at)}
        for name, link in (("from", before), ("to", after))
    }
