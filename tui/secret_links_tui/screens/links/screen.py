"""The screen of links: its parts, its keys, and what each of them sets going."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import BindingType
from textual.layout import Layout
from textual.screen import Screen
from textual.widgets import Input

from secret_links import (
    Column,
    DeletedLink,
    Link,
    LinkEvent,
    LinkSet,
    ReadingLimits,
    SecretLinksError,
)
from secret_links.tokens import linked_tokens
from secret_links_tui.ages import exact_end
from secret_links_tui.drawing.tabs import Tab
from secret_links_tui.keys import LINK_KEYS
from secret_links_tui.preferences import LEFT_OPEN, Notify
from secret_links_tui.reading.host_access import HostAccess, OpenedStore
from secret_links_tui.reading.jobs import soon_ids
from secret_links_tui.screens.conversation import Conversation, Operation
from secret_links_tui.screens.copy_form import CopyForm
from secret_links_tui.screens.links.availability import Availability
from secret_links_tui.screens.links.between_visits import BetweenVisits
from secret_links_tui.screens.links.board import LinkBoard
from secret_links_tui.screens.links.choices import HostChoices
from secret_links_tui.screens.links.copier import Copier
from secret_links_tui.screens.links.filters import Filters
from secret_links_tui.screens.links.footer import Footer
from secret_links_tui.screens.links.layout import ScreenLayout
from secret_links_tui.screens.links.own_keys import OwnKeys
from secret_links_tui.screens.sizes import DIALOG_STYLES, WIDTHS
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.terminal.identify import Terminal
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.stepping_aside import print_aside
from secret_links_tui.widgets.bar_button import BarButton
from secret_links_tui.widgets.filter_bar import FilterBar
from secret_links_tui.widgets.key_bar import KeyBar
from secret_links_tui.widgets.message_line import MessageLine
from secret_links_tui.widgets.status_tabs import StatusTabs
from secret_links_tui.widgets.table.row_table import RowTable
from secret_links_tui.widgets.title_bar import TitleBar

if TYPE_CHECKING:
    from secret_links_tui.beginning import Beginning
    from secret_links_tui.screens.links.actions import LinkActions
    from secret_links_tui.screens.links.overlays import Overlays


LONGEST_SEARCH = 2000
"""Characters of what is pasted that are searched for: more than any URL has."""


class LinksScreen(Screen[None]):
    """What a host sees first, and most."""

    app = getters.app(KeyQueueApp)

    AUTO_FOCUS = "LinkTable"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    BINDINGS: ClassVar[list[BindingType]] = [*LINK_KEYS]

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], datetime],
        beginning: Beginning,
        *,
        clipboards: Clipboards,
        limits: ReadingLimits,
        notify: Callable[[Sequence[LinkEvent], Notify], None] = lambda *_: None,
    ) -> None:
        """`notify` notifies a host who looks elsewhere."""
        super().__init__()
        self.draws: Callable[[], bool] = lambda: True
        """Says whether anything that is drawn is to be seen."""
        self._notify_host = notify
        self.store = HostAccess(now, beginning.first.event_types)
        self.choices = HostChoices(settings, beginning.first.preferences, self.store, self._show_as_preferred)
        self.title_bar = TitleBar(self.choices.settings, beginning.badge)
        self.filter_bar = FilterBar()
        self.message_line = MessageLine(self.store.now, self._key_of)
        self.board = LinkBoard(
            self.choices.settings, beginning, self.message_line, now=now(), limits=limits, notify=self._notify
        )
        self.availability = Availability(
            self.store, self.board, lambda: "overlays" in vars(self) and self.actions.undoing.is_certain
        )
        self.filters = Filters(self.board, self.filter_bar)
        self.key_bar = KeyBar(Footer(self.board, self.filters).ranked)
        self._places = ScreenLayout(
            self.title_bar, self.filter_bar, self.board.table, self.board.selection_bar, self.key_bar
        )
        self.copier = Copier(
            clipboards,
            self.store,
            settings.base_url,
            compose=self._messages_for,
            send=self._send,
            step_aside=self._print_aside,
            say=self.message_line.say,
            refuse=self._refuse,
            key_of=self._key_of,
        )
        self.visits = BetweenVisits(
            self.store,
            self.choices,
            self.board,
            self.filters,
            self.message_line,
            actions=lambda: self.actions if "overlays" in vars(self) else None,
            load_actions=lambda: self.actions,
            later=self._keep_later,
        )
        """What is kept of the host until the next time."""
        self.conversation = Conversation(self, lambda error: self._refuse(str(error)))
        """What the host is being asked."""
        self.own_keys = OwnKeys(self, self.choices, self._refuse)
        """The keys that were chosen."""

    @cached_property
    def overlays(self) -> Overlays:
        """What opens over the list, and what a host does with links there."""
        from secret_links_tui.screens.links.overlays import Overlays  # noqa: PLC0415  # the list is drawn first
        from secret_links_tui.screens.links.parts import Parts  # noqa: PLC0415

        self.read_dialog_styles()
        self.own_keys.check_all()  # where keys are chosen, all dialogs are loaded to look at theirs
        line, conversation = self.message_line, self.conversation
        return Overlays(
            Parts(self.app, self.store, self.choices, self.board, self.filters, self.copier, line, conversation)
        )

    def read_dialog_styles(self) -> None:
        """Reads the style sheet of dialogs: else the first one would have all of them read again."""
        if not self.app.stylesheet.has_source(str(DIALOG_STYLES)):
            self.app.stylesheet.read(DIALOG_STYLES)

    @property
    def actions(self) -> LinkActions:
        """What a host does with links."""
        return self.overlays.actions

    def is_at_work(self) -> bool:
        """Whether something is being done with many links."""
        return "overlays" in vars(self) and self.actions.work.is_at_work

    @property
    def layout(self) -> Layout:
        """Where its parts are, whatever style sheets say."""
        return self._places

    def compose(self) -> ComposeResult:
        """Makes the screen's parts."""
        yield self.title_bar
        yield self.filter_bar
        yield self.board.table
        yield self.board.selection_bar
        yield self.message_line
        yield self.key_bar
        yield self.board

    def on_mount(self) -> None:
        """Shows everything as the host prefers."""
        self._show_as_preferred()

    def _compositor_refresh(self) -> None:
        """Draws what has changed; nothing while the picture is there that was painted first."""
        if self.draws():
            super()._compositor_refresh()
        else:
            self._dirty_widgets.clear()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Takes keys as soon as it can be seen."""
        event.refresh_styles = event.refresh_styles and self.stack_updates > 0  # a new screen has just got them
        self.app.keys.look_at(self)

    def open(self, opened: OpenedStore) -> None:
        """Shows a store that has been opened."""
        self.store.use(opened)
        if opened.store.read_only:
            self.title_bar.show_badge("read-only")
        self.app.keys.look_again()
        self.board.open(opened.store, opened.host, opened.kept)
        if opened.kept.get(LEFT_OPEN):
            self.run_worker(self.visits.bring_back(opened.kept[LEFT_OPEN]))

    def hear(self, terminal: Terminal) -> None:
        """Copies by what the terminal said late, too."""
        self.copier.hear(terminal)
        self.copier.choose_clipboard(self.choices.settings.clipboard, self.choices.kept)

    def _show_as_preferred(self) -> None:
        """Shows everything, and copies, as the host prefers."""
        settings = self.choices.settings
        self.board.show_as_preferred(settings.time_zone, self.choices.preferences.hidden)
        self.copier.choose_clipboard(settings.clipboard, self.choices.kept)
        self.own_keys.use()

    def _notify(self, happened: Sequence[LinkEvent]) -> None:
        """Notifies a host who looks elsewhere, as they prefer it."""
        self._notify_host(happened, self.choices.preferences.notify)

    def _refuse(self, sentence: str) -> None:
        self.message_line.say(sentence, wrong=True)

    def _send(self, text: str) -> None:
        self.app.copy_to_clipboard(text)

    def _print_aside(self, text: str) -> None:
        try:
            print_aside(self.app, text, self.choices.settings.idle_logout)
        except SuspendNotSupported:
            self.message_line.say(text)
        self.app.keys.drop()  # what was typed before the URL could be seen was not meant for the list behind it

    # Keys: which can be used, and when

    @property
    def _link(self) -> Link | None:
        """The link under the cursor."""
        return self.board.table.cursor_link

    def _key_of(self, action: str) -> str:
        """Returns the key of an action, as sentences name it."""
        return self.app.key_of(action)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dims what cannot be done now."""
        del parameters
        if action == "start_afresh":
            return True if self.visits.is_brought_back else None
        return self.availability.of(action)

    def must_wait(self, key: events.Key | events.MouseDown) -> bool:
        """Says whether a key acts on a list that has not come yet, or a click on a store that is not open."""
        if isinstance(key, events.MouseDown):
            return self.app.screen is self and not self.store.is_open
        if self.app.screen is not self or self.focused is self.filter_bar.search or self.availability.is_all_there:
            return False  # asked for each key: which actions keys have takes a millisecond
        bound = self.active_bindings.get(key.key)
        return bound is not None and self.availability.must_wait(bound.binding.action.partition("(")[0])

    def _converse(self, operation: Operation) -> None:
        """Begins an operation that asks the host something; a refusal is said."""
        if self.is_active:
            self.conversation.begin(operation)

    # Keys: what a host does with links

    def action_generate(self) -> None:
        """Generates links."""
        self._converse(lambda: self.actions.generate_for(self.filters.event_type))

    def action_reissue(self) -> None:
        """Generates a fresh link like each selected one, or the one under the cursor."""
        chosen = self.board.selection.or_link(self._link)
        self._converse(lambda: self.actions.reissue(chosen))

    def action_change(self) -> None:
        """Changes the expiry of each selected link, or expiry and label of the one under the cursor."""
        chosen = self.board.selection.or_link(self._link)
        self._converse(lambda: self.actions.changes.change(chosen))

    def action_delete(self) -> None:
        """Deletes the selected links, or the one under the cursor."""
        chosen = self.board.selection.or_link(self._link)
        self._converse(lambda: self.actions.delete(chosen))

    def action_undo(self) -> None:
        """Takes the last change back, or brings back what was deleted last."""
        self._converse(self.actions.undoing.undo)

    def action_deleted_links(self) -> None:
        """Lists deleted links, to bring some back: the one that is searched for, if it is one of them."""
        named = self.board.counts.named if self.board.counts is not None else None
        search = self.board.view.wanted.search if isinstance(named, DeletedLink) else ""
        self._converse(lambda: self.actions.undoing.restore_some(search))

    # Keys: copying

    def _copy_chosen(self, form: CopyForm) -> None:
        if not self.store.is_open and self._link is not None:  # it was there a moment ago
            copying = self.copier.copy([self._link], form)
        else:
            copying = self.copier.copy_chosen(self.board.selection.or_link(self._link), form)
        self.run_worker(copying, exclusive=True, group="copy")

    def _copy_fresh(self, form: CopyForm) -> None:
        fresh = self.board.selection.fresh_links
        self.run_worker(self.copier.copy_in_order(fresh, form), exclusive=True, group="copy")

    def action_copy(self) -> None:
        """Copies the URL under the cursor, or those of all selected links."""
        self._copy_chosen(CopyForm.URL)

    def action_copy_labelled(self) -> None:
        """Copies the same with their labels."""
        self._copy_chosen(CopyForm.NAMED)

    def action_copy_message(self) -> None:
        """Copies the host's messages with the same URLs."""
        self._copy_chosen(CopyForm.MESSAGE)

    def action_copy_new(self) -> None:
        """Copies the URLs that were generated last."""
        self._copy_fresh(CopyForm.URL)

    def action_copy_new_labelled(self) -> None:
        """Copies the same with their labels."""
        self._copy_fresh(CopyForm.NAMED)

    def action_copy_new_message(self) -> None:
        """Copies the host's messages with the same URLs."""
        self._copy_fresh(CopyForm.MESSAGE)

    def action_copy_shown(self, form: str) -> None:
        """Copies what the bar below the table is about: the selected links, or those that were generated last."""
        if self.board.selection:
            self._copy_chosen(CopyForm(form))
        else:
            self._copy_fresh(CopyForm(form))

    def _messages_for(self, links: Sequence[Link]) -> str:
        """Writes the host's messages for some links."""
        settings = self.choices.settings
        until = partial(exact_end, zone=settings.time_zone)
        return self.choices.preferences.template.messages(links, settings.base_url, until)

    def action_show_url(self) -> None:
        """Shows the URL alone."""
        if (link := self._link) is not None:
            self.copier.show_url(link)

    # Keys: selecting

    def action_select(self) -> None:
        """Selects the link under the cursor, or no longer."""
        if (link := self._link) is not None:
            self.board.selection.toggle(link)

    def action_select_all(self) -> None:
        """Selects all links that pass the filters."""
        self.board.selection.select_all(self.board.view)

    def action_clear_selection(self) -> None:
        """Selects nothing, and marks no links as new; the keys that copy the new ones still do."""
        self.board.selection.clear()

    def action_back(self) -> None:
        """Lifts the filters, which hide links; where there are none, the selection. Reads at once what could not be."""
        self.message_line.clear()
        if self.filters.hide_links:
            self.filters.clear()
        else:
            self.action_clear_selection()
        self.board.retrying.now()

    # Keys: which links are listed

    def action_search(self) -> None:
        """Goes to the search; at once, so that it gets the very next key."""
        self.set_focus(self.filter_bar.search)

    def action_leave_search(self, clear: bool) -> None:
        """Goes back from the search to the links; `clear` looks for nothing any more."""
        if clear:
            self.filter_bar.search.value = ""
        self.set_focus(self.board.table)

    def action_status(self) -> None:
        """Lists the next status."""
        self.action_list(self.filters.next_tab)

    def action_list(self, tab: str) -> None:
        """Lists the links of one tab: `all`, `active`, `soon`, `used`, `expired` or `news`."""
        if Tab(tab) is not Tab.NEWS:
            self.filters.by_tab(Tab(tab))
        elif self.store.is_open:
            self._list_news()

    @work(exclusive=True, group="news")
    async def _list_news(self) -> None:
        """Lists what has changed since the host was last here, and what expires within a day."""
        try:
            soon = await self.store.read(soon_ids)
        except SecretLinksError as error:
            self._refuse(str(error))
            return
        if news := self.board.news.visit.ids | soon:
            self.filters.by_news(news)
        else:
            self.message_line.say("Nothing was booked or has expired since you were here, and nothing expires soon.")

    def action_order(self) -> None:
        """Orders by the next column."""
        self.filters.order_by_next()

    def action_reverse(self) -> None:
        """Turns the order around."""
        self.filters.reverse()

    def action_start_afresh(self) -> None:
        """Drops what was brought back from last time."""
        self.visits.start_afresh()

    # Keys: what opens over the list

    def action_details(self) -> None:
        """Shows all that is to be said of a link, and does what is asked for there."""
        if (link := self._link) is not None:
            self._converse(lambda: self.overlays.show_details(link))

    def action_go_to(self) -> None:
        """Goes to a row far away."""
        self._converse(self.overlays.go_to)

    def action_event_type(self) -> None:
        """Lists one event type."""
        self._converse(self.overlays.pick_event_type)

    def action_event_types(self) -> None:
        """Lists the event types, to be added, renamed and removed."""
        self._converse(self.overlays.show_event_types)

    def action_check_clipboard(self) -> None:
        """Has the host prove that copies arrive."""
        self._converse(self.overlays.check_clipboard)

    def action_preferences(self) -> None:
        """Asks what the host prefers."""
        self._converse(self.overlays.choose_preferences)

    def action_messages(self) -> None:
        """Lists what was said."""
        self.overlays.show_messages()

    def action_help(self) -> None:
        """Shows every key."""
        self.overlays.show_help()

    def open_palette(self, themes: Mapping[str, Callable[[], object]]) -> None:
        """Offers every action by its name, and the themes."""
        self._converse(lambda: self.overlays.open_palette(themes))

    # Messages of the parts

    @on(LinkBoard.Counted)
    def _show_counts(self, message: LinkBoard.Counted) -> None:
        if message.counts is None:
            self.filter_bar.tabs.show_counting()
        elif message.counts.view == self.board.view:
            counts = message.counts
            self.filter_bar.tabs.show_counts(counts.counts, counts.total, soon=counts.soon)
            self.visits.say_since()

    @on(LinkBoard.Told)
    def _take_told(self, message: LinkBoard.Told) -> None:
        """Shows how many links have changed since the host was last here."""
        self.filter_bar.tabs.show_news(self.board.news.visit.number)
        self.visits.take_told(message)

    @on(LinkBoard.ListShown)
    def _keep_details_true(self) -> None:
        if self.app.screen is not self and self.overlays.shows_details:
            self.run_worker(self.overlays.refresh_details(), exclusive=True, group="details")

    def _keep_later(self, seconds: float) -> None:
        self.set_timer(seconds, lambda: self.run_worker(self.visits.keep()))

    @on(Input.Changed, "#search")
    def _search(self, event: Input.Changed) -> None:
        self.filters.by_search(event.value)

    def on_paste(self, event: events.Paste) -> None:
        """Searches for what is pasted into the list: a URL, most of the time."""
        text = event.text.strip()
        if self.app.screen is not self or self.focused is self.filter_bar.search or not text:
            return
        event.stop()
        if len(text.splitlines()) > 1 and not linked_tokens(text):
            key = self._key_of("generate")
            self._refuse(f"To generate a link for each of these names, press {key} and paste them there.")
        else:
            self.filter_bar.search.value = " ".join(text[:LONGEST_SEARCH].split())

    @on(StatusTabs.Pressed)
    def _status_pressed(self, event: StatusTabs.Pressed) -> None:
        self.action_list(event.tab)

    @on(RowTable.HeadPressed)
    def _head_pressed(self, event: RowTable.HeadPressed) -> None:
        if event.column in tuple(Column):
            self.filters.order_by(Column(event.column))
        elif event.column == "check" and self.board.selection:
            self.action_clear_selection()
        elif event.column == "check" and self.store.is_open:
            self.action_select_all()

    @on(RowTable.CellPressed)
    def _cell_pressed(self, event: RowTable.CellPressed) -> None:
        link = self._link
        if link is None:
            return
        match event.column:
            case "check":
                self.board.selection.toggle(link)
            case "copy":
                self.run_worker(self.copier.copy([link]), exclusive=True, group="copy")
            case "delete" if self.check_action("delete", ()):
                self._converse(lambda: self.actions.delete(LinkSet(frozenset([link.id]))))
            case _ if event.twice:
                self.action_details()

    @on(BarButton.Pressed)
    def _button_pressed(self) -> None:
        """Lets keys go to the table again."""
        self.board.table.focus()
