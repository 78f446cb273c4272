"""Textual's messages for what a person did at the terminal, and a message for what the terminal itself said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from textual import events
from textual._xterm_parser import XTermParser  # knows the keys of all terminals; there is no public way to ask it
from textual.keys import Keys
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from secret_links_tui.terminal.input_tokens import Kind, Token
from secret_links_tui.terminal.key_reports import is_only_text, read_key_report
from secret_links_tui.terminal.placed_key import PlacedKey

_MOUSE = re.compile(r"\x1b\[<[0-9]{1,4};-?[0-9]{1,5};-?[0-9]{1,5}[Mm]", re.ASCII)
_ANSWER = re.compile(r"\x1b\[[?>][0-9;]*c|\x1bP>\|.*|\x1b\]11;rgba?:.*", re.DOTALL)
_LIGHT = {"\x1b[?997;1n": False, "\x1b[?997;2n": True}
_SYNCHRONIZES = re.compile(r"\x1b\[\?2026;[1-4]\$y")
_FOCUS_IS_TOLD = re.compile(r"\x1b\[\?1004;[13]\$y")
_FOCUS = {"\x1b[I": events.AppFocus, "\x1b[O": events.AppBlur}
_CURSOR_POSITION = re.compile(r"\x1b\[[0-9]+;[0-9]+R")

ENTER = "\r"


@dataclass
class TerminalSaid(Message):
    """The terminal said which one it is, unasked or late."""

    answer: str
    """One answer to one of the questions, as it came."""


class FocusIsTold(Message):
    """The terminal says that it reports when it is left, and come back to."""


@dataclass
class LightChanged(Message):
    """The terminal reports that its colours are others now."""

    light: bool
    """Whether they are for a light background."""


class InputMessages:
    """Makes messages of the tokens of one terminal, in their order."""

    def __init__(self) -> None:
        self._parser = XTermParser()

    def of(self, token: Token) -> Iterator[Message]:
        """Yields the messages for a token; none for a report that is not used."""
        match token.kind:
            case Kind.TEXT:
                yield from self._typed(token.text)
            case Kind.ESCAPE:
                yield events.Key("escape", "\x1b")
            case Kind.ALT:
                yield from self._keys("\x1b" + token.text) or self._keys(token.text, alt=True)
            case Kind.PASTE:
                yield events.Paste(token.text)
            case Kind.STRING if _ANSWER.fullmatch(token.text):
                yield TerminalSaid(token.text + "\x1b\\")
            case Kind.SEQUENCE:
                yield from self._sequence(token.text)

    def _typed(self, text: str) -> Iterator[Message]:
        for character in text:
            if character == "\n":  # Enter, pressed before the terminal was set not to translate it; or Ctrl+J
                yield from self._keys(ENTER)
            elif is_only_text(character):
                yield events.Paste(character)
            elif character.isprintable() or character < "\x80":
                yield from self._keys(character)

    def _sequence(self, sequence: str) -> Iterator[Message]:
        if focus := _FOCUS.get(sequence):
            yield focus()
        elif _MOUSE.fullmatch(sequence):
            mouse = self._parser.parse_mouse_code(sequence)
            yield from [mouse] if mouse is not None else []
        elif _ANSWER.fullmatch(sequence):
            yield TerminalSaid(sequence)
        elif _FOCUS_IS_TOLD.fullmatch(sequence):
            yield FocusIsTold()
        elif (light := _LIGHT.get(sequence)) is not None:
            yield LightChanged(light)
        elif _SYNCHRONIZES.fullmatch(sequence):
            yield TerminalSupportsSynchronizedOutput()
        elif not _CURSOR_POSITION.fullmatch(sequence):
            yield from self._key_report(sequence)

    def _key_report(self, sequence: str) -> Iterator[Message]:
        report = read_key_report(sequence)
        if report is None:
            yield from self._keys(sequence)
        elif len(report.text) > 1:  # what an input method commits is a text, and none of it is a key
            yield events.Paste(report.text)
        elif report.place:
            for key in self._keys(report.text):
                yield PlacedKey(key.key, key.character, report.place)
        elif report.text:
            yield from self._typed(report.text)
        elif report.sequence:
            yield from self._keys(report.sequence)

    def _keys(self, sequence: str, *, alt: bool = False) -> list[events.Key]:
        keys = self._parser._sequence_to_key_events(sequence, alt=alt)  # noqa: SLF001  # see the import
        return [key for key in keys if key.key != Keys.Ignore]
