"""What opens over the list: details, event types, preferences, the check of the clipboard, help.

Each dialog is loaded when it is first opened; this module is imported once the list has been drawn.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

from secret_links import Deletion, EventType, Link, LinkSet, SecretLinksError, StoreError
from secret_links_tui.keys import LINK_KEYS, SYNONYMS
from secret_links_tui.preferences import Preferences, written_keys
from secret_links_tui.screens import dialogs
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.screens.links.actions import LinkActions, undo_offer
from secret_links_tui.screens.links.parts import Parts
from secret_links_tui.sentences import links_of
from secret_links_tui.theme_names import DEFAULT, kept_as

if TYPE_CHECKING:
    from secret_links_tui.screens.dialogs import Details, PaletteEntry
    from secret_links_tui.screens.dialogs.event_type_form import EventTypeDraft, TypedEventType
    from secret_links_tui.screens.dialogs.progress import Report, Stopped

THEME_WORDS = "colour color dark light appearance theme"


class Overlays:
    """Opens dialogs, and does what is asked for in them."""

    def __init__(self, parts: Parts) -> None:
        self._app = parts.app
        self._store = parts.store
        self._choices = parts.choices
        self._board = parts.board
        self._filters = parts.filters
        self._copier = parts.copier
        self._line = parts.line
        self._conversation = parts.conversation
        self.actions = LinkActions(parts)
        """What a host does with links."""
        self._details: Details | None = None
        self._typed_event_type: TypedEventType | None = None
        """What was typed for a new event type, and dismissed."""

    @property
    def _screen(self) -> Screen[object]:
        """The screen of links, on which all workers of a group run: the last one replaces those before."""
        return self._board.screen

    # One link

    async def show_details(self, link: Link) -> None:
        """Shows all that is to be said of a link, and does what is asked for there."""
        settings = self._choices.settings
        details = dialogs.Details(
            link, settings.base_url, self._board.rows.as_of, settings.time_zone, self._copy_from_details
        )
        self._details = details
        self._screen.run_worker(self.refresh_details(), exclusive=True, group="details")
        answer = await self._app.push_screen_wait(details)
        self._details = None
        match answer:
            case "change" | "delete" | "reissue" if self._store.read_only:
                self._line.say("This store can be read, but not written.", wrong=True)
            case "delete":
                await self.actions.delete(LinkSet(frozenset([link.id])))
            case "change":
                await self.actions.changes.change(LinkSet(frozenset([link.id])))
            case "reissue":
                await self.actions.reissue(LinkSet(frozenset([link.id])))
            case "show":
                self._copier.show_url(link)

    def _copy_from_details(self, link: Link, form: CopyForm) -> None:
        details = self._details
        say = details.say if details is not None else self._line.say
        self._screen.run_worker(self._copier.copy([link], form, say), exclusive=True, group="copy")

    @property
    def shows_details(self) -> bool:
        """Whether details are open, which a list that was read may change."""
        return self._details is not None

    async def refresh_details(self) -> None:
        """Reads again the link whose details are open."""
        details = self._details
        if details is None:
            return
        try:
            links, now, story = await self._store.read(
                lambda snapshot: (snapshot.lists.links([details.link.id]), snapshot.now, snapshot.story(details.link))
            )
        except SecretLinksError as error:
            self._line.say(str(error), wrong=True)
        else:
            details.show_link(links[0] if links else None, now, story)

    # Where in the list

    async def go_to(self) -> None:
        """Goes to a row far away."""
        table = self._board.table
        row = await self._app.push_screen_wait(dialogs.GoTo(table.row_count, exact=self._board.rows.window.exact))
        if row is not None:
            table.move_cursor(row)

    async def pick_event_type(self) -> None:
        """Lists the links of one event type, or of all."""
        event_types = await self._store.read(lambda snapshot: snapshot.event_types())
        picked = await self._app.push_screen_wait(dialogs.PickEventType(event_types, self._filters.event_type))
        if picked is not None:
            self._filters.by_event_type(picked.event_type)

    def show_messages(self) -> None:
        """Lists what was said."""
        line, settings = self._line, self._choices.settings
        self._app.push_screen(dialogs.Messages(line.latest, self._store.now(), settings.time_zone))

    # Event types

    async def show_event_types(self) -> None:
        """Lists the event types, to be added, renamed and removed."""
        operations = dialogs.EventTypeOperations(
            self._event_types, self._add_event_type, self._change_event_type, self._remove_event_type
        )
        dialog = dialogs.EventTypes(operations, self._typed_event_type)
        await self._app.push_screen_wait(dialog)
        self._typed_event_type = dialog.draft
        if self._filters.event_type is not None:  # by now it may have another name, or be gone
            by_id = {event_type.id: event_type for event_type in await self._event_types()}
            self._filters.by_event_type(by_id.get(self._filters.event_type.id))
        self._board.read_and_count_at_once()

    async def _event_types(self) -> list[EventType]:
        return await self._store.read(lambda snapshot: snapshot.event_types(counted=True))

    async def _add_event_type(self, draft: EventTypeDraft) -> EventType:
        return await self._store.run(lambda host: host.add_event_type(draft.name, draft.slug, draft.minutes))

    async def _change_event_type(self, old: int, draft: EventTypeDraft) -> EventType:
        return await self._store.run(lambda host: host.change_event_type(old, draft.name, draft.slug, draft.minutes))

    async def _remove_event_type(self, old: EventType) -> None:
        def remove(report: Report, stopped: Stopped) -> Awaitable[Deletion | None]:
            with_links = bool(old.links)
            return self._store.run(
                lambda host: host.remove_event_type(old.id, with_links=with_links, progress=report, stopped=stopped)
            )

        deletion = await self.actions.work.run("Removing…", old.links or 0, remove)
        if deletion is not None:
            self.actions.undoing.remember(deletion)
            self._line.say(
                f"“{old.name}” and its {links_of(deletion.links)} deleted.", offer=undo_offer(deletion.links + 1)
            )

    # The host

    async def choose_preferences(self) -> None:
        """Asks what the host prefers, and keeps it with their links."""
        choices, store = self._choices, self._store
        choices.take(await store.read(lambda snapshot: snapshot.preferences()))  # perhaps chosen on another screen
        shown = kept_as(self._app.theme)
        question = dialogs.ChoosePreferences(
            choices.preferences, choices.started_with, store.now, theme=shown, keys_refused=self._keys_refused
        )
        chosen: Preferences | None = await self._app.push_screen_wait(question)
        if chosen is None:
            return
        choices.apply(chosen)
        if (theme := chosen.theme or DEFAULT) != shown:
            self._app.theme = theme
        try:
            await choices.keep(chosen.kept())
        except StoreError as error:
            self._line.say(f"Active for this session only; it could not be saved: {error}", wrong=True)
        else:
            declined = self._copier.clipboard.declined
            self._line.say(f"Preferences saved{f'; {declined}' if declined else ''}.")

    def _keys_refused(self, typed: str) -> str:
        """Returns what is wrong with keys that were typed; empty where nothing is."""
        from secret_links_tui.key_map import key_map  # noqa: PLC0415  # few choose keys
        from secret_links_tui.screens.dialogs.key_sections import key_places  # noqa: PLC0415  # it loads all dialogs

        return " ".join(
            key_map({**self._choices.started_with.keys, **written_keys(typed)}, key_places(self._app.BINDINGS)).refusals
        )

    async def check_clipboard(self) -> None:
        """Sends a word, and asks what arrived; what it shows is remembered for this terminal."""
        copier, clipboard = self._copier, self._copier.clipboard
        if clipboard.opens_link_view:
            self._line.say(
                "Copying prints the URL here, for this terminal takes no copies; --clipboard osc52 tries all the same."
            )
            return
        word = dialogs.new_word(clipboard.length_to_prove(copier.longest))
        await copier.send_word(word)
        arrived = await self._app.push_screen_wait(dialogs.CheckClipboard(word, clipboard))
        if arrived is None:
            return
        proof = copier.prove(word, arrived=arrived)
        with suppress(StoreError):  # it holds until the program is left, then
            await self._choices.keep(proof)
        cure = f" {clipboard.cure}." if clipboard.cure else ""
        instead = f"{self._app.key_of('show_url')} shows the URL instead"
        self._line.say("Copies reach your clipboard." if arrived else f"Copies do not arrive: {instead}.{cure}")

    # Help and the palette

    def show_help(self, dialog: type[object] | None = None) -> None:
        """Shows every key, beginning with those of a dialog, or of the list."""
        from secret_links_tui.screens.dialogs.key_sections import SECTION_OF, key_sections  # noqa: PLC0415  # it loads all dialogs

        sections = [
            dialogs.HelpSection(section.title, [(self._keys_of(each), each.tooltip) for each in section.bindings])
            for section in key_sections(self._app.BINDINGS)
        ]
        self._app.push_screen(dialogs.Help(sections, SECTION_OF.get(dialog, "") if dialog is not None else ""))

    async def open_palette(self, themes: Mapping[str, Callable[[], object]]) -> None:
        """Offers every action by its name, and the themes; runs what is chosen."""
        screen = self._screen
        entries = [self._entry(binding, screen) for binding in LINK_KEYS]
        everywhere = [each for each in self._app.BINDINGS if isinstance(each, Binding)]
        entries += [self._entry(each, self._app) for each in everywhere if each.action != "command_palette"]
        entries += [
            dialogs.PaletteEntry(f"Theme {name}", "Use this theme", "", THEME_WORDS, run)
            for name, run in themes.items()
        ]
        run = await self._app.push_screen_wait(dialogs.Palette(entries))
        if run is not None:
            self._conversation.let_keys_through()
            result = run()
            if isinstance(result, Awaitable):
                await result

    def _entry(self, binding: Binding, namespace: DOMNode) -> PaletteEntry:
        run = partial(self._app.run_action, binding.action, namespace)
        words = SYNONYMS.get(binding.action) or SYNONYMS.get(f"app.{binding.action}", "")
        return dialogs.PaletteEntry(binding.description, binding.tooltip, self._keys_of(binding), words, run)

    def _keys_of(self, binding: Binding) -> str:
        return " ".join(self._app.get_key_display(binding.with_key(key)) for key in self._app.keys_of(binding))
