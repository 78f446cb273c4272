"""Text from people, made safe to keep: the one place that cleans on the way in."""

from __future__ import annotations

import re
import unicodedata

from secret_links.errors import Field, InvalidInput

LABEL_LENGTH = 200
"""The most characters a label, a name, or a note of who redeemed can have."""

SLUG_LENGTH = 60
"""The most characters a slug can have."""

_LATIN = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
        "ŋ": "ng", "ĸ": "k", "ə": "e", "ɛ": "e", "ɔ": "o", "ƒ": "f", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ƴ": "y",
        "ɨ": "i", "\u0131": "i",
    }
)  # fmt: skip
"""Small Latin letters that Unicode does not decompose, as they are spelt in ASCII."""

# Patterns as text: compiled when they are first needed, and kept by `re`, they cost the start of a screen nothing.
_LINE_BREAKS = r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+"
_ESCAPE_SEQUENCES = (
    r"(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?"  # OSC: window titles, clipboards, hyperlinks
    r"|(?:\x1b[PX^_]|[\x90\x98\x9e\x9f])[^\x1b\x9c]*(?:\x1b\\|\x9c)?"  # DCS, SOS, PM, APC
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI: colours, cursor movements, modes
    r"|\x1b[ -/]*[0-~]?"
)
_INVISIBLE = (
    "[\x00-\x1f\x7f-\x9f"  # control characters
    "\u00ad\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff"  # soft hyphen, marks, zero-width spaces and joiners
    "\u202a-\u202e\u2066-\u206f"  # bidirectional embeddings, overrides and isolates
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"  # interlinear marks, tags, lone surrogates
)


_CAPITALS = {capital: capital + 32 for capital in range(ord("A"), ord("Z") + 1)}


def fold(text: str) -> str:
    """Gives `text` as lists are ordered by it: A to Z in lower case, as SQLite's NOCASE compares."""
    return text.lower() if text.isascii() else text.translate(_CAPITALS)


def clean(text: str) -> str:
    """Gives `text` as one line of visible characters, composed (NFC), with no space around it.

    Line breaks and tabs become a space; escape sequences, control characters, bidirectional overrides and zero-width
    marks go. The zero-width joiner and non-joiner stay: Persian, Indic scripts and emoji families are spelt with them.
    """
    if text.isprintable():  # most text, and ten times as quick: nothing that is invisible is called printable
        return unicodedata.normalize("NFC", text).strip()
    line = re.sub(_INVISIBLE, "", re.sub(_ESCAPE_SEQUENCES, "", re.sub(_LINE_BREAKS, " ", text)))
    return unicodedata.normalize("NFC", line).strip()


def clean_label(text: str | None, field: Field = "label", what: str = "A label") -> str | None:
    """Cleans an optional text; an empty one is None. InvalidInput refuses one that is too long."""
    cleaned = clean(text or "")
    if len(cleaned) > LABEL_LENGTH:
        raise InvalidInput(field, f"{what} can have at most {LABEL_LENGTH} characters; this one has {len(cleaned):,}.")
    return cleaned or None


def clean_name(text: str, field: Field = "name", what: str = "A name") -> str:
    """Cleans a text; InvalidInput refuses one that is empty or too long."""
    cleaned = clean_label(text, field, what)
    if cleaned is None:
        raise InvalidInput(field, f"{what} cannot be empty.")
    return cleaned


def lines_in(text: str) -> list[tuple[int, str]]:
    """Gives the lines of a text that are not blank, cleaned, each with its number from 1 on.

    Lines end as for str.splitlines: LF, CR, both, VT, FF, NEL, U+2028, U+2029 and the like.
    """
    return [(number, line) for number, raw in enumerate(text.splitlines(), 1) if (line := clean(raw))]


def labels_in(text: str) -> list[str]:
    """Gives the labels in a text, one a line; InvalidInput names the first line that is too long for one."""
    lines = lines_in(text)
    for number, line in lines:
        clean_label(line, what=f"A label (line {number:,})")
    return [line for _, line in lines]


def slug_of(name: str) -> str:
    """Makes a slug from a name: `Final interview` gives `final-interview`, `Łódź` gives `lodz`.

    Empty if it has a letter of another script: without it, the slug would not be the name.
    """
    folded = unicodedata.normalize("NFKD", name).lower().translate(_LATIN)
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    if any(letter.isalnum() and not letter.isascii() and unicodedata.category(letter) != "Lm" for letter in plain):
        return ""
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:SLUG_LENGTH].strip("-")


def names_in(line: str) -> list[str]:
    """Gives the names that one line seems to hold: `Ana <a@x.org>, Bo; Carla` gives three. A line may hold just one.

    Semicolons separate names; so do commas, unless what follows begins in lower case and is no address, as in
    `Ana Pires, final round`. Addresses also end a name. Quotation marks, brackets and parentheses keep together.
    """
    parts, kept = [""], ""
    for letter in line:
        if letter == '"':
            kept = "" if kept == '"' else kept or '"'
        elif not kept and letter in "<(":
            kept = {"<": ">", "(": ")"}[letter]
        elif letter == kept:
            kept = ""
        if not kept and letter in ",;":
            parts.append("" if letter == ";" else ",")
        else:
            parts[-1] += letter
    names: list[str] = []
    for part in parts:
        name = part.removeprefix(",").strip()
        is_remark = part.startswith(",") and names and name[:1].islower() and "@" not in name
        if is_remark:
            names[-1] += f", {name}"
        elif name:
            names += _addressed(name)
    return names if not kept else [line.strip()]


def _addressed(name: str) -> list[str]:
    """Splits `a@x.org b@y.org` and `Ana <a@x.org> Bo <b@y.org>`, in which only addresses end a name."""
    words = name.split()
    if len(words) > 1 and all("@" in word.strip("<>")[1:-1] for word in words):
        return words
    ended = re.sub(r"(<[^<>@\s]+@[^<>\s]+>)\s+(?=[^<>]*<[^<>@\s]+@[^<>\s]+>)", "\\1\n", name)
    return ended.split("\n")
