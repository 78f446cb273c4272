"""generate --people: who is in a spreadsheet gets a link each, or nobody does."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from command_line import Run
from secret_links import EventType, HostStore, Store
from support import ON_BOTH

SHEET = "Name;E-Mail;Expires\r\nAna Pires;a@x.org;2030-11-30\r\n=Bo;b@x.org;\r\nCy;;never\r\n;;\r\n"


def file_of(folder: Path, content: bytes | str, encoding: str = "utf-8") -> str:
    file = folder / "people.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return str(file)


@ON_BOTH
def test_a_spreadsheet_goes_in_and_comes_back_row_by_row(
    run: Run, ana: HostStore, interview: EventType, tmp_path: Path
) -> None:
    people = file_of(tmp_path, SHEET, "utf-16")
    asked = ("generate", interview.slug, "--people", people, "--expires", "2030-01-01 10:00")
    tried = run(*asked, "--dry-run")
    assert tried.lines == [
        "Ana Pires\tend of Sat 30 Nov 2030 (WET, UTC+00:00)",
        "=Bo\tTue 1 Jan 2030 10:00 (WET, UTC+00:00)",
        "Cy\tnever",
    ]
    assert tried.err.splitlines()[0] == "kept as notes: E-Mail"
    assert tried.err.splitlines()[-1] == "3 would be generated"
    assert ana.counts().total == 0
    done = run(*asked, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["label"], row["expires_at"]) for row in rows] == [
        ("Ana Pires", "2030-12-01T00:00:00.000Z"), ("'=Bo", "2030-01-01T10:00:00.000Z"), ("Cy", "")
    ]  # fmt: skip
    assert [row["E-Mail"] for row in rows] == ["a@x.org", "b@x.org", ""]
    assert [row["url"] for row in rows] == [f"https://42min.us/s/{link.token}" for link in ana.window()[::-1]]
    again = run(*asked)
    assert (again.code, again.out) == (1, "")
    assert again.err.splitlines() == [
        "line 2: “Ana Pires” has an Active link for this event type already",
        "line 3: “=Bo” has an Active link for this event type already",
        "line 4: “Cy” has an Active link for this event type already",
        "nothing was generated: 3 lines of 3 cannot be used",
    ]
    assert ana.counts().total == 3


def test_one_bad_line_keeps_all_from_being_made(
    run: Run, store: Store, ana: HostStore, interview: EventType, tmp_path: Path
) -> None:
    used, _ = ana.generate(interview.id, labels=["Used", "Taken"])
    ana.generate(ana.add_event_type("Intro").id, labels=["Elsewhere"])
    store.redeem(used.token)
    people = file_of(tmp_path, "label,expires\nUsed,\nElsewhere,\ntaken,\n\nSoon,soon\nused,\n")
    for asked, was in (((), "nothing was"), (("--dry-run",), "nothing would be")):
        answer = run("generate", interview.slug, "--people", people, *asked)
        assert (answer.code, answer.out) == (1, "")
        assert answer.err.splitlines() == [
            *(["line 4: “taken” has an Active link for this event type already"]),
            "line 5: nothing in it",
            "line 6: cannot read “soon” as a date; try 7d, 24h, fri 17:00, 30 nov, 2026-11-30 or 2026-11-30 17:00",
            "line 7: “used” is in line 2 already",
            f"{was} generated: 4 lines of 6 cannot be used",
        ]
    assert ana.counts().total == 3


def test_notes_are_listed_and_found_and_read_again(
    run: Run, interview: EventType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = file_of(tmp_path, "name,=Ticket,E-mail\nAna,T-17,a@x.org\nBo,,b@x.org\n")
    made = json.loads(run("generate", interview.slug, "--people", people, "--json").out)
    assert [link["notes"] for link in made] == [{"=Ticket": "T-17", "E-mail": "a@x.org"}, {"E-mail": "b@x.org"}]
    assert run("list", "--search", "t-17").lines[0].endswith("Ana")
    assert "note        =Ticket: T-17\n" in run("show", made[0]["url"]).out
    listed = run("list", "--csv").out
    assert [line.split(",")[-2:] for line in listed.splitlines()] == [
        ["'=Ticket", "E-mail"], ["", "b@x.org"], ["T-17", "a@x.org"]
    ]  # fmt: skip
    run("event-type", "add", "Second")
    monkeypatch.setattr("sys.stdin", io.StringIO(listed))
    again = json.loads(run("generate", "second", "--people", "-", "--json").out)
    assert [link["notes"] for link in again] == [link["notes"] for link in made[::-1]]


def test_what_the_program_wrote_is_read_again(
    run: Run, interview: EventType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate", interview.slug, "--label=-Ana", "--label", "Bo; Cy", "--expires", "2030-01-01 10:00Z")
    listed = run("list", "--csv").out
    run("event-type", "add", "Second")
    monkeypatch.setattr("sys.stdin", io.StringIO(listed))
    made = json.loads(run("generate", "second", "--people", "-", "--json").out)
    assert [(link["label"], link["expires_at"]) for link in made] == [
        ("Bo; Cy", "2030-01-01T10:00:00.000Z"), ("-Ana", "2030-01-01T10:00:00.000Z")
    ]  # fmt: skip


HOSTILE = {
    "nothing": (b"", "There are no people to read"),
    "blanks": (b" \r\n\t\r\n;;;\r\n", "line"),
    "head alone": (b"name;expires\n", "There are no people to read"),
    "binary": (bytes(range(256)) * 20, "it is not UTF-8"),
    "zip, as .xlsx is": (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0" + b"\xfa\xce" * 900, "it is not UTF-8"),
    "Latin-1": ("name\nZoë\n".encode("latin-1"), "it is not UTF-8 (line 2)"),
    "UTF-16 without a mark": ("name;expires\nAna;7d\n".encode("utf-16-le"), "UTF-16 without its mark"),
    "half of UTF-16": ("name\nAna".encode("utf-16")[:-1], "begins as UTF-16"),
    "NULs": (b"\0" * 5000, "UTF-16 without its mark"),
    "an open quote": (b'name,expires\nAna,7d\n"Bo,8d\nCy,9d\n', "Line 3 has a quote that is not closed"),
    "text behind a quote": (b'name,expires\n"Bo"x,8d\n', "Line 2 has text behind a closing quote"),
    "an endless cell": (b"name,note\nAna," + b"x" * 200_000, "Line 2 has a cell of more than 131,072 characters"),
    "an endless name": (b"name,note\n" + b"x" * 100_000 + b",y", "line 2: a label can have at most 200"),
    "an endless expiry": (b"name,expires\nAna," + b"7" * 100_000, "line 2: this is too long for a date"),
    "ten thousand columns": (b"name" + b"," * 10_000 + b"\nAna\n", "more than 1,000 columns"),
    "ten thousand and one": (b"".join(b"Guest %d\n" % number for number in range(10_001)), "These are 10,001 people"),
    "a head without names": (b"phone;company\n1;Acme\n", "No column has the names"),
    "cells without a column": (b"name;expires\nAna;7d;;x\n", "line 2: 4 cells, but the first line names 2 columns"),
    "steering": (b"name,expires\n\x1b]52;c;QQ==\x07,7d\nBo,\x1b[31m\x9b\n".replace(b"\x9b", b""), "line 2: no name"),
    "one name, many times": (b"Ana\n" * 5000, "line 101: “Ana” is in line 1 already"),
    "a year that there is not": (b"name,expires\nAna,99999-99-99\nBo,0000-00-00\n", "line 2: cannot read"),
    "markup": (b"<html><body>name,expires</body></html>\n<b>,7d\n,\x00\n", "line 3: no name"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_sentences(
    run: Run, ana: HostStore, interview: EventType, tmp_path: Path, name: str
) -> None:
    content, sentence = HOSTILE[name]
    answer = run("generate", interview.slug, "--people", file_of(tmp_path, content))
    assert answer.code in (1, 2)
    assert answer.out == ""
    assert sentence in answer.err
    assert len(answer.err) < 20_000
    assert not {"\x1b", "\x07", "\0"} & set(answer.err)
    assert "Traceback" not in answer.err
    assert ana.counts().total == 0


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--people", "/no/such"], "/no/such cannot be read: No such file or directory."),
        (["--people", "/"], "/ cannot be read: Is a directory."),
        (["--people", ""], "argument --people: expected a value, not an empty one"),
        (["--people", "x", "--label", "Ana"], "Leave -n, --label and --labels out"),
        (["--dry-run"], "--dry-run goes with --people FILE."),
        (["--csv", "--json"], "Give one of --json, --csv and --format."),
    ],
)
def test_people_go_with_nothing_else(run: Run, interview: EventType, arguments: list[str], sentence: str) -> None:
    answer = run("generate", interview.slug, *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert sentence in answer.err
