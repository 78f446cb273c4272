"""Sentences name the keys that hold: hosts can choose any."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, Static, TextArea

import secret_links_tui
from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.deleted_links import DeletedLinks
from secret_links_tui.screens.dialogs.event_types import EventTypes
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help, SectionKeys
from secret_links_tui.screens.dialogs.key_sections import key_places
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.widgets.facts import Facts

PACKAGE = Path(secret_links_tui.__file__).parent
SCREEN = [PACKAGE / "app.py", PACKAGE / "sentences.py", PACKAGE / "ages.py", PACKAGE / "templates.py"]
SCREEN += [*PACKAGE.glob("screens/**/*.py"), *PACKAGE.glob("widgets/**/*.py"), *PACKAGE.glob("reading/*.py")]

KEYS = {
    key.key_display or SecretLinksApp.get_key_display(SecretLinksApp, key.with_key(each))  # type: ignore[arg-type]
    for place in key_places(SecretLinksApp.BINDINGS)
    for key in place.bindings
    for each in key.key.split(",")
}
NAMES = [re.escape(key) for key in KEYS if len(key) == 1] + ["Space"]
NAMED = re.compile(
    rf"(?:^|[ (“\n])(?:{'|'.join(NAMES)}) (?!as\b|is\b|has\b|was\b|less\b|links\b|cells\b|rows\b|minutes\b)[a-z]+s\b"
    r"|\bctrl\+[a-z]|\b(?:Escape|Enter|Space|Tab|F1)\b(?! the minutes| a number)|^/ [a-z]"
)
"""A key and what it does, as in `c copies`."""

ALWAYS = {
    "Press ctrl+c again to leave.",
    " Escape goes back.",
    ". Escape goes back.",
    "Escape goes back.",
    "Enter takes the highlighted time zone.",
}
"""Keys that nobody can change."""

NAMING = {"Binding", "Offer"}
"""Where a key is bound, and what `MessageLine` says with the key that holds."""


def sentences(path: Path) -> Iterator[str]:
    """Gives the texts of a module, but for its docstrings and what stands in the calls NAMING."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_docstring or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMING):
            skipped.update(ast.walk(node))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in skipped:
            yield node.value


@pytest.mark.parametrize("path", SCREEN, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_sentence_names_a_key_by_itself(path: Path) -> None:
    assert [said for said in sentences(path) if NAMED.search(said) and said not in ALWAYS] == []


def notice(app: Driver) -> str:
    return str(app.one("#notice", Static).content)


CHOSEN = {
    "back": "f2", "generate": "ö", "help": "f3", "deleted-links": "ä", "reissue": "ü", "check-clipboard": "ë",
    "copy-new": "ï", "expiring-soon": "6", "search": "ÿ", "undo": "õ", "event-types": "ñ", "add-type": "ã",
    "start-empty": "ctrl+t", "split-names": "f8", "cancel": "f9",
}  # fmt: skip


async def test_what_is_said_names_the_keys_that_were_chosen(drive: Drive, ana: HostStore, interview: EventType) -> None:
    async with drive((120, 40), keys=CHOSEN) as app:
        await app.until(lambda: app.table.empty_lines[-1:] == ("ö generates the first one, f3 shows all keys.",))
        assert app.one("#search", Input).placeholder == "ÿ name, booker, token or URL"
        await app.press("ö")
        await app.dialog(GenerateLinks)
        app.one("#labels", TextArea).load_text("Ana <a@x.org> Bo <b@x.org>")
        said = "2 names in one line: f8 makes them 2."
        await app.until(lambda: str(app.one("#names-note", Static).content).startswith(said))
        await app.press("f9")
        await app.closed()
        await app.press("ö")
        await app.dialog(GenerateLinks)
        assert str(app.one("#kept", Static).content) == "Kept from before. ctrl+t starts empty."
        await app.press("f9")
        await app.closed()
        ana.generate(interview.id, labels=["Ana"])
        await app.until(lambda: app.table.row_count == 1)
        await app.press("c")
        await app.until(lambda: app.said.endswith("ë checks that it arrives."))
        await app.press("ä")
        await app.dialog(DeletedLinks)
        assert app.one("#search-deleted", Input).placeholder == "ÿ name, token or URL"
        await app.press("f9")
        await app.closed()
        await app.press("ñ")
        await app.dialog(EventTypes)
        await app.press("x")
        await app.dialog(Confirm)
        assert "õ brings it back for 30 days" in str(app.one("#explanation", Static).content)
        await app.press("f9")
        await app.dialog(EventTypes)
        await app.press("f9")
        await app.closed()
        await app.press("f3")
        await app.dialog(Help)
        facts = [fact for each in app.app.screen.query(SectionKeys) for fact in each.query_one(Facts).facts]
        assert ("+", "new: generated last (ï copies them)") in facts
        assert ("◔", "Active, and expires within a day (6 lists those)") in facts
        assert app.one("#search-help", Input).placeholder == "ÿ search"
        await app.press("f9")
        await app.closed()
        await app.press("ctrl+p")
        await app.dialog(Palette)
        app.one("#wanted", Input).value = "xyzzy"
        await app.until(lambda: notice(app) == "Nothing has this name. f3 lists every key.")
