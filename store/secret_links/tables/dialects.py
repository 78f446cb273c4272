"""What the databases spell differently, or have to be told."""

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
    """Says something of one column."""

    inherit_cache = True
    _traverse_internals = [("column", InternalTraversal.dp_clauseelement)]  # noqa: RUF012  # SQLAlchemy's own form

    def __init__(self, column: ColumnElement[Any]) -> None:
        self.column = column
        self.type = column.type


class unindexed(_About):  # noqa: N801  # reads as a function of SQL
    """A column, no index of which may be used for it.

    SQLite's planner, without statistics, prefers an equality to the index that hands out the rows in order.
    """

    inherit_cache = True


class folded(_About):  # noqa: N801
    """A text as lists are ordered by it: upper and lower case of A to Z alike."""

    inherit_cache = True


class lowered(_About):  # noqa: N801
    """A text with A to Z in lower case, to look for something in it."""

    inherit_cache = True


class shared_now(_About):  # noqa: N801
    """An instant that is given or, where it is None, the present one by the server's clock, at each look at it.

    Whoever waited for another one's lock is judged by the time after that. SQLite has no server: one is always given.
    """

    inherit_cache = True


class _Limit(ColumnElement[Any]):
    """An instant that is written out: a partial index serves only a query that visibly implies its condition."""

    inherit_cache = True
    _traverse_internals = []  # noqa: RUF012  # nothing of it varies
    type = DateTime()
    at: ClassVar[datetime]


class first_instant(_Limit):  # noqa: N801
    """The first instant that can be read; what is less is none."""

    inherit_cache = True
    at = FIRST


class last_instant(_Limit):  # noqa: N801
    """The last instant that can be read; what is more is none. On SQLite every text and all bytes are more."""

    inherit_cache = True
    at = LAST


class counted(_About):  # noqa: N801
    """An instant in milliseconds since 1970: whole, within the years that Python has, and written as any number is.

    A page's own session may have a DateStyle that its driver cannot read.
    """

    inherit_cache = True


class place_in(FunctionElement[int]):  # noqa: N801
    """Where a text has another one in it, from 1 on; 0 where it has not."""

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
