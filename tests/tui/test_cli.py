"""The command line, as people and scripts call it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from command_line import Run
from secret_links import Store
from secret_links_tui.terminal.plain_text import harmless

URL = re.compile(r"https://42min\.us/s/[0-9A-Za-z]{22}")


@pytest.fixture
def kind(run: Run) -> str:
    return run("event-type", "add", "Final interview", "--minutes", "60").out.strip()


def test_event_types_are_added_and_listed(run: Run, kind: str) -> None:
    assert kind == "final-interview"
    assert run("event-type", "add", "VIP demo", "--slug", "vip").lines == ["vip"]
    assert run("event-type", "list").lines == [
        "final-interview\tFinal interview\t60 min\t0",
        "vip\tVIP demo\t30 min\t0",
    ]
    assert json.loads(run("event-type", "list", "--json").out)[0] == {
        "slug": "final-interview",
        "name": "Final interview",
        "minutes": 60,
        "links": 0,
    }
    assert run("event-type", "list", host="bo").err.startswith("no event types yet")


def test_generate_prints_the_urls_alone(run: Run, kind: str) -> None:
    answer = run("generate", kind, "-n", "3", "--expires", "7d")
    assert answer.code == 0
    assert len(answer.lines) == 3
    assert all(URL.fullmatch(line) for line in answer.lines)
    assert answer.err.startswith("valid until ")


def test_labels_make_one_link_each(run: Run, kind: str) -> None:
    run("generate", kind, "--label", "Ana", "--label", "Bo")
    assert [row["label"] for row in json.loads(run("list", "--json").out)] == ["Bo", "Ana"]


def test_json_is_exact(run: Run, kind: str, path: Path) -> None:
    (url,) = run("generate", kind, "--label", "Ana [/] 👩\u200d💻", "--expires", "7d").lines
    run("redeem", url, "--by", "Ana Pires")
    (row,) = json.loads(run("list", "--json").out)
    assert list(row) == [
        "token", "url", "event_type", "label", "status", "created_at", "expires_at", "used_at", "used_by",
        "notes",
    ]  # fmt: skip
    assert (row["url"], row["event_type"], row["status"]) == (url, "final-interview", "used")
    assert (row["label"], row["used_by"]) == ("Ana [/] 👩\u200d💻", "Ana Pires")
    for instant in ("created_at", "expires_at", "used_at"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", row[instant])
    length = datetime.fromisoformat(row["expires_at"]) - datetime.fromisoformat(row["created_at"])
    assert abs(length - timedelta(days=7)) < timedelta(minutes=1)


def test_list_filters_add_up(run: Run, kind: str) -> None:
    run("event-type", "add", "VIP demo")
    used, active = run("generate", kind, "--label", "Ana", "--label", "Bo").lines
    (other,) = run("generate", "vip-demo", "--label", "Ana").lines
    run("redeem", used)

    def urls(*arguments: str) -> list[str]:
        return [line.split("\t")[0] for line in run("list", *arguments).lines]

    assert urls() == [other, active, used]
    assert urls("--event-type", kind) == [active, used]
    assert urls("--status", "used") == [used]
    assert urls("--search", "ANA", "--status", "active") == [other]
    assert urls("--search", active) == [active]
    assert run("list", "--status", "expired").err == "no links\n"
    assert run("list", host="bo").out == ""


def test_redeem_spends_once_and_says_only_to_the_host_why_not(run: Run, kind: str) -> None:
    (url,) = run("generate", kind).lines
    assert run("redeem", url, "--by", "Bo").lines == [url]
    mine, anothers, unknown = run("redeem", url), run("redeem", url, host="bo"), run("redeem", "x" * 22)
    assert {answer.code for answer in (mine, anothers, unknown)} == {1}
    assert mine.err.startswith("not available\nused ")
    assert mine.err.endswith("by Bo\n")
    assert anothers.err == unknown.err == "not available\n"


def test_delete_takes_all_or_none(run: Run, kind: str) -> None:
    one, two = run("generate", kind, "-n", "2").lines
    refused = run("delete", one, "x" * 22)
    assert (refused.code, refused.err) == (1, f"no such link: {'x' * 22}\nnothing was deleted\n")
    assert run("delete", one, host="bo").code == 1
    assert len(run("list").lines) == 2
    assert run("delete", one, two).err == "2 deleted\n"
    assert run("redeem", one).err.startswith("not available\ndeleted ")
    assert run("list").lines == []


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["generate", "no-such"], 1, "There is no event type “no-such”. There are: final-interview."),
        (["generate", "final-interview", "-n", "0"], 2, "Generate 1 to 10,000 links at a time, not 0."),
        (["generate", "final-interview", "-n", "-1"], 2, "not -1."),
        (["generate", "final-interview", "-n", "1000000000"], 2, "not 1,000,000,000."),
        (["generate", "final-interview", "-n", "ten"], 2, "“ten” is no whole number"),
        (["generate", "final-interview", "-n", "1e9"], 2, "“1e9” is no whole number"),
        (["generate", "final-interview", "--expires", "2020-01-01"], 2, "is in the past"),
        (["generate", "final-interview", "--expires", "9999-12-31"], 2, "is over ten years ahead"),
        (["generate", "final-interview", "--expires", "soon"], 2, "try 7d, 24h, fri 17:00"),
        (["generate", "final-interview", "--label", "x" * 10_000], 2, "this one has 10,000"),
        (["event-type", "add", " "], 2, "A name cannot be empty."),
        (["event-type", "add", "Final interview"], 1, "There is an event type “Final interview” already"),
        (["event-type", "add", "Long", "--minutes", "0"], 2, "A meeting lasts 1 to 1,440 minutes"),
        (["event-type"], 2, "the following arguments are required"),
        (["delete"], 2, "Name the links to delete, or say which with --status"),
        (["delete", "nonsense"], 1, "no such link: nonsense"),
        (["redeem", "nonsense"], 1, "not available"),
        (["list", "--status", "spent"], 2, "invalid choice"),
        (["explode"], 2, "invalid choice"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Run, kind: str, arguments: list[str], code: int, sentence: str
) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.out) == (code, "")
    assert sentence in answer.err
    assert "Traceback" not in answer.err


def test_hostile_text_is_shown_not_sent(run: Run, kind: str, path: Path) -> None:
    run("generate", kind, "--label", "Ana")
    with Store.open(path) as store, store.database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE link SET label = 'a' || char(27) || ']52;c;QQ==' || char(7) || char(10) || 'b' || char(155, 8238)"
        )
    (line,) = run("list").lines
    assert line.endswith("a␛]52;c;QQ==␇␊b��")
    answer = run("list", "--json")
    assert json.loads(answer.out)[0]["label"] == "a\x1b]52;c;QQ==\x07\nb\u009b\u202e"
    assert harmless(answer.out.replace("\n", "")) == answer.out.replace("\n", "")


def test_a_file_that_is_no_store_is_named(run: Run, path: Path) -> None:
    path.write_text("a shopping list, and not a short one: " * 40)
    answer = run("list")
    assert (answer.code, answer.err) == (
        1,
        f"secret-links: {path} is not a store of Secret Links; it was left as it is.\n",
    )


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )


def test_no_verb_loads_textual_and_no_store_in_a_file_loads_psycopg(path: Path) -> None:
    code = (
        "import sys; from secret_links_tui.__main__ import main; "
        f"main(['--store', {str(path)!r}, '--host', 'ana', 'event-type', 'add', 'Intro call']); "
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('textual', 'psycopg')))"
    )
    assert python("-c", code).stdout == "intro-call\n[]\n"


def test_verbs_load_neither_sqlmodel_nor_what_it_stands_on(path: Path, run: Run, kind: str) -> None:
    url = run("generate", kind).out.strip()
    heavy = {"sqlmodel", "pydantic", "sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "alembic"}
    code = (
        "import sys; from secret_links_tui.__main__ import main; main(sys.argv[1:]); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    for verb in (["list"], ["show", url], ["generate", kind], ["redeem", url], ["delete", url], ["undo"]):
        assert python("-c", code, "--store", str(path), "--host", "ana", *verb).stdout.splitlines()[-1] == "[]", verb


@pytest.mark.parametrize("option", ["--version", "--help"])
def test_what_needs_no_store_loads_no_database_library(option: str) -> None:
    heavy = {"sqlalchemy", "sqlmodel", "sqlite3", "platformdirs", "rich", "importlib.metadata"}
    code = (
        f"import sys; from secret_links_tui.__main__ import main; main([{option!r}]); "
        f"print(sorted({heavy!r} & set(sys.modules)))"
    )
    assert python("-c", code).stdout.splitlines()[-1] == "[]"


def test_garbage_is_collected_while_a_command_runs_and_not_while_it_is_loaded(path: Path, run: Run, kind: str) -> None:
    begin = "import gc, sys; from secret_links_tui.__main__ import main; sys.argv = ['', {}]; main(); "
    code = f"{begin}print(gc.isenabled(), gc.get_freeze_count() > 0)"
    listed = f"'--store', {str(path)!r}, '--host', 'ana', 'list', '--json'"
    assert python("-c", code.format(listed)).stdout == "[]\nTrue True\n"
    assert python("-c", code.format("'--version'")).stdout.splitlines()[-1] == "False False"


def test_a_verb_is_found_among_words_that_are_verbs_too(run: Run, kind: str) -> None:
    assert run("--host", "list", "event-type", "add", "redeem").out == "redeem\n"
    assert run("--host", "list", "generate", "redeem", "--label", "show", "--format", "{label}").out == "show\n"
    assert run("list", "--search", "delete").code == 0
    assert run("list", "--help").out.startswith("usage: secret-links list")
    assert "(choosefromgenerate,reissue,redeem,list," in run("lst").err.replace(" ", "").replace("'", "")


def test_the_screen_is_imported_without_any_database_library() -> None:
    code = (
        "import sys, secret_links_tui.app; "
        "print(sorted({'sqlalchemy', 'sqlmodel', 'pydantic', 'psycopg', 'alembic', 'pyperclip'} & set(sys.modules)))"
    )
    assert python("-c", code).stdout == "[]\n"


def test_nothing_happens_at_import(tmp_path: Path) -> None:
    modules = (
        "secret_links.store",
        "secret_links_tui.app",
        "secret_links_tui.demo.busy_host",
        "secret_links_tui.demo.kept_store",
    )
    code = f"import {', '.join(modules)}"
    assert python("-c", code, HOME=str(tmp_path), XDG_DATA_HOME=str(tmp_path)).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_settings_come_from_the_environment(path: Path) -> None:
    environment = {
        "SECRET_LINKS_STORE": str(path),
        "SECRET_LINKS_HOST": "ana",
        "SECRET_LINKS_BASE_URL": "http://x.example/b",
    }
    program = ("-m", "secret_links_tui")
    python(*program, "event-type", "add", "Intro call", **environment)
    answer = python(*program, "generate", "intro-call", **environment)
    assert re.fullmatch(r"http://x\.example/b/[0-9A-Za-z]{22}\n", answer.stdout)


def test_a_bad_setting_is_wrong_usage() -> None:
    answer = python("-m", "secret_links_tui", "--base-url", "ftp://x", "list")
    assert answer.returncode == 2
    assert answer.stderr == "secret-links: “ftp://x” (--base-url) is no base URL; give one like https://42min.us/s.\n"


def test_a_reader_that_leaves_early_makes_no_traceback(path: Path, run: Run, kind: str) -> None:
    run("generate", kind, "-n", "10000")
    command = f"{sys.executable} -m secret_links_tui --store {path} --host ana list | head -1"
    answer = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert len(answer.stdout.splitlines()) == 1
    assert answer.stderr == ""


@pytest.mark.parametrize("form", ["", "--json", "--csv", "--format {url}"])
def test_a_list_of_any_length_is_written_in_the_same_memory(path: Path, run: Run, kind: str, form: str) -> None:
    code = (
        "import sys; from secret_links_tui.__main__ import main; main(sys.argv[1:]); "
        "print(next(line.split()[1] for line in open('/proc/self/status') if 'VmHWM' in line), file=sys.stderr)"
    )
    verb = ["--store", str(path), "--host", "ana", "list", *form.split()]
    for _ in range(4):
        run("generate", kind, "-n", "10000", "--label", "x" * 200)
    few, many = (int(python("-c", code, *verb, "--limit", number).stderr) for number in ("4000", "40000"))
    assert many - few < 4_000, "kB"  # all links at once take thirty megabytes


def test_the_version_is_printed(run: Run) -> None:
    assert re.fullmatch(r"secret-links \d+\.\d+\.\d+\n", run("--version").out)


def test_the_day_of_an_expiry_is_the_hosts(run: Run, kind: str) -> None:
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    run("generate", kind, "--expires", day.isoformat())
    (row,) = json.loads(run("list", "--json").out)
    expires = datetime.fromisoformat(row["expires_at"])
    assert timedelta() <= expires - datetime(day.year, day.month, day.day, 22, tzinfo=UTC) <= timedelta(hours=2)


def test_without_a_terminal_the_screen_is_refused(path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "secret_links_tui", "--store", str(path)],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 2
    assert "needs a terminal" in answer.stderr


def shell(path: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    program = f"{sys.executable} -m secret_links_tui --store {path} --host ana"
    return subprocess.run(
        ["bash", "-c", command.replace("SL", program)],
        env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_output_that_cannot_be_written_is_reported(path: Path, run: Run, kind: str) -> None:
    run("generate", kind, "-n", "3")
    full = shell(path, "SL list > /dev/full")
    assert (full.returncode, full.stderr) == (
        1,
        "secret-links: the output cannot be written: No space left on device\n",
    )
    link = json.loads(run("list", "--json").out)[0]["url"]
    assert shell(path, f"SL redeem {link} > /dev/full").returncode == 0
    assert shell(path, f"SL redeem {link}").returncode == 1
    closed = shell(path, f"SL generate {kind} >&-")
    assert (closed.returncode, closed.stderr) == (2, "secret-links: there is no output to write to\n")
    assert len(run("list").lines) == 3


def test_output_is_utf_8_whatever_the_locale(path: Path, run: Run, kind: str) -> None:
    run("generate", kind, "--label", "Zoë 👩\u200d💻")
    for command in ("SL list", "SL list --json"):
        answer = shell(path, command, PYTHONIOENCODING="latin-1", LC_ALL="C")
        assert "Zoë 👩\u200d💻" in answer.stdout
        assert answer.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--demo", "list"], "--demo goes with the screen, not with a command"),
        (["--links", "10"], "--links goes with --demo"),
        (["--demo", "--links", "0"], "a demo has 1 to 100,000,000 links, not 0"),
        (["--demo", "--links", "-5"], "a demo has 1 to 100,000,000 links, not -5"),
        (["--demo", "--links", "100000001"], "a demo has 1 to 100,000,000 links, not 100,000,001"),
        (["--demo", "--links", "many"], "“many” is no whole number"),
        (["--store", "", "list"], "--store needs a value"),
        (["--host", "", "list"], "--host needs a value"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(arguments: list[str], sentence: str) -> None:
    answer = python("-m", "secret_links_tui", *arguments)
    assert (answer.returncode, answer.stdout) == (2, "")
    assert sentence in answer.stderr


def test_a_backup_is_a_store_and_overwrites_nothing(run: Run, kind: str, tmp_path: Path) -> None:
    (url,) = run("generate", kind).lines
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy)).code == 0
    assert copy.stat().st_mode & 0o077 == 0
    with Store.open(copy) as store:
        assert [link.url("https://42min.us/s") for link in store.as_host("ana").window()] == [url]
    before = copy.read_bytes()
    answer = run("backup", str(copy))
    assert (answer.code, copy.read_bytes() == before) == (1, True)
    assert "is there already" in answer.err
    assert "cannot be written" in run("backup", str(tmp_path / "no" / "copy.db")).err
