"""A floor of the screen: what a host's own end of the line is like, clipboard and preferences."""

from __future__ import annotations

import asyncio
import re
import select
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from types import ModuleType

from textual import work
from textual.app import SuspendNotSupported

from secret_links import Link, LinkSet, SecretLinksError, StoreError
from secret_links.sqlite.first_look import FirstLook
from secret_links.text import clean
from secret_links_tui import sentences
from secret_links_tui.preferences import Preferences
from secret_links_tui.screens.conversation import Conversation, Operation
from secret_links_tui.screens.links.link_browser import LinkBrowser
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboard, Clipboards
from secret_links_tui.terminal.identify import Terminal, completed

COPIED_AT_ONCE = 10_000
"""URLs that are copied at once, at the most: more than any terminal hands on."""

_SAFE_URL = re.compile(r"https?://[!-~]+")


class LinkCopies(LinkBrowser):
    """Copies links into the clipboard in front of the host, and shows them as this host prefers."""

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        first: FirstLook,
        *,
        badge: str,
        clipboards: Clipboards,
    ) -> None:
        super().__init__(settings, now, first, badge)
        self._clipboards = clipboards
        self._kept: Mapping[str, str] = first.preferences
        self.clipboard = Clipboard()
        """The clipboard in front of the host."""
        self._longest = 0
        """Bytes of the longest text that was copied."""
        self.conversation = Conversation(self, lambda error: self.say(str(error), wrong=True))
        """What the host is being asked."""

    def converse(self, operation: Operation) -> None:
        """Begins an operation that asks the host something; a refusal is said."""
        if self.is_active:
            self.conversation.begin(operation)

    # Preferences

    def take_kept(self, kept: Mapping[str, str]) -> None:
        """Shows everything as it was kept for the host."""
        self._kept = kept
        self.apply(Preferences.read(kept))

    def apply(self, preferences: Preferences) -> None:
        """Shows everything, and copies, as the host prefers."""
        super().apply(preferences)
        self._choose_clipboard()

    def hear(self, terminal: Terminal) -> None:
        """Copies by what the terminal said late, too."""
        clipboards = self._clipboards
        self._clipboards = replace(clipboards, terminal=completed(clipboards.terminal, terminal))
        self._choose_clipboard()

    def _choose_clipboard(self) -> None:
        clipboard = self._clipboards.by(self.settings.clipboard)
        self.clipboard = replace(clipboard, proved=_bytes_proved(self._kept.get(clipboard.preference, "")))

    async def choose_preferences(self) -> None:
        """Asks what the host prefers, and keeps it with their links."""
        self.take_kept(await self.read(lambda snapshot: snapshot.preferences()))  # perhaps chosen on another screen
        question = dialogs().ChoosePreferences(self.preferences, self._started_with, self._now)
        chosen: Preferences | None = await self.app.push_screen_wait(question)
        if chosen is None:
            return
        self.apply(chosen)
        try:
            await self._keep(chosen.kept())
        except StoreError as error:
            self.say(f"This holds until you leave. {error}", wrong=True)
        else:
            declined = self.clipboard.declined
            self.say(f"Kept for {self.opened.name}{f'; {declined}' if declined else ''}.")

    async def _keep(self, choices: Mapping[str, str]) -> None:
        self._kept = {**self._kept, **choices}
        await asyncio.to_thread(self.opened.prefer, choices)

    # Copying

    @work(exclusive=True, group="copy")
    async def copy_chosen(self, chosen: LinkSet, *, labelled: bool) -> None:
        """Copies those of some links that are still there, newest first."""
        try:
            found = await self.read(lambda snapshot: snapshot.chosen(chosen, COPIED_AT_ONCE))
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
            found = {link.id: link for link in await self.read(lambda snapshot: snapshot.links(ids))}
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
                self._longest = max(self._longest, len(text.encode("utf-8")))
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
                if select.select([sys.stdin], [], [], self._patience)[0]:
                    sys.stdin.readline()
        except SuspendNotSupported:
            self.say(text)
        self.app.keys.drop()  # what was typed before the URL could be seen was not meant for the list behind it

    @property
    def _patience(self) -> float | None:
        """Seconds for which a URL stands alone; after that, the screen finds that nobody is there, and is left."""
        idle = self.settings.idle_logout
        return idle.total_seconds() if idle is not None else None

    async def check_clipboard(self) -> None:
        """Sends a word, and asks what arrived; what it shows is remembered for this terminal."""
        clipboard = self.clipboard
        if clipboard.opens_link_view:
            self.say(
                "Copying prints the URL here, for this terminal takes no copies; --clipboard osc52 tries all the same."
            )
            return
        word = dialogs().new_word(clipboard.length_to_prove(self._longest))
        self.app.copy_to_clipboard(word)
        await clipboard.confirm(word)
        arrived = await self.app.push_screen_wait(dialogs().CheckClipboard(word, clipboard))
        if arrived is None:
            return
        proved = max(len(word), clipboard.proved) if arrived else 0
        self.clipboard = replace(clipboard, proved=proved)
        with suppress(StoreError):  # it holds until the program is left, then
            await self._keep({clipboard.preference: str(proved) if arrived else ""})
        cure = f" {self.clipboard.cure}." if self.clipboard.cure else ""
        self.say("Copies reach your clipboard." if arrived else f"Copies do not arrive: l shows the URL instead.{cure}")


def _bytes_proved(kept: str) -> int:
    """Reads what was kept of a check; 0 for anything else, such as earlier versions kept."""
    return int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 10 else 0


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
