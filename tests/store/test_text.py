from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links import InvalidInput
from secret_links.text import (
    LABEL_LENGTH,
    SLUG_LENGTH,
    clean,
    clean_label,
    clean_name,
    fold,
    labels_in,
    lines_in,
    names_in,
    slug_of,
)

hostile = st.text(st.characters() | st.sampled_from("\x1b\x07\x9b\x9d[];\u202e\u2066\u200b\ud800\n\r\t"))


@given(hostile)
def test_cleaned_text_is_one_line_of_visible_characters(text: str) -> None:
    cleaned = clean(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in cleaned)
    assert not any(unicodedata.bidirectional(character) in ("RLO", "LRO", "RLE", "LRE", "PDF") for character in cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ana Pires", "Ana Pires"),
        ("  Ana\n\tPires\r\n", "Ana Pires"),
        ("[red]Ana[/]", "[red]Ana[/]"),
        ("\x1b[31mAna\x1b[0m", "Ana"),
        ("Ana\x1b]52;c;SU5KRUNU\x07 Pires", "Ana Pires"),
        ("Ana\x1b]52;c;SU5KRUNU\x1b\\ Pires", "Ana Pires"),
        ("\x9b31mAna\x9d0;title\x9c", "Ana"),
        ("Ana\x1bP1$r0m\x1b\\ Pires", "Ana Pires"),
        ("\x1bXa\x1b\\\x1b^b\x1b\\\x1b_Gc\x1b\\Ana\x90d\x9c", "Ana"),
        ("\x1b(BAna\x1bc", "Ana"),
        ("Ana\u202egnp.exe", "Anagnp.exe"),
        ("A\u200bn\ufeffa", "Ana"),
        ("Zoe\u0308", "Zoë"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_cleaning_keeps_what_people_type_and_drops_terminal_sequences(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@pytest.mark.parametrize(
    "invisible",
    "\0\x1f\x7f\x99\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\u2064\ufeff\u202a\u202e\u2066\u206f"
    "\ufff9\ufffb\U000e0000\U000e007f\ud800\udfff",
)
def test_only_what_is_invisible_is_left_out(invisible: str) -> None:
    visible = "".join(map(chr, range(33, 127)))
    assert clean(f"{visible}{invisible}{visible}") == visible * 2


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_text_is_folded_as_sqlite_folds_it(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        (lowered,) = connection.execute("SELECT lower(?)", [f"{text} É[Z@"]).fetchone()
    assert fold(f"{text} É[Z@") == lowered


def test_a_text_without_other_letters_is_folded_into_small_ones() -> None:
    assert fold("Ana_B 1") == "ana_b 1"


def test_a_slug_is_cut_behind_what_it_begins_with() -> None:
    assert slug_of("! " + "x" * 100) == "x" * SLUG_LENGTH
    assert slug_of("x" * (SLUG_LENGTH - 1) + " y") == "x" * (SLUG_LENGTH - 1)


def test_a_label_that_is_too_long_is_refused_with_its_length() -> None:
    assert clean_label("x" * LABEL_LENGTH) == "x" * LABEL_LENGTH
    with pytest.raises(InvalidInput, match=r"^A label can have at most 200 characters; this one has 10,000") as refused:
        clean_label("x" * 10_000)
    assert refused.value.field == "label"


def test_an_empty_label_is_none_and_an_empty_name_is_refused() -> None:
    assert clean_label(" \n\u200b") is None
    assert clean_label(None) is None
    with pytest.raises(InvalidInput, match="A name cannot be empty") as refused:
        clean_name(" \n")
    assert refused.value.field == "name"
    with pytest.raises(InvalidInput, match="A name can have at most 200 characters") as refused:
        clean_name("x" * 201)
    assert refused.value.field == "name"


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Final interview", "final-interview"),
        ("Café & Crème", "cafe-creme"),
        ("  --A--  ", "a"),
        ("x" * 99, "x" * 60),
        ("x" * 59 + " y", "x" * 59),
        ("x" * 58 + " y z", "x" * 58 + "-y"),
        ("Müller", "muller"),
        ("Łódź, 2. rozmowa", "lodz-2-rozmowa"),
        ("Đà Nẵng", "da-nang"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Ærø", "aero"),
        ("Þingvellir", "thingvellir"),
        ("İstanbul ılık", "istanbul-ilik"),
        ("Ǿre Ǽ", "ore-ae"),
        ("Hawai\u02bbi", "hawai-i"),
        ("Zoe\u0308", "zoe"),
        ("☕ Café №5", "cafe-no5"),
        ("日本語", ""),
        ("Москва", ""),
        ("عربي", ""),
        ("Ελλάδα", ""),
        ("VIP 会议", ""),
        ("日本語 2", ""),
        ("!?", ""),
    ],
)
def test_a_slug_is_made_of_names_in_latin_letters(name: str, slug: str) -> None:
    assert slug_of(name) == slug


SPELT = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ŋ": "ng",
    "ə": "e", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y", "ɨ": "i", "ı": "i", "ĸ": "k",
    "Ə": "e", "Ɛ": "e", "Ɔ": "o", "Ƒ": "f", "Ɓ": "b", "Ɗ": "d", "Ƙ": "k", "Ƴ": "y", "Ɨ": "i",
    "ẞ": "ss", "Æ": "ae", "Œ": "oe", "Ø": "o", "Ł": "l", "Đ": "d", "Ð": "d", "Þ": "th", "Ħ": "h", "Ŧ": "t", "Ŋ": "ng",
}  # fmt: skip


@pytest.mark.parametrize("letter", SPELT)
def test_a_latin_letter_that_is_not_decomposed_is_spelt_in_ascii(letter: str) -> None:
    assert slug_of(f"x{letter}x") == f"x{SPELT[letter]}x"


@given(st.text())
def test_a_slug_is_its_own_slug(name: str) -> None:
    slug = slug_of(name)
    assert slug_of(slug) == slug
    assert len(slug) <= 60


@pytest.mark.parametrize(
    "ending", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", " \t \n\u200b\n\n"]
)
def test_a_line_ends_in_any_way_of_unicode(ending: str) -> None:
    assert labels_in(f"{ending}Ana\tPires  {ending}\u200bBo{ending}") == ["Ana Pires", "Bo"]


def test_a_label_that_is_too_long_is_named_by_its_line() -> None:
    assert lines_in("\n\nAna\n \nBo") == [(3, "Ana"), (5, "Bo")]
    with pytest.raises(InvalidInput, match=r"A label \(line 4\) can have at most 200 characters; this one has 201"):
        labels_in(f"\nAna\n\n{'x' * 201}\nBo")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ana <a@x.org>, Bo <b@y.org>; Carla", ["Ana <a@x.org>", "Bo <b@y.org>", "Carla"]),
        ("Ana Pires, final round", ["Ana Pires, final round"]),
        ("Ana Pires, final round, Bo Chen", ["Ana Pires, final round", "Bo Chen"]),
        ("a@x.org, b@y.org", ["a@x.org", "b@y.org"]),
        ("a@x.org b@y.org", ["a@x.org", "b@y.org"]),
        ("a@x b@y", ["a@x", "b@y"]),
        ("@ana bo@", ["@ana bo@"]),
        ("<@ana> b@y.org", ["<@ana> b@y.org"]),
        ("X@ana b@y.org", ["X@ana", "b@y.org"]),
        ("Ana Pires, iOS round", ["Ana Pires, iOS round"]),
        ("Ana; Bo (Carla", ["Ana; Bo (Carla"]),
        ("Ana <a@x.org> Bo <b@y.org>", ["Ana <a@x.org>", "Bo <b@y.org>"]),
        ('"Pires, Ana" <a@x.org>, Bo', ['"Pires, Ana" <a@x.org>', "Bo"]),
        ("Ana (VP, Sales); Bo", ["Ana (VP, Sales)", "Bo"]),
        ("Ana; bo; final round", ["Ana", "bo", "final round"]),
        ("王小明, さくら", ["王小明", "さくら"]),
        (",;, ", []),
        ('Ana "Bo, Carla', ['Ana "Bo, Carla']),
        ("Ana", ["Ana"]),
    ],
)
def test_the_names_in_one_line_are_found(line: str, names: list[str]) -> None:
    assert names_in(line) == names


@given(st.text(max_size=60))
def test_no_letter_of_a_name_is_lost(line: str) -> None:
    kept = [letter for name in names_in(line) for letter in name if letter.isalnum()]
    assert kept == [letter for letter in line if letter.isalnum()]
