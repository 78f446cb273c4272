from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from secret_links_tui.settings import NAMES, BadSetting, LazySettings, Settings, config_path, load_settings


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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_config_file_is_read_in_any_encoding_that_says_so(config: Path, encoding: str, ending: str) -> None:
    config.write_bytes(f'# Zoë{ending}host = "jörg"{ending}base_url = "https://x.example/b"{ending}'.encode(encoding))
    settings = load_settings({}, {}, config)
    assert (settings.host, settings.base_url) == ("jörg", "https://x.example/b")


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le", "utf-16-be"])
def test_a_config_file_in_another_encoding_is_refused_with_the_cure(config: Path, encoding: str) -> None:
    config.write_bytes('# ours\nhost = "jörg"\n'.encode(encoding))
    with pytest.raises(
        BadSetting, match=r"config\.toml cannot be read: it is .*; save it as UTF-8, or convert it: iconv"
    ):
        load_settings({}, {}, config)


@pytest.mark.parametrize(
    "written", ["base_url = 'https://[::1/s'", "base_url = 'https://x:99999/s'", "base_url = 'https://x:y/s'",
        "base_url = 'https://[x]/s'", "time_zone = 'a\u0000b'", "a = " + "[" * 5_000, "a = " + "9" * 5_000,
        "a = 1979-13-45", "time_zone = '" + "x" * 5_000 + "'", "idle_logout = '٣m'"],
)  # fmt: skip
def test_whatever_python_cannot_read_in_the_file_is_a_sentence(config: Path, written: str) -> None:
    config.write_text(written, encoding="utf-8")
    with pytest.raises(BadSetting):
        load_settings({}, {}, config)


def test_a_password_in_a_base_url_is_not_repeated(config: Path) -> None:
    with pytest.raises(BadSetting, match="has a name or password in it") as refused:
        load_settings({"base_url": "https://ana:SECRET@book.example/s"}, {}, config)
    assert "SECRET" not in str(refused.value)


def test_a_setting_is_looked_at_when_it_is_needed(config: Path) -> None:
    config.write_text("this is no TOML")
    given = {"store": "/srv/links.db", "host": "ana"}
    settings = LazySettings(given, {"SECRET_LINKS_TIME_ZONE": "Atlantis", "SECRET_LINKS_BASE_URL": "x"}, config)
    settings.check_options()
    assert (settings.store, settings.host) == ("/srv/links.db", "ana")
    for needed, sentence in (("time_zone", "Atlantis"), ("base_url", "no base URL"), ("clipboard", "is not TOML")):
        with pytest.raises(BadSetting, match=sentence):
            getattr(settings, needed)


def test_an_option_is_looked_at_whether_it_is_needed_or_not(config: Path) -> None:
    with pytest.raises(BadSetting, match="--time-zone"):
        LazySettings({"time_zone": "Atlantis"}, {}, config).check_options()


def test_a_store_in_the_file_begins_where_the_file_is(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    monkeypatch.setenv("HOME", "/home/ana")
    environ = {"HOME": "/home/ana", "DATA": "/srv/data", "URL": "postgresql://ana@db.example/links"}
    for written, meant in (
        ("links.db", f"{config.parent}/links.db"),
        ("sqlite:///links.db", f"{config.parent}/links.db"),
        ("/srv/links.db", "/srv/links.db"),
        ("~/links.db", "/home/ana/links.db"),
        ("$HOME/links.db", "/home/ana/links.db"),
        ("${DATA}/links.db", "/srv/data/links.db"),
        ("$URL", "postgresql://ana@db.example/links"),
        ("postgresql://ana:$ecret@db.example/links", "postgresql://ana:$ecret@db.example/links"),
    ):
        config.write_text(f'store = "{written}"')
        assert load_settings({}, environ, config).store == meant
        assert load_settings({"store": written}, environ, None).store == meant.replace(str(config.parent), "")
        assert load_settings({}, {**environ, "SECRET_LINKS_STORE": written}, None).store == meant.replace(
            str(config.parent), ""
        )


@pytest.mark.parametrize(
    "written",
    ["$NO_SUCH_THING/links.db", "postgresql:/ana:SECRET@db.example/links", "file:SECRET.db", "mysql://SECRET"],
)
def test_a_store_that_is_none_is_refused_with_where_it_was_set(config: Path, written: str) -> None:
    config.write_text(f'store = "{written}"')
    sources = (
        (LazySettings({}, {}, config), f"(store in {config})"),
        (LazySettings({}, {"SECRET_LINKS_STORE": written}, None), "(SECRET_LINKS_STORE)"),
        (LazySettings({"store": written}, {}, None), "(--store)"),
    )
    for settings, source in sources:
        with pytest.raises(BadSetting) as refused:
            _ = settings.store
        assert source in str(refused.value)
        assert "SECRET." not in str(refused.value).replace(source, "")
        assert "SECRET@" not in str(refused.value)


def test_a_config_file_of_random_bytes_is_named(config: Path) -> None:
    config.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadSetting, match="cannot be read"):
        load_settings({}, {}, config)


def test_the_config_file_stands_where_the_platform_expects_it() -> None:
    path = config_path()
    assert path is not None
    assert path.parts[-2:] == ("secret-links", "config.toml")


def test_every_setting_is_one_of_the_named_ones() -> None:
    assert {*NAMES, "fixed", "keys"} == set(Settings._fields)


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
