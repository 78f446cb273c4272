"""What a host does with links: each action reads from the question to the report.

Each dialog is loaded when it is first opened; this module is imported once the list has been drawn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from secret_links import (
    Deletion,
    EventType,
    Link,
    LinkSet,
    Reissue,
    Reissued,
    Tally,
    TooManyLinks,
)
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.links.changes import LinkChanges
from secret_links_tui.screens.links.long_work import LongWork
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.screens.links.undoing import Undoing
from secret_links_tui.sentences import GONE, links_of
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.message_line import Offer

if TYPE_CHECKING:  # the database libraries may not be loaded yet
    from secret_links import HostStore, Snapshot
    from secret_links_tui.screens.dialogs import GenerateLinks, Old
    from secret_links_tui.screens.dialogs.drafts import Draft, Wanted
    from secret_links_tui.screens.dialogs.progress import Report, Stopped
    from secret_links_tui.widgets.names_field import Outlook

NAMED_AT_MOST = 100
"""Links that are read to be named in a question: it shows three of them, and three of those that the filter hides."""

COPY_OFFER = Offer("n copies", "copy_new")


class LinkActions:
    """Generates, reissues and deletes; its parts change, undo and restore."""

    def __init__(self, parts: Parts) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._line = parts.line
        self._draft: Draft | None = None
        """What was typed into Generate and dismissed."""
        self._asking: GenerateLinks | None = None
        """Generate, while it is open."""
        self.work = LongWork(parts)
        """What is being done with many links."""
        self.undoing = Undoing(parts, self.work)
        """Undoing what was done last."""
        self.changes = LinkChanges(parts, self.work, self.undoing)
        """Changing links."""

    # Generating

    async def generate_for(self, event_type: EventType | None) -> None:
        """Asks which links to generate, and generates and marks them.

        What was typed and dismissed is there again; where nothing was, `event_type` is filled in.
        """
        event_types = await self._store.event_types()
        kept, self._draft = self._draft, None
        if kept is not None and kept.event_type is not None:
            present = next((each for each in event_types if each.id == kept.event_type.id), None)
            kept = replace(kept, event_type=present, name=visible(present.name) if present else kept.name)
        draft = kept or dialogs.Draft(event_type)
        zone = self._choices.settings.time_zone
        dialog = dialogs.GenerateLinks(
            event_types,
            draft,
            self._generate,
            self._store.now,
            zone,
            kept=kept is not None,
            look_ahead=self._look_ahead,
        )
        self._asking = dialog
        try:
            links = await self._app.push_screen_wait(dialog)
        finally:
            self._asking = None
        if not links:
            self._draft = dialog.dismissed
            return
        self._show_fresh(links)
        made = LinkSet(frozenset(link.id for link in links))
        tally = await self._store.read(lambda snapshot: snapshot.selections.tally(made, self._board.view.wanted))
        hidden = "" if tally.shown else ", hidden by the filter"
        self._line.say(f"{links_of(len(links))} generated{hidden}.", offer=COPY_OFFER)

    @property
    def unfinished(self) -> Mapping[str, str]:
        """The fields of Generate by name, if any are filled in and nothing was generated."""
        draft = self._asking.to_keep() if self._asking is not None else self._draft
        return draft.as_texts() if draft is not None else {}

    def take_unfinished(self, fields: Mapping[str, str], event_types: Sequence[EventType]) -> None:
        """Has Generate begin with what was typed before; with nothing where no fields are given."""
        self._draft = dialogs.Draft.of_texts(fields, event_types) if fields else None

    def _show_fresh(self, links: Sequence[Link]) -> None:
        """Marks links that were just made, and goes to the last one."""
        self._board.selection.mark_fresh(links)
        self._board.show_selection()
        self._board.shown.go_to(links[-1])

    async def _generate(self, wanted: Wanted) -> list[Link]:
        event_type = wanted.event_type.id if isinstance(wanted.event_type, EventType) else wanted.event_type
        return await self._store.run(
            lambda host: host.generate(
                event_type, wanted.count, labels=wanted.labels, expires_at=wanted.expires_at, notes=wanted.notes
            )
        )

    async def _look_ahead(self, labels: Sequence[str], event_type_id: int | None) -> Outlook:
        from secret_links_tui.widgets.names_field import Outlook  # noqa: PLC0415  # loaded by the dialog that asks

        def look(host: HostStore) -> Outlook:
            with host.snapshot() as snapshot:
                taken = snapshot.lists.active_with_labels(labels, event_type_id)
            try:
                host.check_room(len(labels))
            except TooManyLinks as error:
                return Outlook(taken, str(error))
            return Outlook(taken)

        return await self._store.run(look)

    async def reissue(self, chosen: LinkSet) -> None:
        """Asks how a fresh link like each of some is to be; the old ones stay unless the host deletes them."""

        def about(snapshot: Snapshot) -> Old:
            return dialogs.Old(
                snapshot.selections.links(chosen, NAMED_AT_MOST), snapshot.selections.tally(chosen).counts
            )

        old = await self._store.read(about)
        if not old.links:
            self._line.say(GONE)
            self._app.keys.drop()
            return

        async def reissue(wanted: Reissue) -> Reissued:
            return await self._store.run(lambda host: host.reissue(chosen, wanted))

        expires = as_typed(old.links[0]) if old.counts.total == 1 else ""
        zone = self._choices.settings.time_zone
        done = await self._app.push_screen_wait(dialogs.ReissueLinks(old, expires, reissue, self._store.now, zone))
        if done is None:
            return
        self._board.selection.remove(chosen)
        self._show_fresh(done.links)
        became = ""
        if done.deletion is not None:
            self.undoing.remember(done.deletion)
            gone = "the old one" if done.deletion.links == 1 else f"{done.deletion.links:,} old ones"
            became = f", {gone} deleted"
        elif old.counts.active:
            stay = "the old one stays" if old.counts.total == 1 else f"{old.counts.active:,} old ones stay"
            became = f"; {stay} Active"
        self._line.say(f"{links_of(len(done.links))} reissued{became}.", offer=COPY_OFFER)

    # Deleting

    async def delete(self, chosen: LinkSet) -> None:
        """Asks whether links are to go, naming them and what the filter hides of them, and deletes them."""
        wanted = self._board.view.wanted

        def about(snapshot: Snapshot) -> tuple[Tally, list[Link], list[Link]]:
            links = snapshot.selections.links(chosen, NAMED_AT_MOST)
            hidden = [link for link in links if not wanted.passes(link, snapshot.now)]
            return snapshot.selections.tally(chosen, wanted), links, hidden

        tally, links, hidden = await self._store.read(about)
        number = tally.counts.total
        if not number:
            self._line.say(GONE)
            self._app.keys.drop()  # they were typed for the question
            return
        question = dialogs.delete_question(tally.counts, links, hidden, number - tally.shown)
        if not await self._app.push_screen_wait(question):
            self._line.say("Nothing deleted.")
            return

        def delete(report: Report, stopped: Stopped) -> Awaitable[Deletion]:
            return self._store.run(lambda host: host.delete_chosen(chosen, report, stopped))

        deletion = await self.work.run("Deleting…", number, delete)
        self.undoing.remember(deletion)
        if deletion.links:
            self._line.say(f"{links_of(deletion.links)} deleted.", offer=undo_offer(deletion.links))
        else:
            self._line.say(GONE)
        if deletion.links >= number:
            self._board.selection.remove(chosen)
        self._board.table.refresh()
        self._board.show_selection()
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
