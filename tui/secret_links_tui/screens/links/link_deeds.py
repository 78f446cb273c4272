"""The screen's upper floor: what a host does with links, each deed told from the question to the report."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from secret_links import EventType, Link, LinkSet, StoreError
from secret_links.tables.odd_values import is_unreadable
from secret_links_tui.screens.links.link_copies import LinkCopies, dialogs
from secret_links_tui.sentences import links_of
from secret_links_tui.widgets.link_table import shown_token

if TYPE_CHECKING:
    from secret_links_tui.screens.dialogs.generate import Draft, Wanted
    from secret_links_tui.screens.dialogs.progress import LongOperation, Working

LONG = 5_000
"""Links from which on a deed shows how far it is: fewer are done before a dialog could be read."""

OLD_DELETION = timedelta(minutes=15)
"""From which age on a deletion is undone only after a question: it may no longer be what the host has in mind."""

Done = TypeVar("Done")

GONE = "Already gone: somebody else deleted it."


class LinkDeeds(LinkCopies):
    """Generates, reissues, deletes and restores."""

    # Generating

    async def generate(self, draft: Draft, replaces: Link | None = None) -> None:
        """Asks which links to generate, perhaps in the place of an old one, and marks them."""
        event_types = await self.read(lambda snapshot: snapshot.event_types())
        generate = partial(self._generate, replaces=replaces.id if replaces else None)
        dialog = dialogs().GenerateLinks(event_types, draft, generate, self._now, self.settings.time_zone)
        links = await self.app.push_screen_wait(dialog)
        if not links:
            return
        self.fresh_links = links
        self.table.fresh = {link.id for link in links}
        self.show_selection()
        self.go_to(links[-1])
        made = LinkSet(frozenset(link.id for link in links))
        tally = await self.read(lambda snapshot: snapshot.tally(made, self.view.wanted))
        hidden = "" if tally.shown else ", hidden by the filter"
        self.say(f"{links_of(len(links))} generated{hidden}. n copies, N copies with labels.")

    async def _generate(self, wanted: Wanted, replaces: int | None) -> list[Link]:
        kind = wanted.event_type
        return await asyncio.to_thread(
            self.opened.generate,
            kind.id if isinstance(kind, EventType) else kind,
            wanted.count,
            labels=wanted.labels,
            expires_at=wanted.expires_at,
            replaces=replaces,
        )

    async def reissue(self, link: Link) -> None:
        """Asks for a fresh link like an old one, which stays as it is."""
        await self.generate(dialogs().Draft(link.event_type, link.label or "", as_typed(link)), replaces=link)

    # Deleting

    async def delete(self, chosen: LinkSet, link: Link | None = None) -> None:
        """Asks whether links are to go, naming `link` if it is the only one, and deletes them."""
        tally = await self.read(lambda snapshot: snapshot.tally(chosen))
        number = tally.counts.total
        if not number:
            self.say(GONE)
            self.app.keys.drop()  # they were typed for the question
            return
        name = "" if link is None else f"for {link.label}" if link.label else shown_token(link)
        if not await self.app.push_screen_wait(dialogs().delete_question(tally.counts, name)):
            return
        deletion = await self._work_on(
            "Deleting…", number, lambda tell, stopped: self.opened.delete_chosen(chosen, tell, stopped)
        )
        self.say(deleted_sentence(deletion.links) if deletion.links else GONE)
        if deletion.links >= number:
            self.table.selected = self.table.selected.without(chosen)
        self.selection_changed()
        self.rest_no_longer()

    async def _work_on(self, heading: str, number: int, operation: LongOperation[Done]) -> Done:
        """Does something with many links: with a dialog that can stop it, where it takes long enough to be read."""
        self.conversation.let_keys_through()
        if number < LONG:
            self.say(heading)
            return await asyncio.to_thread(operation, lambda _: None, lambda: False)
        working: Working[Done] = dialogs().Working(heading, number, operation)
        result = await self.app.push_screen_wait(working)
        if result is None:
            raise working.error or StoreError("It was stopped.")
        return result

    async def undo(self) -> None:
        """Brings back what was deleted last, asking first if that was a while ago."""
        last = await self.read(lambda snapshot: snapshot.last_deletion())
        if last is None:
            self.say("There is nothing to undo.")
            return
        age = self._now() - last.deleted_at
        if age > OLD_DELETION:
            known = age.days > 1 and not is_unreadable(last.deleted_at)
            when = f"{age.days} days ago" if known else "a while ago"
            question = f"Bring back {links_of(last.links)} deleted {when}?"
            if not await self.app.push_screen_wait(dialogs().Confirm(question, "Their URLs work again.", "Bring back")):
                return
        number = await self._work_on(
            "Bringing back…", last.links, lambda tell, stopped: self.opened.restore(last.id, tell, stopped)
        )
        self.say(f"{links_of(number)} back, with the same {'URL' if number == 1 else 'URLs'}.")
        self.rest_no_longer()


def deleted_sentence(number: int) -> str:
    """Says that links were deleted, and how they come back."""
    return f"{links_of(number)} deleted. u brings {'it' if number == 1 else 'them'} back."


def as_typed(link: Link) -> str:
    """Gives how far ahead a link's expiry was when it was made, as it would be typed: `7d`, `12h`; empty for none."""
    length = link.lifetime
    if length is None:
        return ""
    for unit, letter, least in ((timedelta(days=1), "d", 1.5), (timedelta(hours=1), "h", 1.5)):
        if length >= unit * least or abs(length - unit) < timedelta(minutes=1):
            return f"{round(length / unit)}{letter}"
    return f"{max(1, round(length / timedelta(minutes=1)))}m"
