"""Text files and streams, read one way wherever the program takes one: labels, settings, keys.

They are UTF-8, with or without a byte order mark, or UTF-16 or UTF-32 with one. However its lines end, each ends with
LF afterwards. What is no such text is refused with the cure: nothing in it is replaced, and nothing is left out.
"""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TextIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as UTF-16's does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class UnreadableText(Exception):
    """A file or a stream cannot be read as text; the message says why, and what to do."""


class TextTooLong(UnreadableText):
    """There is more of it than was asked for."""


def read_text(source: Path | TextIO, name: str, at_most: int) -> str:
    """Reads a file, or a stream to its end, as text of at most `at_most` bytes; `name` is for the sentences.

    UnreadableText says what is wrong, FileNotFoundError that there is no such file.
    """
    try:
        if isinstance(source, Path):
            with source.open("rb") as file:
                data: bytes | str = file.read(at_most + 1)
        else:
            data = getattr(source, "buffer", source).read(at_most + 1)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise UnreadableText(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if len(data) > at_most:
        raise TextTooLong(f"{name} is longer than {at_most:,} bytes.")
    text = data.removeprefix("\ufeff") if isinstance(data, str) else _decoded(data, name)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, name: str) -> str:
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnreadableText(
                f"{name} cannot be read: it begins as {encoding.removesuffix('-sig').upper()} and goes on otherwise; "
                "save it as UTF-8."
            ) from error
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableText(
            f"{name} cannot be read: it is not UTF-8 (line {line:,}); save it as UTF-8, or convert it: "
            "iconv -f WINDOWS-1252 -t UTF-8"
        ) from error
    if text.count("\0") * 3 > len(text):  # every other byte of Latin letters in UTF-16
        raise UnreadableText(
            f"{name} cannot be read: it is UTF-16 without its mark; save it as UTF-8, or convert it: "
            "iconv -f UTF-16LE -t UTF-8"
        )
    return text
