"""Notes of a host's on a link: their names, and what they say, one line for each."""

import sqlite3

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_TABLES = ("link", "deleted_link")
_COLUMNS = ("note_names", "notes")


def upgrade() -> None:
    """Adds both to links and to deleted ones, and an index to the links that have any."""
    for table in _TABLES:
        for column in _COLUMNS:
            op.add_column(table, sa.Column(column, sa.String()))
    where = sa.text("note_names IS NOT NULL")
    op.create_index("link_noted", "link", ["host_id", "id"], sqlite_where=where, postgresql_where=where)
    if op.get_bind().dialect.name == "sqlite":
        _add_rules()
        op.execute("INSERT INTO sqlite_stat1 VALUES ('link', 'link_noted', '1000 500 1')")


def _add_rules() -> None:
    """Has tables in a file take texts only, as 0005 does.

    A rule that comes with a new column would have SQLite check every rule on every row, and refuse a store that has an
    instant which cannot be read.
    """
    connection = op.get_bind()
    driver = connection.connection.driver_connection
    if hasattr(sqlite3.Connection, "setconfig"):  # Python 3.12; some builds of SQLite forbid it unless it is asked for
        driver.setconfig(sqlite3.SQLITE_DBCONFIG_DEFENSIVE, False)  # type: ignore[union-attr, attr-defined]
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    for table in _TABLES:
        checks = "".join(f", \n\tCONSTRAINT {table}_{each}_is_text CHECK ({each} < x'')" for each in _COLUMNS)
        query = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
        made_by: str = connection.exec_driver_sql(query, (table,)).scalar_one().rstrip()
        changed = f"{made_by.removesuffix(')').rstrip()}{checks}\n)"
        connection.exec_driver_sql(
            "UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (changed, table)
        )
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")  # all who have the file open read it again
    connection.exec_driver_sql("PRAGMA writable_schema = RESET")
