"""What every verb works with, and how it writes what it gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TextIO

from secret_links import Link
from secret_links.odd_values import as_written, is_unreadable
from secret_links.times import utc_now
from secret_links_tui.plain_text import escaped, visible
from secret_links_tui.settings import Settings

if TYPE_CHECKING:
    from secret_links import HostStore, Store


@dataclass(frozen=True)
class Desk:
    """A host's store, and where words come from and go to."""

    settings: Settings
    opened: Store | None
    """The store; None for what has nothing to do with one."""
    read: TextIO
    """What labels are read from where they are not in a file."""
    out: TextIO
    """What a verb gives, for programs: URLs, JSON."""
    err: TextIO
    """What it says, for people."""
    served: bool = False
    """Whether somebody asks from afar who may do a host's deeds, and nothing to the server."""

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

    def url(self, link: Link) -> str:
        """Gives a link's URL, harmless whatever another program stored."""
        return visible(link.url(self.settings.base_url))

    def say(self, sentence: str) -> None:
        """Says something."""
        self.err.write(f"{visible(sentence)}\n")

    def give_json(self, value: object) -> None:
        """Writes JSON: text exact, absent values null."""
        self.out.write(escaped(json.dumps(value, ensure_ascii=False, indent=2)) + "\n")

    def give_urls(self, links: Sequence[Link]) -> None:
        """Writes URLs alone, one a line."""
        self.out.writelines(f"{self.url(link)}\n" for link in links)


def as_json(link: Link, base_url: str, now: datetime) -> dict[str, str | None]:
    """Gives a link as scripts see it: text exact, instants as ISO 8601 with Z, absent values null."""
    return {
        "token": link.token,
        "url": link.url(base_url),
        "event_type": link.event_type.slug,
        "label": link.label,
        "status": link.status_at(now).value,
        "created_at": stamp(link.created_at),
        "expires_at": stamp(link.expires_at),
        "used_at": stamp(link.used_at),
        "used_by": link.used_by,
    }


def stamp(instant: datetime | None) -> str | None:
    """Gives an instant as ISO 8601 in UTC, to the millisecond, or as it is written if it is none; None for none."""
    if instant is not None and is_unreadable(instant):
        return as_written(instant)
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if instant else None
