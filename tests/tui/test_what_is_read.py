"""Labels, links and names that verbs read from files, streams and arguments: one way, or refused in a sentence."""

from __future__ import annotations

import csv
import json
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path

import pytest

from command_line import Run
from support import IN_TURN

DATABASES = IN_TURN


@pytest.fixture
def kind(run: Run) -> str:
    return run("event-type", "add", "Final round").out.strip()


TABLES = (
    "name,email\nAna,ana@example.org\n", "Name;Vorname\nPires;Ana\n", "Ana;ana@example.org\nBo;bo@example.org\n",
    "Ana\tPires\nBo\tChen\n", "Pires,Ana\nChen,Bo\n", '"Ana Pires"\n"Bo Chen"\n', '"Pires, Ana",1\n"Chen, Bo",2\n',
    "Name\nAna\nBo\n", "Ana;Bo;Carla\n", "| Ana | 1 |\n| Bo | 2 |\n", "E-Mail\nana@example.org\n",
    "first name,last name,company\nAna,Pires,Acme\n", '{"label": "Ana"\n', '[{"name": "Ana"}]', "[1, 2]", "[]",
    '{"token": "x"}', "token,url,event_type,label,status\n", "https://42min.us/s/k3JdQ0aZ9xPqL2mN7vRt4W\n",
    "Ana\thttps://42min.us/s/k3JdQ0aZ9xPqL2mN7vRt4W\n", "[" * 100_000,
)  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=range(len(TABLES)))
def test_a_table_is_not_made_into_links(run: Run, kind: str, tmp_path: Path, table: str) -> None:
    file = tmp_path / "names.csv"
    file.write_text(table, encoding="utf-8")
    answer = run("generate", kind, "--labels", str(file))
    assert (answer.code, answer.out) == (2, "")
    assert "Traceback" not in answer.err
    assert run("list").out == ""
    plain = run("generate", kind, "--labels", str(file), "--plain-lines")
    assert len(plain.lines) == (0 if len(table) > 1000 else table.count("\n") or 1)


@pytest.mark.parametrize(
    "names",
    [
        ["Pires, Ana", "Chen, Bo"],
        ["Ana Pires, final round", "Bo Chen, final round"],
        ["Ana & Bo; panel", "Carla"],
        ["a party of 1,200", "a party of 1,300"],
        ["“Bo” Chen", 'Ana "the first" Pires'],
        ["Name", ],
        ["Ana <ana@example.org>", "Bo <bo@example.org>"],
        ["ana@example.org", "bo@example.org"],
        ["[VIP] Ana", "[VIP] Bo"],
        ["{Ana}", "Bo"],
        ["Abcdefghijklmnopqrstuv", "Mail Boxes, Inc."],
        ["Contact: Ana, Lisbon", "Bo"],
    ],
)  # fmt: skip
def test_names_as_people_write_them_are_labels(run: Run, kind: str, tmp_path: Path, names: list[str]) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("\r\n\r\n".join(names).encode("utf-16"))
    assert run("generate", kind, "--labels", str(file), "--format", "{label}").lines == names


@pytest.mark.parametrize(
    "listed", [["list", "--json"], ["list", "--csv"], ["list", "--csv", "semicolons"], ["show", "--json"]]
)
def test_labels_are_read_from_what_the_program_writes(run: Run, kind: str, tmp_path: Path, listed: list[str]) -> None:
    labels = ["=1+1", 'Ana; "the first", Pires'] if listed[0] == "list" else ["Ana, Pires"]
    urls = run("generate", kind, *(word for label in labels for word in ("--label", label))).lines
    written = run(*(listed[:2] if listed[0] == "list" else ["show", urls[0], "--json"])).out
    if "semicolons" in listed:  # as a spreadsheet saves it
        out = StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(csv.reader(StringIO(written)))
        written = out.getvalue()
    file = tmp_path / "links"
    file.write_bytes(written.encode("utf-8-sig"))
    assert run("generate", kind, "--labels", str(file), "--format", "{label}").lines == labels[::-1]
    lines = tmp_path / "lines.json"
    lines.write_text("\n".join(json.dumps({"label": label}) for label in (*labels, None)), encoding="utf-8")
    assert run("generate", kind, "--labels", str(lines), "--format", "{label}").lines == [*labels, ""]


def test_a_label_that_is_too_long_is_named_by_its_line(run: Run, kind: str, tmp_path: Path) -> None:
    file = tmp_path / "names.txt"
    file.write_text(f"\nAna\n\n{'x' * 201}\n")
    assert (
        "A label (line 4) can have at most 200 characters; this one has 201."
        in run("generate", kind, "--labels", str(file)).err
    )
    file.write_text(json.dumps([{"label": "Ana"}, {"label": "x" * 201}]))
    assert "A label (object 2) can have at most 200" in run("generate", kind, "--labels", str(file)).err
    assert run("list").out == ""


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("stream", [False, True])
def test_labels_that_are_not_utf_8_are_refused_with_the_cure(
    run: Run, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, stream: bool
) -> None:
    file = tmp_path / "names.txt"
    file.write_bytes("Ana\nJörg Müller\n".encode(encoding))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(file.read_bytes())))
    answer = run("generate", kind, "--labels", "-" if stream else str(file))
    assert (answer.code, answer.out) == (2, "")
    name = "standard input" if stream else str(file)
    assert f"{name} cannot be read: it is" in answer.err
    assert "save it as UTF-8, or convert it: iconv -f " in answer.err
    assert run("list").out == ""


@pytest.mark.parametrize(
    "form", [[], ["--json"], ["--format", r"{label}\t{url}"], ["list"], ["list", "--json"], ["list", "--csv"]]
)
def test_links_are_deleted_as_the_program_wrote_them(
    run: Run, kind: str, monkeypatch: pytest.MonkeyPatch, form: list[str]
) -> None:
    other = run("event-type", "add", "Other").out.strip()
    kept = run("generate", other).lines
    labels = ("--label", "Ana, Pires", "--label", "Abcdefghijklmnopqrstuv")
    written = run("generate", kind, *labels, *(form if form[:1] != ["list"] else [])).out
    if form[:1] == ["list"]:
        written = run(*form, "--event-type", kind).out
    for options, said in ((["--dry-run"], "2 would be deleted\n"), ([], "2 deleted\n")):
        monkeypatch.setattr("sys.stdin", StringIO(written))
        assert run("delete", "-", *options).err == said
    assert [line.split("\t")[0] for line in run("list").lines] == kept


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("", "There are no links to read; give one a line."),
        ("\nURL\nAna\n", "line 3: This text has no link in it"),
        ("URL URL2\n", "line 1: This text has 2 links in it"),
        ('[{"token": "x"}]', "object 1: This text has no link in it"),
        ('[{"label": "URL"}]', "object 1: This text has no link in it"),
        ("token,url,event_type,label,status\nx,y,z,URL,w\n", "row 1: This text has no link in it"),
        ('{"token": ', "This looks like JSON, and cannot be read as such."),
        (b"\xff", "standard input cannot be read: it is not UTF-8"),
    ],
)
def test_what_names_no_link_deletes_none(
    run: Run, kind: str, monkeypatch: pytest.MonkeyPatch, written: str | bytes, sentence: str
) -> None:
    one, two = run("generate", kind, "-n", "2").lines
    if isinstance(written, str):
        written = written.replace("URL2", two).replace("URL", one).encode()
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(written)))
    answer = run("delete", "-")
    assert (answer.code, sentence in answer.err) == (2, True), answer.err
    assert run("delete", "-", one).code == 2
    assert len(run("list").lines) == 2


def test_a_link_in_a_text_is_shown_and_deleted_and_two_are_refused(run: Run, kind: str) -> None:
    one, two = run("generate", kind, "-n", "2", "--label", "Ana").lines
    for text in (f"{one}.", f"“{one}”,", f"Ana Pires: {one}", f"[book]({one})", f"<{one}>", f"{one}?utm_source=x"):
        assert one in run("show", text).out, text
    for verb in ("show", "reissue", "delete", "redeem"):
        answer = run(verb, f"{one} {two}")
        assert (answer.code, answer.out) == (1, "")
        assert "This text has 2 links in it; give one of them." in answer.err
        answer = run(verb, f"/s/{one[-22:-16]}…")
        assert "This link is shortened; give its whole URL" in answer.err
        assert "This text has no link in it" in run(verb, "nonsense").err
    assert run("reissue", f"({one})").code == run("redeem", f"*{one}*").code == 0
    assert run("delete", f"Ana\t{one}").err == "1 deleted\n"
    assert len(run("list").lines) == 2


@pytest.mark.parametrize("name", ["日本語", "Москва", "عربي", "Ελλάδα", "日本語 2", "☕"])
def test_a_name_beyond_latin_needs_a_slug(run: Run, kind: str, name: str) -> None:
    answer = run("event-type", "add", name)
    assert (answer.code, answer.out) == (2, "")
    assert f"No slug can be made of “{name}”; give one, of a-z, 0-9 and hyphens: --slug SLUG" in answer.err
    assert run("event-type", "add", name, "--slug", "fine").lines == ["fine"]
    assert run("event-type", "change", "fine", "--name", f"{name} {name}").lines == ["fine"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["backup", "-"], "goes into a file, not to standard output"),
        (["backup", "FOLDER"], "is a folder; name a file"),
        (["store", "copy", "-", "x.db"], "is a file or a database, not a stream"),
        (["store", "copy", "x.db", "-"], "is a file or a database, not a stream"),
    ],
)
def test_no_file_is_made_that_is_called_a_dash(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    answer = run(*(word.replace("FOLDER", str(folder)) for word in arguments))
    assert (answer.code, sentence in answer.err) == (2, True)
    assert list(folder.iterdir()) == []
