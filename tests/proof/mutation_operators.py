"""Changes of code that mutmut does not make, and that matter to rules: a condition, a step or an entry left out."""

from __future__ import annotations

import re
from collections.abc import Iterable

import libcst as cst
from libcst import matchers as m
from mutmut.mutation.mutators import mutation_operators, operator_string

Changes = Iterable[cst.CSTNode]


def without_entry(node: cst.CSTNode) -> Changes:
    """Leaves each entry of a tuple, list or set out: conditions of queries are kept in them."""
    assert isinstance(node, cst.Tuple | cst.List | cst.Set)
    for index in range(len(node.elements)):
        if len(node.elements) > 2 or (len(node.elements) > 1 and not isinstance(node, cst.Tuple)):
            yield node.with_changes(elements=[*node.elements[:index], *node.elements[index + 1 :]])


def without_step(node: cst.CSTNode) -> Changes:
    """Leaves out a call whose result is not used."""
    assert isinstance(node, cst.Expr)
    if isinstance(node.value, cst.Call):
        yield cst.Pass()


def negated(node: cst.CSTNode) -> Changes:
    """Turns a condition around, where it is a name, a call or a chain: mutmut turns comparisons around."""
    assert isinstance(node, cst.If | cst.While | cst.IfExp)
    if m.matches(node.test, m.Name() | m.Call() | m.Attribute() | m.NamedExpr() | m.BooleanOperation()):
        inner = node.test if node.test.lpar else node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        turned = cst.UnaryOperation(cst.Not(), inner)
        yield node.with_changes(test=turned)


def without_link_of_chain(node: cst.CSTNode) -> Changes:
    """Leaves a call out of a chain of calls: `query.where(…).with_for_update()` becomes `query.where(…)`."""
    assert isinstance(node, cst.Call)
    if isinstance(node.func, cst.Attribute) and isinstance(node.func.value, cst.Call):
        yield node.func.value


def without_line(node: cst.CSTNode) -> Changes:
    """Leaves a line, or an entry of a list, out of SQL on several lines: a right, a policy, or a condition of one."""
    assert isinstance(node, cst.SimpleString | cst.FormattedStringText)
    if "\n" not in node.value or not _SQL.search(node.value):
        return
    lines = node.value.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith("--") and '"""' not in line:
            yield node.with_changes(value="".join([*lines[:index], *lines[index + 1 :]]))
    for entry in _ENTRY.finditer(node.value):
        if "--" in node.value[node.value.rfind("\n", 0, entry.start()) + 1 : entry.start()]:
            continue  # a comment
        yield node.with_changes(value=node.value[: entry.start()] + node.value[entry.end() :])


_SQL = re.compile(r"\b(GRANT|REVOKE|POLICY|SET LOCAL|SELECT)\b")
_ENTRY = re.compile(r"(?<=[\w)]), ?\w+|(?<=\()\w+, (?=\w)|(?<= )[A-Z]+, (?=[A-Z])")

OPERATORS = (
    *mutation_operators,
    (cst.Tuple, without_entry),
    (cst.List, without_entry),
    (cst.Set, without_entry),
    (cst.SimpleString, without_line),
    (cst.FormattedStringText, without_line),
    (cst.Expr, without_step),
    (cst.If, negated),
    (cst.While, negated),
    (cst.IfExp, negated),
    (cst.Call, without_link_of_chain),
)
"""The kinds of nodes, and what is made of each."""

CHANGES_TEXT = operator_string
"""The operator that changes nothing but the text of a string."""
