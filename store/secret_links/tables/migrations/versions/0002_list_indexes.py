"""Indexes for the lists: by host and by event type, for any, unused and used links."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_UNUSED = "used_at IS NULL"
_USED = "used_at IS NOT NULL"
_AHEAD = "used_at IS NULL AND expires_at IS NOT NULL"


def upgrade() -> None:
    """Makes the indexes."""
    op.create_index("link_host", "link", ["host_id", "id"])
    op.create_index("link_type", "link", ["event_type_id", "id"])
    if op.get_bind().dialect.name == "postgresql":
        return
    _partial("link_host_unused", ["host_id", "id", "expires_at"], _UNUSED)
    _partial("link_host_used", ["host_id", "id"], _USED)
    _partial("link_type_unused", ["event_type_id", "id", "expires_at"], _UNUSED)
    _partial("link_type_used", ["event_type_id", "id"], _USED)
    _partial("link_expiry", ["host_id", "expires_at"], _AHEAD)


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "link", columns, sqlite_where=sa.text(where))
