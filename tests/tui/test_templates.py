"""A host's messages: a template that is filled in for each link, on the screen and on the command line."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from textual.widgets import Static, TextArea

from command_line import Run
from driver import Drive
from secret_links import EventType, HostStore, InvalidInput, Link
from secret_links_tui.ages import exact_end
from secret_links_tui.preferences import Preferences
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.templates import DEFAULT, LONGEST, Template, checked, first_name
from support import START

EXACTLY = "Mon 23 Nov 2026 17:00 (WET, UTC+00:00)"
BASE = "https://42min.us/s"
URL = f"{BASE}/TOKEN"
UNTIL = partial(exact_end, zone=ZoneInfo("Europe/Lisbon"))
CALL = EventType(1, "call", "Intro call", 30)
EVENING = START + timedelta(hours=8)


def link(label: str | None, *, expires: bool = True) -> Link:
    return Link(1, "TOKEN", CALL, label, START, EVENING if expires else None, None, None)


@pytest.mark.parametrize(
    ("template", "of", "message"),
    [
        (DEFAULT, link("Ana Pires"), f"Hi Ana, please pick a time: {URL} (until {EXACTLY})"),
        (DEFAULT, link(None, expires=False), f"Hi, please pick a time: {URL}"),
        ("{NAME}\n{url}\n\n{event_type}, {minutes}", link("{url} (A)"), f"{{url}} (A)\n{URL}\n\nIntro call, 30"),
        ("{url} for {label}.", link(None), f"{URL} for."),
        ("Olá {first name} ({name}, {expires})  :  {url}", link("Zé", expires=False), f"Olá Zé  :  {URL}"),
    ],
)  # fmt: skip
def test_a_template_is_filled_in(template: str, of: Link, message: str) -> None:
    assert checked(template).message(of, BASE, UNTIL) == message


def test_messages_of_several_lines_have_a_line_between() -> None:
    some = [link("Ana"), link("Bo")]
    assert Template("{name} {url}").messages(some, BASE, UNTIL) == f"Ana {URL}\nBo {URL}"
    assert Template("{name}\n{url}").messages(some, BASE, UNTIL) == f"Ana\n{URL}\n\nBo\n{URL}"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("Hi {nickname}: {url}", "A message has no “nickname”; it can name {first name}, {name}, {url}"),
        ("{} {url}", "A message has no “”"),
        ("{url.__class__} {url}", "A message has no “url. class”"),
        ("Hi {first name}", "A message needs the {url}"),
        ("Hi {name: {url}", "braces around fields only"),
        ("{url} }", "braces around fields only"),
        ("{url}" + "x" * LONGEST, "at most 2,000 characters"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused(template: str, sentence: str) -> None:
    with pytest.raises(InvalidInput, match="message") as refused:
        checked(template)
    assert sentence in str(refused.value)
    assert Preferences.read({"message": template}).template.text == DEFAULT


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana Pires", "Ana"), ("Dr. Ana Pires, final round", "Ana"), ("Bo <bo@x.org>", "Bo"), ("Dr.", "Dr."), ("", ""),
        ("山田 太郎", "山田"),
    ],
)  # fmt: skip
def test_the_first_name_is_the_first_word_that_is_no_title(name: str, first: str) -> None:
    assert first_name(name) == first


async def test_messages_are_copied_by_one_key_for_one_link_or_all_selected(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.prefer({"message": "Hi {first name}: {url}"})
    links = ana.generate(interview.id, labels=["Ana Pires", "Bo Chen"]) + ana.generate(interview.id)
    urls = [each.url(BASE) for each in links]
    async with drive() as app:
        await app.press("j", "M")
        await app.until(lambda: app.app.clipboard == f"Hi Bo: {urls[1]}")
        assert "the message for Bo Chen" in app.said
        await app.press("a")
        await app.until(lambda: app.selection_text == "3 selected")
        await app.press("M")
        await app.until(lambda: app.app.clipboard == f"Hi: {urls[2]}\nHi Bo: {urls[1]}\nHi Ana: {urls[0]}")
        assert "3 messages (1 without a name)" in app.said
        await app.press("escape", "enter")
        await app.dialog(Details)
        await app.press("M")
        await app.until(lambda: app.app.clipboard == f"Hi Bo: {urls[1]}")
        await app.press("escape", "g", "ctrl+s")
        await app.until(lambda: app.selection_text == "1 new")
        await app.pilot.click("#copy-selected-messages")
        await app.until(lambda: app.app.clipboard == f"Hi: {ana.window()[0].url(BASE)}")


async def test_a_template_is_kept_with_the_preferences_or_refused(drive: Drive, ana: HostStore) -> None:
    async with drive((80, 24)) as app:
        await app.press("comma")
        await app.dialog(ChoosePreferences)
        area = app.one("#message", TextArea)
        assert area.text == DEFAULT
        area.load_text("Hi {nick}: {url}")
        await app.press("ctrl+s")
        await app.until(lambda: "has no “nick”" in str(app.one("#notice", Static).content))
        assert area.has_focus
        area.load_text("Hi {name},\nhere: {url}\n")
        await app.press("ctrl+s")
        await app.closed()
        await app.until(lambda: app.said == "Preferences saved.")
    assert ana.preferences()["message"] == "Hi {name},\nhere: {url}"
    async with drive() as again:
        assert again.links.choices.preferences.template.text == "Hi {name},\nhere: {url}"


def test_messages_are_written_by_every_verb_that_gives_links(run: Run, ana: HostStore, interview: EventType) -> None:
    assert run("template").lines == [DEFAULT]
    refused = run("template", "Hi {nick}: {url}")
    assert (refused.code, refused.out) == (2, "")
    assert "A message has no “nick”; it can name {first name}" in refused.err
    assert run("template", "Hi {first name}: {url} (until {expires})").lines == [
        "Hi {first name}: {url} (until {expires})"
    ]
    made = run("generate", interview.slug, "--label", "Ana Pires", "--label", "Bo", "--format", "message")
    bo, anas = (link.url(BASE) for link in ana.window())
    assert made.lines == [f"Hi Ana: {anas}", f"Hi Bo: {bo}"]
    assert run("list", "--format", "message").lines == made.lines[::-1]
    assert run("show", anas, "--format", "message").lines == made.lines[:1]
    assert run("list", "--format", r"{label}\t{token}").lines[1] == f"Ana Pires\t{anas[-22:]}"
    assert run("list", "--format", "{secret}").code == run("show", anas, "--format", "{secret}").code == 2
    assert run("template", r"{name}\n{url}").out == "{name}\n{url}\n"
    assert run("list", "--format", "message").out == f"Bo\n{bo}\n\nAna Pires\n{anas}\n"
    assert run("template", host="bo").lines == run("template", "--default").lines == [DEFAULT]
    assert run("template", "{url}", "--default").code == 2
