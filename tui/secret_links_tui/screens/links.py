"""The screen of links: looking, and doing."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from textual import on, work
from textual.app import SuspendNotSupported
from textual.binding import Binding
from textual.widgets import Button

from secret_links import EventType, Link, SecretLinksError
from secret_links.text import clean
from secret_links_tui.clipboard import copy_locally
from secret_links_tui.link_reading import ListRead
from secret_links_tui.screens.confirm import Confirm, delete_question, links_of
from secret_links_tui.screens.details import Details
from secret_links_tui.screens.event_types import EventTypeDesk, EventTypeDraft, EventTypes
from secret_links_tui.screens.generate import Draft, GenerateLinks, Wanted
from secret_links_tui.screens.help import Help
from secret_links_tui.screens.link_browser import LinkBrowser
from secret_links_tui.settings import Settings
from secret_links_tui.widgets.event_type_choice import NewEventType
from secret_links_tui.widgets.facts import Fact
from secret_links_tui.widgets.row_table import RowTable

T = TypeVar("T")

OLD_DELETION = timedelta(minutes=15)
"""From which age on a deletion is undone only after a question: it may no longer be what the host has in mind."""

_SAFE_URL = re.compile(r"https?://[!-~]+")


class LinksScreen(LinkBrowser):
    """Generates, copies, shows, deletes and reissues links."""

    NEEDS_LINK: ClassVar[frozenset[str]] = frozenset({"select", "reissue", "details", "show_url"})
    NEEDS_LINKS: ClassVar[frozenset[str]] = frozenset({"copy", "copy_labelled", "delete"})
    NEEDS_STORE: ClassVar[frozenset[str]] = frozenset({"generate", "select_all", "event_type", "event_types"})
    WRITES: ClassVar[frozenset[str]] = frozenset({"generate", "delete", "undo", "reissue"})

    def __init__(
        self, settings: Settings, now: Callable[[], datetime], *, badge: str = "", local_clipboard: bool = False
    ) -> None:
        super().__init__(settings, badge)
        self._now = now
        self._local_clipboard = local_clipboard
        self.read_only = False
        """Whether the store can only be looked at."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dims what cannot be done now."""
        del parameters
        if action in self.WRITES and self.read_only:
            return None
        link = self.table.cursor_link if self.host is not None and self.is_mounted else None
        if action in self.NEEDS_LINK:
            return True if link else None
        if action in self.NEEDS_LINKS:
            return True if link or self.table.selected else None
        if action == "undo":
            return True if self.counts and self.counts.last_deletion else None
        return True if self.host is not None or action not in self.NEEDS_STORE else None

    # Generating

    @work
    async def action_generate(self) -> None:
        """Generates links."""
        await self._generate(Draft(self._filtered_event_type))

    @work
    async def action_reissue(self) -> None:
        """Generates a fresh link like the one under the cursor; the old one stays as it is."""
        if (link := self.table.cursor_link) is not None:
            await self._reissue(link)

    async def _reissue(self, link: Link) -> None:
        days = (link.expires_at - link.created_at) // timedelta(days=1) if link.expires_at else 0
        await self._generate(Draft(link.event_type, link.label or "", f"{days}d" if days else ""))

    async def _generate(self, draft: Draft) -> None:
        try:
            event_types = await self.read(lambda moment: moment.event_types())
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
            return
        dialog = GenerateLinks(event_types, draft, self._do_generate, self._now, self.settings.time_zone)
        links = await self.app.push_screen_wait(dialog)
        if links:
            self.fresh_links = links
            self.table.fresh = {link.id for link in links}
            self.show_selection()
            shown = (await self.read(lambda moment: moment.tally(self.table.fresh, self.view.wanted))).shown
            hidden = "" if shown else ", hidden by the filter"
            self.say(f"{links_of(len(links))} generated{hidden}. n copies, N copies with labels.")
            self.go_to(links[-1])

    async def _do_generate(self, wanted: Wanted) -> list[Link]:
        def generate() -> list[Link]:
            kind = wanted.event_type
            if isinstance(kind, NewEventType):
                kind = self.opened.add_event_type(kind.name)
            return self.opened.generate(kind.id, wanted.count, labels=wanted.labels, expires_at=wanted.expires_at)

        return await asyncio.to_thread(generate)

    # Copying

    def action_copy(self) -> None:
        """Copies the URL under the cursor, or those of all selected links."""
        self._copy_chosen(labelled=False)

    def action_copy_labelled(self) -> None:
        """Copies the same with their labels."""
        self._copy_chosen(labelled=True)

    def action_copy_new(self) -> None:
        """Copies the URLs that were generated last."""
        self._copy(self.fresh_links, labelled=False)

    def action_copy_new_labelled(self) -> None:
        """Copies the same with their labels."""
        self._copy(self.fresh_links, labelled=True)

    @work
    async def _copy_chosen(self, *, labelled: bool) -> None:
        if self.table.selected:
            chosen = frozenset(self.table.selected)
            try:
                links = await self.read(lambda moment: moment.links(chosen))
            except SecretLinksError as error:
                self.say(str(error), wrong=True)
            else:
                self._copy(links, labelled=labelled)
        elif (link := self.table.cursor_link) is not None:
            self._copy([link], labelled=labelled)

    @work(exclusive=True, group="copy")
    async def _copy(self, links: Sequence[Link], *, labelled: bool, say: Callable[[str], None] | None = None) -> None:
        """Copies, and says what is known of it: that it was sent, or, where it was read back, that it was copied."""
        say = say or self.say
        urls = [link.url(self.settings.base_url) for link in links]
        if not links:
            say("There is nothing to copy.")
        elif not all(_SAFE_URL.fullmatch(url) for url in urls):
            self.say("A token that was stored by another program is no token; nothing was copied.", wrong=True)
        else:
            lines = [f"{clean(link.label or '')}\t{url}" for link, url in zip(links, urls, strict=True)]
            text = "\n".join(lines if labelled else urls)
            self.app.copy_to_clipboard(text)
            confirmed = self._local_clipboard and await copy_locally(text)
            what = urls[0] if len(urls) == 1 else f"{len(urls):,} URLs"
            say(f"Copied {what}" if confirmed else f"Sent to your terminal's clipboard: {what}")

    @work
    async def action_show_url(self) -> None:
        """Steps aside and prints the URL, so that any terminal's mouse can select it."""
        if (link := self.table.cursor_link) is not None:
            self._show_url(link)

    def _show_url(self, link: Link) -> None:
        url = link.url(self.settings.base_url)
        try:
            with self.app.suspend():
                sys.stdout.write(
                    f"\n{url if _SAFE_URL.fullmatch(url) else '?'}\n\nPress Enter to go back to Secret Links. "
                )
                sys.stdout.flush()
                sys.stdin.readline()
        except SuspendNotSupported:
            self.say(url)

    # Deleting

    @work
    async def action_delete(self) -> None:
        """Deletes the selected links, or the one under the cursor."""
        link = self.table.cursor_link
        await self._delete(frozenset(self.table.selected) or frozenset([link.id] if link else []), link)

    async def _delete(self, ids: frozenset[int], link: Link | None) -> None:
        try:
            tally = await self.read(lambda moment: moment.tally(ids))
            if not tally.counts.total:
                self.say("Already gone: somebody else deleted it.")
                return
            label = link.label if link and ids == {link.id} else None
            if not await self.app.push_screen_wait(delete_question(tally.counts, label)):
                return
            deletion = await asyncio.to_thread(self.opened.delete, ids)
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
            return
        if deletion.links:
            self.say(f"{links_of(deletion.links)} deleted. u brings {'it' if deletion.links == 1 else 'them'} back.")
        else:
            self.say("Already gone: somebody else deleted it.")
        self.table.selected -= ids
        self.selection_changed()
        self.read_again()

    @work
    async def action_undo(self) -> None:
        """Brings back what was deleted last."""
        try:
            last = await self.read(lambda moment: moment.last_deletion())
            if last is None:
                self.say("There is nothing to undo.")
                return
            if self._now() - last.deleted_at > OLD_DELETION:
                age = self._now() - last.deleted_at
                when = f"{age.days} days ago" if age.days > 1 else "a while ago"
                question = Confirm(
                    f"Bring back {links_of(last.links)} deleted {when}?", "Their URLs work again.", "Bring back"
                )
                if not await self.app.push_screen_wait(question):
                    return
            number = await asyncio.to_thread(self.opened.restore, last.id)
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
            return
        self.say(f"{links_of(number)} back, with the same {'URL' if number == 1 else 'URLs'}.")
        self.read_again()

    # Other screens

    @work
    async def action_details(self) -> None:
        """Shows everything known of a link, and does what is asked for there."""
        link = self.table.cursor_link
        if link is None:
            return
        details = Details(
            link, self.settings.base_url, self.table.as_of, self.settings.time_zone, self._copy_from_details
        )
        match await self.app.push_screen_wait(details):
            case "delete":
                await self._delete(frozenset([link.id]), link)
            case "reissue":
                await self._reissue(link)
            case "show":
                self._show_url(link)

    def _copy_from_details(self, link: Link) -> None:
        details = self.app.screen
        self._copy([link], labelled=False, say=details.say if isinstance(details, Details) else None)

    @on(ListRead)
    def _keep_details_true(self) -> None:
        if isinstance(self.app.screen, Details):
            self._refresh_details(self.app.screen)

    @work(exclusive=True, group="details")
    async def _refresh_details(self, details: Details) -> None:
        found = await self.read(lambda moment: (moment.links([details.link.id]), moment.now))
        links, now = found
        if details.is_attached:
            details.show_link(links[0] if links else None, now)

    @work
    async def action_event_types(self) -> None:
        """Lists the event types, to be added, renamed and removed."""

        async def add(draft: EventTypeDraft) -> EventType:
            return await asyncio.to_thread(self.opened.add_event_type, draft.name, draft.slug, draft.minutes)

        async def change(old: int, draft: EventTypeDraft) -> EventType:
            return await asyncio.to_thread(self.opened.change_event_type, old, draft.name, draft.slug, draft.minutes)

        async def remove(old: int) -> object:
            return await asyncio.to_thread(self.opened.remove_event_type, old, with_links=True)

        desk = EventTypeDesk(lambda: self.read(lambda moment: moment.event_types()), add, change, remove)
        await self.app.push_screen_wait(EventTypes(desk))
        if self._filtered_event_type is not None:
            known = {kind.id: kind for kind in await desk.list()}
            self.filter_by_event_type(known.get(self._filtered_event_type.id))
            self.filter_bar.show_event_type(self._filtered_event_type)
        self.read_again()

    def action_help(self) -> None:
        """Shows every key."""
        facts: list[Fact] = []
        for bindings in self._binding_groups():
            facts += [(self._keys_of(binding), binding.tooltip) for binding in bindings]
            facts.append(("", ""))
        self.app.push_screen(Help(facts[:-1]))

    def documented_bindings(self) -> Iterable[Binding]:
        """Gives every key of this screen and its table, in the order in which they are explained."""
        for bindings in self._binding_groups():
            yield from bindings

    def _binding_groups(self) -> Sequence[Sequence[Binding]]:
        groups = (self.BINDINGS, self.table.BINDINGS, RowTable.BINDINGS)
        return [[binding for binding in group if isinstance(binding, Binding)] for group in groups]

    def _keys_of(self, binding: Binding) -> str:
        return " ".join(self.app.get_key_display(binding.with_key(key)) for key in binding.key.split(","))

    # Mouse

    @on(RowTable.CellPressed)
    def _cell_pressed(self, event: RowTable.CellPressed) -> None:
        match event.column:
            case "check":
                self.action_select()
            case "copy":
                if (link := self.table.cursor_link) is not None:
                    self._copy([link], labelled=False)
            case "delete":
                self._delete_row()
            case _ if event.twice:
                self.action_details()

    @work
    async def _delete_row(self) -> None:
        if (link := self.table.cursor_link) is not None:
            await self._delete(frozenset([link.id]), link)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Does what was pressed."""
        actions: dict[str | None, Callable[[], object]] = {
            "generate": self.action_generate,
            "event-type-filter": self.action_event_type,
            "copy-selected": self._copy_bar,
            "copy-selected-labels": lambda: self._copy_bar(labelled=True),
            "delete-selected": self.action_delete,
            "clear-selection": self._clear_selection,
        }
        event.stop()
        if self.host is not None:
            actions[event.button.id]()
        self.table.focus()

    def _copy_bar(self, *, labelled: bool = False) -> None:
        if self.table.selected:
            self._copy_chosen(labelled=labelled)
        else:
            self._copy(self.fresh_links, labelled=labelled)
