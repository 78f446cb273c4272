"""What is typed into a form and dismissed is there again."""

from __future__ import annotations

from textual.widgets import Input, Static, TextArea

from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.pick_event_type import PickEventType
from secret_links_tui.widgets.event_type_choice import EventTypeChoice


async def opened(app: Driver) -> None:
    await app.press("g")
    await app.dialog(GenerateLinks)


def typed(app: Driver) -> tuple[str, ...]:
    inputs = [app.one(f"#{name}", Input).value for name in ("slug", "minutes", "count", "expires")]
    return app.one("EventTypeChoice", EventTypeChoice).text, *inputs, app.one("#labels", TextArea).text


def is_kept(app: Driver) -> bool:
    line = app.one("#kept", Static)
    return line.display and str(line.content) == "Kept from before. ctrl+r starts empty."


async def test_a_form_that_was_dismissed_is_as_it_was_typed(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        assert not is_kept(app)
        await app.write("Panel")
        app.one("#slug", Input).value = "panel-2"
        app.one("#minutes", Input).value = "45"
        app.one("#count", Input).value = "7"
        app.one("#expires", Input).value = "7d"
        app.one("#labels", TextArea).load_text("Ana\nBo")
        await app.until(lambda: app.one("#count", Input).value == "2")
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert typed(app) == ("Panel", "panel-2", "45", "2", "7d", "Ana\nBo")
        assert is_kept(app)
        app.one("#labels", TextArea).load_text("Ana")
        await app.until(lambda: app.one("#count", Input).value == "7")  # the number that was typed
        await app.press("ctrl+s")
        await app.until(lambda: ana.counts().total == 7)
        await app.closed()
        await opened(app)
        assert not is_kept(app)
        assert app.one("#labels", TextArea).text == ""


async def test_ctrl_r_starts_empty_and_what_is_empty_is_not_kept(drive: Drive, interview: EventType) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#labels", TextArea).load_text("Ana\nBo")
        await app.press("escape")
        await app.closed()
        await opened(app)
        await app.press("ctrl+r")
        await app.until(lambda: typed(app) == ("", "", "30", "1", "", ""))
        assert not is_kept(app)
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert typed(app) == ("Final interview", "", "30", "1", "", "")
        assert not is_kept(app)


async def test_a_draft_wins_over_a_filter_unless_nothing_was_typed(drive: Drive, ana: HostStore) -> None:
    intro, final = (ana.add_event_type(name) for name in ("Intro", "Final"))
    ana.generate(intro.id)
    ana.generate(final.id)
    async with drive() as app:
        await opened(app)
        await app.write("fin")
        await app.press("tab", "escape")
        await app.closed()
        await app.press("e")
        await app.dialog(PickEventType)
        await app.write("intro\n")
        await app.closed()
        await opened(app)
        assert app.one("EventTypeChoice", EventTypeChoice).text == "Final"
        await app.press("ctrl+r", "escape")
        await app.closed()
        await opened(app)
        assert app.one("EventTypeChoice", EventTypeChoice).text == "Intro"
        await app.press("escape")
        await app.closed()
        await opened(app)
        assert not is_kept(app)  # the filter filled it in; nobody typed it


async def test_a_kept_event_type_that_was_renamed_has_its_new_name(drive: Drive, ana: HostStore) -> None:
    intro, _ = (ana.add_event_type(name) for name in ("Intro", "Final"))
    async with drive() as app:
        await opened(app)
        await app.write("intro")
        await app.press("tab", "escape")
        await app.closed()
        ana.change_event_type(intro.id, "First talk", "intro", 30)
        await opened(app)
        choice = app.one("EventTypeChoice", EventTypeChoice)
        assert choice.text == "First talk"
        assert choice.choice is not None
