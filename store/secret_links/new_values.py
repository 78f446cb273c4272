"""What links that were sent are to be instead, or the fresh ones for them: labels, notes and expiries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from secret_links.errors import InvalidInput, NoLongerActive
from secret_links.expiry import FARTHEST_EXPIRY, parse_expiry, parse_length
from secret_links.values import Link, Status


@dataclass(frozen=True, slots=True)
class NewExpiry:
    """When Active links are to expire."""

    at: datetime | None = None
    """The instant for all of them; None for never."""
    later: timedelta | None = None
    """By how much each one's own expiry moves on, whatever `at`; one that never expires stays so."""

    def instead_of(self, expires_at: datetime | None, now: datetime) -> datetime | None:
        """Returns the new expiry of an Active link; InvalidInput refuses a past one, or one over ten years ahead."""
        new = self.at
        if self.later is not None:
            new = None if expires_at is None else expires_at + min(self.later, 2 * FARTHEST_EXPIRY)
        if new is not None and new <= now:
            raise InvalidInput("expires", "This expiry has passed; pick one that lies ahead.")
        if new is not None and new - now > FARTHEST_EXPIRY and new != expires_at:
            raise InvalidInput("expires", "That is over ten years ahead; give never for no expiry.")
        return new

    def given_to(self, link: Link, now: datetime) -> Link:
        """Returns an Active link with its new expiry; InvalidInput as in `instead_of`."""
        return replace(link, expires_at=self.instead_of(link.expires_at, now))


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of some links."""

    label: str | None = None
    """The label of all of them, empty for none; None leaves each one's own."""
    expiry: NewExpiry | None = None
    """None leaves each one's own."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What some notes of all of them are to be, by their names, empty for none; the others stay."""

    @property
    def is_of_expiry_alone(self) -> bool:
        """Whether it changes nothing else."""
        return self.label is None and not self.notes


@dataclass(frozen=True, slots=True)
class Reissue:
    """How fresh links differ from the old ones."""

    expires_at: datetime | None = None
    """When they expire; None for never."""
    as_long: bool = True
    """Whether each is valid as long as its old one was, whatever `expires_at`."""
    label: str | None = None
    """The label of all of them; None for each one's own, empty for none."""
    delete_old: bool = False
    """Whether the old links that are Active are deleted."""


def parse_later(text: str) -> timedelta | None:
    """Reads `+7d`: how much later than before; None for any other form, InvalidInput where the length is none."""
    if not text.strip().startswith("+"):
        return None
    try:
        return parse_length(text.strip().removeprefix("+"))
    except InvalidInput as error:
        raise InvalidInput("expires", str(error)) from error


def parse_new_expiry(text: str, now: datetime, zone: tzinfo) -> NewExpiry:
    """Reads an expiry as a host types it, or `+7d` for as much later than before; InvalidInput says what is wrong."""
    if (later := parse_later(text)) is not None:
        return NewExpiry(later=later)
    expiry = parse_expiry(text, now, zone)
    return NewExpiry(expiry.at if expiry else None)


def why_not(link: Link, now: datetime) -> NoLongerActive:
    """Returns why the expiry of a link that is not Active cannot be changed."""
    match link.status_at(now):
        case Status.USED:
            why = "This link has been used; there is nothing left to expire. Reissue it for a fresh one."
        case Status.DAMAGED:
            why = "This link is damaged: its expiry cannot be read. Reissue it for a fresh one."
        case _:
            why = "This link has expired, and its visitor may have been told so. Reissue it for a fresh one."
    return NoLongerActive(why)
