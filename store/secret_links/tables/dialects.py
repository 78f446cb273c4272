"""Elements of SQL that the databases spell differently."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, DateTime, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal

from secret_links.times import FIRST, LAST, to_milliseconds


class _About(ColumnElement[Any]):
    """An expression of one column."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012  # SQLAlchemy's own form

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


class unindexed(_About):  # noqa: N801  # reads as a function of SQL
    """A column in a condition that no index may be used for.

    SQLite's planner, without statistics, prefers an equality to the index that has the rows in order.
    """

    inherit_cache = True


class folded(_About):  # noqa: N801
    """A text as lists are ordered by it: A to Z without regard to case."""

    inherit_cache = True


class lowered(_About):  # noqa: N801
    """A text with A to Z in lower case, to search in."""

    inherit_cache = True


class in_milliseconds(_About):  # noqa: N801
    """An instant as it is read: in whole milliseconds, without what another program wrote beyond them on a server."""

    inherit_cache = True


class shared_now(_About):  # noqa: N801
    """A given instant or, if it is None, the present one by the server's clock, each time it is evaluated.

    So after waiting for a lock, the later instant counts. SQLite has no server: there, the instant is always given.
    """

    inherit_cache = True


class _Limit(ColumnElement[Any]):
    """A literal instant: a partial index serves only a query whose text implies its condition."""

    inherit_cache = True
    _traverse_internals = []  # noqa: RUF012  # nothing of it varies
    type = DateTime()
    at: ClassVar[datetime]


class first_instant(_Limit):  # noqa: N801
    """The first instant that can be read; lower values are unreadable."""

    inherit_cache = True
    at = FIRST


class last_instant(_Limit):  # noqa: N801
    """The last instant that can be read; higher values are unreadable. On SQLite texts and bytes are higher."""

    inherit_cache = True
    at = LAST


class counted(_About):  # noqa: N801
    """An instant in whole milliseconds since 1970, within the years 2 to 9998, as a number.

    In a page's own session, DateStyle may be one that its driver cannot read.
    """

    inherit_cache = True


class place_in(FunctionElement[int]):  # noqa: N801
    """The position of a text in another one, from 1 on; 0 if it is not in it."""

    inherit_cache = True
    type = Integer()


@compiles(unindexed)
def _plain(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return str(compiler.process(element.column, **options))


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"+{compiler.process(element.column, **options)}"


@compiles(folded)
@compiles(lowered)
def _lower(element: _About, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f'lower({compiler.process(element.column, **options)} COLLATE "C")'  # as C folds, not as the server's locale


@compiles(folded, "sqlite")
def _nocase(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"{compiler.process(element.column, **options)} COLLATE NOCASE"


@compiles(lowered, "sqlite")
def _ascii_lower(element: lowered, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"lower({compiler.process(element.column, **options)})"


@compiles(in_milliseconds)
def _as_it_is(element: in_milliseconds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return str(compiler.process(element.column, **options))


@compiles(in_milliseconds, "postgresql")
def _cut(element: in_milliseconds, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"date_trunc('milliseconds', {compiler.process(element.column, **options)})"


@compiles(shared_now)
def _given(element: shared_now, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return str(compiler.process(element.column, **options))


@compiles(shared_now, "postgresql")
def _given_or_asked(element: shared_now, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    given = compiler.process(element.column, **options)
    return f"coalesce(CAST({given} AS timestamptz), date_trunc('milliseconds', clock_timestamp()))"


@compiles(first_instant)
@compiles(last_instant)
def _written_out(element: _Limit, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    del compiler, options
    return f"TIMESTAMPTZ '{element.at.isoformat(sep=' ')}'"


@compiles(first_instant, "sqlite")
@compiles(last_instant, "sqlite")
def _milliseconds(element: _Limit, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    del compiler, options
    return str(to_milliseconds(element.at))


@compiles(counted)
def _as_kept(element: counted, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return str(compiler.process(element.column, **options))


@compiles(counted, "postgresql")
def _since_1970(element: counted, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    at = compiler.process(element.column, **options)
    within = f"least(greatest({at}, timestamptz '0002-01-01 00:00+00'), timestamptz '9998-12-31 00:00+00')"
    since = f"extract(epoch FROM date_trunc('milliseconds', {within})) * 1000"
    return f"CASE WHEN {at} IS NOT NULL THEN CAST(round({since}) AS bigint) END"


@compiles(place_in)
def _instr(element: place_in, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"instr({compiler.process(element.clauses, **options)})"


@compiles(place_in, "postgresql")
def _strpos(element: place_in, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"strpos({compiler.process(element.clauses, **options)})"
