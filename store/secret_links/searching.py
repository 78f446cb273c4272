"""Parses what a host typed or pasted into a search."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from secret_links.text import LABEL_LENGTH, clean, fold
from secret_links.tokens import find_token, linked_tokens, token_prefix

PART_LENGTH = 3
"""The fewest characters that are also looked for inside tokens; shorter texts are in every other token."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a link must have: in its label, notes, event type, booker or reference, or in its token."""

    text: str
    prefix: str | None
    """The same, as a token can begin with it, or have it inside; None if none can."""


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """The token of a URL; or words, with `prefix` if the whole text can be the beginning of a token, too.

    Without either, the search finds nothing.
    """

    token: str | None = None
    words: tuple[Word, ...] = ()
    prefix: str | None = None


@lru_cache(32)  # a list asks for each of its rows
def parse_search(search: str) -> ParsedSearch | None:
    """Parses a search; None if it is empty, an empty ParsedSearch if it can find nothing.

    A whole token without a URL is also looked for in labels: a label can look like one.
    """
    if tokens := linked_tokens(search):
        return ParsedSearch(token=tokens[0]) if len(tokens) == 1 else ParsedSearch()
    text = clean(search)
    if not text:
        return None
    token = find_token(text)
    if len(text) > LABEL_LENGTH:
        return ParsedSearch(token=token)
    words = tuple(Word(word, find_token(word) or token_prefix(word)) for word in dict.fromkeys(text.split()))
    return ParsedSearch(words=words, prefix=token or token_prefix(text))


def spellings(text: str) -> list[str]:
    """Returns the ways a text is looked for: a database may fold the case of ASCII only."""
    return [text] if text.isascii() else sorted({text.lower(), text.upper(), text.title()})


def is_in(word: str, text: str | None) -> bool:
    """Returns whether a text has a word, as the database looks for it."""
    return text is not None and any(fold(spelling) in fold(text) for spelling in spellings(word))


def is_found(token: str, texts: Iterable[str | None], search: str) -> bool:
    """Returns whether a search finds a link with this token and these texts."""
    parsed = parse_search(search)
    if parsed is None:
        return True
    if parsed.token is not None or not parsed.words:
        return parsed.token == token
    if parsed.prefix is not None and token.startswith(parsed.prefix):
        return True
    there = [*texts]
    return all(any(is_in(word.text, text) for text in there) or _has(token, word) for word in parsed.words)


def _has(token: str, word: Word) -> bool:
    if word.prefix is None:
        return False
    return token.startswith(word.prefix) or (len(word.prefix) >= PART_LENGTH and word.prefix in token)
