"""The terminal program: one screen of links, and what surrounds it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, cast

from rich.console import COLOR_SYSTEMS
from rich.text import Text
from textual import events, on, work
from textual.app import App, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.geometry import Size
from textual.screen import Screen
from textual.theme import Theme

from secret_links import FirstLook, ReadingLimits, SecretLinksError
from secret_links.times import utc_now
from secret_links_tui import theme_names
from secret_links_tui.beginning import Beginning, Looks
from secret_links_tui.drawing.bars import Hint
from secret_links_tui.preferences import LEFT_OPEN
from secret_links_tui.reading.first_rows import FirstRows
from secret_links_tui.reading.host_access import OpenedStore
from secret_links_tui.reading.messages import FirstRowsRead
from secret_links_tui.screens.links.inks import inks_of
from secret_links_tui.screens.links.screen import LinksScreen
from secret_links_tui.screens.sizes import width_class
from secret_links_tui.sentences import notice
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.attention import Attention, protocol_of
from secret_links_tui.terminal.clipboard import Clipboards
from secret_links_tui.terminal.colours import ColorDepth
from secret_links_tui.terminal.driver import TerminalDriver
from secret_links_tui.terminal.exits import crash_sentence, log_crash
from secret_links_tui.terminal.harmless_text import HarmlessText
from secret_links_tui.terminal.identify import BACKGROUND_QUESTION, Terminal, completed, parse_answers
from secret_links_tui.terminal.idle import IdleWatch
from secret_links_tui.terminal.input_messages import FocusIsTold, LightChanged, TerminalSaid
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.palette_colours import PaletteColours
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.terminal.suspending import NO_SHELL, is_shell_waiting, stop
from secret_links_tui.terminal.taken import TakenTerminal
from secret_links_tui.theme_choice import ThemeChoice
from secret_links_tui.widgets.frames import Frames

if TYPE_CHECKING:
    from secret_links import Store


KEYS_FIRST = 0.5
"""Seconds for which the store is not opened while keys are answered that do not need it: both would take longer."""

FIRST_READING = 2.0
"""Seconds from when the store is open, in which all that is shown is read, and drawn, again."""

TWICE_WITHIN = 3.0
"""Seconds within which a second ctrl+c leaves."""


class SecretLinksApp(KeyQueueApp):
    """Opens the store while it draws its first screen."""

    TITLE = "Secret Links"
    CSS_PATH = "app.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            *("ctrl+p", "command_palette", "Palette"),
            show=False,
            id="palette",
            tooltip="Find any action by its name, and the themes",
            priority=True,
        ),
        Binding("ctrl+q", "quit", "Quit", show=False, id="quit-anywhere", tooltip="Leave the program", priority=True),
        Binding(
            "ctrl+l", "redraw", "Redraw", show=False, id="redraw", tooltip="Draw the whole screen again", priority=True
        ),
        Binding("ctrl+z", "suspend", "Suspend", show=False, id="suspend", tooltip="Go back to the shell; fg returns"),
    ]

    def __init__(
        self,
        settings: Settings,
        open_store: Callable[[], Store],
        *,
        now: Callable[[], datetime] = utc_now,
        beginning: Beginning | None = None,
        first_rows: FirstRows | None = None,
        clipboards: Clipboards = Clipboards(),  # noqa: B008  # frozen
        terminal: TakenTerminal | None = None,
        depth_of: Callable[[Terminal], ColorDepth] = lambda _: ColorDepth.TRUE,
        limits: ReadingLimits = ReadingLimits(),  # noqa: B008  # frozen
        loaded: Callable[[], object] = lambda: None,
    ) -> None:
        """`beginning` is what was painted, and `terminal` what was taken, before this was loaded.

        `loaded` runs on a thread, once all is loaded that a session needs.
        """
        super().__init__(cast("type[Driver]", partial(TerminalDriver, taken=terminal)))
        self.settings = settings
        self._beginning = beginning = beginning or Beginning(settings, FirstLook(), {})
        self._open_store = open_store
        self._first_rows = first_rows
        self._loaded = loaded
        self._now = now
        self._terminal = clipboards.terminal
        self._depth_of = depth_of
        self._tells_background = self._terminal.light is not None
        self._take_depth()
        self.animation_level = "none"  # an animation over SSH is a burst of full repaints
        self.attention = Attention(self._write, self.set_timer)
        """Notifies a host who looks elsewhere."""
        self.attention.protocol = protocol_of(self._terminal)
        self.links = LinksScreen(
            settings,
            now,
            beginning,
            clipboards=clipboards,
            limits=limits,
            notify=lambda happened, way: self.attention.notify(happened, notice, way),
        )
        """The screen of links."""
        self.keys.must_wait = self.links.must_wait
        self._themes = ThemeChoice(self, self.links, self._fitting_theme)
        self._themes.show_kept()
        self._drawn_in = self.get_css_variables()
        self.stylesheet.set_variables(self._drawn_in)
        self._filter, self._palette = HarmlessText(), PaletteColours()
        self._interrupted_at = -TWICE_WITHIN
        self._idle: IdleWatch | None = None
        self._left_open: str | None = None
        """What is on the screen, where it ends without the host's wish."""
        self._is_kept = False
        self._frames = Frames(beginning)
        self.links.draws = lambda: self.is_headless or not self._frames.is_waiting
        self._size_known: Size | None = None
        self.first_hints: Sequence[Hint] = ()
        """The keys that are named before the store is open."""

    def get_default_screen(self) -> Screen[Any]:
        """Makes the links screen the default, with its width class set before the first paint."""
        self.links.add_class(width_class(self.size.width))
        return self.links

    def refresh_css(self, animate: bool = True) -> None:
        """Reads all style sheets again if colours have changed: Textual asks for it at each start, too."""
        colours = self.get_css_variables()
        if colours != self._drawn_in:
            self._drawn_in = colours
            super().refresh_css(animate)

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """Leaves out what is not on a screen yet: it gets its styles when it comes there, and only then has a place."""
        if node is self or node.is_attached:
            super().update_styles(node, animate)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Filters every line that is drawn."""
        palette = [self._palette] if self.depth is ColorDepth.PALETTE else []
        return [*super().get_line_filters(), self._filter, *palette]

    def _fatal_error(self) -> None:
        """Leaves with a sentence and a log: Textual's own would show what is in variables, tokens and labels too."""
        error = sys.exc_info()[1] or self._exception or RuntimeError()
        with suppress(Exception):  # whatever is broken by now
            if self._left_open is None and (left := self.links.visits.left_open("the program crashed")):
                self._left_open = left
                self.links.store.opened.prefer({LEFT_OPEN: left})
        self.panic(Text(visible(crash_sentence(error, log_crash(error)))))

    def copy_to_clipboard(self, text: str) -> None:
        """Sends a text to the terminal's clipboard, in every form that may be handed on; fields copy this way too."""
        super().copy_to_clipboard(text)
        for sequence in self.links.copier.clipboard.further(text):
            self._write(sequence)

    def _write(self, sequence: str) -> None:
        """Sends a control sequence; Textual has no public way to, and its own copy does the same."""
        if self._driver is not None:
            self._driver.write(sequence)

    def on_mount(self) -> None:
        """Draws first, then opens the store."""
        self.theme_changed_signal.subscribe(self, self._theme_changed)
        self.app_resume_signal.subscribe(self, self._resumed)
        if self.settings.idle_logout is not None:
            idle, at_work = self.settings.idle_logout, self.links.is_at_work
            self._idle = IdleWatch(idle, self.set_timer, self._leave_idle, busy=at_work)
        self.links.call_after_refresh(self._open)
        self.keys.look_again()

    @work
    async def _open(self) -> None:
        self.first_hints = self.links.key_bar.ranked_hints()
        self._frames.take_over((self.size.width, self.size.height))
        self.links.refresh()
        if self._first_rows is not None:
            self._first_rows.post_to(self.links.board.post_message)
        await self.keys.answered(KEYS_FIRST)
        try:
            opened = await self.links.store.open(self._open_store, self.settings.host)
        except SecretLinksError as error:
            self.exit(return_code=1, message=visible(f"secret-links: {error}"))
        else:
            if self._exit or self._closing:
                return  # it was left before the store was open
            self._show_store(opened)
            self._load_dialogs()
            self._remember()

    def _show_store(self, opened: OpenedStore) -> None:
        """Shows the store, and says what is to be said of it."""
        self.set_timer(FIRST_READING, self._frames.begun)  # what is read first is what is there, most of the time
        store, links = opened.store, self.links
        links.read_dialog_styles()
        self._take_kept(opened.kept)  # the first look could not see it, or it was changed since
        links.open(opened)
        if not store.read_only:
            self.run_worker(links.store.purge())
        if opened.caution is not None:
            links.message_line.say(opened.caution, wrong=True)
        elif store.backup is not None:
            kept = f"The store was upgraded; as it was, it is kept in {store.backup}."
            links.message_line.say(" ".join([kept, *store.notes]), wrong=bool(store.notes))

    def _take_kept(self, kept: Mapping[str, str]) -> None:
        if kept != self.links.choices.kept:
            self.links.choices.take(kept)
            self._themes.show_kept()

    @on(FirstRowsRead)
    def _show_first_rows(self, message: FirstRowsRead) -> None:
        """Shows what a server has, unless its store is open by now."""
        if message.first.cursor is not None and not self.links.store.is_open:
            self._take_kept(message.first.preferences)
            self.links.store.see(message.first.event_types)
            self.links.board.show_first(message.first)

    @work(thread=True)
    def _load_dialogs(self) -> None:
        import secret_links_tui.screens.dialogs.key_sections  # noqa: PLC0415  # it needs all of them
        import secret_links_tui.screens.links.overlays  # noqa: F401, PLC0415  # then the first one opens at once

        self._loaded()
        self.call_later(self.links.own_keys.check_all)

    @on(FocusIsTold)
    def _focus_is_told(self) -> None:
        self.attention.can_tell()

    async def on_unmount(self) -> None:
        """Lets go of the store, and gives the window its title back."""
        self.attention.touched()
        if not self._is_kept:
            await self.links.visits.keep_at_the_end(self._left_open or self.links.visits.left_open(""))
        await self.links.store.close()

    # The terminal

    def _display(self, screen: Screen[Any], renderable: Any) -> None:  # noqa: ANN401  # what Textual draws has no one type
        """Draws what has changed on the screen."""
        super()._display(screen, renderable if self.is_headless else self._frames.changes(renderable, self.console))

    def looks(self) -> Looks:
        """Returns how the list is drawn now, for the picture that is painted first the next time."""
        return Looks(self.theme, self._terminal, self.depth, inks_of(self.links), self.first_hints)

    def action_redraw(self) -> None:
        """Draws everything again: something else may have written to the terminal."""
        self._frames.forget()
        self.screen.refresh(layout=True)

    def action_help_quit(self) -> None:
        """Leaves when ctrl+c is pressed twice: what people press first to leave, and to copy."""
        now = monotonic()
        if now - self._interrupted_at < TWICE_WITHIN:
            self.exit()
        self._interrupted_at = now
        say = getattr(self.screen, "say", self.links.message_line.say)  # a dialog has a line of its own
        say("Press ctrl+c again to leave.")

    def action_suspend(self) -> None:
        """Steps back behind the shell; says so where none waits there."""
        if not is_shell_waiting():
            self.links.message_line.say(NO_SHELL, wrong=True)
            return
        with suppress(SuspendNotSupported), self.suspend():
            stop()

    @on(TerminalSaid)
    def _terminal_said(self, message: TerminalSaid) -> None:
        """Believes what the terminal says late: on a slow line, its answers come after the first picture."""
        late = parse_answers(message.answer.encode("latin-1", "replace"))
        self.links.hear(late)
        self._terminal = completed(self._terminal, late)
        self.attention.protocol = protocol_of(self._terminal)
        self._tells_background = self._tells_background or late.light is not None
        if late.light is not None:
            self._themes.show_again()
        if self._depth_of(self._terminal) is not self.depth:
            self._take_depth()
            self._themes.show_again()
            super().refresh_css(animate=False)  # lines are kept as they were sent

    @on(LightChanged)
    def _light_changed(self, message: LightChanged) -> None:
        """Asks for the background, which may stay as it was; believes the report of a terminal that does not answer."""
        if self._tells_background:
            self._ask_background()
        else:
            self._terminal = completed(self._terminal, Terminal(light=message.light))
            self._themes.show_again()

    def _ask_background(self) -> None:
        if self._tells_background:
            self._write(BACKGROUND_QUESTION)

    def _resumed(self, app: App[object]) -> None:
        """Draws all again, in the light that it may be by now."""
        del app
        self._ask_background()
        self.action_redraw()

    def _take_depth(self) -> None:
        """Sends as many colours from now on as the terminal draws."""
        self.depth = self._depth_of(self._terminal)
        """How many colours the terminal draws."""
        self.set_class(self.depth is ColorDepth.SIXTEEN, "-sixteen")
        self.console._color_system = COLOR_SYSTEMS[self.depth]  # noqa: SLF001  # rich's console takes it only when made

    def _theme_changed(self, theme: Theme) -> None:
        """Keeps a theme, and how the list looks in it for the next start, once its styles are there."""
        self._themes.changed(theme)
        if self.links.store.is_open:
            self.call_after_refresh(self._remember)

    @work(thread=True, exclusive=True, group="looks")
    def _remember_looks(self, looks: Looks) -> None:
        self._beginning.remember(looks)

    def _remember(self) -> None:
        self._remember_looks(self.looks())

    def _fitting_theme(self, name: str) -> str:
        return theme_names.fitting(name, self.depth, light=bool(self._terminal.light))

    # Idle

    async def on_event(self, event: events.Event) -> None:
        """Notices that somebody is there, or looks elsewhere."""
        match event:
            case events.Resize() if event.size == self._size_known:
                return  # Textual says its first size twice, and would draw everything twice
            case events.Resize():
                self._size_known = event.size
                self._frames.forget()
            case events.AppFocus():
                self.attention.back()
            case events.AppBlur():
                self.attention.left()
            case events.Key() | events.Paste() | events.MouseDown():
                self.attention.touched()
        if self._idle is not None and isinstance(event, events.InputEvent):
            self._idle.touch()
        await super().on_event(event)

    def leave(self, code: int) -> None:
        """Leaves since a signal came; what is on the screen is there the next time."""
        why = "the line dropped" if code == 128 + signal.SIGHUP else "the program was ended"
        self._left_open = self.links.visits.left_open(why)
        self._keep_and_leave(code)

    @work
    async def _keep_and_leave(self, code: int) -> None:
        """Keeps it first: there is little time, of which taking the screen down needs the most."""
        await self.links.visits.keep_at_the_end(self._left_open)
        self._is_kept = True
        self.exit(return_code=code)

    def _leave_idle(self) -> None:
        self._left_open = self.links.visits.left_open("nobody had pressed a key for a while")
        self.exit(return_code=0, message="Closed: nobody pressed a key for a while.")

    # Themes, command palette and help

    def action_toggle_dark(self) -> None:
        """Switches between the dark and the light theme."""
        self._themes.toggle_dark()

    def action_command_palette(self) -> None:
        """Opens the palette over the list: everything that can be done there, and the themes."""
        if self.screen is self.links:
            self.links.open_palette(self._themes.offered())

    def action_help_here(self) -> None:
        """Shows the keys of the dialog that is open."""
        self.links.overlays.show_help(type(self.screen))
