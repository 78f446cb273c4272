"""The reference of a booking, and which link a reissued one replaces."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_REPLACES = sa.text("replaces IS NOT NULL")

_MEASURES = {
    "link_host": "1000000 500000 1",
    "link_host_unused": "510000 255000 1 1 1",
    "link_host_used": "490000 245000 1 1",
    "link_host_expiring": "430000 215000 2 1 1",
    "link_host_lasting": "80000 40000 1 1 1",
    "link_host_label": "1000000 500000 5 1 1 1 1",
    "link_type": "1000000 100000 1",
    "link_type_unused": "510000 51000 1 1 1",
    "link_type_used": "490000 49000 1 1",
    "link_type_expiring": "430000 43000 2 1 1",
    "link_type_lasting": "80000 8000 1 1 1",
}
"""Statistics for SQLite's planner, for each index: rows, then rows that share the first column, the first two, …

Without them it assumes that a partial index has as many rows as a full one, and takes the one with narrower rows.
"""


def upgrade() -> None:
    """Adds both to links and to deleted ones."""
    for table in ("link", "deleted_link"):
        op.add_column(table, sa.Column("used_reference", sa.String()))
        op.add_column(table, sa.Column("replaces", sa.BigInteger()))
        op.create_index(f"{table}_replaces", table, ["replaces"], sqlite_where=_REPLACES, postgresql_where=_REPLACES)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("ANALYZE host")  # makes the table of statistics
        op.execute("DELETE FROM sqlite_stat1")
        for index, measure in _MEASURES.items():
            op.execute(
                sa.text("INSERT INTO sqlite_stat1 VALUES ('link', :index, :measure)").bindparams(
                    index=index, measure=measure
                )
            )
