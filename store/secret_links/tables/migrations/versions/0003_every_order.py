"""Indexes for lists in every order, which answer counts as well; in place of those for newest first."""

import sqlalchemy as sa
from alembic import context, op

revision = "0003"
down_revision = "0002"

_UNUSED = "used_at IS NULL"

_LONGEST = 600
"""Characters of a label: a row of a server's index has 2,704 bytes at most."""


def upgrade() -> None:
    """Makes the indexes, and drops those that they replace."""
    if op.get_bind().dialect.name == "postgresql":
        _shorten_labels()
        op.create_index("link_host_expiry", "link", ["host_id", "expires_at", "id"])
        op.create_index("link_type_expiry", "link", ["event_type_id", "expires_at", "id"])
        op.create_index("link_host_label", "link", ["host_id", sa.text('lower(label COLLATE "C")'), "id"])
        return
    for name in ("host_unused", "host_used", "type_unused", "type_used", "expiry"):
        op.drop_index(f"link_{name}", "link")
    for name, whose in (("link_host", "host_id"), ("link_type", "event_type_id")):
        _partial(f"{name}_unused", [whose, "id", "expires_at", "used_at"], _UNUSED)
        _partial(f"{name}_used", [whose, "id", "used_at"], "used_at IS NOT NULL")
        _partial(f"{name}_expiring", [whose, "expires_at", "id", "used_at"], f"{_UNUSED} AND expires_at IS NOT NULL")
        _partial(f"{name}_lasting", [whose, "id", "expires_at", "used_at"], f"{_UNUSED} AND expires_at IS NULL")
    label = sa.text("label COLLATE NOCASE")
    op.create_index("link_host_label", "link", ["host_id", label, "id", "event_type_id", "expires_at", "used_at"])


def _shorten_labels() -> None:
    """Cuts labels of other programs that an index has no room for, and says so in the notes of the migration.

    The table is written anew: an update would leave the long labels in it, and making an index reads them until the
    transaction ends.
    """
    connection, cut = op.get_bind(), {}
    for table in ("link", "deleted_link"):
        long = f"SELECT count(*) FROM {table} WHERE char_length(label) > {_LONGEST}"  # noqa: S608
        if number := connection.exec_driver_sql(long).scalar_one():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN label TYPE varchar USING left(label, {_LONGEST})")
            cut[table] = number
    if cut:
        named = ", ".join(f"{number:,} in {table}.label" for table, number in cut.items())
        notes: list[str] = context.config.attributes.setdefault("notes", [])
        notes.append(f"Labels that are too long for a server were cut to {_LONGEST} characters: {named}.")


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "link", columns, sqlite_where=sa.text(where))
