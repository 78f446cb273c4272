"""Keys that terminals report in the form of kitty's keyboard protocol, or of xterm's modifyOtherKeys.

The form is `CSI code:shifted:base ; modifiers:event ; text u`, each part optional
(https://sw.kovidgoyal.net/kitty/keyboard-protocol/). `base` is the key at the same place of a Latin keyboard. A
report says what was typed as text, names a key, or neither.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_REPORT = re.compile(r"\x1b\[([0-9:;]*)([u~ABCDEFHPQRS])")
_NUMBER = re.compile(r"[0-9]{1,7}", re.ASCII)

_SHIFT = 1
_LOCKS = 64 | 128
"""Caps lock and num lock: what is typed says already what they did."""

_RELEASED = 3
_MODIFY_OTHER_KEYS = 27
_PRIVATE = range(0xE000, 0xF900)
"""Code points that the protocol gives to keys without a character."""

_MODIFIER_KEYS = frozenset((57358, 57359, 57360, *range(57441, 57455)))
"""Shift, Ctrl, the locks and their like, which are no keys by themselves."""

_LETTERS = range(ord("a"), ord("z") + 1)

_TILDE_KEYS = frozenset((1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 57427))
"""The numbers of keys that are reported with `~` at the end: Insert, Delete, PageUp, F5 and the like."""

_CONTROL_KEYS = (9, 13, 27, 127)
"""Tab, Enter, Escape and Backspace: the keys whose code points are control characters."""


@dataclass(frozen=True, slots=True)
class KeyReport:
    """What a report says; all is empty if the key was released, or means nothing."""

    text: str = ""
    """What was typed, as one text: input methods commit whole words."""
    sequence: str = ""
    """The key in the protocol's shortest form, where it typed no text."""
    place: str = ""
    """The Latin letter at the key's place on the keyboard, where it typed a letter of another script."""


NOTHING = KeyReport()


def read_key_report(sequence: str) -> KeyReport | None:
    """Parses a control sequence; returns None if it is not a key report."""
    form = _REPORT.fullmatch(sequence)
    if form is None:
        return None
    fields = [_numbers(field) for field in form[1].split(";")]
    end = form[2]
    if end == "~" and len(fields) == 3 and _first(fields, 0, 0) == _MODIFY_OTHER_KEYS:
        fields, end = [fields[2], fields[1]], "u"
    released = len(fields) > 1 and fields[1][1:2] == [_RELEASED]
    if released or len(fields) > (3 if end == "u" else 2):
        return NOTHING
    modifiers = max(_first(fields, 1, 1) - 1, 0) & ~_LOCKS
    if end != "u":
        return _key_without_character(_first(fields, 0, 1), modifiers, end)
    if len(fields) == 3 and (text := _text(fields[2])):
        return KeyReport(text, place=_place(fields[0], modifiers, text))
    return _key(fields[0], modifiers)


def _key_without_character(code: int, modifiers: int, end: str) -> KeyReport:
    is_key = code in _TILDE_KEYS if end == "~" else code == 1
    return KeyReport(sequence=f"\x1b[{code};{modifiers + 1}{end}") if is_key else NOTHING


def _key(codes: list[int | None], modifiers: int) -> KeyReport:
    """Parses a key by its code point: alone or with Shift it types a character."""
    code = codes[0] if codes[0] is not None else 1
    if code in _MODIFIER_KEYS:
        return NOTHING
    if code in _CONTROL_KEYS or code in _PRIVATE:
        return KeyReport(sequence=f"\x1b[{code};{modifiers + 1}u")
    character = _text([code])
    if not character:
        return NOTHING
    if modifiers & ~_SHIFT:
        place = _place(codes, 0, character)
        return KeyReport(sequence=f"\x1b[{ord(place) if place else code};{modifiers + 1}u")
    text = (_text(codes[1:2]) or character.upper()[:1]) if modifiers else character
    return KeyReport(text, place=_place(codes, modifiers, text))


def _place(codes: list[int | None], modifiers: int, text: str) -> str:
    """Returns the Latin letter where the key that typed a letter of another script stands; empty for all others.

    Text that is not the key's own came from a dead key, a third level or an input method, and is nothing but text.
    """
    base = codes[2] if len(codes) > 2 else None
    if base is None or base not in _LETTERS or len(text) != 1 or not text.isalpha() or _is_latin(text):
        return ""
    if text.lower() != _text(codes[:1]).lower() and text != _text(codes[1:2]):
        return ""
    has_case = text.lower() != text.upper()
    return chr(base).upper() if (text.isupper() if has_case else modifiers & _SHIFT) else chr(base)


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "LATIN").startswith("LATIN")


def _text(codes: list[int | None]) -> str:
    """Returns the characters of code points, without those that do not exist or cannot be typed."""
    characters = [chr(code) for code in codes if code is not None and code < 0x110000 and not 0xD800 <= code < 0xE000]
    return "".join(character for character in characters if character.isprintable() or is_only_text(character))


def is_only_text(character: str) -> bool:
    """Says whether a character belongs into a text, though it counts as not printable, and is the key of nothing.

    Wide spaces stand between the names of people in Japanese; joiners, in Persian, in Indic scripts, and in emoji.
    """
    return character > "\x80" and unicodedata.category(character) in ("Zs", "Cf")


def _numbers(field: str) -> list[int | None]:
    return [int(part) if _NUMBER.fullmatch(part) else None for part in field.split(":")]


def _first(fields: list[list[int | None]], index: int, default: int) -> int:
    number = fields[index][0] if index < len(fields) else None
    return default if number is None else number
