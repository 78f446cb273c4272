"""The SQL that gives two roles their rights on a store on PostgreSQL: terminals, and booking pages.

A terminal may do all that hosts do, for any host: the server does not separate hosts. A page may use only a token that
it has. Rights on columns cannot express that: a statement that searches for a token must be able to read all tokens,
and an UPDATE without a condition would spend every link. So a page names the token first, for its transaction, and
row-level security shows it only that link, its event type and its host, and lets it spend the link if it is Active.
`redeeming.py` names the token; a page in another language does what `NAME_TOKEN` does.

A page can still: spend a link whose token it has, now, with any name and reference of up to 200 characters; make others
wait who want that link, as any booking does; learn when and by whom such a link was used, but not its label or notes;
and, like any role, make terminals look for changes when there are none (`change_count`), and make temporary tables if
the database allows that.
"""

from __future__ import annotations

from psycopg import sql

from secret_links.errors import InvalidInput
from secret_links.text import LABEL_LENGTH

TERMINAL, PAGE, SCHEMA = "secret_links_terminal", "secret_links_page", "public"
"""The default names of the roles and the schema."""

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts longer ones, which would name another role."""

_RESERVED = ("public", "none", "session_user", "current_user", "current_role", "user")

_BEGINNING = """\
-- Rights of {terminal} (terminals) and {page} (booking pages) on the store in schema {schema}.
-- Run it as the owner of the store's tables, once more after each upgrade: psql --set ON_ERROR_STOP=1
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
SET LOCAL client_encoding TO 'UTF8';
SET LOCAL standard_conforming_strings TO on;
SET LOCAL search_path TO {schema}, pg_temp;
"""

_ROLE = """
DO $role$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {name}) THEN
        CREATE ROLE {role} NOLOGIN;
    ELSIF EXISTS (SELECT FROM pg_roles WHERE rolname = {name} AND (rolsuper OR rolbypassrls)) OR EXISTS (
        SELECT FROM pg_class WHERE oid = 'link'::regclass AND pg_has_role({name}, relowner, 'MEMBER')
    ) THEN
        RAISE EXCEPTION 'the role % owns the store, or is above all rights; name another one', {name};
    END IF;
END $role$;
REVOKE ALL ON host, event_type, link, deletion, deleted_link, link_event, change, secret_links_schema FROM {role};
REVOKE ALL ON SEQUENCE
    host_id_seq, event_type_id_seq, link_id_seq, deletion_id_seq, link_event_id_seq, change_count FROM {role};
REVOKE ALL ON SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON secret_links_schema TO {role};
"""

_RIGHTS = """
-- Everybody could make tables there until PostgreSQL 15.
REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC;

-- Terminals: all that hosts do. A row that is locked before it is changed or moved needs UPDATE on one of its columns.
GRANT SELECT, INSERT ON host, event_type, link, deletion, deleted_link, link_event TO {terminal};
GRANT DELETE ON link, deletion, deleted_link, link_event TO {terminal};
GRANT UPDATE (preferences) ON host TO {terminal};
GRANT UPDATE (slug, name, minutes, removed_at) ON event_type TO {terminal};
GRANT UPDATE (label, expires_at, used_at, used_by, used_reference, note_names, notes) ON link TO {terminal};
GRANT UPDATE (deletion_id) ON deleted_link TO {terminal};
GRANT UPDATE (change_id) ON link_event TO {terminal};
GRANT USAGE ON SEQUENCE host_id_seq, event_type_id_seq, link_id_seq, deletion_id_seq, link_event_id_seq
    TO {terminal};

-- Booking pages: the one link whose token they name, and no label.
GRANT SELECT (id, host_id, event_type_id, token, created_at, expires_at, used_at, used_by) ON link TO {page};
GRANT UPDATE (used_at, used_by, used_reference) ON link TO {page};
GRANT SELECT (id, slug, name, minutes) ON event_type TO {page};
GRANT SELECT (id, name) ON host TO {page};
"""

_ROWS = """
-- All rows for everybody, as before, but for pages.
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS secret_links_everybody ON {table};
CREATE POLICY secret_links_everybody ON {table} USING (true);
DROP POLICY IF EXISTS secret_links_page_reads ON {table};
CREATE POLICY secret_links_page_reads ON {table} AS RESTRICTIVE FOR SELECT TO {page}
    USING ({condition});
"""

_NAMED = "current_setting('secret_links.token', true)"
_VISIBLE = {
    "link": f"token = {_NAMED}",
    "event_type": f"id = (SELECT event_type_id FROM link WHERE token = {_NAMED})",  # noqa: S608
    "host": f"id = (SELECT host_id FROM link WHERE token = {_NAMED})",  # noqa: S608
}
"""Which rows of each table a page can see."""

_SPENDING = f"""
-- Used is for ever, what has expired is not spent, and whatever is spent is spent now, whatever a page asks for.
DROP POLICY IF EXISTS secret_links_page_spends ON link;
CREATE POLICY secret_links_page_spends ON link AS RESTRICTIVE FOR UPDATE TO {{page}}
    USING (token = {_NAMED} AND used_at IS NULL
        AND (expires_at IS NULL OR expires_at > date_trunc('milliseconds', clock_timestamp())))
    WITH CHECK (used_at BETWEEN date_trunc('milliseconds', transaction_timestamp()) AND clock_timestamp()
        AND coalesce(char_length(used_by), 0) <= {LABEL_LENGTH}
        AND coalesce(char_length(used_reference), 0) <= {LABEL_LENGTH});
COMMIT;
"""


def rights(terminal: str = TERMINAL, page: str = PAGE, schema: str = SCHEMA) -> str:
    """Gives the SQL that makes missing roles, and sets the rights of both to exactly what they need.

    InvalidInput refuses what cannot be the name of a role or of a schema.
    """
    for name, what in ((terminal, "a role for terminals"), (page, "a role for pages"), (schema, "a schema")):
        _check(name, what)
    if terminal == page:
        raise InvalidInput("role", "Terminals and pages need a role each: a page must not do what terminals can.")
    names = {
        "terminal": sql.Identifier(terminal),
        "page": sql.Identifier(page),
        "schema": sql.Identifier(schema),
    }
    parts = [sql.SQL(_BEGINNING).format(**names)]
    parts += [
        sql.SQL(_ROLE).format(role=sql.Identifier(role), name=sql.Literal(role), **names) for role in (terminal, page)
    ]
    parts.append(sql.SQL(_RIGHTS).format(**names))
    parts += [
        sql.SQL(_ROWS).format(table=sql.Identifier(table), condition=sql.SQL(condition), **names)
        for table, condition in _VISIBLE.items()
    ]
    parts.append(sql.SQL(_SPENDING).format(**names))
    return sql.Composed(parts).as_string()


def _check(name: str, what: str) -> None:
    if not name.strip() or not name.isprintable() or len(name.encode()) > LONGEST_NAME:
        raise InvalidInput("role", f"“{name}” cannot be the name of {what}; it has 1 to {LONGEST_NAME} bytes of text.")
    if name.startswith("pg_") or "$" in name or (name in _RESERVED and what != "a schema"):
        raise InvalidInput("role", f"“{name}” cannot be the name of {what}: it means something else to PostgreSQL.")
