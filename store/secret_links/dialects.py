"""What the databases spell differently, or have to be told."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


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


@compiles(unindexed)
def _plain(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return str(compiler.process(element.column, **options))


@compiles(unindexed, "sqlite")
def _with_plus(element: unindexed, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"+{compiler.process(element.column, **options)}"


@compiles(folded)
def _lower(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f'lower({compiler.process(element.column, **options)}) COLLATE "C"'


@compiles(folded, "sqlite")
def _nocase(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"{compiler.process(element.column, **options)} COLLATE NOCASE"
