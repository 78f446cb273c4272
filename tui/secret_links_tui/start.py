"""The composition root: settings, store and app are put together here, for the command line and for tests."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from secret_links import FirstLook, ReadingLimits, SecretLinksError, first_look
from secret_links_tui.opening import open_store
from secret_links_tui.settings import Settings
from secret_links_tui.terminal.clipboard import Clipboards, is_remote
from secret_links_tui.terminal.colours import TmuxQuestion, depth
from secret_links_tui.terminal.exits import leave_on_signal
from secret_links_tui.terminal.identify import ANSWER_PATIENCE, REMOTE_ANSWER_PATIENCE, UNKNOWN, Question
from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from secret_links import Store


FIRST_ROWS = 4 * ReadingLimits().page
"""Links that are shown before the store is open: a few screens of them."""


SWITCH_EVERY = 0.001
"""Seconds for which a thread that reads may keep the screen waiting for the interpreter; Python's own are five times
that."""


def run_screen(settings: Settings, environ: Mapping[str, str]) -> int:
    """Runs the screen until the host leaves; gives the exit code."""
    first = first_look(settings.store, settings.host, FIRST_ROWS)
    return _run(settings, environ, lambda: open_store(settings), first)


def run_demo(settings: Settings, environ: Mapping[str, str], links: int | None = None) -> int:
    """Runs the screen on made-up links; few are thrown away afterwards, many are kept for the next time."""
    from secret_links_tui.demo import busy_host, kept_store  # noqa: PLC0415

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
        return _run(settings, environ, opened.open, first, badge)


def _leave(sentence: str) -> int:
    sys.stderr.write(f"secret-links: {visible(sentence)}\n")
    return 1


def _run(
    settings: Settings, environ: Mapping[str, str], open_it: Callable[[], Store], first: FirstLook, badge: str = ""
) -> int:
    remote = is_remote(environ)
    patience = REMOTE_ANSWER_PATIENCE if remote else ANSWER_PATIENCE
    question = Question(0, 2, patience=patience) if settings.ask_terminal else None
    tmux = TmuxQuestion(environ)
    gc.disable()  # what is imported stays: looking for garbage in it costs a twentieth of the start
    from secret_links_tui.app import SecretLinksApp  # noqa: PLC0415  # verbs never load Textual

    sys.setswitchinterval(SWITCH_EVERY)
    gc.freeze()
    gc.enable()

    def opened() -> Store:
        store = open_it()
        gc.freeze()  # a search for garbage in what was imported would hold up a keystroke for a tenth of a second
        return store

    clipboards = Clipboards(environ, question.answer() if question else UNKNOWN)
    typed = question.typed if question else b""
    depth_of = partial(depth, environ, tmux=tmux.answer())
    app = SecretLinksApp(
        settings, opened, first=first, clipboards=clipboards, badge=badge, typed=typed, depth_of=depth_of
    )

    async def run() -> None:
        leave_on_signal(app.leave, 0)
        await app.run_async()

    asyncio.run(run())
    return app.return_code or 0
