"""What a terminal sends, cut into tokens: text, keys, reports and pastes.

The bytes follow ECMA-48 and xterm's control sequences (https://invisible-island.net/xterm/ctlseqs/ctlseqs.html). They
may be cut anywhere, hold bytes that are no UTF-8, and begin sequences that never end: nothing here raises, and nothing
incomplete is kept for longer than some seconds. No byte of a sequence is ever returned as text.
"""

from __future__ import annotations

import re
import time
from codecs import getincrementaldecoder
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

ESCAPE_PATIENCE = 0.1
"""Seconds after which a lone ESC is the Escape key, and no longer the beginning of a sequence."""

SEQUENCE_PATIENCE = 3.0
"""Seconds without bytes after which a sequence or a paste that has begun is over."""

LONGEST_SEQUENCE = 65_536
"""Bytes of a sequence that are kept; the rest of a longer one is swallowed with it."""

LONGEST_PASTE = 1_048_576
"""Bytes of a paste that are returned; the rest of a longer one is swallowed."""

_ESC = 0x1B
_PASTE_BEGINS = b"\x1b[200~"
_PASTE_ENDS = b"\x1b[201~"
_CONTROL_KEYS = frozenset(bytes([code]) for code in range(0x20) if code not in b"\t\n\r\x1b")
"""Keys that end a paste if one comes alone: somebody waits for it to end."""

_CSI = re.compile(rb"\x1b\[(?:M[ -\xff]{3}|\[[A-E]|<[0-9;-]*[Mm]|(?!M)[0-?]*[ -/]*[@-~])")
_CSI_BEGUN = re.compile(rb"\x1b\[(?:M[ -\xff]{0,2}|\[|<[0-9;-]*|[0-?]*[ -/]*)\Z")
_CSI_PREFIX = re.compile(rb"\x1b\[(?:M|[0-?]*[ -/]*)")
_SS3 = re.compile(rb"\x1bO[0-9;]*[A-Za-z]")
_SS3_BEGUN = re.compile(rb"\x1bO[0-9;]*\Z")
_STRING = re.compile(rb"\x1b[P\]X^_][^\x00-\x08\x0b\x0c\x0e-\x1f]*")
_OSC = re.compile(rb"\x1b\][0-9A-Za-z]")


class Kind(Enum):
    """What a token is."""

    TEXT = auto()
    """Characters as they were typed, control characters of single keys included."""
    ESCAPE = auto()
    """The Escape key."""
    ALT = auto()
    """One character, typed while Alt was held."""
    SEQUENCE = auto()
    """A whole control sequence (CSI or SS3): a key, the mouse, or a report."""
    STRING = auto()
    """A whole control string (OSC, DCS, APC, PM or SOS): always a report."""
    PASTE = auto()
    """A pasted text."""


@dataclass(frozen=True, slots=True)
class Token:
    """One thing that a terminal sent."""

    kind: Kind
    text: str


class InputTokenizer:
    """Cuts bytes into tokens as they come; keeps what is incomplete until it is complete, or due."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._pending = b""
        self._paste: bytearray | None = None
        self._swallowing = False
        self._fed_at = 0.0
        self._renew_decoder()

    def feed(self, data: bytes) -> list[Token]:
        """Takes bytes; returns the tokens that they complete."""
        self._fed_at = self._clock()
        rest, self._pending = self._pending + data, b""
        tokens: list[Token] = []
        if self._paste is not None and data in _CONTROL_KEYS:
            self._end_paste(self._paste, tokens)
        while rest:
            if self._paste is not None:
                rest = self._take_paste(rest, tokens)
            elif rest[0] != _ESC:
                rest = self._take_text(rest, tokens)
            elif taken := self._take_escape(rest, tokens):
                rest = rest[taken:]
            else:
                self._pending = _shortened(rest)
                break
        return tokens

    @property
    def due_in(self) -> float | None:
        """Seconds until `tick` ends what is incomplete; None while nothing is."""
        if not self._pending and self._paste is None and not self._decoder.getstate()[0]:
            return None
        patience = ESCAPE_PATIENCE if self._may_be_key else SEQUENCE_PATIENCE
        return max(0.0, patience - (self._clock() - self._fed_at))

    def tick(self) -> list[Token]:
        """Ends what has been incomplete for too long, and returns its tokens; called while nothing can be read."""
        if self.due_in != 0:  # nothing is incomplete, or its rest may still come
            return []
        pending = self._pending
        if not self._may_be_key:
            return self._give_up()
        self._pending = b""
        if pending == b"\x1b":
            return [Token(Kind.ESCAPE, "\x1b")]
        return [Token(Kind.ALT, pending[1:].decode("ascii"))]

    @property
    def _may_be_key(self) -> bool:
        """Whether what is incomplete may be the Escape key, or Alt and a letter."""
        pending = self._pending
        return pending == b"\x1b" or (len(pending) == 2 and pending != b"\x1b[" and pending[1] < 0x80)

    def _give_up(self) -> list[Token]:
        self._pending = b""
        tokens: list[Token] = []
        if self._paste is not None:
            self._end_paste(self._paste, tokens)
        self._decode(b"", tokens, final=True)
        return tokens

    # Text

    def _take_text(self, rest: bytes, tokens: list[Token]) -> bytes:
        end = rest.find(_ESC)
        self._decode(rest if end < 0 else rest[:end], tokens, final=end >= 0)
        return b"" if end < 0 else rest[end:]

    def _decode(self, data: bytes, tokens: list[Token], *, final: bool) -> None:
        """Decodes; a character that is cut at the end waits for its rest, unless `final`."""
        if text := self._decoder.decode(data, final):
            tokens.append(Token(Kind.TEXT, text))
        if final:
            self._renew_decoder()

    def _renew_decoder(self) -> None:
        self._decoder = getincrementaldecoder("utf-8")("replace")

    # Pastes

    def _take_paste(self, rest: bytes, tokens: list[Token]) -> bytes:
        paste = self._paste
        assert paste is not None  # noqa: S101  # for the type checker
        searched = max(0, len(paste) - len(_PASTE_ENDS) + 1)
        paste += rest
        end = paste.find(_PASTE_ENDS, searched)
        if end >= 0:
            after = bytes(paste[end + len(_PASTE_ENDS) :])
            self._end_paste(paste[:end], tokens)
            return after
        if len(paste) > LONGEST_PASTE:
            if not self._swallowing:
                tokens.append(_pasted(paste[:LONGEST_PASTE]))
                self._swallowing = True
            del paste[: -len(_PASTE_ENDS)]
        return b""

    def _end_paste(self, paste: bytes | bytearray, tokens: list[Token]) -> None:
        if not self._swallowing:
            tokens.append(_pasted(paste))
        self._paste, self._swallowing = None, False

    # Sequences

    def _take_escape(self, rest: bytes, tokens: list[Token]) -> int:
        """Takes what begins with ESC; returns how many bytes that were, 0 where it is incomplete."""
        self._decode(b"", tokens, final=True)  # a character that was cut before it stays cut
        second = rest[1:2]
        if not second:
            return 0
        if second == b"\x1b":
            tokens.append(Token(Kind.ESCAPE, "\x1b"))
            return 1
        if second == b"[":
            return self._take_csi(rest, tokens)
        if second == b"O":
            return _take_ss3(rest, tokens)
        if second in b"P]X^_":
            return self._take_string(rest, tokens)
        return _take_alt(rest, tokens)

    def _take_csi(self, rest: bytes, tokens: list[Token]) -> int:
        if rest != b"\x1b[[" and (whole := _CSI.match(rest)):
            if whole[0] == _PASTE_BEGINS:
                self._paste = bytearray()
            else:
                tokens.append(Token(Kind.SEQUENCE, whole[0].decode("latin-1")))
            return whole.end()
        if _CSI_BEGUN.match(rest):
            return 0
        prefix = _CSI_PREFIX.match(rest)  # a byte that no sequence holds: what came before it is void
        return prefix.end() if prefix else 1

    def _take_string(self, rest: bytes, tokens: list[Token]) -> int:
        if rest[1:2] == b"]" and rest[2:] and not _OSC.match(rest):
            return _take_alt(rest, tokens)
        body = _STRING.match(rest)
        end = body.end() if body else len(rest)
        after = rest[end : end + 2]
        if after[:1] == b"\x07" or after == b"\x1b\\":
            tokens.append(Token(Kind.STRING, rest[:end].decode("utf-8", "replace")))
            return end + (1 if after[:1] == b"\x07" else 2)
        if after not in (b"", b"\x1b"):
            return end  # a key, or another sequence, has cut it short
        return 0


def _shortened(pending: bytes) -> bytes:
    """Returns an incomplete sequence without most of it where it is too long, so that its rest is swallowed too."""
    if len(pending) <= LONGEST_SEQUENCE:
        return pending
    if pending[1:2] == b"[":
        return b"\x1b[;;;;;;"  # more fields than any sequence that means something has
    return pending[:2] + b"0" + (b"\x1b" if pending[-1] == _ESC else b"")


def _take_ss3(rest: bytes, tokens: list[Token]) -> int:
    if whole := _SS3.match(rest):
        tokens.append(Token(Kind.SEQUENCE, whole[0].decode("ascii")))
        return whole.end()
    return 0 if _SS3_BEGUN.match(rest) and len(rest) <= LONGEST_SEQUENCE else _take_alt(rest, tokens)


def _take_alt(rest: bytes, tokens: list[Token]) -> int:
    """Takes ESC and one character, which terminals send for Alt and a key."""
    decoder = getincrementaldecoder("utf-8")("replace")
    for taken in range(2, len(rest) + 1):
        if text := decoder.decode(rest[taken - 1 : taken]):
            tokens.append(Token(Kind.ALT, text[0]))
            return taken
    return 0


def _pasted(data: bytes | bytearray) -> Token:
    """Returns a paste, with its lines ended the same way: terminals send a carriage return for each."""
    text = data.decode("utf-8", "replace").replace("\x00", "")
    return Token(Kind.PASTE, text.replace("\r\n", "\n").replace("\r", "\n"))
