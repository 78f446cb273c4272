"""Changing links that were sent, and taking that back."""

from __future__ import annotations

from secret_links import Change, Changed, InvalidInput, LinkSet, Snapshot, Status
from secret_links.generating import MOST_AT_ONCE
from secret_links_tui.ages import exact_end
from secret_links_tui.screens.dialogs import ChangeLinks
from secret_links_tui.screens.dialogs.change import Present
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.sentences import GONE, links_of, name_of
from secret_links_tui.widgets.message_line import Offer

TAKE_BACK = Offer("u takes it back", "undo")

REISSUE = Offer("r gives fresh ones", "reissue")


class LinkChanges:
    """Asks how links are to be, changes them, and takes the last change back."""

    def __init__(self, parts: Parts) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._line = parts.line
        self.last: Changed | None = None
        """What was changed last, unless something else was done since."""

    async def change(self, chosen: LinkSet) -> None:
        """Asks for a new expiry or label, and changes the links; InvalidInput refuses more than 10,000."""

        def about(snapshot: Snapshot) -> Present:
            links = snapshot.selections.links(chosen, MOST_AT_ONCE)
            return Present(links, [link for link in links if link.status_at(snapshot.now) is Status.ACTIVE])

        present = await self._store.read(about)
        number = len(present.links)
        if number > MOST_AT_ONCE:
            raise InvalidInput("links", f"Change up to {MOST_AT_ONCE:,} links at a time; select fewer.")
        if not number or (number > 1 and not present.active):
            if number:
                self._line.say("None of these links is Active; their expiry cannot be changed.", offer=REISSUE)
            else:
                self._line.say(GONE)
            self._app.keys.drop()  # they were typed for the question
            return

        async def change(wanted: Change) -> Changed:
            return await self._store.run(lambda host: host.change(chosen, wanted))

        zone = self._choices.settings.time_zone
        done = await self._app.push_screen_wait(ChangeLinks(present, change, self._store.now, zone))
        if done is None or not (done.after or done.kept):
            self._line.say("Nothing changed.")
            return
        self._remember(done if done.after else None)
        self._line.say(self._sentence(done), offer=TAKE_BACK if done.after else None)
        self._board.read_and_count_at_once()

    def _sentence(self, done: Changed) -> str:
        stay = f" {_stayed(done)}" if done.kept else ""
        if len(done.after) != 1:
            return f"{links_of(len(done.after))} changed.{stay}"
        (before,), (after,) = done.before, done.after
        if before.expires_at == after.expires_at:
            return f"{name_of(before)} is {name_of(after)} now.{stay}"
        until = exact_end(after.expires_at, self._choices.settings.time_zone) if after.expires_at else ""
        return f"{name_of(after)}: {f'until {until}' if until else 'never expires'}.{stay}"

    async def take_back(self) -> None:
        """Gives links the labels and expiries that they had before the last change."""
        last = self.last
        if last is None:
            return
        back = await self._store.run(lambda host: host.take_back(last))
        self.forget()
        stay = f" {_stayed(back)}" if back.kept else ""
        who = name_of(back.after[0]) if len(back.after) == 1 else links_of(len(back.after))
        verb = "is" if len(back.after) == 1 else "are"
        self._line.say(f"{who} {verb} as before.{stay}" if back.after else f"Nothing was taken back.{stay}")
        self._board.read_and_count_at_once()

    def _remember(self, done: Changed | None) -> None:
        self.last = done
        self._board.screen.refresh_bindings()

    def forget(self) -> None:
        """Leaves the last change as it is: something else was done since."""
        self._remember(None)


def _stayed(done: Changed) -> str:
    """Says that some expiries had to stay."""
    return f"{links_of(len(done.kept))} kept {'its' if len(done.kept) == 1 else 'their'} expiry."
