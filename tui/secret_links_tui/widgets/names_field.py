"""The field for the labels of links: one name a line, or one row of a spreadsheet, makes one link each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.getters import query_one
from textual.widgets import Label, Static, TextArea

from secret_links import InvalidInput, SecretLinksError
from secret_links.text import labels_in, lines_in, names_in
from secret_links.values import Expiries
from secret_links_tui.terminal.key_queue import KeyQueueApp
from secret_links_tui.terminal.plain_text import visible
from secret_links_tui.widgets.pasted_people import PastedPeople, bad_lines, unusable_lines

if TYPE_CHECKING:
    from secret_links.people import People


@dataclass(frozen=True, slots=True)
class Outlook:
    """What stands in the way of links for some names."""

    taken: Collection[str] = ()
    """The names that Active links have already."""
    refusal: str = ""
    """Why so many links cannot be generated."""


LookAhead = Callable[[Sequence[str]], Awaitable[Outlook]]
"""Finds what stands in the way of links for some names."""

PAUSE = 0.2
"""Seconds without a key after which Active links with the same names are looked for."""

FEWEST_LINES, LINES_OF_OTHER_FIELDS = 3, 20
"""Lines of the field in a low terminal, and those that the rest of the dialog takes in a high one."""

MOST_READ = 1_500
"""Lines that are looked through for several names; more links than these are refused."""

MOST_BAD = 3
"""Rows that a refusal names."""

MOST_SAID_TWICE = 3
"""Names that a note names."""


SPLIT = Binding(
    "ctrl+o", "split", "One name a line", show=False, id="split-names", tooltip="Give each name a line of its own"
)


class NamesField(Vertical):
    """A field of several lines, and a note on what is odd about the names in it."""

    app = getters.app(KeyQueueApp)

    BINDINGS: ClassVar[list[BindingType]] = [SPLIT]

    area = query_one("#labels", TextArea)

    def __init__(self, text: str, pasted: PastedPeople, look_ahead: LookAhead | None = None) -> None:
        """`pasted` reads rows of a spreadsheet."""
        super().__init__()
        self._text = text
        self._pasted = pasted
        self._look_ahead = look_ahead
        self._outlook = Outlook()

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
        self.look()

    @property
    def people(self) -> People | None:
        """The people in rows of a spreadsheet; None for names alone, InvalidInput for rows that cannot be read."""
        text = self.area.text
        return self._pasted.read(text) if text.count("\n") <= MOST_READ else None

    @property
    def names(self) -> list[str]:
        """The names, one a line or one a row, cleaned; of rows that cannot be read, the lines."""
        try:
            people = self.people
        except InvalidInput:
            people = None
        if people is not None:
            return [person.label for person in people.persons]
        return [name for _, name in lines_in(self.area.text)]

    def checked(self) -> list[str]:
        """Returns the names; InvalidInput for one that is too long, or for a row that cannot be used, with its line."""
        people = self.people
        if people is None:
            return labels_in(self.area.text)
        if unusable := unusable_lines(people):
            raise InvalidInput("label", f"{bad_lines(unusable, MOST_BAD)}.")
        return self.names

    def expiries(self, common: datetime | None) -> Expiries:
        """Returns when the links expire: each as its row says, or else all of them at an instant."""
        people = self.people
        if people is None or not any(person.has_own_expiry for person in people.persons):
            return common
        from secret_links.people import expiries_of  # noqa: PLC0415  # for who pastes a table

        until = expiries_of(people.persons, common)
        return until if len(until) > 1 else until[0]  # one person can have several links

    def notes(self, count: int) -> tuple[Mapping[str, str], ...]:
        """Returns the host's notes on each link, from the other columns of the rows; one person can have several."""
        people = self.people
        if people is None or not people.notes:
            return ()
        noted = tuple(dict(person.notes) for person in people.persons)
        return noted if len(noted) > 1 else noted * count

    def action_split(self) -> None:
        """Gives each name a line of its own, where a line holds several; a row of a spreadsheet is one line."""
        if "\t" in self.area.text:
            return
        lines = self.area.text.splitlines()
        text = "\n".join("\n".join(names_in(line)) for line in lines)
        if text != self.area.text.strip("\n"):
            self.area.replace(text, self.area.document.start, self.area.document.end)
        self.area.focus()

    @on(TextArea.Changed)
    def look(self) -> None:
        """Says what is odd about the names; again when others would be, for they are for another event type."""
        if not self.query("#labels"):
            return  # an event type is there before the names are
        self._fit()
        self._say()
        if self._look_ahead is not None:
            self._ask(self._look_ahead, self.names)

    @work(exclusive=True, group="outlook")
    async def _ask(self, look_ahead: LookAhead, names: Sequence[str]) -> None:
        """Notes what stands in the way of links for the names, once nobody types."""
        await asyncio.sleep(PAUSE)
        if 0 < len(names) <= MOST_READ:
            with suppress(SecretLinksError):  # it is a note; generating says what is wrong with the store
                self._outlook = await look_ahead(names)
                self._say()
        else:
            self._outlook = Outlook()

    @on(events.Resize)
    def _fit(self) -> None:
        """Gives the field as many lines as its names need, and as the room allows."""
        room = self.screen.size.height - LINES_OF_OTHER_FIELDS
        self.area.styles.height = max(FEWEST_LINES, min(self.area.document.line_count, room))

    def _say(self) -> None:
        if len(self.query("#labels, #names-note")) < 2:
            return  # the dialog was closed while names were looked for
        said, is_odd = self._note()
        note = self.query_one("#names-note", Static)
        note.update(Content(visible(said)))
        note.set_class(is_odd, "-odd")
        note.display = bool(said)

    def _note(self) -> tuple[str, bool]:
        """Returns what is to be said of the names, and whether anything is odd about them."""
        names = self.names
        try:
            people = self.people
        except InvalidInput as error:
            return str(error), True
        if people is not None:
            said = [self._pasted.summary(people, self._outlook.taken), self._outlook.refusal]
            is_odd = bool(people.bad or self._outlook.refusal) or not set(self._outlook.taken).isdisjoint(names)
            return " ".join(filter(None, said)), is_odd
        notes = (
            several_in_a_line(names, self.app.first_key_of(SPLIT)),
            twice(names),
            self._with_links(names),
            self._outlook.refusal,
        )
        return " ".join(note for note in notes if note), True

    def _with_links(self, names: Sequence[str]) -> str:
        taken = [name for name in dict.fromkeys(names) if name in self._outlook.taken]
        return f"{_named(taken)} {'has' if len(taken) == 1 else 'have'} an Active link already." if taken else ""


def several_in_a_line(names: Sequence[str], key: str) -> str:
    """Offers to split lines that seem to hold several names, by a key; empty where none does."""
    if len(names) > MOST_READ:
        return ""
    held = [len(found) for name in names if len(found := names_in(name)) > 1]
    if not held:
        return ""
    where = "one line" if len(held) == 1 else f"{len(held):,} lines"
    each = "a line each" if len(held) > 1 else f"{sum(held):,}"
    return f"{sum(held):,} names in {where}: {key} makes them {each}."


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
