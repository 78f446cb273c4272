"""Keys that a host chose: in the config file, and in their preferences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.binding import Binding
from textual.widgets import Input, Static

from driver import Drive, Driver
from secret_links import EventType, HostStore
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.key_map import KeyMap, key_map
from secret_links_tui.keys import FOLLOWING
from secret_links_tui.preferences import written_keys
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.details import Details
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from secret_links_tui.screens.dialogs.help import Help, SectionKeys
from secret_links_tui.screens.dialogs.key_sections import key_places, key_sections
from secret_links_tui.screens.dialogs.palette import Palette
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.settings import BadSetting, load_settings
from secret_links_tui.widgets.facts import Facts
from secret_links_tui.widgets.key_bar import KeyBar

README = Path(__file__).parents[2] / "README.md"

PLACES = key_places(SecretLinksApp.BINDINGS)
BINDINGS = {each.id: each for place in PLACES for each in place.bindings}


def found(**wanted: str) -> KeyMap:
    return key_map({name.replace("_", "-"): keys for name, keys in wanted.items()}, PLACES)


def test_every_key_has_a_name_of_its_own() -> None:
    by_name: dict[str | None, Binding] = {}
    for place in PLACES:
        for binding in place.bindings:
            assert by_name.setdefault(binding.id, binding) == binding
    assert None not in by_name
    assert {*FOLLOWING, *(name for names in FOLLOWING.values() for name in names)} <= set(by_name)


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("y", "y"), ("Y", "Y"), ("shift+y", "Y"), ("Ctrl+Y", "ctrl+y"), ("ctrl+shift+left", "ctrl+shift+left"),
        ("f2", "f2"), ("y, f2", "y,f2"), ("y f2,y", "y,f2"), ("$", "dollar_sign"), ("+", "plus"),
        ("ctrl++", "ctrl+plus"), ("PgDn+", None), ("с", "с"), ("alt+y", "alt+y"), ("ins", "insert"), ("minus", "minus"),
    ],
)  # fmt: skip
def test_keys_are_written_as_people_write_them(written: str, keys: str | None) -> None:
    assert found(check_clipboard=written).keys.get("check-clipboard") == keys


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"copi": "y"}, "[keys] copi: no action has this name; there is copy."),
        ({"xyzzy": "y"}, "[keys] xyzzy: no action has this name."),
        ({"copy": "ctrl+foo"}, "[keys] copy: “ctrl+foo” is no key; give one like y, Y, f2, space, ctrl+y."),
        ({"copy": "strg+y"}, "[keys] copy: “strg+y” is no key; give one like y, Y, f2, space, ctrl+y."),
        ({"copy": ""}, "[keys] copy: it needs a key, like y or ctrl+y."),
        ({"copy": "ctrl+m"}, "[keys] copy: terminals send the same for ctrl+m as for enter; choose another one."),
        ({"copy": "tab"}, "[keys] copy: tab goes to the next field; choose another one."),
        ({"copy": "g"}, "[keys] copy: g is the key of generate there; it stays c."),
        ({"copy": "j"}, "[keys] copy: j is the key of down there; it stays c."),
        ({"copy": "y", "undo": "y"}, "[keys] undo: y is the key of copy there; it stays u."),
        ({"generate": "c", "copy": "g", "undo": "c"}, "[keys] undo: c is the key of generate there; it stays u."),
        ({"quit-anywhere": "Q"}, "[keys] quit-anywhere: Q is typed into fields there; give one with ctrl, or like f2."),
        ({"cancel": "b"}, "[keys] cancel: b is typed into fields there; give one with ctrl, or like f2."),
    ],
)
def test_what_cannot_be_used_is_said_and_leaves_the_rest(wanted: dict[str, str], sentence: str) -> None:
    result = key_map({"reverse": "i", **wanted}, PLACES)
    assert result.refusals == [sentence]
    assert result.keys["reverse"] == "i"
    assert list(wanted)[-1] not in result.keys


def test_keys_can_be_swapped_and_dialogs_follow() -> None:
    assert found(copy="g", generate="c").refusals == []
    keys = found(copy="y", quit="ctrl+w", delete="d").keys
    assert (keys["details-copy"], keys["close-messages"]) == ("enter,y", "enter,at,ctrl+w")
    assert (keys["details-delete"], keys["remove-type"]) == ("d", "d")
    assert "choose-deleted" not in keys
    assert "details-copy" not in found(copy="p").keys  # which shows a code there
    assert found(copy="y", details_copy="z").keys["details-copy"] == "z"


@given(
    st.dictionaries(
        st.sampled_from([*BINDINGS]) | st.text(max_size=8),
        st.sampled_from(["c", "g", "x", "escape", "enter", "q", "ctrl+s", "f2", "c,g", ",", "ctrl+q"]) | st.text(),
        max_size=5,
    )
)
def test_whatever_is_wanted_no_two_chosen_keys_are_one(wanted: dict[str, str]) -> None:
    result = key_map(wanted, PLACES)
    held = {name: result.keys.get(name or "", each.key).split(",") for name, each in BINDINGS.items()}
    for place in PLACES:
        for one in place.bindings:
            for other in place.bindings:
                if one.id != other.id and one.id in result.keys:
                    shared = {*held[one.id]} & {*held[other.id]}
                    assert shared <= {*one.key.split(",")} & {*other.key.split(",")}


def test_the_config_file_has_a_table_of_keys(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('host = "ana"\n[keys]\ncopy = "y"\n', encoding="utf-8")
    assert load_settings({}, {}, config).keys == {"copy": "y"}
    for written, sentence in (
        ('keys = "y"', "must be a table"),
        ("[keys]\ncopy = 7", "copy below .keys. in .* quotes"),
    ):
        config.write_text(written, encoding="utf-8")
        with pytest.raises(BadSetting, match=sentence):
            load_settings({}, {}, config)


def footer(app: Driver) -> str:
    return " ".join(str(app.one("KeyBar", KeyBar).render()).split())


async def test_chosen_keys_hold_in_list_and_dialogs_and_are_shown(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive((140, 34), keys={"generate": "x", "delete": "d", "undo": "b", "copy": "j"}) as app:
        await app.until(lambda: app.said == "[keys] copy: j is the key of down there; it stays c.")
        assert footer(app).startswith("x Generate ⏎ Details c Copy d Delete")
        await app.press("x")
        await app.dialog(GenerateLinks)
        await app.press("escape")
        await app.closed()
        await app.press("enter")
        await app.dialog(Details)
        assert "d Delete" in footer(app)
        await app.press("d")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: app.said.endswith("b brings it back."))
        await app.press("b")
        await app.until(lambda: app.table.row_count == 1)
        await app.press("question_mark")
        await app.dialog(Help)
        facts = [fact for each in app.app.screen.query(SectionKeys) for fact in each.query_one(Facts).facts]
        assert ("x", "Generate links") in facts
        assert ("d", "Delete the link") in facts
        await app.press("escape")
        await app.closed()
        await app.press("ctrl+p")
        await app.dialog(Palette)
        palette = app.app.screen
        assert isinstance(palette, Palette)
        assert palette.found[0].key == "x"


async def test_keys_are_a_preference_and_go_before_those_of_the_file(
    drive: Drive, ana: HostStore, interview: EventType
) -> None:
    ana.generate(interview.id)
    async with drive(keys={"generate": "f2", "undo": "i"}) as app:
        await app.press("comma")
        await app.dialog(ChoosePreferences)
        await app.pilot.pause()
        field = app.one("#own-keys", Input)
        field.value = "generate=q"
        await app.press("ctrl+s")
        await app.until(lambda: "q is the key of quit there" in str(app.one("#notice", Static).content))
        field.value = "generate=y,f3"
        await app.press("ctrl+s")
        await app.closed()
        await app.until(lambda: app.said == "Preferences saved.")
        await app.press("y")
        await app.dialog(GenerateLinks)
    assert ana.preferences()["keys"] == "generate=y,f3"
    async with drive(keys={"generate": "f2", "undo": "i"}) as again:
        assert footer(again).startswith("y Generate")
        assert again.app.chosen_keys["undo"] == "i"
    async with drive(host="bo") as other:
        assert footer(other).startswith("g Generate")


def test_the_readme_names_every_action_that_has_a_key() -> None:
    chapter = README.read_text(encoding="utf-8").split("\n## Your own keys\n")[1].split("\n## ")[0]
    table = re.findall(r"^\| (.*?) \| (`.*`) \|$", chapter, re.MULTILINE)
    written = {title: re.findall("`(.+?)`", names) for title, names in table}
    sections = key_sections(SecretLinksApp.BINDINGS)
    assert written == {section.title: [each.id for each in section.bindings] for section in sections}


def test_the_readmes_example_of_keys_can_be_used(tmp_path: Path) -> None:
    chapter = README.read_text(encoding="utf-8").split("\n## Your own keys\n")[1].split("\n## ")[0]
    config = tmp_path / "config.toml"
    config.write_text(chapter.split("```toml\n")[1].split("```")[0], encoding="utf-8")
    in_preferences = re.findall("is written `(.*?)`", chapter)[0]
    for wanted in (load_settings({}, {}, config).keys, written_keys(in_preferences)):
        found_keys = key_map(wanted, PLACES)
        assert found_keys.refusals == []
        assert set(found_keys.keys) >= set(wanted) == {"copy", "delete", "generate"}
