"""What a booking was, and which link a fresh one stands in for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_REPLACES = sa.text("replaces IS NOT NULL")


def upgrade() -> None:
    """Adds both to links and to deleted ones."""
    for table in ("link", "deleted_link"):
        op.add_column(table, sa.Column("used_reference", sa.String()))
        op.add_column(table, sa.Column("replaces", sa.BigInteger()))
        op.create_index(f"{table}_replaces", table, ["replaces"], sqlite_where=_REPLACES, postgresql_where=_REPLACES)
