"""Where a store is: a path or a URL; any other text is refused before anything is made."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import Store, StoreUnusable
from secret_links.places import path_of
from secret_links.postgres.address import Address

MISTYPED = [
    "postgresql:/pw:SECRET@db.example/app",
    "postgresql//pw:SECRET@db.example/app",
    "postgresql;//pw:SECRET@db.example/app",
    "postgres:SECRET@db.example/app",
    "POSTGRESQL://pw:SECRET@db.example/app",
    " postgresql://pw:SECRET@db.example/app",
    "postgresql+psycopg://pw:SECRET@db.example/app",
    "SECRET://db.example/app",
    "mysql://pw:SECRET@db.example/app",
    "host=db.example password=SECRET",
    "pw:SECRET@db.example/app",
    "~pw:SECRET@db.example/app",
    "db.example:5432/SECRET",
    "postgres",
    "file:SECRET.db",
    "file:///srv/SECRET.db",
    "sqlite:SECRET.db",
    "sqlite://SECRET.db",
    "sqlite:///SECRET.db?mode=ro",
    "sqlite:///",
    "sqlite:///SECRET%00.db",
    r"C:\SECRET.db",
    "C:/SECRET.db",
    r"folder\SECRET.db",
    "$HOME/SECRET.db",
    "/srv/${NAME}/SECRET.db",
    "SECRET.db ",
    "\tSECRET.db",
    "SECRET\r",
    "SECRET\0.db",
    "SECRET\ud800.db",
    '"/srv/SECRET.db"',
    "SECRET/",
    "/srv/SECRET/",
    "..",
    "~",
    "~no-such-user/SECRET.db",
    "-",
    "--SECRET",
    "",
    " ",
    ":memory:",
]


@pytest.mark.parametrize("text", MISTYPED)
def test_a_text_that_names_no_store_is_refused_and_never_repeated(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreUnusable) as refused:
        Store.open(text)
    assert "SECRET" not in str(refused.value)
    assert str(refused.value).endswith(".")
    assert list(tmp_path.iterdir()) == []


SERVERS = [
    "postgresql://ana:p/SECRET@db.example/links",
    "postgresql://ana:p@SECRET@db.example/links",
    "postgresql://ana:SECRET/links",
    "postgresql://ana:SECRET",
    "postgresql://ana%3ASECRET@db.example/links",
    "postgresql://ana%3ASECRET%40db.example/links",
    "postgresql://ana@db.example/links password=SECRET",
    "postgresql://ana@db.example/links?password=SE@CRET",
    "postgresql://ana@db.example?password=SECRET@x",
    "postgresql://ana:SECRET@[::1/links",
    "postgresql://ana:SECRET@db.example:54x/links",
    "postgres://ana:SECRET@db.example/links?colour=red",
    "postgresql://ana:SECRET%@db.example/links",
    "postgresql://" + "a," * 5_000 + "@SECRET@",
]


@pytest.mark.parametrize("url", SERVERS)
def test_a_servers_url_that_can_be_read_in_two_ways_is_refused_and_never_repeated(url: str) -> None:
    with pytest.raises(StoreUnusable) as refused:
        Store.open(url)
    assert "SECRET" not in str(refused.value)
    assert "give one like postgresql://" in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://",
        "postgres:///links",
        "postgresql://ana@db.example/links",
        "postgresql://ana:a?b#c:d%40@db.example:5432/links?options=-csearch_path%3Dlinks",
        "postgresql://ana@[::1]:5432,db.example/links",
        "postgresql://postgres@/links?host=/run/postgresql",
        "postgresql://ana%40server@db.example/my%20links",
    ],
)
def test_a_servers_url_may_have_all_that_it_needs(url: str) -> None:
    Address.of(url)


def test_a_file_that_is_there_or_begins_as_a_path_may_have_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a:b.db", "x=y@z.db", "$HOME.db", " x.db", '"x"', "-"):
        if "$" not in name and name.strip(' "') == name:
            Store.open(f"./{name}").close()
        else:
            Store.open(tmp_path / "made.db").close()
            (tmp_path / "made.db").rename(tmp_path / name)
        Store.open(name).close()
        assert path_of(name) == tmp_path / name


def test_a_path_means_the_same_as_a_path_and_as_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/ana")
    assert path_of("sqlite:///links.db") == path_of("links.db") == path_of(Path("links.db")) == tmp_path / "links.db"
    assert path_of("sqlite:////srv/a%20b.db") == path_of("/srv/a b.db") == Path("/srv/a b.db")
    assert path_of("~/links.db") == Path("/home/ana/links.db")
    assert path_of("links.db", Path("/etc")) == Path("/etc/links.db")
    assert path_of(os.fsdecode(b"J\xf6rg.db")) == tmp_path / os.fsdecode(b"J\xf6rg.db")


def test_without_a_working_directory_an_absolute_path_is_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    shutil.rmtree(gone)
    with pytest.raises(StoreUnusable, match="working directory is no longer there"):
        Store.open("links.db")
    Store.open(tmp_path / "links.db").close()
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("home", ["", "home", "~"])
def test_a_home_that_is_no_absolute_path_is_refused(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home)
    with pytest.raises(StoreUnusable, match="HOME is no whole path"):
        Store.open("~/links.db")


@given(st.text(max_size=40) | st.from_regex(r"(sqlite|postgres(ql)?|file|[a-z]+):?/{0,4}[\w:@/?=.]*", fullmatch=True))
def test_any_text_is_an_absolute_path_or_refused_in_a_sentence(text: str) -> None:
    try:
        path = path_of(text)
    except StoreUnusable as refused:
        assert str(refused).endswith(".")  # noqa: PT017  # either will do
    else:
        assert path.is_absolute()
