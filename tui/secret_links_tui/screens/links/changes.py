"""Changing links that were sent."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TYPE_CHECKING

from secret_links import Change, Changed, LinkSet, PartlyDone
from secret_links_tui.ages import exact_end
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.links.long_work import LongWork
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.screens.links.undoing import Undoing
from secret_links_tui.sentences import GONE, NAMED, kept_expiry, links_of, name_of, the_link
from secret_links_tui.widgets.message_line import Offer

if TYPE_CHECKING:  # the database libraries may not be loaded yet
    from secret_links import Snapshot
    from secret_links_tui.screens.dialogs import Present
    from secret_links_tui.screens.dialogs.progress import Report, Stopped

TAKE_BACK = Offer("u takes it back", "undo")

REISSUE = Offer("r gives fresh ones", "reissue")


class LinkChanges:
    """Asks how links are to be, and changes them."""

    def __init__(self, parts: Parts, work: LongWork, undoing: Undoing) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._line = parts.line
        self._work = work
        self._undoing = undoing

    async def change(self, chosen: LinkSet) -> None:
        """Asks for a new expiry or label, and changes the links, however many."""

        def about(snapshot: Snapshot) -> Present:
            counts, ends = snapshot.selections.tally(chosen).counts, snapshot.selections.ends(chosen)
            return dialogs.Present(snapshot.selections.links(chosen, NAMED), counts.total, counts.active, ends)

        present = await self._store.read(about)
        if not present.number or (present.number > 1 and not present.active):
            if present.number:
                self._line.say("None of these links is Active; their expiry cannot be changed.", offer=REISSUE)
            else:
                self._line.say(GONE)
            self._app.keys.drop()  # they were typed for the question
            return
        cut_short: list[PartlyDone] = []

        async def change(wanted: Change) -> Changed:
            def run(report: Report, stopped: Stopped) -> Awaitable[Changed]:
                return self._store.run(lambda host: host.change(chosen, wanted, progress=report, stopped=stopped))

            try:
                return await self._work.run_asked("Changing…", present.number, run)
            except PartlyDone as error:  # to be asked again would change some links twice
                cut_short.append(error)
                return Changed(links=error.done)

        zone = self._choices.settings.time_zone
        done = await self._app.push_screen_wait(dialogs.ChangeLinks(present, change, self._store.now, zone))
        if done is None or not (done.links or done.kept):
            self._line.say("Nothing changed.")
            return
        self._board.read_and_count_at_once()
        if cut_short:
            raise cut_short[0]
        self._undoing.remember(done)
        self._line.say(self._sentence(done), offer=TAKE_BACK if done.links else None)

    def _sentence(self, done: Changed) -> str:
        stay = f" {kept_expiry(done.kept)}" if done.kept else ""
        if done.links != 1:
            return f"{links_of(done.links)} changed.{stay}"
        (before,), (after,) = done.before, done.after
        if before.notes != after.notes and (before.label, before.expires_at) == (after.label, after.expires_at):
            return f"The notes on {the_link(after)} were changed.{stay}"
        if before.expires_at == after.expires_at:
            return f"{name_of(before)} is {name_of(after)} now.{stay}"
        until = exact_end(after.expires_at, self._choices.settings.time_zone) if after.expires_at else ""
        return f"{name_of(after)}: {f'until {until}' if until else 'never expires'}.{stay}"
