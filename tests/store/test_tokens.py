from __future__ import annotations

import os
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secret_links.tokens import ALPHABET, TOKEN_LENGTH, find_token, new_tokens, token_prefix

tokens = st.text(ALPHABET, min_size=TOKEN_LENGTH, max_size=TOKEN_LENGTH)


def test_a_token_has_22_characters_of_the_alphabet_and_none_comes_twice() -> None:
    made = new_tokens(2000)
    assert len(set(made)) == 2000
    assert all(re.fullmatch("[0-9A-Za-z]{22}", token) for token in made)


def test_every_character_of_a_token_is_equally_likely(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def every_byte_in_turn(count: int) -> bytes:
        asked.append(count)
        start = sum(asked[:-1])
        return bytes((start + offset) % 256 for offset in range(count))

    monkeypatch.setattr(os, "urandom", every_byte_in_turn)
    seen = Counter("".join(new_tokens(31)))  # 31 tokens of 22 are 682 characters: 11 rounds of the 62
    assert set(seen) == set(ALPHABET)
    assert set(seen.values()) == {11}


def test_as_many_tokens_are_made_as_are_asked_for_where_many_bytes_are_unfair(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.urandom
    rejected = [bytes([255]) * 400, b""]

    def at_first_unfair(count: int) -> bytes:
        begins = rejected.pop(0) if rejected else b""
        return begins + real(count - len(begins))

    monkeypatch.setattr(os, "urandom", at_first_unfair)
    assert len(new_tokens(50)) == 50
    assert not rejected


def test_no_token_is_shorter_than_others_however_many_bytes_are_fair(monkeypatch: pytest.MonkeyPatch) -> None:
    real, wanted = os.urandom, 3 * TOKEN_LENGTH
    for fair in range(wanted + 1):
        first = [bytes(range(fair))]
        monkeypatch.setattr(
            os, "urandom", lambda count, first=first: first.pop().ljust(count, b"\xff") if first else real(count)
        )
        assert [len(token) for token in new_tokens(3)] == [TOKEN_LENGTH] * 3
        assert not first


@given(tokens, st.sampled_from(["", "/s/", "https://42min.us/s/", "  42min.us/s/", "http://localhost:8080/a/b/"]))
def test_a_token_is_found_bare_and_in_a_url(token: str, before: str) -> None:
    for after in ("", "/", "?utm=1", "#top", "\n"):
        assert find_token(before + token + after) == token


@pytest.mark.parametrize("text", ["", "/", "abc", "x" * 21, "x" * 23, "https://42min.us/s/", "x" * 21 + "é"])
def test_texts_without_a_token_give_none(text: str) -> None:
    assert find_token(text) is None


@given(tokens, st.integers(1, TOKEN_LENGTH))
def test_a_part_of_a_url_or_of_what_the_screen_shows_is_a_prefix(token: str, length: int) -> None:
    for text in (token[:length], f"/s/{token[:length]}…", f"https://42min.us/s/{token[:length]}"):
        assert token_prefix(text) == token[:length]


@pytest.mark.parametrize("text", ["", "Ana Pires", "https://42min.us/s/", "a-b"])
def test_text_that_no_token_begins_with_is_no_prefix(text: str) -> None:
    assert token_prefix(text) is None
