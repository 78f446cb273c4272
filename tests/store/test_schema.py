"""Schema versions: a store of any older version can be opened."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Dialect, MetaData, create_engine, pool
from sqlalchemy.dialects import postgresql, sqlite

from secret_links import Counts, DeletedLink, Store, StoreError, StoreUnusable
from secret_links.tables import core, migrating
from secret_links.tables.indexes import is_on
from secret_links.tables.migrating import SCHEMA_VERSION
from secret_links.tables.models import Base
from support import SetClock, integrity

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def older(path: Path) -> Path:
    """A store of the first schema."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((SAMPLES / "schema-1.sql").read_text(encoding="utf-8"))
    return path


def test_the_newest_migration_is_the_version_of_the_program() -> None:
    assert ScriptDirectory(str(migrating.MIGRATIONS)).get_current_head() == f"{SCHEMA_VERSION:04}"


def test_every_older_schema_has_a_sample() -> None:
    names = {f"schema-{version}.sql" for version in range(1, SCHEMA_VERSION)}
    assert names <= {sample.name for sample in SAMPLES.iterdir()}


def test_the_migrations_make_what_the_models_say(path: Path) -> None:
    Store.open(path).close()
    engine = create_engine(f"sqlite:///{path}", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda item, *_: is_on("sqlite", item)}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_statements_name_the_tables_that_the_models_say() -> None:
    def described(tables: MetaData) -> dict[str, list[object]]:
        dialects: list[Dialect] = [sqlite.dialect(), postgresql.dialect()]  # type: ignore[no-untyped-call]
        return {
            name: [
                (
                    column.name,
                    type(column.type),
                    getattr(column.type, "required", None),
                    *(column.type.compile(dialect) for dialect in dialects),
                    column.nullable,
                    column.primary_key,
                )
                for column in table.columns
            ]
            for name, table in tables.tables.items()
        }

    assert described(core.links.metadata) == described(Base.metadata)


def test_an_older_store_is_upgraded_and_copied_beside_before(older: Path, clock: SetClock) -> None:
    with Store.open(older, clock=clock) as store:
        ana = store.as_host("ana")
        assert ana.counts() == Counts(active=3, used=1, expired=0)
        assert [link.label for link in ana.window()][-3:] == ["Chloé", "Bo Chen", "Ana Pires"]
        assert ana.preferences() == {"theme": "paper"}
        assert isinstance(ana.find("LS7S9BQcDHXhFWUI7ftf4B"), DeletedLink)
        assert store.backup is not None
    assert integrity(older) == "ok"
    assert store.backup.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(store.backup)) as backup:
        assert backup.execute("PRAGMA user_version").fetchone() == (1,)
        assert backup.execute("SELECT count(*) FROM link").fetchone() == (4,)


def test_a_copy_that_is_there_from_an_earlier_upgrade_is_not_replaced(older: Path) -> None:
    first = older.with_name(f"{older.name}.schema-1.backup")
    first.write_text("of other links")
    older.with_name(f"{older.name}.schema-1.backup.2").symlink_to("nowhere")
    with Store.open(older) as store:
        assert store.backup == older.with_name(f"{older.name}.schema-1.backup.3")
    assert first.read_text() == "of other links"
    assert integrity(store.backup) == "ok"


@pytest.mark.parametrize("named", ["0000", "0002", f"{SCHEMA_VERSION + 1:04}", "abc", ""])
def test_an_older_store_whose_tables_are_of_another_version_is_refused(older: Path, named: str) -> None:
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (named,))
        connection.commit()
    before = older.read_bytes()
    with pytest.raises(StoreUnusable, match="its header says schema 1, its tables say another one"):
        Store.open(older)
    assert integrity(older) == "ok"
    assert older.read_bytes()[100:] == before[100:]
    assert [file.name for file in older.parent.iterdir()] == [older.name]


def test_a_deleted_link_without_a_host_does_not_keep_a_store_from_being_upgraded(older: Path) -> None:
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = 'deleted_link'")
        connection.execute("PRAGMA writable_schema = RESET")
        connection.execute("UPDATE deleted_link SET host_id = NULL")
        connection.commit()
    Store.open(older).close()
    with closing(sqlite3.connect(older)) as connection:
        assert connection.execute("SELECT id, host_id FROM deleted_link").fetchall() == [(4, None)]


def test_an_upgraded_store_is_not_upgraded_again(older: Path) -> None:
    Store.open(older).close()
    with Store.open(older) as store:
        assert store.backup is None


def test_an_upgrade_that_fails_leaves_the_store_as_it_was(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(connection: object) -> None:
        raise StoreError("the upgrade failed half-way")

    with monkeypatch.context() as patch:
        patch.setattr(migrating, "migrate", fail)
        with pytest.raises(StoreError, match="half-way"):
            Store.open(older)
    assert list(older.parent.glob("*backup*")) == [], "what would be the same as the store itself is not kept"
    with closing(sqlite3.connect(older)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
    with Store.open(older) as store:
        assert store.as_host("ana").counts().total == 4


def test_an_older_store_that_cannot_be_written_is_refused(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, kind: kind != os.W_OK and real(path, kind))
    with pytest.raises(StoreError, match="older version and must be upgraded, but cannot be written"):
        Store.open(older)
