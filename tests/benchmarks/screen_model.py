"""What a terminal shows after the bytes that it was sent: as much of one as Textual's output needs."""

from __future__ import annotations

import re

from rich.cells import cell_len

Cell = tuple[str, str]
"""A character, and the style codes that it was written with."""

BLANK: Cell = (" ", "")

_PARTS = re.compile(
    r"\x1b\[(?P<numbers>[0-9;:]*)(?P<command>[@-~])"
    r"|\x1b\[[<=>?][0-9;$]*[@-~]|\x1b\[[0-9;]*[ -/]+[@-~]"  # modes and questions
    r"|\x1b[\]P_^X].*?(?:\x07|\x1b\\)"  # titles, clipboard and the like
    r"|\x1b[ -/]*[0-~]"
    r"|(?P<control>[\x00-\x1f\x7f])"
    r"|(?P<text>[^\x00-\x1f\x7f]+)",
    re.DOTALL,
)


class ScreenModel:
    """A grid of cells, a cursor, and a region that scrolls."""

    def __init__(self, columns: int, lines: int) -> None:
        self._columns = columns
        self._lines = lines
        self.cells: list[list[Cell]] = [[BLANK] * columns for _ in range(lines)]
        """The cells, line by line."""
        self._x = self._y = 0
        self._style = ""
        self._region = (0, lines - 1)

    def line(self, y: int) -> str:
        """Gives the text of a line."""
        return "".join(character for character, _ in self.cells[y])

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return "\n".join(self.line(y) for y in range(self._lines))

    def feed(self, sent: bytes) -> None:
        """Shows what was sent: whole sequences only."""
        for part in _PARTS.finditer(sent.decode("utf-8", "replace")):
            if text := part["text"]:
                self._write(text)
            elif command := part["command"]:
                self._obey(command, part["numbers"])
            elif part["control"] == "\r":
                self._x = 0
            elif part["control"] == "\n":
                self._x, self._y = 0, min(self._y + 1, self._lines - 1)

    def _write(self, text: str) -> None:
        line = self.cells[self._y]
        for character in text:
            width = 1 if character.isascii() else cell_len(character)
            for offset in range(width):
                if self._x < self._columns:
                    line[self._x] = (character if not offset else "", self._style)
                    self._x += 1

    def _obey(self, command: str, numbers: str) -> None:
        if command == "m":
            self._style = "" if numbers in ("", "0") else f"{self._style};{numbers}"
            return
        first, second = ([int(number or 0) for number in numbers.split(";")] + [0, 0])[:2]
        match command:
            case "H" | "f":
                self._y = min(max(first, 1), self._lines) - 1
                self._x = min(max(second, 1), self._columns) - 1
            case "A" | "B":
                self._y = min(max(0, self._y + max(first, 1) * (1 if command == "B" else -1)), self._lines - 1)
            case "C" | "D":
                self._x = min(max(0, self._x + max(first, 1) * (1 if command == "C" else -1)), self._columns - 1)
            case "J" if first == 2:
                self.cells = [[BLANK] * self._columns for _ in range(self._lines)]
            case "K" if first == 0:
                self.cells[self._y][self._x :] = [BLANK] * (self._columns - self._x)
            case "r":
                self._region = (max(first, 1) - 1, (second or self._lines) - 1)
            case "S" | "T" | "L" | "M":
                self._scroll(command, max(first, 1))

    def _scroll(self, command: str, count: int) -> None:
        top, bottom = self._region
        top = self._y if command in "LM" else top
        for _ in range(min(count, bottom - top + 1)):
            gone, new = (top, bottom) if command in "SM" else (bottom, top)
            del self.cells[gone]
            self.cells.insert(new, [BLANK] * self._columns)
