"""Makes text from people harmless on its way to a terminal."""

from __future__ import annotations

import re
from functools import lru_cache

_CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_UNSAFE = re.compile(f"[{_CONTROLS}{_DIRECTIONS}\ud800-\udfff]")
_ONE_CELL_EACH = re.compile("[ -~\xa1-\xac\xae-\u02af–“”…·●✓○◔▾▴≡☐☑×⏎▁-█]*")
"""Latin letters, and the signs that are on every screen: loading the widths of all others takes as long as drawing."""


def visible(text: str) -> str:
    """Returns `text` with a sign for each character that could steer a terminal, or turn the line around."""
    return text if text.isprintable() else _UNSAFE.sub(_sign, text)  # nothing unsafe counts as printable


def harmless(text: str) -> str:
    """Returns `text` without those characters: for text that was laid out already, where they have no width."""
    return _UNSAFE.sub("", text)


def escaped(json_text: str) -> str:
    """Returns JSON with those characters as escapes, which does not change what it says."""
    return _UNSAFE.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", json_text)


def width_of(text: str) -> int:
    """Returns how many cells a terminal takes for `text`."""
    if text.isascii() or _ONE_CELL_EACH.fullmatch(text):
        return len(text)
    from rich.cells import cell_len  # noqa: PLC0415  # see _ONE_CELL_EACH

    return cell_len(text)


@lru_cache(1024)  # most cells of a table have the text of others
def fitted(text: str, width: int) -> str:
    """Returns `text` in exactly `width` cells: padded, or cut with an ellipsis."""
    if text.isascii() or _ONE_CELL_EACH.fullmatch(text):  # nearly all text, and many times quicker
        return text.ljust(width) if len(text) <= width else f"{text[: width - 1]}…"[:width] if width > 0 else ""
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415  # see _ONE_CELL_EACH

    if (length := cell_len(text)) <= width:
        return text + " " * (width - length)
    return set_cell_size(text, width - 1) + "…" if width > 0 else ""


def _sign(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)  # the pictures of the control characters
    return "\u2421" if code == 0x7F else "\ufffd"
