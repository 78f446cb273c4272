"""Parses what a host typed or pasted into a search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from secret_links.text import LABEL_LENGTH, clean, fold
from secret_links.tokens import find_token, linked_tokens, token_prefix

PART_LENGTH = 3
"""The fewest characters that are also looked for inside tokens; shorter texts are in every other token."""


@dataclass(frozen=True, slots=True)
class ParsedSearch:
    """The token of a URL; or a part of a label, with `prefix` if it can be the beginning of a token, too.

    Without either, the search finds nothing.
    """

    token: str | None = None
    label: str | None = None
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
    return ParsedSearch(label=text, prefix=token or token_prefix(text))


def spellings(text: str) -> list[str]:
    """Returns the ways a text is looked for in labels: a database may fold the case of ASCII only."""
    return [text] if text.isascii() else sorted({text.lower(), text.upper(), text.title()})


def is_found(token: str, label: str | None, search: str) -> bool:
    """Returns whether a search finds a link with this token and label."""
    text = parse_search(search)
    if text is None:
        return True
    if text.token is not None or text.label is None:
        return text.token == token
    if label is not None and any(fold(spelling) in fold(label) for spelling in spellings(text.label)):
        return True
    if text.prefix is None:
        return False
    return token.startswith(text.prefix) or (len(text.prefix) >= PART_LENGTH and text.prefix in token)
