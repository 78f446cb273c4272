"""Copying links into the clipboard in front of the host."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from secret_links import Link, LinkSet, SecretLinksError
from secret_links.text import clean
from secret_links_tui import sentences
from secret_links_tui.reading.host_access import HostAccess
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.settings import Way
from secret_links_tui.terminal.clipboard import Clipboard, Clipboards
from secret_links_tui.terminal.identify import Terminal, completed

COPIED_AT_ONCE = 10_000
"""URLs that are copied at once, at the most: more than any terminal hands on."""

_SAFE_URL = re.compile(r"https?://[!-~]+")

Say = Callable[[str], None]

Compose = Callable[[Sequence[Link]], str]
"""Writes the host's messages for some links."""


class Copier:
    """Copies URLs, and says what is certain of it: that they were sent, or, where they were read back, copied.

    `compose` writes the host's messages. `send` hands a text to the terminal's clipboard; `step_aside` prints it on the
    plain terminal, where the mouse can select it; `say` and `refuse` say what came of it.
    """

    def __init__(
        self,
        clipboards: Clipboards,
        store: HostAccess,
        base_url: str,
        *,
        compose: Compose,
        send: Callable[[str], None],
        step_aside: Callable[[str], None],
        say: Say,
        refuse: Say,
        key_of: sentences.KeyOf,
    ) -> None:
        self.clipboard = Clipboard()
        """The clipboard in front of the host."""
        self.longest = 0
        """Bytes of the longest text that was copied."""
        self._clipboards = clipboards
        self._store = store
        self._base_url = base_url
        self._compose = compose
        self._send = send
        self._step_aside = step_aside
        self._say = say
        self._refuse = refuse
        self._key_of = key_of

    def choose_clipboard(self, way: Way, kept: Mapping[str, str]) -> None:
        """Copies in a way that the host prefers; `kept` has what earlier checks have proved."""
        clipboard = self._clipboards.by(way)
        self.clipboard = replace(clipboard, proved=_bytes_proved(kept.get(clipboard.preference, "")))

    def hear(self, terminal: Terminal) -> None:
        """Takes in what the terminal said of itself late; the clipboard is to be chosen again."""
        clipboards = self._clipboards
        self._clipboards = replace(clipboards, terminal=completed(clipboards.terminal, terminal))

    async def copy_chosen(self, chosen: LinkSet, form: CopyForm = CopyForm.URL) -> None:
        """Copies those of some links that are still there, newest first."""
        try:
            found = await self._store.read(lambda snapshot: snapshot.selections.links(chosen, COPIED_AT_ONCE))
        except SecretLinksError as error:
            self._refuse(str(error))
            return
        if len(found) > COPIED_AT_ONCE:
            self._refuse(f"Select up to {COPIED_AT_ONCE:,} to copy; for more there is: secret-links list")
        else:
            await self.copy(found, form)

    async def copy_in_order(self, links: Sequence[Link], form: CopyForm = CopyForm.URL) -> None:
        """Copies those of some links that are still there, in their order."""
        ids = [link.id for link in links]
        try:
            found = {link.id: link for link in await self._store.read(lambda snapshot: snapshot.lists.links(ids))}
        except SecretLinksError as error:
            self._refuse(str(error))
        else:
            await self.copy([found[link_id] for link_id in ids if link_id in found], form)

    async def copy(self, links: Sequence[Link], form: CopyForm = CopyForm.URL, say: Say | None = None) -> None:
        """Copies links, one a line; messages as the host has written them."""
        say = say or self._say
        urls = [link.url(self._base_url) for link in links]
        if not links:
            say("There is nothing to copy.")
        elif not all(_SAFE_URL.fullmatch(url) for url in urls):
            say("Another program stored a token that is none; nothing was copied.")
        elif form is CopyForm.MESSAGE:
            text = await self._store.run(lambda _: self._compose(links))  # in a thread: thousands take a while
            await self._hand_over(text, links, form, say)
        else:
            lines = [f"{clean(link.label or '')}\t{url}" for link, url in zip(links, urls, strict=True)]
            await self._hand_over("\n".join(lines if form is CopyForm.NAMED else urls), links, form, say)

    async def _hand_over(self, text: str, links: Sequence[Link], form: CopyForm, say: Say) -> None:
        if self.clipboard.opens_link_view:
            self._print(text, links)
        elif not self.clipboard.fits(text):
            number = f"{len(links):,} {'messages' if form is CopyForm.MESSAGE else 'links'}"
            say(f"{number} are too much for {self.clipboard.where} at once; select fewer, or use: secret-links list")
        else:
            self.longest = max(self.longest, len(text.encode("utf-8")))
            self._send(text)
            confirmed = await self.clipboard.confirm(text)
            what = sentences.the_message(links) if form is CopyForm.MESSAGE else sentences.the_links(links)
            say(sentences.copied(what, links, self.clipboard, self._store.now(), self._key_of, confirmed=confirmed))

    def show_url(self, link: Link) -> None:
        """Prints a URL alone, so that any terminal's mouse can select it."""
        url = link.url(self._base_url)
        if _SAFE_URL.fullmatch(url):
            self._print(url, [link])
        else:
            self._refuse("Another program stored a token that is none.")

    def _print(self, text: str, links: Sequence[Link]) -> None:
        remark = sentences.dead(links, self._store.now(), self._key_of).strip()
        self._step_aside(f"{text}\n\n{remark}" if remark else text)

    # The check of the clipboard

    async def send_word(self, word: str) -> None:
        """Sends a word whose arrival the host is asked about."""
        self._send(word)
        await self.clipboard.confirm(word)

    def prove(self, word: str, *, arrived: bool) -> dict[str, str]:
        """Takes in whether a word arrived; returns what is to be kept of it for this terminal."""
        clipboard = self.clipboard
        proved = max(len(word), clipboard.proved) if arrived else 0
        self.clipboard = replace(clipboard, proved=proved)
        return {clipboard.preference: str(proved) if arrived else ""}


def _bytes_proved(kept: str) -> int:
    """Reads what was kept of a check; 0 for anything else, such as earlier versions kept."""
    return int(kept) if kept.isascii() and kept.isdigit() and len(kept) < 10 else 0
