"""Changing links that were sent: their labels and expiries; tokens, and so URLs, stay as they are.

An expiry is changed while its link is Active, and never again: a visitor to a Used or Expired one was told so. A label
is the host's own note, and can be changed at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import bindparam, select, update

from secret_links import arguments, recording
from secret_links.errors import InvalidInput, LinkUnknown, NoLongerActive
from secret_links.expiry import FARTHEST_EXPIRY, parse_expiry, parse_length
from secret_links.generating import MOST_AT_ONCE
from secret_links.link_set import LinkSet
from secret_links.lists.context import sliced
from secret_links.lists.snapshot import Snapshot
from secret_links.reports import Changed
from secret_links.tables.models import links as table
from secret_links.text import clean_label
from secret_links.values import Link, Status

_BY_ID = table.c.id == bindparam("changed_id")
_LABEL = update(table).where(_BY_ID).values(label=bindparam("new_label"))
_EXPIRY = update(table).where(_BY_ID, table.c.used_at.is_(None)).values(expires_at=bindparam("new_expiry"))


@dataclass(frozen=True, slots=True)
class NewExpiry:
    """When Active links are to expire."""

    at: datetime | None = None
    """The instant for all of them; None for never."""
    later: timedelta | None = None
    """By how much each one's own expiry moves on, whatever `at`; one that never expires stays so."""

    def given_to(self, link: Link, now: datetime) -> Link:
        """Returns an Active link with its new expiry; InvalidInput refuses a past one, or one over ten years ahead."""
        expires_at = self.at
        if self.later is not None:
            expires_at = None if link.expires_at is None else link.expires_at + min(self.later, 2 * FARTHEST_EXPIRY)
        if expires_at is not None and expires_at <= now:
            raise InvalidInput("expires", "This expiry has passed; pick one that lies ahead.")
        if expires_at is not None and expires_at - now > FARTHEST_EXPIRY and expires_at != link.expires_at:
            raise InvalidInput("expires", "That is over ten years ahead; give never for no expiry.")
        return replace(link, expires_at=expires_at)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of some links."""

    label: str | None = None
    """The label of all of them, empty for none; None leaves each one's own."""
    expiry: NewExpiry | None = None
    """None leaves each one's own."""


def checked(wanted: Change) -> Change:
    """Checks a change's parts; InvalidInput refuses a label, or an expiry without a time zone."""
    label = None if wanted.label is None else clean_label(arguments.text(wanted.label, "label", "A label")) or ""
    expiry = wanted.expiry
    if expiry is not None and expiry.at is not None:
        expiry = replace(expiry, at=arguments.instant(expiry.at, "expires"))
    return Change(label, expiry)


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


def change(snapshot: Snapshot, chosen: LinkSet, wanted: Change) -> Changed:
    """Changes those of some links that are still there; an expiry only of those that are Active.

    The links are locked before they are looked at: a claim that came first has made its link Used, and one that comes
    later sees the new expiry. Raises as `HostStore.change`.
    """
    found = snapshot.selections.links(chosen, MOST_AT_ONCE)
    if not found:
        raise LinkUnknown
    if len(found) > MOST_AT_ONCE:
        raise InvalidInput("links", f"Change up to {MOST_AT_ONCE:,} links at a time.")
    before, now = _locked(snapshot, found)
    after = [link if wanted.label is None else replace(link, label=wanted.label or None) for link in before]
    kept: list[Link] = []
    if wanted.expiry is not None:
        active = {link.id for link in before if link.status_at(now) is Status.ACTIVE}
        kept = [link for link in before if link.id not in active]
        if len(kept) == len(before) and wanted.label is None:
            raise why_not(kept[0], now)
        after = [wanted.expiry.given_to(link, now) if link.id in active else link for link in after]
    return _store(snapshot, before, after, kept, now)


def take_back(snapshot: Snapshot, done: Changed) -> Changed:
    """Gives links their earlier labels and expiries, where they are still as they were changed to.

    An expiry only while its link is Active, and only one that still lies ahead. Raises as `HostStore.take_back`.
    """
    earlier = {link.id: link for link in done.before}
    changed = {link.id: link for link in done.after}
    before, now = _locked(snapshot, done.after)
    after, kept = [], []
    for link in before:
        old, new = earlier[link.id], changed[link.id]
        label = old.label if link.label == new.label else link.label
        expires_at = link.expires_at
        if new.expires_at != old.expires_at:
            back = replace(link, expires_at=old.expires_at)
            still = link.expires_at == new.expires_at and link.status_at(now) is Status.ACTIVE
            if still and back.status_at(now) is Status.ACTIVE:
                expires_at = old.expires_at
            else:
                kept.append(link)
        after.append(replace(link, label=label, expires_at=expires_at))
    return _store(snapshot, before, after, kept, now)


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


def _locked(snapshot: Snapshot, some: Sequence[Link]) -> tuple[list[Link], datetime]:
    """Locks those of some links that are still there; returns them as they are, and the instant after that."""
    mine = table.c.host_id == snapshot.context.host_id
    ids: list[int] = []
    for each in sliced(sorted(link.id for link in some)):
        query = select(table.c.id).where(table.c.id.in_(each), mine).order_by(table.c.id).with_for_update()
        ids += snapshot.context.connection.execute(query).scalars()
    there = {link.id: link for part in sliced(ids) for link in snapshot.lists.links(part)}
    in_order = [there[link.id] for link in some if link.id in there]
    return in_order, snapshot.context.database.now(snapshot.context.connection)


def _store(
    snapshot: Snapshot, before: Sequence[Link], after: Sequence[Link], kept: Sequence[Link], now: datetime
) -> Changed:
    pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    labels = [{"changed_id": new.id, "new_label": new.label} for old, new in pairs if old.label != new.label]
    expiries = [
        {"changed_id": new.id, "new_expiry": new.expires_at} for old, new in pairs if old.expires_at != new.expires_at
    ]
    for statement, rows in ((_LABEL, labels), (_EXPIRY, expiries)):
        if rows:
            snapshot.context.connection.execute(statement, rows)
    recording.changed(snapshot, pairs, now)
    return Changed(tuple(old for old, _ in pairs), tuple(new for _, new in pairs), tuple(kept))
