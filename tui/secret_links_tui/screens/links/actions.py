"""What a host does with links: each action reads from the question to the report.

This module loads the dialogs: it is imported once the list has been drawn.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import timedelta
from functools import partial
from typing import TypeVar

from secret_links import Deletion, EventType, Link, LinkSet, StoreError
from secret_links.odd_values import is_unreadable
from secret_links_tui.screens.dialogs import Confirm, Draft, GenerateLinks, Progress, delete_question
from secret_links_tui.screens.dialogs.generate import Wanted
from secret_links_tui.screens.dialogs.progress import LongOperation, Report, Stopped
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.sentences import links_of
from secret_links_tui.widgets.link_rows import shown_token
from secret_links_tui.widgets.message_line import Offer

LONG = 5_000
"""Links from which on an operation shows how far it is: fewer are done before a dialog could be read."""

OLD_DELETION = timedelta(minutes=15)
"""From which age on a deletion is undone only after a question: it may no longer be what the host has in mind."""

GONE = "Already gone: somebody else deleted it."

Done = TypeVar("Done")


class LinkActions:
    """Generates, reissues, deletes and restores."""

    def __init__(self, parts: Parts) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._line = parts.line
        self._conversation = parts.conversation
        self.is_at_work = False
        """Whether something is being done with many links."""

    # Generating

    async def generate_for(self, event_type: EventType | None) -> None:
        """Asks which links to generate; `event_type` is filled in."""
        await self.generate(Draft(event_type))

    async def generate(self, draft: Draft, replaces: Link | None = None) -> None:
        """Asks which links to generate, perhaps in place of an old one, and generates and marks them."""
        event_types = await self._store.read(lambda snapshot: snapshot.event_types())
        generate = partial(self._generate, replaces=replaces.id if replaces else None)
        zone = self._choices.settings.time_zone
        links = await self._app.push_screen_wait(GenerateLinks(event_types, draft, generate, self._store.now, zone))
        if not links:
            return
        self._board.selection.mark_fresh(links)
        self._board.show_selection()
        self._board.shown.go_to(links[-1])
        made = LinkSet(frozenset(link.id for link in links))
        tally = await self._store.read(lambda snapshot: snapshot.selections.tally(made, self._board.view.wanted))
        hidden = "" if tally.shown else ", hidden by the filter"
        self._line.say(f"{links_of(len(links))} generated{hidden}.", offer=Offer("n copies", "copy_new"))

    async def _generate(self, wanted: Wanted, replaces: int | None) -> list[Link]:
        event_type = wanted.event_type.id if isinstance(wanted.event_type, EventType) else wanted.event_type
        return await self._store.run(
            lambda host: host.generate(
                event_type, wanted.count, labels=wanted.labels, expires_at=wanted.expires_at, replaces=replaces
            )
        )

    async def reissue(self, link: Link) -> None:
        """Asks for a fresh link like an old one, which stays as it is."""
        await self.generate(Draft(link.event_type, link.label or "", as_typed(link)), replaces=link)

    # Deleting

    async def delete(self, chosen: LinkSet, link: Link | None = None) -> None:
        """Asks whether links are to go, naming `link` if it is the only one, and deletes them."""
        tally = await self._store.read(lambda snapshot: snapshot.selections.tally(chosen))
        number = tally.counts.total
        if not number:
            self._line.say(GONE)
            self._app.keys.drop()  # they were typed for the question
            return
        name = "" if link is None else f"for {link.label}" if link.label else shown_token(link)
        if not await self._app.push_screen_wait(delete_question(tally.counts, name)):
            return

        def delete(report: Report, stopped: Stopped) -> Awaitable[Deletion]:
            return self._store.run(lambda host: host.delete_chosen(chosen, report, stopped))

        deletion = await self.run_long("Deleting…", number, delete)
        if deletion.links:
            self._line.say(f"{links_of(deletion.links)} deleted.", offer=undo_offer(deletion.links))
        else:
            self._line.say(GONE)
        if deletion.links >= number:
            self._board.selection.remove(chosen)
        self._board.table.refresh()
        self._board.show_selection()
        self._board.read_and_count_at_once()

    async def run_long(self, heading: str, number: int, operation: LongOperation[Done]) -> Done:
        """Does something with many links: with a dialog that can stop it, where it takes long enough to be read."""
        self._conversation.let_keys_through()
        if number < LONG:
            self._line.say(heading)
            return await operation(lambda _: None, lambda: False)
        progress: Progress[Done] = Progress(heading, number, operation)
        self.is_at_work = True
        try:
            result = await self._app.push_screen_wait(progress)
        finally:
            self.is_at_work = False
        if result is None:
            raise progress.error or StoreError("Stopped.")
        return result

    async def undo(self) -> None:
        """Brings back what was deleted last, asking first if that was a while ago."""
        last = await self._store.read(lambda snapshot: snapshot.last_deletion())
        if last is None:
            self._line.say("There is nothing to undo.")
            return
        age = self._store.now() - last.deleted_at
        if age > OLD_DELETION:
            is_days_ago = age.days > 1 and not is_unreadable(last.deleted_at)
            when = f"{age.days} days ago" if is_days_ago else "a while ago"
            question = f"Bring back {links_of(last.links)} deleted {when}?"
            if not await self._app.push_screen_wait(Confirm(question, "Their URLs work again.", "Bring back")):
                return

        def restore(report: Report, stopped: Stopped) -> Awaitable[int]:
            return self._store.run(lambda host: host.restore(last.id, report, stopped))

        number = await self.run_long("Bringing back…", last.links, restore)
        self._line.say(f"{links_of(number)} back, with the same {'URL' if number == 1 else 'URLs'}.")
        self._board.read_and_count_at_once()


def undo_offer(number: int) -> Offer:
    """Returns the offer to restore what was deleted."""
    return Offer(f"u brings {'it' if number == 1 else 'them'} back", "undo")


def as_typed(link: Link) -> str:
    """Returns how far ahead a link's expiry was when it was made, as a host types it: `7d`, `12h`; empty for none."""
    length = link.lifetime
    if length is None:
        return ""
    for unit, letter, least in ((timedelta(days=1), "d", 1.5), (timedelta(hours=1), "h", 1.5)):
        if length >= unit * least or abs(length - unit) < timedelta(minutes=1):
            return f"{round(length / unit)}{letter}"
    return f"{max(1, round(length / timedelta(minutes=1)))}m"
