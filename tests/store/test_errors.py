"""The family of errors: its tree, and what InvalidInput is about."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import secret_links
import secret_links_tui
from secret_links import InvalidInput, PartlyDone, QueryCancelled, SecretLinksError, StoreError, errors
from secret_links.deleting import or_partly_done
from secret_links.errors import Field

SOURCES = [
    ast.parse(file.read_text(), str(file))
    for package in (secret_links, secret_links_tui)
    for file in sorted(Path(package.__path__[0]).rglob("*.py"))
]


def functions() -> Iterator[ast.FunctionDef]:
    for source in SOURCES:
        for node in ast.walk(source):
            if isinstance(node, ast.FunctionDef):
                yield node


def is_field(argument: ast.arg) -> bool:
    return isinstance(argument.annotation, ast.Name) and argument.annotation.id == "Field"


def places_of_fields() -> dict[str, int]:
    """Of every function that takes a Field, the number of that argument."""
    places = {"InvalidInput": 0}
    for function in functions():
        for place, argument in enumerate(function.args.args):
            if is_field(argument) and function.name != "__init__":
                places[function.name] = place
    return places


def fields_by_default() -> Iterator[str]:
    for function in functions():
        for argument, default in zip(reversed(function.args.args), reversed(function.args.defaults), strict=False):
            if is_field(argument):
                assert isinstance(default, ast.Constant)
                yield str(default.value)


def fields_in_calls() -> Iterator[str]:
    """What InvalidInput, and all functions that hand a field on to it, are called with."""
    places = places_of_fields()
    for source in SOURCES:
        for call in ast.walk(source):
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name | ast.Attribute):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            if name not in places:
                continue
            given = [word.value for word in call.keywords if word.arg == "field"]
            given += call.args[places[name] : places[name] + 1]
            for field in given:
                if isinstance(field, ast.Constant):
                    yield str(field.value)
                else:
                    assert name != "InvalidInput" or (isinstance(field, ast.Name) and field.id == "field")


def test_the_fields_of_invalid_input_are_those_that_are_raised() -> None:
    assert {*fields_in_calls(), *fields_by_default()} == set(get_args(Field))


def family(of: type[BaseException]) -> Iterator[tuple[str, str]]:
    for child in of.__subclasses__():
        if child.__module__.startswith("secret_links."):
            yield child.__name__, of.__name__
            yield from family(child)


def drawn(tree: str) -> Iterator[tuple[str, str]]:
    """Each class of the tree, with the one above it."""
    above = {0: "SecretLinksError"}
    for before, name in re.findall(r"^    ([ │]*)[├└]── (\w+)", tree, re.MULTILINE):
        depth = len(before) // 4
        above[depth + 1] = name
        yield name, above[depth]


def test_the_tree_of_errors_names_every_class_under_its_parent() -> None:
    for module in ("booking", "store", "host_store", "postgres.database"):
        import_module(f"secret_links.{module}")
    assert errors.__doc__ is not None
    assert sorted(drawn(errors.__doc__)) == sorted(family(SecretLinksError))


def test_a_cancelled_query_is_no_error_of_the_store() -> None:
    assert not issubclass(QueryCancelled, SecretLinksError)
    with pytest.raises(QueryCancelled, match="cancelled"):
        raise QueryCancelled


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (InvalidInput("expires", "It has passed."), r"the rest was refused \(It has passed\.\)"),
        (StoreError("The disk is full."), "the store could not be written"),
    ],
    ids=["refused", "failed"],
)
def test_what_is_cut_short_says_how_much_is_done_and_what_was_not_begun_is_refused_as_it_is(
    error: SecretLinksError, why: str
) -> None:
    with (
        pytest.raises(PartlyDone, match=rf"^1,200 links were changed, then {why}; undo it\.$") as cut,
        or_partly_done("changed", 1200, "undo it"),
    ):
        raise error
    assert cut.value.done == 1200
    with pytest.raises(type(error)) as whole, or_partly_done("changed", 0):
        raise error
    assert whole.value is error
