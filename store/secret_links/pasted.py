"""What mail programs, scanners and redirects make of a URL, undone as far as a link in it needs.

Nothing here knows what a token is: `tokens.py` looks for one in what this gives. Every step takes a time that grows
with the length of the text alone, for a booking page hands on whatever a visitor sends.
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
"""A run of characters without any that cannot stand in a URL, and of letters that would make a longer word of it."""

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
"""What stands before the first slash of a URL without its scheme, perhaps behind a label; or a port behind `[::1]`."""
_RELATIVE = r"(?:/[a-z0-9._-]+){0,2}|[a-z0-9._-]+"
_OPAQUE = r"(?i:https?)://[^/]*\bmimecast(?:protect)?\.com(?:/|$)"
"""URLs of a scanner that keeps to itself where they lead: what stands in them is its own code."""

_PROOFPOINT = r"urldefense(?:\.proofpoint)?\.com/v2/url\?u=([^&]+)"
_BASE64_URL = r"aHR0c[0-9A-Za-z+/_-]+"
"""The beginning of http in base64."""

_LINES_OF_A_URL = 6
"""Over how many lines a URL can be broken."""


def readings(text: str) -> Iterator[str]:
    """Gives a text as it is seen, then, where it may be the source of a mail or of a page, as those are read."""
    seen = re.sub(_INVISIBLE, "", text)
    if "\x1b" in seen:
        seen = re.sub(_COLOURS, "", seen)
    if "\\" in seen:  # JSON and the like
        seen = re.sub(r"\\[nrt]", " ", seen.replace("\\/", "/"))
    yield seen
    if "&#" in seen:
        from html import unescape  # noqa: PLC0415  # a large table, for sources of pages only

        yield unescape(seen)
    if "=" in seen:
        joined = re.sub(_SOFT_BREAK, "", seen)
        if joined != seen:
            yield joined
        yield re.sub("=([0-7][0-9A-F])", lambda code: chr(int(code[1], 16)), joined)


def joined_lines(text: str) -> Iterator[str]:
    """Gives URLs that are broken over lines, joined with the next line, then with the one after it, and so on."""
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
    """Gives what a URL holds in another form: percent-encoded, in base64, or as Proofpoint writes it."""
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
    """Says whether what stands before the last slash can be the beginning of a link's URL.

    It has a scheme, or a host with a dot or a port. Short paths without either do too, unless they were found `within`
    a longer URL: `/s`, as the screen shows it, is one, and so is a part of many a text in base64.
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
