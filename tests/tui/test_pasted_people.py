"""Rows of a spreadsheet, pasted into Generate: what they are taken for is said before anything is made."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Button, Static, TextArea

from driver import Drive, Driver
from secret_links import EventType, HostStore, InvalidInput
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.widgets.pasted_people import PastedPeople
from support import START, SetClock

SHEET = "Name\tExpires\tE-mail\r\nAna Pires\t30 nov\ta@x.org\r\nBo Chen\t\tb@x.org\r\nCy\tnever\t\r\n"


async def pasted(app: Driver, text: str, event_type: str = "") -> None:
    await app.press("g")
    await app.dialog(GenerateLinks)
    await app.write(event_type)
    app.one("#labels", TextArea).focus()
    app.burst(f"\x1b[200~{text}\x1b[201~")
    await app.until(lambda: app.one("#labels", TextArea).text)


def note(app: Driver) -> str:
    return str(app.one("#names-note", Static).content)


async def test_rows_of_a_spreadsheet_make_a_link_each_with_its_expiry(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id, labels=["bo chen"])
    ana.generate(ana.add_event_type("Intro").id, labels=["Cy"])
    async with drive() as app:
        await pasted(app, SHEET, "final\n")
        understood = "3 people, 1 has a link. 1 expires at the end of 30 Nov. Notes: E-mail."
        await app.until(lambda: note(app) == understood)
        await app.until(lambda: str(app.one("#generate", Button).label) == "Generate 3 links")
        await app.press("ctrl+s")
        await app.until(lambda: app.said == "3 links generated. n copies.")
        made = ana.window(count=3)[::-1]
        assert [link.label for link in made] == ["Ana Pires", "Bo Chen", "Cy"]
        assert [dict(link.notes) for link in made] == [{"E-mail": "a@x.org"}, {"E-mail": "b@x.org"}, {}]
        assert [link.expires_at for link in made] == [START.replace(hour=0, month=12, day=1), None, None]


async def test_a_row_that_cannot_be_used_is_said_at_once_and_refused(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    async with drive((80, 24)) as app:
        await pasted(app, "Ana\t7d\nBo\tsoon\n\t8d\nana\t9d\n")
        await app.until(lambda: note(app).startswith("2 people, 1 twice. 2 expire between 30 Nov 09:00 and 2 Dec"))
        assert "Line 2: cannot read “soon” as a date" in note(app)
        assert note(app).endswith("; line 3: no name.")
        await app.press("ctrl+s")
        await app.until(lambda: "Line 2: cannot read “soon”" in str(app.one("#notice", Static).content))
        assert app.one("#labels", TextArea).has_focus
        app.one("#labels", TextArea).load_text('Ana\t7d\n"Bo\t8d')
        await app.until(lambda: note(app) == "Line 2 has a quote that is not closed.")
        await app.press("ctrl+s")
        await app.until(lambda: "Line 2 has a quote" in str(app.one("#notice", Static).content))
        assert ana.counts().total == 0


def test_what_was_understood_is_said_in_short(clock: SetClock) -> None:
    reader = PastedPeople(clock, ZoneInfo("UTC"))
    assert reader.read("Ana, 7d\nBo, 8d") is None
    people = reader.read("Ana\t7d\nBo\t7d\nCy\t\nana\t8d")
    assert people is not None
    assert reader.summary(people, {"Cy", "Bo"}) == (
        "4 people, 1 twice, 2 have a link. 3 expire between 30 Nov 09:00 and 1 Dec 09:00."
    )
    clock.instant += timedelta(days=1)
    assert reader.read("Ana\t7d\nBo\t7d\nCy\t\nana\t8d") is people
    with pytest.raises(InvalidInput) as refused:
        reader.read('"Ana\t7d')
    assert refused.value.field == "label"
