"""The composition root: settings, store and app are put together here, for the command line and for tests."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from secret_links import FirstLook, ReadingLimits, SecretLinksError, first_look
from secret_links.places import is_on_server
from secret_links_tui.beginning import Beginning, remembered_path
from secret_links_tui.entering import end_loading
from secret_links_tui.opening import open_store
from secret_links_tui.reading.first_rows import FirstRows, Look
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.colours import TmuxQuestion
from secret_links_tui.terminal.identify import ANSWER_PATIENCE, REMOTE_ANSWER_PATIENCE, is_remote
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.terminal.taken import TakenTerminal

if TYPE_CHECKING:
    from secret_links import Store
    from secret_links_tui.app import SecretLinksApp


FIRST_ROWS = 4 * ReadingLimits().page
"""Links that are shown before the store is open: a few screens of them."""


SWITCH_EVERY = 0.001
"""Seconds for which a thread that reads may keep the screen waiting for the interpreter; Python's own are five times
that."""


def run_screen(settings: Settings, environ: Mapping[str, str]) -> int:
    """Runs the screen until the host leaves; gives the exit code."""
    first = first_look(settings.store, settings.host, FIRST_ROWS)
    look = partial(_look_at_server, settings) if is_on_server(settings.store) else None
    return _run(settings, environ, lambda: open_store(settings), first, look=look)


def _look_at_server(settings: Settings) -> FirstLook:
    try:
        from secret_links import first_look_at_server  # noqa: PLC0415  # the driver takes long to load
    except ImportError:  # the opening says so
        return FirstLook()
    return first_look_at_server(str(settings.store), settings.host, FIRST_ROWS)


def run_demo(settings: Settings, environ: Mapping[str, str], links: int | None = None) -> int:
    """Runs the screen on made-up links; few are thrown away afterwards, many are kept for the next time."""
    from secret_links_tui.demo import busy_host, kept_store  # noqa: PLC0415

    end_loading()  # many links may have to be made up
    links = links or busy_host.DEMO_LINKS
    kept, badge, first = None, "demo: nothing is kept", FirstLook()
    if links >= kept_store.KEPT_FROM:
        kept, badge = kept_store.kept_path(settings.host, links), f"demo: {links:,} links"
        if not kept.exists():
            try:
                kept_store.make(kept, settings.host, links)
            except (kept_store.Cancelled, SecretLinksError) as error:
                return _leave(str(error))
        first = first_look(kept, settings.host, FIRST_ROWS)
    with busy_host.Demo(settings.host, links, kept) as opened:
        return _run(settings, environ, opened.open, first, badge=badge)


def _leave(sentence: str) -> int:
    sys.stderr.write(f"secret-links: {visible(sentence)}\n")
    return 1


def _run(
    settings: Settings,
    environ: Mapping[str, str],
    open_it: Callable[[], Store],
    first: FirstLook,
    *,
    badge: str = "",
    look: Look | None = None,
) -> int:
    patience = REMOTE_ANSWER_PATIENCE if is_remote(environ) else ANSWER_PATIENCE
    sys.setswitchinterval(SWITCH_EVERY)
    with TakenTerminal(0, 2, ask=settings.ask_terminal, patience=patience) as terminal:
        beginning = Beginning(settings, first, environ, badge=badge, path=remembered_path())
        beginning.paint(terminal, 2)
        rows = FirstRows(_seen(look, beginning, terminal)) if look is not None else None
        try:
            return _run_app(_load(settings, environ, open_it, beginning, terminal, rows=rows))
        finally:
            beginning.hand_over()


def _seen(look: Look, beginning: Beginning, terminal: TakenTerminal) -> Look:
    """Has what is seen painted, too, if Textual has not been loaded by then."""

    def seen() -> FirstLook:
        first = look()
        beginning.see(first, terminal, 2)
        return first

    return seen


def _load(
    settings: Settings,
    environ: Mapping[str, str],
    open_it: Callable[[], Store],
    beginning: Beginning,
    terminal: TakenTerminal,
    *,
    rows: FirstRows | None,
) -> SecretLinksApp:
    """Loads Textual, and makes the app."""
    tmux = TmuxQuestion(environ)
    from secret_links_tui.app import SecretLinksApp  # noqa: PLC0415  # verbs never load Textual
    from secret_links_tui.terminal.clipboard import Clipboards  # noqa: PLC0415  # the first picture does not need it

    def opened() -> Store:
        try:
            return open_it()
        finally:
            gc.freeze()  # a search for garbage in what was loaded would hold up a keystroke for a tenth of a second
            gc.enable()

    answer = terminal.answer(wait=beginning.known is None)
    if answer.light is None and beginning.known is not None:
        answer = replace(answer, light=beginning.known.light)
    depth_of = partial(beginning.depth_of, tmux=tmux.answer())
    clipboards = Clipboards(environ, answer)
    beginning.hand_over()
    if beginning.first.cursor is not None:
        rows = None  # they have come
    return SecretLinksApp(
        settings,
        opened,
        clipboards=clipboards,
        depth_of=depth_of,
        beginning=beginning,
        first_rows=rows,
        terminal=terminal,
        loaded=gc.freeze,
    )


def _run_app(app: SecretLinksApp) -> int:
    import asyncio  # noqa: PLC0415  # the first picture does not need it, and it takes as long as that

    from secret_links_tui.terminal.exits import leave_on_signal  # noqa: PLC0415  # it loads asyncio

    async def run() -> None:
        leave_on_signal(app.leave, 0)
        await app.run_async()

    asyncio.run(run())
    return app.return_code or 0
