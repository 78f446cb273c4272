from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from secret_links_tui.settings import NAMES, BadSetting, Settings, config_path, load_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_an_option_goes_before_the_environment_before_the_file_before_the_default(config: Path) -> None:
    config.write_text('host = "file"\nbase_url = "https://file.example/s/"\ntime_zone = "Europe/Lisbon"\n')
    environ = {"SECRET_LINKS_HOST": "environment", "SECRET_LINKS_BASE_URL": "http://env.example", "LOGNAME": "login"}
    assert load_settings({"host": "option"}, environ, config).host == "option"
    settings = load_settings({}, environ, config)
    assert (settings.host, settings.base_url) == ("environment", "http://env.example")
    settings = load_settings({}, {}, config)
    assert (settings.host, settings.base_url) == ("file", "https://file.example/s")
    assert settings.time_zone == ZoneInfo("Europe/Lisbon")


def test_the_defaults_are_the_login_name_and_the_booking_sites_url(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LOGNAME", "ana")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = load_settings({}, {}, config)
    assert (settings.host, settings.base_url, settings.short_base_url) == ("ana", "https://42min.us/s", "42min.us/s")
    assert Path(settings.store).name == "links.db"


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("host = ", "is not TOML"),
        ("hots = 'ana'", "sets “hots”, which is no setting; there are store, host, base_url, time_zone"),
        ("host = 7", "must be a text in quotes"),
        ("time_zone = 'Europe/Lissabon'", "is no time zone; give one like Europe/Lisbon"),
        ("time_zone = '../../etc/passwd'", "is no time zone"),
        ("idle_logout = '30 minutes'", "is no length of time; give one like 30m or 2h, or never"),
        ("idle_logout = '0m'", "is no length of time"),
        ("most_links = '0'", "is no number of links; give one like 10000, or none"),
        ("most_links = '1e3'", "is no number of links"),
        ("most_links = '-5'", "is no number of links"),
        ("base_url = 'ftp://x'", "is no base URL; give one like https://42min.us/s"),
        ("base_url = 'https://x y'", "is no base URL"),
        ("base_url = 'https:///'", "is no base URL"),
        ("base_url = 'https://app.example/#/s'", "is no base URL"),
        ("base_url = 'https://app.example/s?t='", "is no base URL"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(config: Path, written: str, sentence: str) -> None:
    config.write_text(written)
    with pytest.raises(BadSetting, match=sentence.replace("(", r"\(")):
        load_settings({}, {}, config)


def test_a_config_file_of_random_bytes_is_named(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSetting, match="cannot be read"):
        load_settings({}, {}, config)


def test_the_config_file_stands_where_the_platform_expects_it() -> None:
    assert config_path().name == "config.toml"
    assert config_path().parent.name == "secret-links"


def test_every_setting_is_one_of_the_named_ones() -> None:
    assert {*NAMES, "fixed"} == set(Settings.__dataclass_fields__)


@pytest.mark.parametrize(
    ("written", "span"), [("90m", timedelta(minutes=90)), ("2h", timedelta(hours=2)), ("never", None)]
)
def test_an_idle_screen_is_left_after_a_length_of_time_or_never(
    config: Path, written: str, span: timedelta | None
) -> None:
    config.write_text('idle_logout = "5m"')
    assert load_settings({"idle_logout": written}, {}, config).idle_logout == span
    assert load_settings({}, {}, config).idle_logout == timedelta(minutes=5)


@pytest.mark.parametrize(("written", "most"), [("10000", 10_000), ("1", 1), ("none", None)])
def test_the_most_links_of_a_host_are_a_number_or_none(tmp_path: Path, written: str, most: int | None) -> None:
    config = tmp_path / "config.toml"
    config.write_text('most_links = "5"')
    assert load_settings({"most_links": written}, {}, config).most_links == most
    assert load_settings({}, {}, config).most_links == 5
    assert load_settings({}, {}, tmp_path / "none.toml").most_links is None
