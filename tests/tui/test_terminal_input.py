"""The tokens of what a terminal sends, wherever the bytes are cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links_tui.terminal.input_tokens import (
    ESCAPE_PATIENCE,
    LONGEST_PASTE,
    LONGEST_SEQUENCE,
    SEQUENCE_PATIENCE,
    InputTokenizer,
    Kind,
    Token,
)

PASTED = b"\x1b[200~Ana\r\nBo\rCy\x1b[201~"

SENT = (
    b"q",
    "é你👩‍💻".encode(),
    b"\x1b[A",
    b"\x1b[1;5A",
    b"\x1bOP",
    b"\x1b[<0;10;20M",
    b"\x1b[M\xb6*!",
    b"\x1b[0;;20320:22909:24352:19977:26446u",
    b"\x1b[?62;52c",
    b"\x1bP>|tmux 3.5a\x1b\\",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]52;c;QQ==\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    PASTED,
    b"\x1bq",
    b"\xff\xc3(\x80",
)
"""One of each that terminals send."""

REPORTS = SENT[5:7] + SENT[8:13]
"""Those of them that are not typed."""


class Clock:
    """Seconds, which pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def tokens_of(*chunks: bytes) -> list[Token]:
    """The tokens of bytes that arrive in chunks, the incomplete rest included."""
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    tokens = [token for chunk in chunks for token in tokenizer.feed(chunk)]
    clock.seconds += SEQUENCE_PATIENCE
    tokens += tokenizer.tick()
    clock.seconds += SEQUENCE_PATIENCE
    return tokens + tokenizer.tick()


def merged(tokens: list[Token]) -> list[Token]:
    """The same with neighbouring texts as one."""
    together: list[Token] = []
    for token in tokens:
        if together and token.kind is Kind.TEXT is together[-1].kind:
            together.append(Token(Kind.TEXT, together.pop().text + token.text))
        else:
            together.append(token)
    return together


@given(st.lists(st.sampled_from(SENT), max_size=8), st.lists(st.integers(0, 400), max_size=12))
def test_it_does_not_matter_where_the_line_cuts(sent: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(sent)
    ends = sorted({min(cut, len(whole)) for cut in cuts} | {0, len(whole)})
    chunks = [whole[start:end] for start, end in pairwise(ends)]
    assert merged(tokens_of(*chunks)) == merged(tokens_of(whole))


@given(st.lists(st.sampled_from(REPORTS), min_size=1), st.text("qaxuy", max_size=4))
def test_nothing_of_a_report_is_typed(reports: list[bytes], typed: str) -> None:
    tokens = tokens_of(*reports, typed.encode())
    assert "".join(token.text for token in tokens if token.kind is Kind.TEXT) == typed


@given(st.lists(st.binary(max_size=60), max_size=6))
def test_any_bytes_are_taken_and_what_is_typed_later_arrives(noise: list[bytes]) -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    for chunk in noise:
        tokenizer.feed(chunk)
    for _ in range(3):
        clock.seconds += SEQUENCE_PATIENCE
        tokenizer.tick()
    assert tokenizer.feed(b"ana") == [Token(Kind.TEXT, "ana")]


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from(SENT)), max_size=6))
def test_a_tick_whenever_something_is_due_ends_everything_incomplete(sent: list[bytes]) -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    tokens = [token for data in sent for token in tokenizer.feed(data)]
    while (due := tokenizer.due_in) is not None:
        clock.seconds += due
        tokens += tokenizer.tick()
    assert tokens == tokens_of(*sent)
    clock.seconds += SEQUENCE_PATIENCE
    assert tokenizer.tick() == []


@given(st.binary(max_size=40).map(lambda noise: b"\x1bP" + noise.replace(b"\x1b", b"")))
def test_a_control_key_ends_a_string_that_never_ends(begun: bytes) -> None:
    typed = [token.text for token in tokens_of(begun, b"\x11") if token.kind is Kind.TEXT]
    assert typed[-1].endswith("\x11")


def test_a_lone_escape_is_the_key_after_its_patience() -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    assert tokenizer.feed(b"\x1b") == tokenizer.tick() == []
    clock.seconds += ESCAPE_PATIENCE
    assert tokenizer.tick() == [Token(Kind.ESCAPE, "\x1b")]
    assert tokenizer.feed(b"\x1b\x1b[A")[0] == Token(Kind.ESCAPE, "\x1b")


@pytest.mark.parametrize("typed", [b"\x1b]", b"\x1bP", b"\x1b_", b"\x1bO", b"\x1bX", b"\x1b^"])
def test_alt_with_a_key_that_also_begins_a_string_swallows_nothing(typed: bytes) -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    assert tokenizer.feed(typed) == []
    clock.seconds += ESCAPE_PATIENCE
    assert tokenizer.tick() == [Token(Kind.ALT, typed[1:].decode())]
    assert tokenizer.feed(b"q") == [Token(Kind.TEXT, "q")]


def test_an_arrow_that_is_cut_for_a_second_is_an_arrow() -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    assert tokenizer.feed(b"\x1b[") == []
    clock.seconds += 1
    assert tokenizer.tick() == []
    assert tokenizer.feed(b"A") == [Token(Kind.SEQUENCE, "\x1b[A")]


def test_a_paste_has_its_lines_ended_one_way() -> None:
    assert tokens_of(PASTED) == [Token(Kind.PASTE, "Ana\nBo\nCy")]


def test_a_paste_that_never_ends_is_over_when_nothing_more_comes() -> None:
    clock = Clock()
    tokenizer = InputTokenizer(clock)
    assert tokenizer.feed(b"\x1b[200~Ana q\x11") == []
    clock.seconds += SEQUENCE_PATIENCE - 0.1
    assert tokenizer.tick() == []
    clock.seconds += 0.1
    assert tokenizer.tick() == [Token(Kind.PASTE, "Ana q\x11")]
    assert tokenizer.feed(b"\x11") == [Token(Kind.TEXT, "\x11")]


def test_a_control_key_that_comes_alone_ends_a_paste_that_never_ends() -> None:
    tokens = tokens_of(b"\x1b[200~Ana", b" \x11 Bo", b"\x11")
    assert tokens == [Token(Kind.PASTE, "Ana \x11 Bo"), Token(Kind.TEXT, "\x11")]


def test_what_a_paste_has_beyond_its_size_is_swallowed_and_no_key() -> None:
    tokens = tokens_of(b"\x1b[200~" + b"q" * (LONGEST_PASTE + 5), b"q" * 10_000, b"\x1b[20", b"1~j")
    assert tokens == [Token(Kind.PASTE, "q" * LONGEST_PASTE), Token(Kind.TEXT, "j")]


@pytest.mark.parametrize(("begun", "ended"), [(b"\x1b]52;c;", b"\x07"), (b"\x1bP>|", b"\x1b\\"), (b"\x1b[0;;", b"u")])
def test_a_report_of_any_length_is_swallowed_whole(begun: bytes, ended: bytes) -> None:
    tokens = tokens_of(begun, b"1" * LONGEST_SEQUENCE, b"1" * LONGEST_SEQUENCE, ended, b"j")
    assert [token.text for token in tokens if token.kind is Kind.TEXT] == ["j"]
    assert len(tokens) == 2
    assert len(tokens[0].text) <= 2 * LONGEST_SEQUENCE


def test_a_character_that_is_cut_is_waited_for_and_else_shown_as_unknown() -> None:
    assert tokens_of("é".encode()[:1], "é".encode()[1:]) == [Token(Kind.TEXT, "é")]
    assert tokens_of("é".encode()[:1]) == [Token(Kind.TEXT, "\ufffd")]
    assert tokens_of("é".encode()[:1], b"\x1b[A") == [Token(Kind.TEXT, "\ufffd"), Token(Kind.SEQUENCE, "\x1b[A")]
