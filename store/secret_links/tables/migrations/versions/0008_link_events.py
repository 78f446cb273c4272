"""A table of what happened to links, which a trigger keeps complete, whoever redeems."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_INSTANT = sa.BigInteger().with_variant(sa.DateTime(timezone=True), "postgresql")

_USED_IN_FILE = """
    CREATE TRIGGER link_is_used AFTER UPDATE OF used_at ON link WHEN OLD.used_at IS NULL AND NEW.used_at IS NOT NULL
    BEGIN
        INSERT INTO link_event (host_id, link_id, kind, at) VALUES (NEW.host_id, NEW.id, 'used', NEW.used_at);
    END
"""

_USED_ON_SERVER = """
    CREATE FUNCTION record_use() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
    BEGIN
        EXECUTE pg_catalog.format(
            'INSERT INTO %I.link_event (host_id, link_id, kind, at) VALUES ($1, $2, ''used'', $3)', TG_TABLE_SCHEMA
        ) USING NEW.host_id, NEW.id, NEW.used_at;
        RETURN NULL;
    END $$;
    CREATE TRIGGER link_is_used AFTER UPDATE OF used_at ON link FOR EACH ROW
        WHEN (OLD.used_at IS NULL AND NEW.used_at IS NOT NULL) EXECUTE FUNCTION record_use();
"""
"""A booking page's role may not write events itself. The function names every schema, so that the page's search path
cannot have it run anything else, and none by a fixed name, so that redeeming works on where a schema is renamed."""

_GRANT_TO_TERMINALS = """
    DO $$
    DECLARE terminal record;
    BEGIN
        FOR terminal IN
            SELECT grantee::regrole AS role FROM pg_class, aclexplode(relacl)
            WHERE pg_class.oid = 'link'::regclass AND privilege_type = 'DELETE' AND grantee <> relowner AND grantee <> 0
        LOOP
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON link_event TO %s', terminal.role);
            EXECUTE format('GRANT USAGE ON SEQUENCE link_event_id_seq TO %s', terminal.role);
            EXECUTE format('GRANT UPDATE (label, expires_at) ON link TO %s', terminal.role);
        END LOOP;
    END $$;
"""
"""Gives each role that may delete links, as terminals do, what `store grant` gives it now."""

_DELETED_BEFORE = """
    INSERT INTO link_event (host_id, link_id, kind, at)
    SELECT deleted_link.host_id, deleted_link.id, 'deleted', deletion.deleted_at
    FROM deleted_link JOIN deletion ON deletion.id = deleted_link.deletion_id
    WHERE deleted_link.host_id IS NOT NULL AND deletion.deleted_at IS NOT NULL ORDER BY deletion.id, deleted_link.id
"""
"""A damaged link may have no host, who would look at its events."""


def upgrade() -> None:
    """Makes the table and the trigger, and records the deletions that can still be undone."""
    op.create_table(
        "link_event",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("host_id", sa.BigInteger(), nullable=False),
        sa.Column("link_id", sa.BigInteger(), nullable=False),
        sa.Column("up_to", sa.BigInteger()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("label_before", sa.String()),
        sa.Column("label_after", sa.String()),
        sa.Column("expires_before", _INSTANT),
        sa.Column("expires_after", _INSTANT),
        sqlite_autoincrement=True,
    )
    op.create_index("link_event_host", "link_event", ["host_id", "id"])
    where = sa.text("kind NOT IN ('generated', 'used')")
    op.create_index("link_event_link", "link_event", ["link_id", "id"], sqlite_where=where, postgresql_where=where)
    on_server = op.get_bind().dialect.name == "postgresql"
    for statement in (_USED_ON_SERVER, _GRANT_TO_TERMINALS) if on_server else (_USED_IN_FILE,):
        op.execute(statement)
    op.execute(_DELETED_BEFORE)
