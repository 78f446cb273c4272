"""In a file: the indexes for lists by use."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_FIRST, _LAST = -62104060800000, 253370678400000

_MEASURES = {"link_host_used_at": "490000 245000 2 1 1", "link_damaged_use": "1 1 1 1 1"}
"""Statistics for SQLite's planner, as in 0004."""


def upgrade() -> None:
    """Makes the indexes; a server has none, so that redeeming changes no index there."""
    if op.get_bind().dialect.name == "postgresql":
        return
    _partial("link_host_used_at", ["host_id", "used_at", "id", "event_type_id"], "used_at IS NOT NULL")
    unreadable = f"used_at < {_FIRST} OR used_at > {_LAST}"
    _partial("link_damaged_use", ["host_id", "id", "event_type_id", "used_at"], unreadable)
    for index, measure in _MEASURES.items():
        op.execute(f"INSERT INTO sqlite_stat1 VALUES ('link', '{index}', '{measure}')")  # noqa: S608


def _partial(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "link", columns, sqlite_where=sa.text(where))
