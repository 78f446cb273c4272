"""Hosts, event types, links, and what was deleted of them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TOKEN = sa.String().with_variant(sa.String(collation="C"), "postgresql")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")


def _link_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("host_id", sa.BigInteger(), sa.ForeignKey("host.id"), nullable=False),
        sa.Column("event_type_id", sa.BigInteger(), sa.ForeignKey("event_type.id"), nullable=False),
        sa.Column("token", _TOKEN, nullable=False, unique=True),
        sa.Column("label", sa.String()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("used_at", _INSTANT),
        sa.Column("used_by", sa.String()),
    ]


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "host",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("name", sa.String(), nullable=False, unique=True),
        sa.Column("preferences", sa.String(), nullable=False, server_default="{}"),
        sa.Column("created_at", _INSTANT, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "event_type",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("host_id", sa.BigInteger(), sa.ForeignKey("host.id"), nullable=False),
        sa.Column("slug", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("removed_at", _INSTANT),
        sqlite_autoincrement=True,
    )
    here = sa.text("removed_at IS NULL")
    op.create_index(
        "event_type_slug", "event_type", ["host_id", "slug"], unique=True, sqlite_where=here, postgresql_where=here
    )
    op.create_table("link", sa.Column("id", _KEY, primary_key=True), *_link_columns(), sqlite_autoincrement=True)
    op.create_table(
        "deletion",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("host_id", sa.BigInteger(), sa.ForeignKey("host.id"), nullable=False),
        sa.Column("deleted_at", _INSTANT, nullable=False),
        sa.Column("deleted_by", sa.String(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deletion_host_id", "deletion", ["host_id"])
    op.create_table(
        "deleted_link",
        sa.Column("id", _KEY, primary_key=True, autoincrement=False),
        *_link_columns(),
        sa.Column("deletion_id", sa.BigInteger(), sa.ForeignKey("deletion.id"), nullable=False),
    )
    op.create_index("ix_deleted_link_deletion_id", "deleted_link", ["deletion_id"])
    op.create_index("ix_deleted_link_event_type_id", "deleted_link", ["event_type_id"])
    if op.get_bind().dialect.name == "postgresql":
        _make_what_a_server_needs()


def _make_what_a_server_needs() -> None:
    """Leaves room on each page for updated links, and makes the rows that count changes."""
    op.execute("ALTER TABLE link SET (fillfactor = 85)")
    op.execute("CREATE TABLE change (part smallint PRIMARY KEY, number bigint NOT NULL)")
    op.execute("INSERT INTO change SELECT part, 0 FROM generate_series(0, 31) AS part")
