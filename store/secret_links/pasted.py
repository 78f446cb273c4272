"""Undoing what mail programs, scanners and redirects do to URLs, so that `tokens.py` finds a link's token in them.

Every step takes time that is linear in the length of the text, since a booking page passes on all that visitors send.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections import deque
from collections.abc import Iterator
from urllib.parse import unquote

# Patterns as text: compiled when they are first needed, and kept by `re`, they cost the start of a screen nothing.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    # Chinese, Japanese, Korean
    "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff61-\uffdc\U00020000-\U0003ffff"
)
"""Letters that need no blank between them and a URL."""

CHUNK = rf"(?:[!#-&+./0-9:=?@A-Z\\^_a-z\-\u0300-\u036f]|[^\W\x00-\x7f{_UNSPACED}])+"
"""A run of characters that URLs have, and of letters that would make a longer word of it."""

_INVISIBLE = (
    "[\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_COLOURS = r"\x1b\[[0-?]*[ -/]*[@-~]"
_SOFT_BREAK = r"=[ \t]{0,9}\r?\n"
_LINE_BREAK = r"[ \t]{0,99}(?:\r\n|[\r\n\xa0\u2028\u202f])[ \t>]{0,99}"

_HOST = r"(?:[\w-]+(?:\.[\w-]+)+|localhost|[\w-]+(?=:\d))(?::\d{1,5})?"
_SCHEME = r"(?i:https?):/+(?=[^/])"
_FIRST_OF_PATH = rf"(?:.*:)?{_HOST}|:\d{{1,5}}"
"""The part before the first slash of a URL without a scheme, perhaps after a label; or a port after `[::1]`."""
_RELATIVE = r"(?:/[a-z0-9._-]+){0,2}|[a-z0-9._-]+"
_OPAQUE = r"(?i:https?)://[^/]*\bmimecast(?:protect)?\.com(?:/|$)"
"""URLs of a scanner that hold its own code instead of the address."""

_PROOFPOINT = r"urldefense(?:\.proofpoint)?\.com/v2/url\?u=([^&]+)"
_BASE64_URL = r"aHR0c[0-9A-Za-z+/_-]+"
"""The beginning of http in base64."""

_LINES_OF_A_URL = 6
"""The most lines that a URL can be broken over."""


def readings(text: str) -> Iterator[str]:
    """Yields a text as it is displayed, then, if it may be the source of a mail or of a page, decoded as such."""
    seen = re.sub(_INVISIBLE, "", text)
    if "\x1b" in seen:
        seen = re.sub(_COLOURS, "", seen)
    if "\\" in seen:  # JSON and the like
        seen = re.sub(r"\\[nrt]", " ", seen.replace("\\/", "/"))
    yield seen
    if "&#" in seen:
        from html import unescape  # noqa: PLC0415  # a large table, needed for sources of pages only

        yield unescape(seen)
    if "=" in seen:
        joined = re.sub(_SOFT_BREAK, "", seen)
        if joined != seen:
            yield joined
        yield re.sub("=([0-7][0-9A-F])", lambda code: chr(int(code[1], 16)), joined)


def joined_lines(text: str) -> Iterator[str]:
    """Yields URLs that are broken over lines, joined with the next line, then with the one after it, and so on."""
    lines = re.split(_LINE_BREAK, next(readings(text)))
    for number, line in enumerate(lines[:-1]):
        ending = _chunk_at_end(line)
        if ending is None or not re.match(rf"(?:.*?:)??(?:{_SCHEME}|{_HOST}/)", ending[:300]):
            continue
        address = ending
        for following in lines[number + 1 : number + _LINES_OF_A_URL]:
            begins = re.match(CHUNK, following)
            if begins is None:
                break
            address += begins[0]
            yield address
            if begins[0] != following:
                break


def unwrapped(chunk: str) -> Iterator[str]:
    """Yields what is encoded in a URL: in percent-encoding, base64, or Proofpoint's encoding."""
    if "%" in chunk and (decoded := unquote(chunk)) != chunk:
        yield decoded
    for found in re.finditer(_PROOFPOINT, chunk):
        yield unquote(found[1].replace("-", "%").replace("_", "/"))
    for found in re.finditer(_BASE64_URL, chunk):
        written = found[0].replace("-", "+").replace("_", "/")
        try:
            yield a2b_base64(written + "=" * (-len(written) % 4)).decode()
        except (Error, UnicodeDecodeError):
            continue


def is_address(before: str, *, within: bool) -> bool:
    """Says whether the text before the last slash can be the beginning of a link's URL.

    It has a scheme, or a host with a dot or a port. A short path without either will do, such as `/s` on the screen,
    but not `within` a longer URL, where base64 often looks like one.
    """
    if scheme := re.search(_SCHEME, before):
        return not re.search(_OPAQUE, before[scheme.start() :])
    before = before.lstrip("_.!$^")
    if re.fullmatch(_FIRST_OF_PATH, before.split("/", 1)[0][-300:]):
        return True
    return not within and re.fullmatch(_RELATIVE, before) is not None


def _chunk_at_end(line: str) -> str | None:
    last = deque(re.finditer(CHUNK, line), maxlen=1)
    return last[0][0] if last and last[0].end() == len(line) else None
