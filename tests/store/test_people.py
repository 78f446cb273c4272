"""Lists of people, as spreadsheets save and copy them."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import InvalidInput
from secret_links.expiry import Expiry, parse_expiry
from secret_links.people import Fault, People, read_people, taken_lines
from secret_links.spreadsheets import defused, undefused
from support import START


def parse(typed: str) -> Expiry | None:
    return parse_expiry(typed, START, UTC)


def read(text: str) -> People:
    return read_people(text, parse)


def persons(people: People) -> list[tuple[int, str, str | None]]:
    """Line and label of each person, and in how many days their link expires."""
    return [
        (each.line, each.label, f"{(each.expiry.at - START) / timedelta(days=1):g}d" if each.expiry else None)
        for each in people.persons
    ]


@pytest.mark.parametrize(
    ("text", "expected", "notes"),
    [
        ("Ana\nBo\n", [(1, "Ana", None), (2, "Bo", None)], ()),
        ("Name\nAna\nBo", [(2, "Ana", None), (3, "Bo", None)], ()),
        ("name,expires\r\nAna,7d\r\nBo,\r\n", [(2, "Ana", "7d"), (3, "Bo", None)], ()),
        ("\ufeffName;E-Mail;Gültig bis\rAna;a@x.org;7d\r;;\r", [(2, "Ana", "7d")], ("E-Mail",)),
        ("sep=;\nName;Expires\nAna;1d", [(3, "Ana", "1d")], ()),
        ('"sep=,"\nAna,1d', [(2, "Ana", "1d")], ()),
        ("Ana\t7d\tAcme\nBo\tnever\t", [(1, "Ana", "7d"), (2, "Bo", None)], ("column 3",)),
        ("Ana\ta@x.org\nBo\tb@x.org", [(1, "Ana", None), (2, "Bo", None)], ("column 2",)),
        ("Pires, Ana\nChen, Bo", [(1, "Pires, Ana", None), (2, "Chen, Bo", None)], ()),
        ("Ana, 7d\nBo, 8d", [(1, "Ana", "7d"), (2, "Bo", "8d")], ()),
        ("Ana,7d\nBo", [(1, "Ana", "7d"), (2, "Bo", None)], ()),
        ('"Pires, Ana"\n"Chen, Bo"', [(1, "Pires, Ana", None), (2, "Chen, Bo", None)], ()),
        ("Vorname;Nachname;Firma\nAna;Pires;Acme\n;Chen;", [(2, "Ana Pires", None), (3, "Chen", None)], ("Firma",)),
        ("email,company\nana@x.org,Acme", [(2, "ana@x.org", None)], ("company",)),
        ("Name,Label,,Name\nx,Ana,y,z", [(2, "Ana", None)], ("Name", "column 3", "Name (column 4)")),
        ('name,note\n"Ana ""A"" Pires","two\nlines"\nBo,', [(2, 'Ana "A" Pires', None), (4, "Bo", None)], ("note",)),
        ("Guest\t7d\nAna\t7d", [(1, "Guest", "7d"), (2, "Ana", "7d")], ()),
        ("label,expires\n'=Ana,7d\n'quoted',", [(2, "=Ana", "7d"), (3, "'quoted'", None)], ()),
        ("name|expires\nAna|7d", [(2, "Ana", "7d")], ()),
    ],
)
def test_people_are_read_as_spreadsheets_write_them(
    text: str, expected: list[tuple[int, str, str | None]], notes: tuple[str, ...]
) -> None:
    people = read(text)
    assert (persons(people), tuple(people.notes), people.bad, people.ignored) == (expected, notes, (), ())


def test_every_line_that_cannot_be_used_is_found_with_its_number() -> None:
    people = read(
        "name,expires\nAna,7d\n,\nana,7d\n,7d\n"
        + "x" * 201
        + ",\nBo,soon\nCy,03/04\nDi,2020-01-01\nEd,7d,more\nFlo,\n,\n\n"
    )
    assert [(each.line, each.fault) for each in people.bad] == [
        (3, Fault.EMPTY), (4, Fault.TWICE), (5, Fault.NAMELESS), (6, Fault.LABEL), (7, Fault.EXPIRY),
        (8, Fault.EXPIRY), (9, Fault.EXPIRY), (10, Fault.CELLS),
    ]  # fmt: skip
    assert [each.label for each in people.persons] == ["Ana", "ana", "Flo"]
    assert people.lines == 10
    said = [each.sentence for each in people.bad]
    assert said[:3] == ["nothing in it", "“ana” is in line 2 already", "no name"]
    assert said[-1] == "3 cells, but the first line names 2 columns"
    (taken,) = taken_lines(people.persons, {"Flo"})
    assert (taken.line, taken.fault) == (11, Fault.TAKEN)


def test_other_columns_are_notes_but_for_those_of_the_programs_own_lists() -> None:
    people = read('name;Ticket;E-Mail\nAna;T-17;"a@x.org"\nBo;;\nCy;\'=x;c\x1b[2Jc')
    assert [person.notes for person in people.persons] == [
        (("Ticket", "T-17"), ("E-Mail", "a@x.org")), (), (("Ticket", "=x"), ("E-Mail", "cc"))
    ]  # fmt: skip
    own = "token,url,event_type,label,status,created_at,expires_at,used_at,used_by,Ticket\n"
    (person,) = read(f"{own}T,u,e,Ana,active,2026,,,,T-17\n").persons
    assert person.notes == (("Ticket", "T-17"),)
    many = read("name," + ",".join(f"n{number}" for number in range(40)) + "\nAna" + ",x" * 40)
    assert (len(many.notes), many.ignored[0]) == (30, "n30")
    assert [each.fault for each in read(f"name,n\nAna,{'x' * 1001}").bad] == [Fault.NOTE]


def test_a_column_of_dates_that_have_passed_is_no_other_column() -> None:
    people = read("Ana\t2020-01-01\nBo\t2020-01-02")
    assert [(each.line, each.fault) for each in people.bad] == [(1, Fault.EXPIRY), (2, Fault.EXPIRY)]


@given(st.text(alphabet=st.sampled_from("ab,;\t|\"\n\r'=@ 7d-./\0\u2028né"), max_size=60))
def test_whatever_is_pasted_is_read_or_refused(text: str) -> None:
    try:
        people = read(text)
    except InvalidInput:
        return
    assert people.lines >= len(people.persons) > 0 or people.bad
    assert all(each.label == each.label.strip() != "" for each in people.persons)


@given(st.text(max_size=5))
def test_what_was_defused_is_read_again(cell: str) -> None:
    assert undefused(defused(cell)) == cell or cell.startswith("'")
    assert not defused(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
