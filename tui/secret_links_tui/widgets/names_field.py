"""The field for the labels of links: one name a line makes one link each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Label, Static, TextArea

from secret_links import SecretLinksError
from secret_links.text import lines_in, names_in
from secret_links_tui.terminal.plain_text import visible

FindTaken = Callable[[Sequence[str]], Awaitable[set[str]]]
"""Finds which of some labels Active links have already."""

PAUSE = 0.2
"""Seconds without a key after which Active links with the same names are looked for."""

FEWEST_LINES, LINES_OF_OTHER_FIELDS = 3, 20
"""Lines of the field in a low terminal, and those that the rest of the dialog takes in a high one."""

MOST_READ = 1_500
"""Lines that are looked through for several names; more links than these are refused."""

MOST_SAID_TWICE = 3
"""Names that a note names."""


class NamesField(Vertical):
    """A field of several lines, and a note on what is odd about the names in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "split",
            "One name a line",
            show=False,
            id="split-names",
            tooltip="Give each name a line of its own",
        ),
    ]

    area = query_one("#labels", TextArea)

    def __init__(self, text: str, find_taken: FindTaken | None = None) -> None:
        """`find_taken` finds which labels Active links have already."""
        super().__init__()
        self._text = text
        self._find_taken = find_taken
        self._taken: frozenset[str] = frozenset()

    def compose(self) -> ComposeResult:
        """Lays out label, field and note."""
        with Horizontal(classes="field"):
            yield Label("For")
            yield TextArea(
                self._text,
                id="labels",
                compact=True,
                tab_behavior="focus",
                show_line_numbers=False,
                placeholder="optional; one name a line makes one link each",
            )
        yield Static("", id="names-note")

    def on_mount(self) -> None:
        """Looks at the names that are there."""
        self._look()

    @property
    def names(self) -> list[str]:
        """The names, one a line, cleaned."""
        return [name for _, name in lines_in(self.area.text)]

    def action_split(self) -> None:
        """Gives each name a line of its own, where a line holds several."""
        lines = self.area.text.splitlines()
        text = "\n".join("\n".join(names_in(line)) for line in lines)
        if text != self.area.text.strip("\n"):
            self.area.replace(text, self.area.document.start, self.area.document.end)
        self.area.focus()

    @on(TextArea.Changed)
    def _look(self) -> None:
        self._fit()
        self._say()
        if self._find_taken is not None:
            self._look_for_taken(self._find_taken, self.names)

    @work(exclusive=True, group="taken")
    async def _look_for_taken(self, find: FindTaken, names: Sequence[str]) -> None:
        """Notes which of the names have an Active link already, once nobody types."""
        await asyncio.sleep(PAUSE)
        if 0 < len(names) <= MOST_READ:
            with suppress(SecretLinksError):  # it is a note; generating says what is wrong with the store
                self._taken = frozenset(await find(names))
                self._say()

    @on(events.Resize)
    def _fit(self) -> None:
        """Gives the field as many lines as its names need, and as the room allows."""
        room = self.screen.size.height - LINES_OF_OTHER_FIELDS
        self.area.styles.height = max(FEWEST_LINES, min(self.area.document.line_count, room))

    def _say(self) -> None:
        if len(self.query("#labels, #names-note")) < 2:
            return  # the dialog was closed while names were looked for
        names = self.names
        notes = [note for note in (several_in_a_line(names), twice(names), self._with_links(names)) if note]
        note = self.query_one("#names-note", Static)
        note.update(Content(visible(" ".join(notes))))
        note.display = bool(notes)

    def _with_links(self, names: Sequence[str]) -> str:
        taken = [name for name in dict.fromkeys(names) if name in self._taken]
        return f"{_named(taken)} {'has' if len(taken) == 1 else 'have'} an Active link already." if taken else ""


def several_in_a_line(names: Sequence[str]) -> str:
    """Offers to split lines that seem to hold several names; empty where none does."""
    if len(names) > MOST_READ:
        return ""
    held = [len(found) for name in names if len(found := names_in(name)) > 1]
    if not held:
        return ""
    where = "one line" if len(held) == 1 else f"{len(held):,} lines"
    each = "a line each" if len(held) > 1 else f"{sum(held):,}"
    return f"{sum(held):,} names in {where}: ctrl+o makes them {each}."


def twice(names: Sequence[str]) -> str:
    """Says which names are there more than once; empty where none is."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold(), name)
    times = {first[key]: number for key, number in Counter(map(str.casefold, names)).items() if number > 1}
    said = [f"{name} {'twice' if number == 2 else f'{number:,} times'}" for name, number in times.items()]
    return f"{_named(said)}." if said else ""


def _named(said: Sequence[str]) -> str:
    more = len(said) - MOST_SAID_TWICE
    return ", ".join([*said[:MOST_SAID_TWICE], f"and {more:,} more"] if more > 0 else said)
