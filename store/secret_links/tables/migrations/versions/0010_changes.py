"""Events know the change that they are of, so that it can be taken back as a whole, however many links it was.

And what a link's notes were before it, and after it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

_GRANT_TO_TERMINALS = """
    DO $$
    DECLARE terminal record;
    BEGIN
        FOR terminal IN
            SELECT grantee::regrole AS role FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = 'link'::regclass AND privilege_type = 'DELETE' AND grantee <> relowner AND grantee <> 0
        LOOP
            EXECUTE format('GRANT UPDATE (change_id) ON link_event TO %s', terminal.role);
            EXECUTE format('GRANT UPDATE (note_names, notes) ON link TO %s', terminal.role);
        END LOOP;
    END $$;
"""
"""Gives each role that may delete links, as terminals do, what `store grant` gives it now."""


def upgrade() -> None:
    """Adds the columns, and the index that finds the last change, and the events of each."""
    for name in ("note_names_before", "notes_before", "note_names_after", "notes_after"):
        op.add_column("link_event", sa.Column(name, sa.String()))
    op.add_column("link_event", sa.Column("change_id", sa.BigInteger()))
    where = sa.text("change_id IS NOT NULL")
    columns = ["host_id", "change_id", "id"]
    op.create_index("link_event_change", "link_event", columns, sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(_GRANT_TO_TERMINALS)
