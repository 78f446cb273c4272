"""What a host prefers: asked on the screen, kept in the store, true for their verbs too."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Button, Checkbox, Input, Select, Static

from command_line import Run
from driver import Drive, Driver
from secret_links import EventType, HostStore, Store
from secret_links_tui.preferences import OPTIONAL_COLUMNS, Notify, Preferences
from secret_links_tui.screens.dialogs.preferences import ChoosePreferences
from secret_links_tui.settings import Settings, Way, load_settings
from secret_links_tui.theme_names import kept_as
from support import SetClock


def settings(path: Path, *fixed: str) -> Settings:
    started = load_settings({"store": str(path), "host": "ana"}, {}, path.with_name("none.toml"))
    return started._replace(fixed=frozenset(fixed))


async def opened(app: Driver) -> None:
    await app.press("comma")
    await app.dialog(ChoosePreferences)
    await app.pilot.pause()  # until its parts are there too


async def test_a_host_chooses_a_zone_a_clipboard_and_columns_once(
    drive: Drive, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, 3)
    async with drive() as app:
        await opened(app)
        app.one("#time-zone", Input).value = "Asia/Tokyo"
        await app.until(lambda: "18:00" in str(app.one("#local-time", Static).content))
        app.one("#clipboard", Select).value = Way.OFF.value
        app.one("#column-created", Checkbox).value = False
        await app.press("ctrl+s")
        await app.closed()
        await app.until(lambda: app.said == "Preferences saved.")
        assert "created" not in app.table.line_layout.keys
        assert str(app.links.choices.settings.time_zone) == "Asia/Tokyo"
        assert app.links.copier.clipboard.way is Way.OFF
    async with drive() as again:
        assert "created" not in again.table.line_layout.keys
        assert str(again.links.choices.settings.time_zone) == "Asia/Tokyo"
        assert again.links.copier.clipboard.way is Way.OFF
    async with drive(host="bo") as other:
        assert "created" in other.table.line_layout.keys
        assert str(other.links.choices.settings.time_zone) == "Europe/Lisbon"


async def test_what_is_no_zone_is_refused_and_stays_as_it_was_typed(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#time-zone", Input).value = "Atlantis/[/]"
        await app.press("enter")
        await app.until(lambda: "“Atlantis/[/]” is no time zone" in str(app.one("#notice", Static).content))
        assert app.one("#time-zone", Input).value == "Atlantis/[/]"
        app.one("#time-zone", Input).value = "Asia/Tokyo"
        await app.until(lambda: not app.one("#notice", Static).display)  # it is put right
        await app.press("escape")
        await app.closed()
    assert ana.preferences() == {}


async def test_an_emptied_zone_is_again_the_one_that_the_program_was_started_with(drive: Drive, ana: HostStore) -> None:
    ana.prefer(Preferences("Asia/Tokyo", "tmux").kept())
    async with drive() as app:
        await opened(app)
        app.one("#time-zone", Input).value = ""
        app.one("#clipboard", Select).value = Way.AUTO.value
        app.one("#save", Button).press()
        await app.closed()
        assert str(app.links.choices.settings.time_zone) == "Europe/Lisbon"
        await app.until(lambda: app.said == "Preferences saved.")
    assert Preferences.read(ana.preferences()) == Preferences()


@pytest.mark.parametrize(
    ("typed", "keys", "zone"),
    [
        ("lisbon", ["enter", "ctrl+s"], "Europe/Lisbon"),
        ("lisbon", ["tab", "ctrl+s"], "Europe/Lisbon"),
        ("lisbon", ["ctrl+s"], "Europe/Lisbon"),
        ("new york", ["enter", "enter"], "America/New_York"),
        ("europe/l", ["down", "down", "enter", "ctrl+s"], "Europe/London"),
    ],
)
async def test_a_zone_is_found_by_a_part_of_its_name(
    drive: Drive, ana: HostStore, typed: str, keys: list[str], zone: str
) -> None:
    ana.prefer({"time_zone": "Asia/Tokyo"})
    async with drive() as app:
        await opened(app)
        app.one("#time-zone", Input).value = ""
        await app.write(typed)
        await app.press(*keys)
        await app.closed()
        assert str(app.links.choices.settings.time_zone) == zone


async def test_a_part_that_several_zones_have_is_no_choice(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await opened(app)
        app.one("#time-zone", Input).value = ""
        await app.write("europe/")
        await app.press("ctrl+s")
        await app.until(lambda: "choose one" in str(app.one("#notice", Static).content))
        await app.press("escape")
        await app.closed()
    assert ana.preferences() == {}


async def test_the_zone_in_force_is_shown_and_kept_as_it_was(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await opened(app)
        assert app.one("#time-zone", Input).value == "Europe/Lisbon"
        await app.press("ctrl+s")
        await app.closed()
        await app.until(lambda: app.said == "Preferences saved.")
    assert Preferences.read(ana.preferences()) == Preferences()


async def test_a_theme_and_notifications_are_preferences(drive: Drive, ana: HostStore) -> None:
    async with drive() as app:
        await app.press("T")
        await app.until(lambda: kept_as(app.app.theme) == "paper")
        await opened(app)
        assert app.one("#theme", Select).value == "paper"
        app.one("#theme", Select).value = "ink"
        app.one("#notify", Select).value = "title"
        await app.press("ctrl+s")
        await app.closed()
        await app.until(lambda: app.said == "Preferences saved.")
        assert kept_as(app.app.theme) == "ink"
        assert app.links.choices.preferences.notify is Notify.TITLE
    async with drive() as again:
        assert kept_as(again.app.theme) == "ink"
        assert again.links.choices.preferences.notify is Notify.TITLE


def test_an_option_overrides_a_hosts_preference(path: Path) -> None:
    preferred = Preferences("Asia/Tokyo", "tmux")
    free = preferred.applied_to(settings(path))
    assert (str(free.time_zone), free.clipboard) == ("Asia/Tokyo", Way.TMUX)
    fixed = settings(path, "time_zone", "clipboard")
    assert preferred.applied_to(fixed) == fixed


def test_options_and_environment_settle_what_the_config_file_does_not(path: Path) -> None:
    config = path.with_name("config.toml")
    config.write_text('time_zone = "Asia/Tokyo"\nclipboard = "off"\n', encoding="utf-8")
    loaded = load_settings({"store": str(path)}, {"SECRET_LINKS_CLIPBOARD": "tmux"}, config)
    assert loaded.fixed == {"store", "clipboard"}
    assert str(loaded.time_zone) == "Asia/Tokyo"


@given(
    st.dictionaries(
        st.sampled_from(["time_zone", "clipboard", "hidden_columns", "theme", "bell", "notify"]),
        st.text() | st.sampled_from(["Asia/Tokyo", "tmux", "token created", "status", "../../etc/passwd", "on"]),
    )
)
def test_whatever_was_kept_can_be_read(kept: dict[str, str]) -> None:
    read = Preferences.read(kept)
    assert Preferences.read(read.kept()) == read
    assert read.hidden <= set(OPTIONAL_COLUMNS)


def test_verbs_print_and_read_times_in_the_zone_that_the_host_prefers(
    store: Store, interview: EventType, run: Run
) -> None:
    store.as_host("ana").prefer(Preferences("Asia/Tokyo").kept())
    answer = run("generate", "final-interview", "--expires", "2030-05-01 17:00", time_zone=None)
    assert answer.code == 0
    assert "17:00 (JST, UTC+09:00)" in answer.err
    assert "17:00 (WEST, UTC+01:00)" in run("generate", "final-interview", "--expires", "2030-05-01 17:00").err
