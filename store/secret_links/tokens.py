"""Tokens, the secrets in links' URLs: making them, and finding them in pasted text."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from urllib.parse import unquote

from secret_links.errors import LinkUnclear
from secret_links.pasted import CHUNK, is_address, joined_lines, readings, unwrapped

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
"""The characters of a token: safe in a URL without escaping."""

TOKEN_LENGTH = 22
"""Characters in a token: log2(62 ** 22) = 131 bits, too many to guess."""

_LARGEST_FAIR_BYTE = 256 - 256 % len(ALPHABET)
"""Bytes from here on are discarded: they would favour the first 8 characters."""

_UNFAIR_BYTES = bytes(range(_LARGEST_FAIR_BYTE, 256))
_BYTE_TO_CHARACTER = bytes(ord(ALPHABET[byte % len(ALPHABET)]) for byte in range(256))

LONGEST_TEXT = 65_536
"""Characters of a text that is searched for a link; a longer one counts as having none."""

_LAYERS = 3
"""How many redirects, each encoded in the URL of the one before, are decoded."""

# Patterns as text: compiled when they are first needed, and kept by `re`, they cost the start of a screen nothing.
_TOKEN = rf"[0-9A-Za-z]{{{TOKEN_LENGTH}}}"
_LAST_OF_PATH = rf"({_TOKEN})(?:[:!].*)?"
_ALONE = rf"[.:!$^]*(_*)({_TOKEN})\1(?:/*[?#].*|[/.:!%$^\\]*)"
_BEGINNING = rf"[0-9A-Za-z]{{1,{TOKEN_LENGTH}}}"
_SHORTENED = rf"(?:^|(?<=[\s/\"'(<]))({_BEGINNING})(?:…|\.{{3}})"
_PUNCTUATION = "/.:!_%$^\\-"
"""Punctuation that can follow a URL in a text, and the slash that it can end in."""


def new_tokens(count: int) -> list[str]:
    """Makes `count` different tokens from the system's CSPRNG, every character equally likely.

    Rejects, then translates whole byte strings: 9 ms for 10,000, where a choice per character takes 220 ms.
    """
    tokens: set[str] = set()
    while len(tokens) < count:
        wanted = (count - len(tokens)) * TOKEN_LENGTH
        fair = os.urandom(wanted + wanted // 16).translate(_BYTE_TO_CHARACTER, _UNFAIR_BYTES).decode("ascii")
        tokens.update(
            fair[start : start + TOKEN_LENGTH]
            for start in range(0, min(len(fair), wanted) - TOKEN_LENGTH + 1, TOKEN_LENGTH)
        )
    return list(tokens)


def find_token(text: str) -> str | None:
    """Gives the one token in a text, bare or in a URL; None if there is none, or several."""
    if re.fullmatch(_TOKEN, text):
        return text
    found = tokens_in(text)
    return found[0] if len(found) == 1 else None


def only_token(text: str) -> str:
    """Gives the one token in a text; LinkUnclear says that there is none, or several."""
    if token := find_token(text):
        return token
    if several := len(tokens_in(text)):
        raise LinkUnclear(f"This text has {several} links in it; give one of them.")
    if re.search(_SHORTENED, text[:LONGEST_TEXT]):
        raise LinkUnclear(f"This link is shortened; give its whole URL, or its token of {TOKEN_LENGTH} characters.")
    raise LinkUnclear(f"This text has no link in it; give a URL, or a token of {TOKEN_LENGTH} characters.")


def tokens_in(text: str) -> tuple[str, ...]:
    """Gives the different tokens in a text, in order: those in URLs, or bare ones if there are none."""
    return linked_tokens(text) or tuple(dict.fromkeys(_bare_tokens(text)))


def linked_tokens(text: str) -> tuple[str, ...]:
    """Gives the different tokens of URLs in a text, in order, also in URLs that mail programs have changed.

    A part of a longer run of letters and digits is no token, and the last part of a URL's path alone can be one. The
    time that this takes is linear in the length of the text.
    """
    if len(text) > LONGEST_TEXT or ("/" not in text and "%" not in text):
        return ()
    for reading in readings(text):
        if found := tuple(dict.fromkeys(_in_urls(reading))):
            return found
    for address in joined_lines(text):
        if found := tuple(dict.fromkeys(_in_chunk(address))):
            return found
    return ()


def token_prefix(text: str) -> str | None:
    """Gives the beginning of a token that `text` can be read as, also as the screen shortens it (`/s/k3JdQ0…`).

    None if `text` has characters that no token has.
    """
    if len(text) > LONGEST_TEXT:
        return None
    reading = next(readings(unquote(text)))
    shortened = set(re.findall(rf"/({_BEGINNING})(?:…|\.{{3}})", reading))
    if len(shortened) == 1:
        return str(shortened.pop())
    chunks = re.findall(CHUNK, reading)
    if len(chunks) != 1:
        return None
    last = re.split("[?#]", chunks[0], maxsplit=1)[0].rsplit("/", 1)[-1].strip(".:!")
    return last if re.fullmatch(_BEGINNING, last) else None


def _in_urls(text: str, layers: int = _LAYERS, *, within: bool = False) -> Iterator[str]:
    for chunk in re.findall(CHUNK, text):
        yield from _in_chunk(chunk, layers, within=within)


def _in_chunk(chunk: str, layers: int = _LAYERS, *, within: bool = False) -> Iterator[str]:
    """Finds the tokens of URLs in a text without blanks: of one URL, and of those that are parameters of it.

    `within` says that the text was decoded from a longer one; then only unmistakable URLs count.
    """
    path, parameters = _split(chunk)
    if path is not None and (token := _at_end(path, within=within)):
        yield token
    for value in parameters:
        if token := _at_end(value, within=True):
            yield token
    if layers:
        for inner in unwrapped(chunk):
            yield from _in_urls(inner, layers - 1, within=within or bool(parameters))


def _split(chunk: str) -> tuple[str | None, list[str]]:
    """Splits a URL into its path, and the names and values of its parameters; a text may begin with a parameter."""
    parts = re.split("([?#&=])", chunk, maxsplit=1)
    if len(parts) == 1:
        return chunk, []
    rest = re.split("[?#&=+]", parts[2])
    return (None, [parts[0], *rest]) if parts[1] == "=" else (parts[0], rest)


def _at_end(path: str, *, within: bool) -> str | None:
    before, slash, last = path.rstrip(_PUNCTUATION).rpartition("/")
    found = re.fullmatch(_LAST_OF_PATH, last) if slash else None
    return found[1] if found and is_address(before, within=within) else None


def _bare_tokens(text: str) -> Iterator[str]:
    if len(text) > LONGEST_TEXT:
        return
    for chunk in re.findall(CHUNK, next(readings(text))):
        for written in (chunk, *unwrapped(chunk)):
            if found := re.fullmatch(_ALONE, written.strip()):
                yield found[2]
