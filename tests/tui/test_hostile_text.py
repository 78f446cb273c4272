"""Text that could steer a terminal is shown, never obeyed, however it came into the store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from sqlalchemy import text as sql
from textual.color import Color

from another_program import another_program
from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.event_types import EventTypes
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.screens.dialogs.reissue import ReissueLinks
from secret_links_tui.terminal.harmless_text import HarmlessText
from secret_links_tui.terminal.plain_text import fitted, harmless, visible

HOSTILE = [
    "[red]x[/]",
    "[/]",
    "[/foo]",
    "[@click=app.quit]x",
    "\x1b]52;c;SU5KRUNU\x07",
    "\x1b[31mred\x1b[0m",
    "\x9b31m\x9d0;t\x9c",
    "a\nb\r\tc",
    "\u202eevil\u2066",
    "z\u200be\u200dr\ufeffo",
    "👩\u200d👩\u200d👧 family",
    "x" * 10_000,
    "$primary {x} %s \\",
    "\x00\x07\x7f",
]


def smuggle(url: str, label: str) -> None:
    """Stores a text past the cleaning, as another program could; PostgreSQL takes no NUL."""
    with another_program(url) as connection:
        if connection.dialect.name == "postgresql":
            label = label.replace("\x00", "")
        connection.execute(sql("UPDATE link SET label = :label, used_by = :label"), {"label": label})
        connection.execute(sql("UPDATE event_type SET name = :label"), {"label": label})


def drawn(app: Driver) -> str:
    """Every character that would be sent to the terminal for the screen as it is."""
    app.app.screen.refresh()
    strips = app.app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip if not segment.control)


@pytest.mark.parametrize("text", HOSTILE)
async def test_no_screen_or_dialog_sends_hostile_text(
    drive: Drive, ana: HostStore, interview: EventType, url: str, text: str
) -> None:
    ana.generate(interview.id, 2)
    smuggle(url, text)
    async with drive() as app:
        seen = drawn(app)
        for key, dialog, close in (
            ("enter", Details, "escape"),
            ("x", Confirm, "escape"),
            ("r", ReissueLinks, "escape"),
            ("e", PickEventType, "escape"),
            ("t", EventTypes, "escape"),
        ):
            await app.press(key)
            await app.dialog(dialog)
            await app.pilot.pause()
            seen += drawn(app)
            await app.press(close)
            await app.closed()
        assert harmless(seen) == seen
        assert app.app.is_running


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b\x07\u202e\u2066\ud800")))
def test_visible_text_has_no_control_characters(text: str) -> None:
    assert harmless(visible(text)) == visible(text)
    assert len(visible(text)) == len(text)


@given(st.text(), st.integers(0, 20))
def test_fitted_text_has_exactly_the_cells_it_was_given(text: str, width: int) -> None:
    from rich.cells import cell_len

    assert cell_len(fitted(visible(text), width)) == width


def test_the_filter_on_the_way_out_leaves_good_text_as_it_is() -> None:
    good, bad = Segment("Zoë · 42min.us/s ☑"), Segment("a\x1b]52;c;QQ==\x07b")
    assert HarmlessText().apply([good, bad], Color(0, 0, 0)) == [good, Segment("a]52;c;QQ==b")]
