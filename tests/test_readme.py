"""The README says what is true."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

from booking_site.site import Booking, engine_of
from odd_rows import Wrong, opened_up, put_in
from secret_links import EventType, HostStore, LinkNotAvailable, Store
from secret_links_tui.__main__ import main
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.commands.parser import parser
from secret_links_tui.screens.dialogs.key_sections import key_sections
from secret_links_tui.settings import NAMES, Settings
from support import ON_BOTH, START

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def chapter(name: str) -> str:
    return README.split(f"\n## {name}\n")[1].split("\n## ")[0]


@pytest.fixture
def booking_page(url: str, store: Store) -> Iterator[Engine]:
    """A booking page's own engine, with its own table beside the links."""
    assert not store.read_only
    engine = engine_of(url)
    SQLModel.metadata.create_all(engine)
    yield engine
    engine.dispose()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


async def test_the_table_of_keys_is_that_of_the_program(path: Path, store: Store) -> None:
    settings = Settings(str(path), "ana", "https://42min.us/s", ZoneInfo("UTC"))
    app = SecretLinksApp(settings, lambda: Store.open(path))
    async with app.run_test():
        names = {"/": "slash", "?": "question_mark", ":": "colon", ",": "comma", "@": "at"}
        written = [
            (",".join(names.get(key, key) for key in re.findall(r"`(.+?)`", keys)), tooltip)
            for keys, tooltip in re.findall(r"^\| (`.*?`) \| (.*?) \|$", chapter("Keys"), re.MULTILINE)
        ]
        sections = key_sections(app.BINDINGS)
        assert written == [(each.key, each.tooltip) for section in sections for each in section.bindings]
        assert re.findall(r"^### (.*)$", chapter("Keys"), re.MULTILINE) == [section.title for section in sections]


def test_every_command_of_the_command_line_works(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    commands, _ = blocks(chapter("Command line"), "sh")  # the second is about shells
    token = ""
    for command in commands.splitlines():
        program, *arguments = shlex.split(command.replace("TOKEN", token))
        assert program == "secret-links"
        assert main(["--store", str(path), "--host", "ana", *arguments]) == 0, command
        out = capsys.readouterr().out
        token = re.findall(r"/s/(\w{22})", out)[0] if "generate" in command else token


STUB = """#!/bin/bash
case $(basename "$0") in
  ssh) shift; exec secret-links "$@" ;;
  *) printf '%s\\n' "$*" >> {told} ;;
esac
"""
"""Stands for the programs of a desktop and a chat, which writes down what it is told, and for the way to the server."""


@pytest.mark.parametrize("number", range(3), ids=["notification", "chat", "log"])
def test_each_use_of_watch_tells_of_a_booking(
    path: Path, tmp_path: Path, store: Store, ana: HostStore, interview: EventType, number: int
) -> None:
    use = blocks(chapter("Command line"), "bash")[number]
    told = tmp_path / ("links.tsv" if "links.tsv" in use else "told")
    for name in ("ssh", "notify-send", "curl"):
        (tmp_path / name).write_text(STUB.format(told=told))
        (tmp_path / name).chmod(0o755)
    installed = Path(sys.executable).parent
    variables = {"PATH": f"{tmp_path}:{installed}:{os.environ['PATH']}", "SECRET_LINKS_STORE": str(path)}
    (link,) = ana.generate(interview.id, labels=["Bo Chen"])
    environment = {**os.environ, **variables, "SECRET_LINKS_HOST": "ana"}
    with subprocess.Popen(["bash", "-c", use], env=environment, cwd=tmp_path, start_new_session=True) as watching:
        try:
            while not (told.exists() and "used by Bo" in told.read_text()):
                (booked,) = ana.generate(interview.id, labels=["Bo Chen"])
                store.redeem(booked.token, by="Bo")
                with suppress(subprocess.TimeoutExpired):  # what came before it began to watch is not told
                    assert watching.wait(0.2) is None
        finally:
            os.killpg(watching.pid, signal.SIGKILL)
    text = told.read_text()
    assert "Bo Chen" in text
    assert link.token not in text, "it has not been used, and was there before"


def test_the_configuration_names_every_setting() -> None:
    table = chapter("Configuration")
    for name in NAMES:
        assert f"| `--{name.replace('_', '-')}` | `SECRET_LINKS_{name.upper()}` | `{name}` |" in table
    options = parser().format_help()
    assert all(f"--{name.replace('_', '-')}" in options for name in NAMES)


@ON_BOTH
def test_the_example_of_a_booking_page_books_once(
    url: str, ana: HostStore, interview: EventType, booking_page: Engine
) -> None:
    (example,) = blocks(chapter("For a booking page"), "python")
    first, second = ana.generate(interview.id, 2)
    page: dict[str, Any] = {}
    exec(example.replace('"links.db"', repr(url)), page)
    booked: list[EventType] = []
    with page["store"]:
        assert page["offered"](first.token).host == "ana"
        booking = Booking(id="17", host="ana", event_type="Call", visitor="Bo", booked_at=START)
        page["book"](booking_page, first.token, booking)
        page["book_elsewhere"](second.token, "Chloé", booked.append)
        for link in (first, second):
            with pytest.raises(LinkNotAvailable):
                page["book_elsewhere"](link.token, "Dora", booked.append)
            with pytest.raises(LinkNotAvailable):
                page["offered"](link.token)
    assert [kind.name for kind in booked] == ["Final interview"]
    assert [link.used_by for link in ana.window()] == ["Chloé", "Bo"]


@ON_BOTH
def test_the_statement_for_other_languages_claims_once_and_only_what_is_available(
    url: str, store: Store, ana: HostStore, interview: EventType, booking_page: Engine
) -> None:
    on_sqlite, on_postgresql = (block.partition("\n")[2] for block in blocks(chapter("For a booking page"), "sql"))
    statement = text(on_postgresql if url.startswith("postgresql:") else on_sqlite)
    link, expired = ana.generate(interview.id, 2)
    with store.database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE link SET expires_at = created_at WHERE id = {expired.id}")
    watch = store.watch()
    watch.changed()

    def claim(token: str) -> int:
        given = {"token": token, "by": "Bo", "reference": "17"}
        with booking_page.begin() as connection:
            return len(connection.execute(statement, given).all())

    before = datetime.now(UTC)
    assert [claim(token) for token in (link.token, link.token, expired.token, "x" * 22)] == [1, 0, 0, 0]
    used = ana.window()[1]
    assert used.used_by == "Bo"
    assert used.used_at is not None
    assert abs(used.used_at - before) < timedelta(seconds=20)
    assert watch.changed()
    watch.close()


@pytest.mark.parametrize("expiry", ["'2026-12-01'", "x'ff'", "1e300"])
def test_the_statement_for_other_languages_spends_no_link_whose_expiry_is_no_instant(
    url: str, ana: HostStore, interview: EventType, booking_page: Engine, expiry: str
) -> None:
    (link,) = ana.generate(interview.id)
    opened_up(url)
    assert put_in(url, "link", [link.id], [Wrong("expires_at", expiry)])
    statement = text(blocks(chapter("For a booking page"), "sql")[0].partition("\n")[2])
    with booking_page.begin() as connection:
        assert connection.execute(statement, {"token": link.token, "by": "Bo", "reference": 17}).all() == []


def test_the_pictures_are_the_real_screen(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("picture", PROJECT / ".readme" / "picture.py")
    assert spec is not None
    assert spec.loader is not None
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)
    picture.main(tmp_path)
    words = {
        "links": ("2&#160;selected", "Generate&#160;links", "Active", "Used", "Expired"),
        "generate": ("Final&#160;interview", "Bo&#160;Chen", "Generate&#160;3&#160;links"),
        "details": ("https://42min.us/s/", "Used&#160;by", "Copy"),
    }
    assert re.findall(r"\.readme/(\w+)\.svg", README) == list(words)
    drawn = ""
    for name, expected in words.items():
        drawn = (tmp_path / f"{name}.svg").read_text(encoding="utf-8")
        for word in expected:
            assert word in drawn, name
    assert "font-face" not in drawn  # nothing is fetched to look at it


def test_the_commands_for_backups_copy_a_store_and_bring_it_back(
    ana: HostStore,
    interview: EventType,
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (link,) = ana.generate(interview.id)
    monkeypatch.chdir(tmp_path)
    (commands,) = blocks(chapter("Backups"), "sh")
    for command in commands.splitlines():
        assert main(["--store", str(path), "--host", "ana", *shlex.split(command)[1:]]) == 0, command
    assert "that is 1 link and 1 event type of 1 host" in capsys.readouterr().err
    with Store.open(tmp_path / "restored.db") as restored:
        assert restored.as_host("ana").window() == [link]
    assert ana.window() == [link]
    with Store.open(path.with_name(f"{path.name}.replaced.backup")) as before:
        assert before.as_host("ana").window() == [link]
