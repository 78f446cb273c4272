"""Indexes for lists in every order, which answer counts as well; in place of those for newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_UNUSED = "used_at IS NULL"


def upgrade() -> None:
    """Makes the indexes, and drops those that they replace."""
    if op.get_bind().dialect.name == "postgresql":
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


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "link", columns, sqlite_where=sa.text(where))
