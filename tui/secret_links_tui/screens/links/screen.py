"""The screen of links: keys and mouse, and what they set going."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import Binding

from secret_links import EventType, Link, LinkSet, SecretLinksError
from secret_links.sqlite.first_look import FirstLook
from secret_links_tui.screens.links.link_copies import dialogs
from secret_links_tui.screens.links.link_deeds import LinkDeeds, deleted_sentence
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.table.row_table import RowTable

if TYPE_CHECKING:
    from secret_links import Deletion
    from secret_links_tui.reading.jobs import ListRead
    from secret_links_tui.screens.dialogs.details import Details
    from secret_links_tui.screens.dialogs.event_types import EventTypeDraft
    from secret_links_tui.widgets.facts import Fact

PALETTE = "Open the command palette: everything by name, and the themes"


class LinksScreen(LinkDeeds):
    """What a host sees first, and most."""

    NEEDS_LINK: ClassVar[frozenset[str]] = frozenset({"go_to", "select", "reissue", "details", "show_url"})
    NEEDS_LINKS: ClassVar[frozenset[str]] = frozenset({"copy", "copy_labelled", "delete"})
    NEEDS_STORE: ClassVar[frozenset[str]] = frozenset(
        {
            *("generate", "select_all", "event_type", "event_types", "check_clipboard", "preferences"),
            *("copy_new", "copy_new_labelled"),
        }
    )
    MOVES: ClassVar[frozenset[str]] = frozenset(
        {"move", "move_page", "move_to", "extend", "extend_page", "extend_to", "press"}
    )
    WAITING: ClassVar[frozenset[str]] = NEEDS_LINK | NEEDS_LINKS | NEEDS_STORE | MOVES | {"undo"}
    """Actions whose keys wait for the list that was asked for last."""
    WRITES: ClassVar[frozenset[str]] = frozenset({"generate", "delete", "undo", "reissue", "event_types"})

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        first: FirstLook,
        *,
        badge: str = "",
        clipboards: Clipboards,
    ) -> None:
        super().__init__(settings, now, first, badge=badge, clipboards=clipboards)
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

    def must_wait(self, key: events.Key) -> bool:
        """Says whether a key acts on a list that has not come yet."""
        if self.app.screen is not self or self.is_unreadable or self.focused is self.filter_bar.search:
            return False
        if self.is_settled and self.counts is not None:
            return False
        bound = self.active_bindings.get(key.key)
        name = bound.binding.action.partition("(")[0] if bound else ""
        if self.is_settled:
            return name == "undo"  # whether there is something to undo is not known yet
        shown = self.table.row_count and self.table.window.view == self.view
        return name in self.WAITING and not (shown and name in self.MOVES)

    @property
    def _chosen(self) -> LinkSet:
        """The selected links; else the one under the cursor."""
        link = self.table.cursor_link
        return self.table.selected or LinkSet(frozenset([link.id] if link else []))

    # Deeds

    def action_generate(self) -> None:
        """Generates links."""
        self.converse(lambda: self.generate(dialogs().Draft(self._filtered_event_type)))

    def action_reissue(self) -> None:
        """Generates a fresh link like the one under the cursor."""
        if (link := self.table.cursor_link) is not None:
            self.converse(lambda: self.reissue(link))

    def action_copy(self) -> None:
        """Copies the URL under the cursor, or those of all selected links."""
        self.copy_chosen(self._chosen, labelled=False)

    def action_copy_labelled(self) -> None:
        """Copies the same with their labels."""
        self.copy_chosen(self._chosen, labelled=True)

    def action_copy_new(self) -> None:
        """Copies the URLs that were generated last."""
        self.copy_new(labelled=False)

    def action_copy_new_labelled(self) -> None:
        """Copies the same with their labels."""
        self.copy_new(labelled=True)

    def action_show_url(self) -> None:
        """Shows the URL alone."""
        if (link := self.table.cursor_link) is not None:
            self.show_url(link)

    def action_check_clipboard(self) -> None:
        """Has the host prove that copies arrive."""
        self.converse(self.check_clipboard)

    def action_preferences(self) -> None:
        """Asks what the host prefers."""
        self.converse(self.choose_preferences)

    def action_delete(self) -> None:
        """Deletes the selected links, or the one under the cursor."""
        chosen, link = self._chosen, self.table.cursor_link
        only = link if link and chosen == LinkSet(frozenset([link.id])) else None
        self.converse(lambda: self.delete(chosen, only))

    def action_undo(self) -> None:
        """Brings back what was deleted last."""
        self.converse(self.undo)

    # Other screens

    def action_details(self) -> None:
        """Shows everything known of a link, and does what is asked for there."""
        if (link := self.table.cursor_link) is not None:
            self.converse(lambda: self._details(link))

    async def _details(self, link: Link) -> None:
        settings = self.settings
        details = dialogs().Details(
            link, settings.base_url, self.table.as_of, settings.time_zone, self._copy_from_details
        )
        self._refresh_details(details)
        match await self.app.push_screen_wait(details):
            case "delete" | "reissue" if self.read_only:
                self.say("This store can be read, but not written.", wrong=True)
            case "delete":
                await self.delete(LinkSet(frozenset([link.id])), link)
            case "reissue":
                await self.reissue(link)
            case "show":
                self.show_url(link)

    def _copy_from_details(self, link: Link) -> None:
        details = self.app.screen
        self.copy_link(link, details.say if isinstance(details, dialogs().Details) else None)

    def on_list_read(self, _message: ListRead) -> None:
        """Keeps the details true, too, after the list below them was shown."""
        if self.app.screen is not self and isinstance(self.app.screen, dialogs().Details):
            self._refresh_details(self.app.screen)

    @work(exclusive=True, group="details")
    async def _refresh_details(self, details: Details) -> None:
        try:
            links, now, story = await self.read(
                lambda snapshot: (snapshot.links([details.link.id]), snapshot.now, snapshot.story(details.link))
            )
        except SecretLinksError as error:
            self.say(str(error), wrong=True)
        else:
            details.show_link(links[0] if links else None, now, story)

    def action_go_to(self) -> None:
        """Goes to a row far away."""
        self.converse(self._go_to)

    async def _go_to(self) -> None:
        row = await self.app.push_screen_wait(dialogs().GoTo(self.table.row_count, exact=self.table.window.exact))
        if row is not None:
            self.table.move_cursor(row)

    def action_event_type(self) -> None:
        """Lists one event type."""
        self.converse(self._pick_event_type)

    async def _pick_event_type(self) -> None:
        event_types = await self.read(lambda snapshot: snapshot.event_types())
        picked = await self.app.push_screen_wait(dialogs().PickEventType(event_types, self._filtered_event_type))
        if picked is not None:
            self.filter_by_event_type(picked.event_type)

    def action_event_types(self) -> None:
        """Lists the event types, to be added, renamed and removed."""
        self.converse(self._event_types)

    async def _event_types(self) -> None:
        async def add(draft: EventTypeDraft) -> EventType:
            return await asyncio.to_thread(self.opened.add_event_type, draft.name, draft.slug, draft.minutes)

        async def change(old: int, draft: EventTypeDraft) -> EventType:
            return await asyncio.to_thread(self.opened.change_event_type, old, draft.name, draft.slug, draft.minutes)

        async def remove(old: EventType) -> None:
            def operation(tell: Callable[[int], None], stopped: Callable[[], bool]) -> Deletion | None:
                return self.opened.remove_event_type(old.id, with_links=bool(old.links), progress=tell, stopped=stopped)

            deletion = await self._work_on("Removing…", old.links or 0, operation)
            if deletion is not None:
                self.say(deleted_sentence(deletion.links))

        async def listed() -> list[EventType]:
            return await self.read(lambda snapshot: snapshot.event_types(counted=True))

        context = dialogs().EventTypeDesk(listed, add, change, remove)
        await self.app.push_screen_wait(dialogs().EventTypes(context))
        if self._filtered_event_type is not None:  # by now it may have another name, or be gone
            known = {kind.id: kind for kind in await context.list()}
            self.filter_by_event_type(known.get(self._filtered_event_type.id))
        self.rest_no_longer()

    def action_help(self) -> None:
        """Shows every key."""
        facts: list[Fact] = []
        for bindings in (*self._binding_groups(), self.dialog_bindings()):
            facts += [(self._keys_of(binding), binding.tooltip) for binding in bindings]
            facts.append(("", ""))
        self.app.push_screen(dialogs().Help(facts[:-1]))

    def dialog_bindings(self) -> list[Binding]:
        """Gives the keys that work everywhere, or in dialogs only."""
        everywhere = [*self.app.BINDINGS, Binding("ctrl+p", "app.command_palette", tooltip=PALETTE)]
        groups = (everywhere, *(dialog.BINDINGS for dialog in dialogs().WITH_KEYS))
        return [binding for group in groups for binding in group if isinstance(binding, Binding)]

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
        link = self.table.cursor_link
        if link is None:
            return
        match event.column:
            case "check":
                self.action_select()
            case "copy":
                self.copy_link(link)
            case "delete" if self.check_action("delete", ()):
                self.converse(lambda: self.delete(LinkSet(frozenset([link.id])), link))
            case _ if event.twice:
                self.action_details()

    def on_bar_button_pressed(self, event: BarButton.Pressed) -> None:
        """Does what was pressed, as far as it can be done now."""
        event.stop()
        copied = "copy" if self.table.selected else "copy_new"
        actions = {
            "generate": "generate",
            "event-type-filter": "event_type",
            "copy-selected": copied,
            "copy-selected-labels": f"{copied}_labelled",
            "delete-selected": "delete",
            "clear-selection": "clear_selection",
        }
        action = actions[event.button.id or ""]
        if self.check_action(action, ()):
            getattr(self, f"action_{action}")()
        self.table.focus()
