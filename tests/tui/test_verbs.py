"""What the verbs can do beyond the simplest."""

from __future__ import annotations

import csv
import io
import json
import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from command_line import Run
from secret_links import Store
from support import IN_TURN

DATABASES = IN_TURN


@pytest.fixture
def kind(run: Run) -> str:
    return run("event-type", "add", "Final round", "--minutes", "60").out.strip()


def at(url: str, now: datetime) -> Store:
    """The store, as it would be used at another time."""
    return Store.open(url, clock=lambda: now)


def test_labels_come_from_a_file_or_from_standard_input(
    run: Run, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes("\ufeffAna Pires\r\n\r\n  Zoë  \n".encode())
    given = run("generate", kind, "--labels", str(names), "--format", r"{label}\t{url}").lines
    assert [line.split("\t")[0] for line in given] == ["Ana Pires", "Zoë"]
    monkeypatch.setattr("sys.stdin", io.StringIO("Bo Chen\nCarla\n"))
    assert len(run("generate", kind, "--labels", "-").lines) == 2
    listed = json.loads(run("list", "--json").out)
    assert [link["label"] for link in listed] == ["Carla", "Bo Chen", "Zoë", "Ana Pires"]


def test_generate_gives_json_too(run: Run, kind: str) -> None:
    (made,) = json.loads(run("generate", kind, "--label", "Ana", "--json").out)
    assert (made["label"], made["status"], made["event_type"]) == ("Ana", "active", kind)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--labels", "/"], "/ cannot be read: Is a directory."),
        (["--labels", "no\0file"], "has a NUL in it; leave it out."),
        (["--plain-lines"], "--plain-lines goes with --labels FILE."),
        (["--expires", "1M"], "“1M” may mean minutes or months; give 1m for minutes, or 30d."),
        (["--labels", "/no/such/file"], "/no/such/file cannot be read: No such file or directory."),
        (["--labels", "-", "--label", "x"], "not with both"),
        (["--labels", "/dev/null"], "There are no labels to read"),
        (["--format", "{secret}"], "A format has no “secret”; it can name {url}"),
        (["--format", "{url.__class__}"], "A format has no “url.__class__”"),
    ],
)
def test_what_generate_cannot_read_makes_no_link(run: Run, kind: str, arguments: list[str], sentence: str) -> None:
    answer = run("generate", kind, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
    assert run("list").lines == []


def test_list_can_be_cut_short_and_looks_ahead(run: Run, kind: str) -> None:
    run("generate", kind, "-n", "5", "--label", "lasting")
    for label, expires in (("later", "9d"), ("soon", "2d"), ("sooner", "1d")):
        run("generate", kind, "--label", label, "--expires", expires)
    assert len(run("list", "--limit", "3").lines) == 3
    soon = json.loads(run("list", "--expires-within", "3d", "--json").out)
    assert [link["label"] for link in soon] == ["sooner", "soon"]
    assert run("list", "--expires-within", "3d", "--status", "used").code == 2
    assert run("change", "--expires-within", "36h", "--expires", "+7d", "--yes").err == "1 changed\n"
    assert run("delete", "--expires-within", "3d", "--dry-run").err == "1 would be deleted\n"
    assert run("list", "--limit", "0").code == 2


def test_a_long_list_is_complete(run: Run, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secret_links.lists.stream.FIRST_PAGE", 7)
    made = run("generate", kind, "-n", "30").lines
    assert [line.split("\t")[0] for line in run("list").lines] == made[::-1]


def test_csv_is_for_spreadsheets(run: Run, kind: str) -> None:
    run("generate", kind, "--label", '=HYPERLINK("x")', "--label", 'Ana, "the first"')
    rows = list(csv.DictReader(io.StringIO(run("list", "--csv").out)))
    assert [row["label"] for row in rows] == ['Ana, "the first"', '\'=HYPERLINK("x")']
    assert run("list", "--csv", "--json").code == 2


def test_show_prints_everything_and_why_a_link_does_not_open(run: Run, kind: str, url: str) -> None:
    active, used, deleted, expired = run("generate", kind, "-n", "4", "--label", "Ana").lines
    run("redeem", used, "--by", "Bo")
    run("delete", deleted)
    with at(url, datetime.now(UTC) - timedelta(days=9)) as store:
        host = store.as_host("ana")
        (old,) = host.generate(host.event_type(kind).id, expires_at=datetime.now(UTC) - timedelta(days=2))
    assert re.search(r"^opens +yes$", run("show", active).out, re.MULTILINE)
    assert re.search(r"^opens +no: used .* by Bo$", run("show", used).out, re.MULTILINE)
    assert re.search(r"^opens +no: deleted .* by ana$", run("show", deleted).out, re.MULTILINE)
    assert re.search(r"^opens +no: expired ", run("show", old.token).out, re.MULTILINE)
    shown = json.loads(run("show", deleted, "--json").out)
    assert (shown["opens"], shown["deleted_by"], shown["label"]) == (False, "ana", "Ana")
    unknown, anothers = run("show", "x" * 22), run("show", active, host="bo")
    assert (unknown.code, unknown.out, unknown.err) == (anothers.code, anothers.out, anothers.err)
    assert unknown.err == "no such link\n"
    assert expired != old.url("https://42min.us/s")


def test_delete_by_filter_is_tried_first_and_wants_a_yes(run: Run, kind: str, url: str) -> None:
    (active,) = run("generate", kind).lines
    now = datetime.now(UTC)
    with at(url, now - timedelta(days=90)) as store:
        host = store.as_host("ana")
        long_gone = host.generate(host.event_type(kind).id, 3, expires_at=now - timedelta(days=60))
        host.generate(host.event_type(kind).id, 2, expires_at=now - timedelta(days=5))
    old = ("delete", "--status", "expired", "--older-than", "30d")
    assert run(*old, "--dry-run").err == "3 would be deleted\n"
    asked = run(*old)
    assert (asked.code, asked.err.split(";")[0]) == (2, "3 would be deleted")
    assert len(run("list").lines) == 6
    assert run(*old, "--yes").err == "3 deleted\n"
    assert run("show", long_gone[0].token, "--json").code == 0
    assert run("delete", "--status", "expired", "--yes").err == "2 deleted\n"
    assert [line.split("\t")[0] for line in run("list").lines] == [active]
    assert run("delete", active, "--status", "expired").code == 2
    assert run("delete", "--older-than", "soon").code == 2
    for month in ("1M", "1 M", "1mo", "1 month"):
        refused = run("delete", "--status", "active", "--older-than", month, "--yes")
        assert (refused.code, "30d" in refused.err) == (2, True)
    assert run("delete", "--status", "used", "--yes").err == "no such links; nothing was deleted\n"


def test_undo_brings_back_what_went_last(run: Run, kind: str) -> None:
    one, two = run("generate", kind, "-n", "2").lines
    run("delete", one)
    run("delete", two)
    assert run("undo", host="bo").code == 1
    assert run("undo").err.startswith("1 back, with the same URL: ")
    assert [line.split("\t")[0] for line in run("list").lines] == [two]
    run("undo")
    answer = run("undo")
    assert (answer.code, answer.err) == (1, "there is no deletion or change of the last 30 days to undo\n")


def test_reissue_makes_a_fresh_link_like_the_old_one(run: Run, kind: str) -> None:
    (old,) = run("generate", kind, "--label", "Ana", "--expires", "7d").lines
    run("redeem", old)
    (new,) = json.loads(run("reissue", old, "--json").out)
    assert (new["label"], new["event_type"], new["status"]) == ("Ana", kind, "active")
    ahead = datetime.fromisoformat(new["expires_at"]) - datetime.fromisoformat(new["created_at"])
    assert abs(ahead - timedelta(days=7)) < timedelta(minutes=1)
    (lasting,) = json.loads(run("reissue", old, "--expires", "never", "--json").out)
    assert lasting["expires_at"] is None
    assert json.loads(run("show", old, "--json").out)["status"] == "used"
    assert run("reissue", old, host="bo").code == run("reissue", "x" * 22).code == 1


def test_event_types_are_changed_and_removed(run: Run, kind: str) -> None:
    assert run("event-type", "change", kind, "--minutes", "45").lines == [kind]
    assert run("event-type", "change", kind, "--name", "Last round", "--slug", "last").lines == ["last"]
    run("generate", "last", "-n", "2")
    assert run("event-type", "list").lines == ["last\tLast round\t45 min\t2"]
    assert run("event-type", "remove", "last").code == 1
    assert "with 2 links" in run("event-type", "remove", "last", "--with-links").err
    assert run("event-type", "list").lines == []


def test_every_verb_has_an_example(run: Run) -> None:
    verbs = ("generate", "reissue", "redeem", "list", "show", "delete", "undo", "backup")
    stores = ("store grant", "store copy", "store restore")
    others = ("event-type add", "event-type change", "access add", "access remove", "access list")
    for verb in (*verbs, *stores, *others):
        assert "example:\n  secret-links " + verb in run(*verb.split(), "--help").out


def test_show_prints_the_booking_and_the_links_before_and_after(run: Run, url: str, kind: str) -> None:
    old = run("generate", kind, "--label", "Bo").out.strip()
    fresh = run("reissue", old).out.strip()
    assert run("redeem", fresh, "--by", "Bo", "--reference", "booking 17").code == 0
    assert f"replaces    {old}\n" in run("show", fresh).out
    assert "booking     booking 17\n" in run("show", fresh).out
    assert f"replaced by {fresh}\n" in run("show", old).out
    run("delete", old)
    assert f"replaces    {old} (deleted)\n" in run("show", fresh).out
    shown = json.loads(run("show", fresh, "--json").out)
    assert (shown["reference"], shown["replaces"], shown["replaced_by"]) == ("booking 17", old[-22:], [])


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u200b"])
@pytest.mark.parametrize("option", ["--search", "--event-type", "--older-than"])
def test_an_empty_filter_is_no_filter_and_deletes_nothing(run: Run, kind: str, option: str, blank: str) -> None:
    run("generate", kind, "-n", "3")
    answer = run("delete", option, blank, "--status", "active", "--yes")
    assert (answer.code, answer.out) == (2, "")
    assert f"argument {option}: expected a value, not an empty one" in answer.err
    assert len(run("list").lines) == 3


@pytest.mark.parametrize("arguments", [["list", "--limit=--"], ["list", "--status=--"], ["redeem", "x", "--by=--"]])
def test_two_dashes_are_no_value(run: Run, arguments: list[str]) -> None:
    answer = run(*arguments)
    assert answer.code == 2
    assert "expected a value" in answer.err


@pytest.mark.parametrize("form", ["{}", "{} {token}", "{url} {secret}"])
def test_a_format_that_names_nothing_makes_nothing(run: Run, kind: str, form: str) -> None:
    answer = run("generate", kind, "--format", form)
    assert (answer.code, answer.out) == (2, "")
    assert "it can name {url}" in answer.err
    assert run("generate", kind, "--json", "--format", "{url}").code == 2
    assert run("list").out == ""


def test_more_text_than_labels_can_be_is_not_read_to_its_end(
    run: Run, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = StringIO("label\n" * 2_000_000)
    monkeypatch.setattr("sys.stdin", endless)
    answer = run("generate", kind, "--labels", "-")
    assert (answer.code, answer.out) == (2, "")
    assert "holds more than labels" in answer.err
    assert endless.tell() < 9_000_000


def test_lines_that_show_nothing_are_no_labels(run: Run, kind: str, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("\u200b\nAna\n\0\n", encoding="utf-8")
    assert len(run("generate", kind, "--labels", str(names)).lines) == 1


def test_a_link_of_a_removed_event_type_is_reissued_once_that_is_back(run: Run, kind: str) -> None:
    (url,) = run("generate", kind).lines
    run("event-type", "remove", kind, "--with-links")
    answer = run("reissue", url)
    assert (answer.code, answer.err) == (
        1,
        "the event type of this link was removed; undo brings it back with its links\n",
    )


@pytest.mark.parametrize("told", [None, Path("/dev/full")])
def test_a_completed_operation_stands_even_if_it_cannot_be_reported(
    run: Run, kind: str, monkeypatch: pytest.MonkeyPatch, told: Path | None
) -> None:
    with ExitStack() as opened:
        stream = opened.enter_context(told.open("w", buffering=1)) if told else None
        monkeypatch.setattr("sys.stderr", stream)
        answer = run("generate", kind, "--expires", "7d")
    assert answer.code == 0
    assert len(answer.lines) == 1


def test_any_deleted_link_is_listed_and_brought_back(run: Run, kind: str) -> None:
    urls = run("generate", kind, "--label", "Ana", "--label", "Bo", "--label", "Cy").out.split()
    run("delete", urls[0], urls[1])
    run("delete", urls[2])
    listed = [line.split("\t") for line in run("deleted").out.splitlines()]
    assert [(line[0], line[4], line[5]) for line in listed] == [
        (urls[2], "ana", "Cy"), (urls[1], "ana", "Bo"), (urls[0], "ana", "Ana")
    ]  # fmt: skip
    (found,) = json.loads(run("deleted", "--search", "bo", "--json").out)
    assert (found["url"], found["deleted_by"]) == (urls[1], "ana")
    assert run("undo", urls[0]).err == "1 back, with the same URL: Ana\n"
    assert run("undo", urls[0], urls[1]).err == f"not deleted: {urls[0]}\nnothing was brought back\n"
    assert run("undo", urls[1], host="bo").code == 1
    assert run("undo", urls[1], urls[2]).err == "2 back, with the same URLs: Bo, Cy\n"
    assert run("deleted").err == "no deleted links\n"


def test_links_are_listed_by_use(run: Run, kind: str) -> None:
    urls = run("generate", kind, "--label", "Ana", "--label", "Bo", "--label", "Cy").out.split()
    run("redeem", urls[1], "--by", "Bo")
    assert run("list", "--order", "used").out.splitlines()[0].startswith(urls[1])
    assert run("list", "--order", "label", "--reverse").out.splitlines()[0].startswith(urls[2])
    assert run("list", "--order", "label", "--expires-within", "3d").lines == []


def test_undo_takes_back_the_last_change_and_then_what_was_deleted_before(run: Run, kind: str) -> None:
    first, second = run("generate", kind, "--label", "Ana", "--label", "Bo").lines
    run("delete", first)
    run("change", second, "--label", "Bo Chen", "--expires", "2030-01-01")
    assert run("undo").err == "1 as before the change\n"
    (link,) = json.loads(run("list", "--json").out)
    assert (link["label"], link["expires_at"]) == ("Bo", None)
    assert run("undo").err == "1 back, with the same URL: Ana (deleted by ana)\n"
    assert run("undo").code == 1


def test_change_gives_a_link_another_expiry_and_label(run: Run, kind: str) -> None:
    (url,) = run("generate", kind, "--label", "Ana", "--expires", "2030-01-01 10:00Z").lines
    changed = run("--time-zone", "UTC", "change", url, "--expires", "+7d", "--label", "Ana Pires")
    assert (changed.out, changed.err) == (f"{url}\tTue 8 Jan 2030 10:00 (UTC+00:00)\n", "1 changed\n")
    (link,) = json.loads(run("list", "--json").out)
    assert (link["url"], link["label"], link["expires_at"]) == (url, "Ana Pires", "2030-01-08T10:00:00.000Z")
    assert run("change", url, "--expires", "never", "--label", "").out == f"{url}\tnever\n"
    (link,) = json.loads(run("list", "--json").out)
    assert (link["label"], link["expires_at"]) == (None, None)


def test_change_names_links_all_or_none(run: Run, kind: str) -> None:
    one, two = run("generate", kind, "-n", "2").lines
    run("redeem", two)
    refused = run("change", one, two, "--expires", "7d")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"{two}: This link has been used;")
    assert refused.err.endswith("nothing was changed\n")
    assert run("change", one, "x" * 22, "--label", "Bo").code == 1
    assert [link["label"] for link in json.loads(run("list", "--json").out)] == [None, None]
    assert run("change", one, two, "--label", "Bo").code == 0
    assert [link["label"] for link in json.loads(run("list", "--json").out)] == ["Bo", "Bo"]


def test_change_by_filter_takes_yes_and_is_shown_before(run: Run, kind: str) -> None:
    urls = run("generate", kind, "--label", "Ana", "--label", "Bo", "--expires", "2030-01-01 10:00Z").lines
    more = ("--time-zone", "UTC", "change", "--event-type", kind, "--expires", "+1d")
    unsure = run(*more)
    assert (unsure.code, unsure.err) == (2, "2 would be changed; --dry-run lists them, --yes changes them\n")
    shown = run(*more, "--dry-run")
    assert shown.lines == [f"{url}\tWed 2 Jan 2030 10:00 (UTC+00:00)" for url in reversed(urls)]
    assert {link["expires_at"] for link in json.loads(run("list", "--json").out)} == {"2030-01-01T10:00:00.000Z"}
    assert run(*more, "--yes").lines == shown.lines
    assert {link["expires_at"] for link in json.loads(run("list", "--json").out)} == {"2030-01-02T10:00:00.000Z"}
    assert run(*more, "--search", "nobody", "--yes").err == "no such links; nothing was changed\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "Say what to change: --label, --expires or --note."),
        (("--label", "x"), "Name the links to change"),
        (("--expires", "+1M", "--status", "active"), "may mean minutes or months"),
        (("--expires", "+", "--status", "active"), "is no length of time"),
        (("--expires", "yesterday", "--status", "active"), "“yesterday”"),
        (("--expires", "7d", "--status", "used"), "add --status active"),
        (("--label", "x" * 500, "--status", "active", "--yes"), "at most"),
        (("--expires", "+3650d", "--status", "active", "--yes"), "over ten years ahead"),
    ],
)
def test_change_says_what_it_cannot_read(run: Run, kind: str, arguments: tuple[str, ...], sentence: str) -> None:
    run("generate", kind, "--expires", "30d")
    refused = run("change", *arguments)
    assert refused.code in (1, 2)
    assert sentence in refused.err
    assert refused.out == ""


def test_a_link_that_is_named_twice_comes_back_and_is_said_once(run: Run, kind: str) -> None:
    ana, bo = run("generate", kind, "--label", "Ana", "--label", "Bo").lines
    run("delete", ana, bo)
    assert run("undo", ana, ana, bo).err == "2 back, with the same URLs: Ana, Bo\n"
