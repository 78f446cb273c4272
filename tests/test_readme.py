"""The README says what is true."""

from __future__ import annotations

import importlib.util
import re
import shlex
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from secret_links import EventType, HostStore, LinkNotAvailable, Store
from secret_links_tui import cli
from secret_links_tui.__main__ import main
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.settings import NAMES, Settings

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def chapter(name: str) -> str:
    return README.split(f"\n## {name}\n")[1].split("\n## ")[0]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


async def test_the_table_of_keys_is_that_of_the_program(path: Path, store: Store) -> None:
    settings = Settings(str(path), "ana", "https://42min.us/s", ZoneInfo("UTC"))
    app = SecretLinksApp(settings, lambda: Store.open(path))
    async with app.run_test():
        names = {"/": "slash", "?": "question_mark", ":": "colon", ",": "comma"}
        written = [
            (",".join(names.get(key, key) for key in re.findall(r"`(.+?)`", keys)), tooltip)
            for keys, tooltip in re.findall(r"^\| (`.*?`) \| (.*?) \|$", chapter("Keys"), re.MULTILINE)
        ]
        bound = [*app.links.documented_bindings(), *app.links.dialog_bindings()]
        assert written == [(binding.key, binding.tooltip) for binding in bound]


def test_every_command_of_the_command_line_works(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (commands,) = blocks(chapter("Command line"), "sh")
    token = ""
    for command in commands.splitlines():
        program, *arguments = shlex.split(command.replace("TOKEN", token))
        assert program == "secret-links"
        assert main(["--store", str(path), "--host", "ana", *arguments]) == 0, command
        out = capsys.readouterr().out
        token = re.findall(r"/s/(\w{22})", out)[0] if "generate" in command else token


def test_the_configuration_names_every_setting() -> None:
    table = chapter("Configuration")
    for name in NAMES:
        assert f"| `--{name.replace('_', '-')}` | `SECRET_LINKS_{name.upper()}` | `{name}` |" in table
    options = cli.parser().format_help()
    assert all(f"--{name.replace('_', '-')}" in options for name in NAMES)


def test_the_example_of_a_booking_page_books_once(
    path: Path, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example,) = blocks(chapter("For a booking page"), "python")
    (link,) = ana.generate(interview.id)
    monkeypatch.chdir(path.parent)
    booked: list[str] = []
    code = example.replace("...  # used", "refused()  # used").replace(
        "...  # book", "booked.append(link.token)  # book"
    )

    def refused() -> None:
        raise LinkNotAvailable

    names = {"token": link.token, "booked": booked, "refused": refused}
    exec(code, names)
    with pytest.raises(LinkNotAvailable):
        exec(code, names)
    assert booked == [link.token]


def test_the_picture_is_the_real_screen(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("picture", PROJECT / ".readme" / "picture.py")
    assert spec is not None
    assert spec.loader is not None
    picture = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(picture)
    picture.main(tmp_path / "links.svg")
    drawn = (tmp_path / "links.svg").read_text(encoding="utf-8")
    for text in ("2&#160;selected", "Generate&#160;links", "Active", "Used", "Expired"):
        assert text in drawn
    assert "font-face" not in drawn  # nothing is fetched to look at it
