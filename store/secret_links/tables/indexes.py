"""The indexes of links: each list is a scan of one of them, on either database.

Newest first is the order of the ids. The databases have different indexes, since redeeming costs them differently:

SQLite has indexes for all of a host's links and for those of one event type: for any, unused and used ones each, and
for those that can expire and that never do; and one for the Used links of a host by the instant of their use, from
which those of one event type are picked. Every list and every count is a scan of one of them. They hold the columns of
its conditions, since SQLite 3.40 reads the table for a column that only the index's own condition names.

PostgreSQL has none that mentions `used_at`, not even in its condition. So redeeming changes no index (HOT): it leaves
no dead entries for a vacuum in seven indexes, and writes a third of the log. Lists of one status scan the same index as
those of all, and skip rows of other statuses. Measured with a million links of one host, 8 % of them Active: any page
of any list in 1 to 4 ms, all counts in 0.13 s, a scan of a whole list in 0.1 to 0.8 s.

A list by use is scanned and sorted there for each page: with a million links of one host, half of them Used, in 0.2 s
for the first one, in 0.3 s for one in the middle; what was used since an instant is found in 0.1 s.
"""

from __future__ import annotations

from sqlalchemy import DateTime, Index, String, column, or_, text

from secret_links.tables.dialects import first_instant, folded, last_instant

_LABEL = folded(column("label", String))
_UNUSED = "used_at IS NULL"

_ON = "on"
"""The key in an index's `info` of the only database that has it."""


def of_links() -> list[Index]:
    """Makes the indexes of links; `info` names the database of those that only one has."""
    on_sqlite = [
        *_by_use("link_host", "host_id"),
        *_by_use("link_type", "event_type_id"),
        Index("link_host_label", "host_id", _LABEL, "id", "event_type_id", "expires_at", "used_at"),
        _partial("link_host_used_at", "host_id", "used_at", "id", "event_type_id", where="used_at IS NOT NULL"),
        _of_damaged("event_type_id", "expires_at", "used_at"),
        _of_damaged_uses(),
    ]
    on_postgresql = [
        Index("link_host_expiry", "host_id", "expires_at", "id"),
        Index("link_type_expiry", "event_type_id", "expires_at", "id"),
        Index("link_host_label", "host_id", _LABEL, "id"),
        _of_damaged(),
    ]
    for name, indexes in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
        for index in indexes:
            index.info[_ON] = name
    on_both = [Index("link_host", "host_id", "id"), Index("link_type", "event_type_id", "id"), _of_noted()]
    return [*on_both, *on_sqlite, *on_postgresql]


def _of_damaged(*looked_at: str) -> Index:
    """Makes the index of the links whose expiry cannot be read: it is empty unless another program wrote one.

    Its condition does not mention `used_at`, so that redeeming does not change it on a server.
    """
    expires = column("expires_at", DateTime())
    where = or_(expires < first_instant(), expires > last_instant())
    return Index("link_damaged", "host_id", "id", *looked_at, sqlite_where=where, postgresql_where=where)


def _of_damaged_uses() -> Index:
    """Makes the index of the links whose use cannot be read, which is as empty."""
    used = column("used_at", DateTime())
    where = or_(used < first_instant(), used > last_instant())
    return Index("link_damaged_use", "host_id", "id", "event_type_id", "used_at", sqlite_where=where)


def _of_noted() -> Index:
    """Makes the index of the links that have notes; others cost it nothing."""
    where = text("note_names IS NOT NULL")
    return Index("link_noted", "host_id", "id", sqlite_where=where, postgresql_where=where)


def of_replacements(table: str) -> Index:
    """Makes the index to find the link that replaces another one; links that replace none cost it nothing."""
    where = text("replaces IS NOT NULL")
    return Index(f"{table}_replaces", "replaces", sqlite_where=where, postgresql_where=where)


def of_events() -> list[Index]:
    """Makes the indexes of events: a host's, a link's where its own row does not say them, and a change's."""
    where = text("kind NOT IN ('generated', 'used')")
    standing = text("change_id IS NOT NULL")
    return [
        Index("link_event_host", "host_id", "id"),
        Index("link_event_link", "link_id", "id", sqlite_where=where, postgresql_where=where),
        Index("link_event_change", *("host_id", "change_id", "id"), sqlite_where=standing, postgresql_where=standing),
    ]


def is_on(database: str, item: object) -> bool:
    """Says whether a database has a part of the schema: it has all but the indexes that only another one has."""
    return not isinstance(item, Index) or item.info.get(_ON, database) == database


def _by_use(name: str, whose: str) -> list[Index]:
    return [
        _partial(f"{name}_unused", whose, "id", "expires_at", "used_at", where=_UNUSED),
        _partial(f"{name}_used", whose, "id", "used_at", where="used_at IS NOT NULL"),
        _partial(
            f"{name}_expiring", whose, "expires_at", "id", "used_at", where=f"{_UNUSED} AND expires_at IS NOT NULL"
        ),
        _partial(f"{name}_lasting", whose, "id", "expires_at", "used_at", where=f"{_UNUSED} AND expires_at IS NULL"),
    ]


def _partial(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where))
