"""Undoing what was done last, in this run or before it, by whoever works for the host; and restoring any links."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from secret_links import Changed, Deletion, LastChange, Link
from secret_links_tui.ages import relative
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.links.long_work import LongWork
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.sentences import kept_expiry, links_of, name_of, names

if TYPE_CHECKING:  # the database libraries may not be loaded yet
    from secret_links import Snapshot
    from secret_links_tui.screens.dialogs import Found
    from secret_links_tui.screens.dialogs.progress import Report, Stopped

NOT_IN_MIND = timedelta(minutes=15)
"""From which age on something is undone only after a question: it may no longer be what the host has in mind."""

NAMED_AT_MOST = 100
"""Links that are read to be named."""

MOST_COUNTED = 1_000_000
"""Deleted links that are counted, at the most."""


class Undoing:
    """Takes the last change back, or brings back what was deleted last."""

    def __init__(self, parts: Parts, work: LongWork) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._line = parts.line
        self._work = work
        self._own_deletions: set[int] = set()
        self._own_changes: set[int] = set()
        self.is_certain = False
        """Whether something was done in this run that can be undone, which nobody needs to look up."""

    def remember(self, done: Deletion | Changed) -> None:
        """Remembers what was done in this run: undoing it needs no question for a while."""
        (self._own_deletions if isinstance(done, Deletion) else self._own_changes).add(done.id)
        self._say_certain(bool(done.id))

    async def undo(self) -> None:
        """Undoes what was done last; asks first where that was not in this run, or a while ago."""

        def about(snapshot: Snapshot) -> tuple[Deletion | LastChange | None, Sequence[Link], datetime]:
            last = snapshot.last_undoable()
            links: Sequence[Link] = ()
            if isinstance(last, Deletion):
                links = [each.link for each in snapshot.deleted.of_deletion(last.id, NAMED_AT_MOST)]
            elif last is not None:
                links = snapshot.history.links_of_change(last.id, NAMED_AT_MOST)
            return last, links, snapshot.now

        last, links, now = await self._store.read(about)
        self._say_certain(False)
        if last is None:
            self._line.say("There is nothing to undo.")
        elif isinstance(last, Deletion):
            await self._restore(last, links, now)
        else:
            await self._take_back(last, links, now)

    async def _restore(self, last: Deletion, links: Sequence[Link], now: datetime) -> None:
        zone = self._choices.settings.time_zone
        is_in_mind = last.id in self._own_deletions and now - last.deleted_at <= NOT_IN_MIND
        if not is_in_mind and not await self._app.push_screen_wait(dialogs.restore_question(last, links, now, zone)):
            self._line.say("Nothing brought back.")
            return

        def restore(report: Report, stopped: Stopped) -> Awaitable[int]:
            return self._store.run(lambda host: host.restore(last.id, report, stopped))

        number = await self._work.run("Bringing back…", last.links, restore)
        self._say_back(number, links, f", deleted {relative(last.deleted_at, now, zone)} by {last.deleted_by}")

    async def _take_back(self, last: LastChange, links: Sequence[Link], now: datetime) -> None:
        zone = self._choices.settings.time_zone
        is_in_mind = last.id in self._own_changes and now - last.changed_at <= NOT_IN_MIND
        if not is_in_mind and not await self._app.push_screen_wait(dialogs.take_back_question(last, links, now, zone)):
            self._line.say("Nothing taken back.")
            return

        def take_back(report: Report, stopped: Stopped) -> Awaitable[Changed]:
            return self._store.run(lambda host: host.take_back(last.id, report, stopped))

        back = await self._work.run("Taking back…", last.links, take_back)
        stay = f" {kept_expiry(back.kept)}" if back.kept else ""
        who = name_of(back.after[0]) if back.links == 1 else links_of(back.links)
        verb = "is" if back.links == 1 else "are"
        self._line.say(f"{who} {verb} as before.{stay}" if back.links else f"Nothing was taken back.{stay}")
        self._board.read_and_count_at_once()

    async def restore_some(self, search: str = "") -> None:
        """Lists deleted links, and brings back those that are chosen."""
        zone = self._choices.settings.time_zone

        async def find(wanted: str) -> Found:
            return await self._store.read(
                lambda snapshot: dialogs.Found(
                    snapshot.deleted.listed(wanted, dialogs.MOST_LISTED),
                    snapshot.now,
                    snapshot.deleted.count(MOST_COUNTED),
                )
            )

        dialog = dialogs.DeletedLinks(find, zone, search)
        chosen = await self._app.push_screen_wait(dialog)
        if not chosen:
            return
        links = [each.link for each in dialog.listed if each.link.id in chosen]

        def restore(report: Report, stopped: Stopped) -> Awaitable[int]:
            return self._store.run(lambda host: host.restore_links(chosen, report, stopped))

        number = await self._work.run("Bringing back…", len(chosen), restore)
        self._say_back(number, links, "")

    def _say_back(self, number: int, links: Sequence[Link], deleted: str) -> None:
        if number == 1 and links:
            self._line.say(f"{name_of(links[0])} is back{deleted}; the URL is the same.")
        else:
            self._line.say(f"{links_of(number)} are back{deleted}: {names(links, number)}. The URLs are the same.")
        self._board.read_and_count_at_once()

    def _say_certain(self, is_certain: bool) -> None:
        if is_certain != self.is_certain:
            self.is_certain = is_certain
            self._board.screen.refresh_bindings()
