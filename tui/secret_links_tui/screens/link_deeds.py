"""The screen's upper floor: what a host does with links, each deed told from the question to the report."""

from __future__ import annotations

import asyncio
import re
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar

from textual import work
from textual.app import SuspendNotSupported

from secret_links import Link, LinkSet, NewEventType, SecretLinksError, StoreError
from secret_links.first_look import FirstLook
from secret_links.text import clean
from secret_links_tui import sentences
from secret_links_tui.clipboard import Clipboard
from secret_links_tui.screens.confirm import Confirm, delete_question, links_of
from secret_links_tui.screens.link_browser import LinkBrowser
from secret_links_tui.settings import Settings
from secret_links_tui.widgets.link_table import shown_token

if TYPE_CHECKING:
    from secret_links_tui.screens.generate import Draft, Wanted
    from secret_links_tui.screens.working import Deed, Working

LONG = 5_000
"""Links from which on a deed shows how far it is: fewer are done before a dialog could be read."""

OLD_DELETION = timedelta(minutes=15)
"""From which age on a deletion is undone only after a question: it may no longer be what the host has in mind."""

COPIED_AT_ONCE = 10_000
"""URLs that are copied at once, at the most: more than any terminal hands on."""

Done = TypeVar("Done")

GONE = "Already gone: somebody else deleted it."

_SAFE_URL = re.compile(r"https?://[!-~]+")


class LinkDeeds(LinkBrowser):
    """Generates, reissues, copies, shows, deletes and restores."""

    def __init__(
        self, settings: Settings, now: Callable[[], datetime], first: FirstLook, *, badge: str, clipboard: Clipboard
    ) -> None:
        super().__init__(settings, now, first, badge)
        self.clipboard = clipboard
        """The clipboard in front of the host."""
        self._conversing = False

    def converse(self, deed: Callable[[], Awaitable[None]]) -> None:
        """Begins a deed that asks the host something, unless another one is going on; a refusal is said."""
        if not self._conversing and self.is_active:
            self._conversing = True
            self._converse(deed)

    @work
    async def _converse(self, deed: Callable[[], Awaitable[None]]) -> None:
        try:
            await deed()
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
        finally:
            self._conversing = False

    # Generating

    async def generate(self, draft: Draft) -> None:
        """Asks which links to generate, and marks them."""
        event_types = await self.read(lambda moment: moment.event_types())
        dialog = dialogs().GenerateLinks(event_types, draft, self._generate, self._now, self.settings.time_zone)
        links = await self.app.push_screen_wait(dialog)
        if not links:
            return
        self.fresh_links = links
        self.table.fresh = {link.id for link in links}
        self.show_selection()
        self.go_to(links[-1])
        made = LinkSet(frozenset(link.id for link in links))
        tally = await self.read(lambda moment: moment.tally(made, self.view.wanted))
        hidden = "" if tally.shown else ", hidden by the filter"
        self.say(f"{links_of(len(links))} generated{hidden}. n copies, N copies with labels.")

    async def _generate(self, wanted: Wanted) -> list[Link]:
        kind = wanted.event_type
        return await asyncio.to_thread(
            self.opened.generate,
            kind if isinstance(kind, NewEventType) else kind.id,
            wanted.count,
            labels=wanted.labels,
            expires_at=wanted.expires_at,
        )

    async def reissue(self, link: Link) -> None:
        """Asks for a fresh link like an old one, which stays as it is."""
        await self.generate(dialogs().Draft(link.event_type, link.label or "", as_typed(link)))

    # Copying

    @work(exclusive=True, group="copy")
    async def copy_chosen(self, chosen: LinkSet, *, labelled: bool) -> None:
        """Copies those of some links that are still there, newest first."""
        try:
            found = await self.read(lambda moment: moment.chosen(chosen, COPIED_AT_ONCE))
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
            return
        if len(found) > COPIED_AT_ONCE:
            self.say(f"Select up to {COPIED_AT_ONCE:,} to copy; for more there is: secret-links list", wrong=True)
        else:
            await self._copy(found, labelled, self.say)

    @work(exclusive=True, group="copy")
    async def copy_new(self, *, labelled: bool) -> None:
        """Copies those of the links generated last that are still there, as they were asked for."""
        ids = [link.id for link in self.fresh_links]
        try:
            found = {link.id: link for link in await self.read(lambda moment: moment.links(ids))}
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
        else:
            await self._copy([found[known] for known in ids if known in found], labelled, self.say)

    @work(exclusive=True, group="copy")
    async def copy_link(self, link: Link, say: Callable[[str], None] | None = None) -> None:
        """Copies one URL."""
        await self._copy([link], labelled=False, say=say or self.say)

    async def _copy(self, links: Sequence[Link], labelled: bool, say: Callable[[str], None]) -> None:
        """Copies, and says what is known of it: that it was sent, or, where it was read back, that it was copied."""
        urls = [link.url(self.settings.base_url) for link in links]
        if not links:
            say("There is nothing to copy.")
        elif not all(_SAFE_URL.fullmatch(url) for url in urls):
            say("Another program stored a token that is none; nothing was copied.")
        else:
            lines = [f"{clean(link.label or '')}\t{url}" for link, url in zip(links, urls, strict=True)]
            text = "\n".join(lines if labelled else urls)
            what = urls[0] if len(urls) == 1 else f"{len(urls):,} URLs"
            if self.clipboard.opens_link_view:
                self._print(text)
            elif not self.clipboard.fits(text):
                say(f"{what} are too much for {self.clipboard.where} at once; select fewer, or use: secret-links list")
            else:
                self.app.copy_to_clipboard(text)
                confirmed = await self.clipboard.confirm(text)
                say(sentences.copied(what, self.clipboard, confirmed=confirmed))

    def show_url(self, link: Link) -> None:
        """Steps aside and prints the URL, so that any terminal's mouse can select it."""
        url = link.url(self.settings.base_url)
        if _SAFE_URL.fullmatch(url):
            self._print(url)
        else:
            self.say("Another program stored a token that is none.", wrong=True)

    def _print(self, text: str) -> None:
        """Steps aside and prints a text as it is, each line wrapped by the terminal alone."""
        try:
            with self.app.suspend(), _ignoring_interrupts():
                sys.stdout.write(f"\n{text}\n\nPress Enter to go back to Secret Links. ")
                sys.stdout.flush()
                sys.stdin.readline()
        except SuspendNotSupported:
            self.say(text)

    async def check_clipboard(self) -> None:
        """Sends a word, and asks what arrived; what it shows is remembered for this terminal."""
        clipboard = self.clipboard
        if clipboard.opens_link_view:
            self.say(
                "Copying prints the URL here, for this terminal takes no copies; --clipboard osc52 tries all the same."
            )
            return
        word = dialogs().new_word()
        self.app.copy_to_clipboard(word)
        await clipboard.confirm(word)
        arrived = await self.app.push_screen_wait(dialogs().CheckClipboard(word, clipboard))
        if arrived is None:
            return
        self.clipboard = replace(clipboard, proved=arrived)
        with suppress(StoreError):  # it holds until the program is left, then
            await asyncio.to_thread(self.opened.prefer, clipboard.preference, "proved" if arrived else "")
        cure = f" {self.clipboard.cure}." if self.clipboard.cure else ""
        self.say("Copies reach your clipboard." if arrived else f"Copies do not arrive: l shows the URL instead.{cure}")

    # Deleting

    async def delete(self, chosen: LinkSet, link: Link | None = None) -> None:
        """Asks whether links are to go, naming `link` if it is the only one, and deletes them."""
        tally = await self.read(lambda moment: moment.tally(chosen))
        number = tally.counts.total
        if not number:
            self.say(GONE)
            return
        name = "" if link is None else f"for {link.label}" if link.label else shown_token(link)
        if not await self.app.push_screen_wait(delete_question(tally.counts, name)):
            return
        deletion = await self._work_on(
            "Deleting…", number, lambda tell, stopped: self.opened.delete_chosen(chosen, tell, stopped)
        )
        self.say(deleted_sentence(deletion.links) if deletion.links else GONE)
        if deletion.links >= number:
            self.table.selected = self.table.selected.without(chosen)
        self.selection_changed()
        self.rest_no_longer()

    async def _work_on(self, heading: str, number: int, deed: Deed[Done]) -> Done:
        """Does something with many links: with a dialog that can stop it, where it takes long enough to be read."""
        if number < LONG:
            self.say(heading)
            return await asyncio.to_thread(deed, lambda _: None, lambda: False)
        working: Working[Done] = dialogs().Working(heading, number, deed)
        result = await self.app.push_screen_wait(working)
        if result is None:
            raise working.error or StoreError("It was stopped.")
        return result

    async def undo(self) -> None:
        """Brings back what was deleted last, asking first if that was a while ago."""
        last = await self.read(lambda moment: moment.last_deletion())
        if last is None:
            self.say("There is nothing to undo.")
            return
        age = self._now() - last.deleted_at
        if age > OLD_DELETION:
            when = f"{age.days} days ago" if age.days > 1 else "a while ago"
            question = f"Bring back {links_of(last.links)} deleted {when}?"
            if not await self.app.push_screen_wait(Confirm(question, "Their URLs work again.", "Bring back")):
                return
        number = await self._work_on(
            "Bringing back…", last.links, lambda tell, stopped: self.opened.restore(last.id, tell, stopped)
        )
        self.say(f"{links_of(number)} back, with the same {'URL' if number == 1 else 'URLs'}.")
        self.rest_no_longer()


def deleted_sentence(number: int) -> str:
    """Says that links were deleted, and how they come back."""
    return f"{links_of(number)} deleted. u brings {'it' if number == 1 else 'them'} back."


def dialogs() -> ModuleType:
    """Gives the dialogs, which are loaded after the first paint."""
    from secret_links_tui.screens import dialogs as module  # noqa: PLC0415  # after the first paint

    return module


@contextmanager
def _ignoring_interrupts() -> Iterator[None]:
    """Lets Ctrl-C pass: in most terminals it is what people press to copy."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def as_typed(link: Link) -> str:
    """Gives how far ahead a link's expiry was when it was made, as it would be typed: `7d`, `12h`; empty for none."""
    if link.expires_at is None:
        return ""
    length = link.expires_at - link.created_at
    for unit, letter, least in ((timedelta(days=1), "d", 1.5), (timedelta(hours=1), "h", 1.5)):
        if length >= unit * least or abs(length - unit) < timedelta(minutes=1):
            return f"{round(length / unit)}{letter}"
    return f"{max(1, round(length / timedelta(minutes=1)))}m"
