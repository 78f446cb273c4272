"""What every verb works with, and how it writes what it gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from secret_links import InvalidInput, Link
from secret_links.expiry import Expiry, is_span
from secret_links.times import utc_now
from secret_links_tui.ages import doubts_of, exact_end
from secret_links_tui.settings import LazySettings
from secret_links_tui.terminal.plain_text import escaped, visible
from secret_links_tui.text_files import TextTooLong, UnreadableText, read_text

if TYPE_CHECKING:
    from secret_links import HostStore, Store


@dataclass(frozen=True)
class Context:
    """A host's store, and where words come from and go to."""

    settings: LazySettings
    """Each looked at when it is asked for; a time zone that the host prefers is asked of the store then."""
    opened: Store | None
    """The store; None for what has nothing to do with one."""
    read: TextIO
    """What labels are read from where they are not in a file."""
    out: TextIO
    """What a verb gives, for programs: URLs, JSON."""
    err: TextIO
    """What it says, for people."""
    served: bool = False
    """Whether it is asked from afar, by somebody who may act as a host, and not on the server."""

    @property
    def store(self) -> Store:
        """The store."""
        assert self.opened is not None, "this verb has no store"  # noqa: S101
        return self.opened

    @property
    def host(self) -> HostStore:
        """The store as the host sees it."""
        return self.store.as_host(self.settings.host)

    @cached_property
    def now(self) -> datetime:
        """The instant at which the verb was asked for, in UTC, by the store's clock."""
        return self.opened.now() if self.opened is not None else utc_now()

    def zone_of(self, text: str) -> tzinfo:
        """Returns the time zone in which an expiry is read: any will do for a length of time."""
        return UTC if is_span(text) else self.settings.time_zone

    def url(self, link: Link) -> str:
        """Returns a link's URL, harmless whatever another program stored."""
        return visible(link.url(self.settings.base_url))

    def say(self, sentence: str) -> None:
        """Says something."""
        self.err.write(f"{visible(sentence)}\n")

    def read_text(self, name: str, at_most: int) -> str:
        """Reads a text from a file, or from standard input where `name` is `-`; InvalidInput says why it cannot be.

        TextTooLong where it has more than `at_most` bytes.
        """
        if name == "-" and self.read.isatty():
            self.say("reading standard input; ctrl+d ends it")
        source = self.read if name == "-" else Path(name)
        try:
            return read_text(source, "standard input" if name == "-" else name, at_most)
        except FileNotFoundError as error:
            raise InvalidInput("file", f"{name} cannot be read: {error.strerror}.") from error
        except TextTooLong:
            raise
        except UnreadableText as error:
            raise InvalidInput("file", str(error)) from error

    def give_json(self, value: object) -> None:
        """Writes JSON: text exact, absent values null."""
        self.out.write(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")

    def give_array(self, items: Iterable[str]) -> int:
        """Writes an array of any length, each item as it comes, laid out; cut short, it is no valid JSON.

        Returns how many.
        """
        number = 0
        for number, item in enumerate(items, start=1):
            self.out.write(f"{',' if number > 1 else '['}\n  {item}")
        self.out.write("\n]\n" if number else "[]\n")
        return number

    def give_urls(self, links: Sequence[Link]) -> None:
        """Writes URLs alone, one a line."""
        self.out.writelines(f"{self.url(link)}\n" for link in links)


def valid_until(expiry: Expiry, context: Context) -> str:
    """Says until when links are valid, and what may not be expected of that."""
    zone = context.settings.time_zone
    until, doubts = exact_end(expiry.at, zone), doubts_of(expiry, context.now, zone)
    return f"valid until {'the ' if until.startswith('end') else ''}{until}{f': {doubts}' if doubts else ''}"
