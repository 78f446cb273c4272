"""The line above the footer: what the host's last operation did on the left, what others did on the right.

A longer sentence grows upwards, over the last rows of the table, so that the list never moves for it. What was said
fades, and is kept in the log.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual.content import Content
from textual.style import Style
from textual.widgets import Static

from secret_links_tui.terminal.plain_text import visible

if TYPE_CHECKING:
    from textual.timer import Timer

MOST_KEPT = 200
"""Messages in the log: what a busy day brings."""

NOTE_SHOWN = 8.0
"""Seconds for which a sentence is shown at the least."""

REFUSAL_SHOWN = 20.0
"""The same for a refusal, which says what to do."""

READ_IN_A_SECOND = 15
"""Characters that somebody reads in a second who has just looked up."""

NEWS_SHOWN = 12.0
"""Seconds for which news are shown, from when there is room for them."""

GAP = 3
"""Cells between the two sentences."""


class Tone(StrEnum):
    """What a message is."""

    NOTE = "note"
    REFUSAL = "refusal"
    NEWS = "news"


@dataclass(frozen=True, slots=True)
class Offer:
    """A key that goes on from a message; a click on its words does the same."""

    words: str
    """Such as `u brings them back`: the key, which may be another one by the host's choice, and what it does."""
    action: str
    """The action of the screen."""


@dataclass(frozen=True, slots=True)
class News:
    """What others did, or time."""

    sentence: str
    in_short: str
    """The same in a few words, beside a longer sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence that was said."""

    at: datetime
    sentence: str
    tone: Tone


class MessageLog:
    """The latest messages, newest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._messages: deque[Said] = deque(maxlen=MOST_KEPT)

    def add(self, sentence: str, tone: Tone) -> None:
        """Keeps a message; the oldest one goes where there are too many."""
        self._messages.appendleft(Said(self._now(), sentence, tone))

    def __iter__(self) -> Iterator[Said]:
        return iter(tuple(self._messages))


class MessageLine(Static):
    """Says what happened, beside what was done; each fades by itself."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"message--news", "message--offer"}

    def __init__(self, now: Callable[[], datetime], key_of: Callable[[str], str] = lambda _: "") -> None:
        """`key_of` returns the key of an action, as sentences name it; empty for that in the offer."""
        super().__init__("", id="message")
        self.key_of = key_of
        self.latest = MessageLog(now)
        """What was said."""
        self.note = ""
        """What is said of the host's last operation."""
        self.news: News | None = None
        """What is said of others."""
        self._offer: Offer | None = None
        self._number = 0
        self._note_timer: Timer | None = None
        self._news_timer: Timer | None = None

    # Saying

    def say(self, sentence: str, *, wrong: bool = False, offer: Offer | None = None) -> None:
        """Says something for as long as it takes to read; `wrong` if it is a refusal or a failure."""
        self._show_note(sentence, wrong=wrong, offer=offer)
        if self.note:
            shown = REFUSAL_SHOWN if wrong else NOTE_SHOWN
            self._note_timer = self.set_timer(max(shown, len(self.note) / READ_IN_A_SECOND), self.clear)

    def say_for_now(self, sentence: str, *, wrong: bool = False, logged: bool = False) -> Callable[[], None]:
        """Says something for as long as it holds; returns what takes it back, if nothing else was said since."""
        self._show_note(sentence, wrong=wrong, logged=logged)
        number = self._number

        def take_back() -> None:
            if self._number == number:
                self.clear()

        return take_back

    def clear(self) -> None:
        """Says nothing of the host's operations any more."""
        if self.note:
            self._show_note("")

    def tell(self, news: News, *, logged: str) -> None:
        """Says what others did: beside what is said of the host's own operation, or when that has gone."""
        self.latest.add(logged, Tone.NEWS)
        self.news = news
        self._show_news()

    def _show_note(
        self, sentence: str, *, wrong: bool = False, offer: Offer | None = None, logged: bool = True
    ) -> None:
        if self._note_timer is not None:
            self._note_timer.stop()
            self._note_timer = None
        self._number += 1
        offer = self._with_its_key(offer) if offer else None
        self.note = f"{sentence} {offer.words}." if offer else sentence
        self._offer = offer
        self.set_class(wrong, "-wrong")
        if self.note and logged:
            self.latest.add(self.note, Tone.REFUSAL if wrong else Tone.NOTE)
        if not self.note and self.news is not None:
            self._show_news()  # now there is room for all of them
        self._lay_out()

    def _with_its_key(self, offer: Offer) -> Offer:
        key, _, does = offer.words.partition(" ")
        return replace(offer, words=f"{self.key_of(offer.action) or key} {does}")

    def _show_news(self) -> None:
        if self._news_timer is not None:
            self._news_timer.stop()
        self._news_timer = self.set_timer(NEWS_SHOWN, self._forget_news)
        self._lay_out()

    def _forget_news(self) -> None:
        if self._note_timer is None:  # else they are shown when the note has gone
            self.news = None
            self._lay_out()

    # Drawing

    def on_resize(self) -> None:
        """Shows as much as there is room for."""
        self._lay_out()

    def notify_style_update(self) -> None:
        """Draws in the colours of another theme."""
        super().notify_style_update()
        if self.is_attached:
            self._lay_out()

    def _lay_out(self) -> None:
        self.display = bool(self.note or self.news)
        if self.display:
            self.update(self._drawn())

    def _drawn(self) -> Content:
        note, looks = self._drawn_note(), self.get_visual_style("message--news")
        if self.news is None:
            return note
        if not self.note:
            return Content.assemble((visible(self.news.sentence), looks))
        for news in (visible(self.news.sentence), self.news.in_short):
            room = self.content_size.width - note.cell_length - cell_len(news)
            if room >= GAP:
                return Content.assemble(note, " " * room, (news, looks))
        return note

    def _drawn_note(self) -> Content:
        if self._offer is None:
            return Content(visible(self.note))
        said = visible(self.note.removesuffix(f"{self._offer.words}."))
        click = Style.from_meta({"@click": f"screen.{self._offer.action}"})
        offered = self.get_visual_style("message--offer") + click
        return Content.assemble(said, (self._offer.words, offered), ".")
