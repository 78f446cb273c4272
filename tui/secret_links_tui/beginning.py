"""What a host sees, and can do, before Textual is loaded: the list, as it was drawn the last time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from secret_links import FirstLook, ReadingLimits
from secret_links.times import utc_now
from secret_links_tui import theme_names
from secret_links_tui.drawing.bars import Hint, whose_links
from secret_links_tui.drawing.escape_codes import Line
from secret_links_tui.drawing.link_columns import link_columns
from secret_links_tui.drawing.link_rows import LinkRows
from secret_links_tui.drawing.picture import SMALLEST, NotRemembered, Picture, painted
from secret_links_tui.drawing.remembered import Inks, KnownTerminal, read_remembered, write_remembered
from secret_links_tui.drawing.table.moves import Position, moved, moved_by_pages
from secret_links_tui.folders import cache_folder
from secret_links_tui.preferences import Preferences, chosen_keys
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.colours import ColorDepth, depth
from secret_links_tui.terminal.identify import UNKNOWN, Terminal
from secret_links_tui.terminal.taken import Moves, TakenTerminal


class Looks(NamedTuple):
    """How Textual draws the list."""

    theme: str
    terminal: Terminal
    depth: ColorDepth
    """How many colours it is drawn in."""
    inks: Inks
    hints: Sequence[Hint]
    """The keys that are named before the store is open, the most important first."""


class Beginning:
    """The first picture, and what becomes of it until Textual takes it over."""

    def __init__(
        self,
        settings: Settings,
        first: FirstLook,
        environ: Mapping[str, str],
        *,
        badge: str = "",
        path: Path | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`path` is where it is kept what to remember; None for nowhere."""
        self.first = first
        """The host's links, as they were when the program was started."""
        self.badge = badge
        """What is special about the store."""
        self.place = Position()
        """Where the host is in the list."""
        self.lines: Sequence[Line] = ()
        """The lines that are on the screen; none where nothing could be painted."""
        self.size = (0, 0)
        """Columns and lines of the terminal, where something is painted."""
        self._path = path
        self._remembered = read_remembered(path)
        self.known = self._remembered.terminal_of(environ)
        """The terminal, as it was the last time; None for one that was never here."""
        self._settings = settings
        self._environ = environ
        self._now = now
        self._seeing = threading.Lock()
        self._is_handed_over = False

    def depth_of(self, terminal: Terminal, tmux: str = "") -> ColorDepth:
        """Returns how many colours a terminal draws: as the last time, until it has said something."""
        if terminal == UNKNOWN and self.known is not None:
            with suppress(ValueError):
                return ColorDepth(self.known.depth)
        return depth(self._environ, terminal, tmux)

    def paint(self, terminal: TakenTerminal, writing: int) -> None:
        """Paints the list, and answers keys that move in it; does nothing where not all is known that it takes."""
        with suppress(OSError, NotRemembered):
            size = os.get_terminal_size(writing)
            if size >= SMALLEST and (picture := self._picture(*size)) is not None:
                self.size = (picture.columns, picture.lines)
                self.lines = picture.drawn(self.place)
                terminal.show(painted(self.lines), self._moves(picture, terminal))

    def see(self, first: FirstLook, terminal: TakenTerminal, writing: int) -> None:
        """Puts links that come late into the picture, from any thread; does nothing once it is handed over."""
        with self._seeing:
            if first.cursor is None or self._is_handed_over:
                return
            self.first = first
            if self.lines:
                with suppress(OSError, NotRemembered):
                    self._repaint(terminal, writing)

    def hand_over(self) -> None:
        """Leaves links that come from now on to Textual."""
        with self._seeing:
            self._is_handed_over = True

    def _repaint(self, terminal: TakenTerminal, writing: int) -> None:
        size = os.get_terminal_size(writing)
        picture = self._picture(*size)
        if picture is not None and size.lines == len(self.lines):
            lines = picture.drawn(self.place)
            terminal.repaint(painted(lines, self.lines))
            self.lines = lines
            terminal.answer_keys(self._moves(picture, terminal))

    def _picture(self, columns: int, lines: int) -> Picture | None:
        preferences = Preferences.read(self.first.preferences)
        settings = preferences.applied_to(self._settings)
        terminal = self.depth_of(UNKNOWN)
        light = self.known.light if self.known is not None else None
        theme = preferences.theme
        if not self.first.preferences:  # what is kept on a server is not known yet
            theme = self._remembered.theme_of(settings.store, settings.host)
        theme = theme_names.fitting(theme or theme_names.DEFAULT, terminal, light=bool(light))
        inks = self._remembered.inks_of(theme, terminal, self._environ)
        if not inks:
            return None
        rows = LinkRows(settings.base_url, settings.time_zone, ReadingLimits(), self._now())
        rows.show_first(self.first)
        order = rows.window.view.order
        return Picture(
            columns,
            lines,
            whose_links(settings),
            self.badge,
            self._remembered.hints_of(self._chosen_keys, has_links=bool(self.first.newest)),
            link_columns(preferences.hidden),
            rows,
            (order.column, order.descending),
            inks,
        )

    # Keys

    @property
    def _chosen_keys(self) -> Mapping[str, str]:
        return chosen_keys(Preferences.read(self.first.preferences), self._settings)

    def _moves(self, picture: Picture, terminal: TakenTerminal) -> Moves:
        """Returns what keys do that move in the list, by what terminals send for them."""
        if self._chosen_keys:
            return {}  # others may do that
        count, page = self.first.count, picture.page

        def go(to: Position) -> bool:
            if not count or min(to.top + page, count) > len(self.first.newest):
                return False  # these rows are not there yet
            lines = picture.drawn(to)
            terminal.repaint(painted(lines, self.lines))
            self.place, self.lines = to, lines
            return True

        def by(rows: int) -> bool:
            return go(moved(self.place, rows, count, page))

        def by_pages(pages: int) -> bool:
            return go(moved_by_pages(self.place, pages, count, page))

        down, up, home = partial(by, 1), partial(by, -1), lambda: by(-count)
        return {
            **dict.fromkeys((b"\x1b[B", b"\x1bOB", b"j"), down),
            **dict.fromkeys((b"\x1b[A", b"\x1bOA", b"k"), up),
            **dict.fromkeys((b"\x1b[6~", b"\x06"), partial(by_pages, 1)),
            **dict.fromkeys((b"\x1b[5~", b"\x02"), partial(by_pages, -1)),
            **dict.fromkeys((b"\x1b[H", b"\x1bOH", b"\x1b[1~"), home),
        }

    # The next time

    def remember(self, looks: Looks) -> None:
        """Keeps how the list is drawn, for the next time."""
        if self._path is None or not looks.inks:
            return
        known = KnownTerminal(looks.depth, looks.terminal.light)
        remembered = self._remembered.with_inks(looks.theme, looks.depth, self._environ, looks.inks).with_terminal(
            self._environ, known
        )
        remembered = remembered.with_theme(self._settings.store, self._settings.host, theme_names.kept_as(looks.theme))
        remembered = remembered.with_hints(self._chosen_keys, looks.hints, has_links=bool(self.first.newest))
        if remembered != self._remembered:
            write_remembered(self._path, remembered)
            self._remembered = remembered


def remembered_path() -> Path | None:
    """Returns the file in which it is remembered how the list was drawn."""
    folder = cache_folder()
    return folder / "first-picture.json" if folder else None
