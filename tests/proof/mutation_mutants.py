"""The mutants of a file: copies of it that differ in one small thing each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from zlib import crc32

import libcst as cst
from libcst import matchers as m
from libcst.metadata import MetadataWrapper, ParentNodeProvider

from proof.mutation_operators import CHANGES_TEXT, OPERATORS

SHORTEST = 18
"""Characters of code that a mutant's name quotes at least, with what is around a changed `1` or `None`."""

AROUND = 40
"""Characters that it quotes at most before and behind what is changed."""

_NO_BEHAVIOUR = m.Annotation() | m.Decorator() | m.Import() | m.ImportFrom()
_TYPES_ONLY = (
    m.If(test=m.Name("TYPE_CHECKING"))
    | m.Assign(value=m.Subscript(value=m.Name("Callable") | m.Name("ColumnElement")))
    | m.Assign(value=m.Call(func=m.Name("TypeVar")))
)
"""Code that only a type checker reads: nothing that runs can differ by a change of it."""

_UNPACKING = (cst.AssignTarget, cst.For, cst.CompFor)
"""What has names in a tuple: with one less, nothing can be unpacked into it."""


@dataclass(frozen=True)
class Mutant:
    """A file with one change."""

    name: str
    """The function, what is changed in it, and into what; no line number, so that it stays when other code moves."""
    function: str
    """The qualified name of the outermost function around the change; empty for what is done at import."""
    module: cst.Module = field(repr=False, compare=False)
    old: cst.CSTNode = field(repr=False, compare=False)
    new: cst.CSTNode = field(repr=False, compare=False)

    @cached_property
    def source(self) -> str:
        """The text of the changed file."""
        changed = self.module.deep_replace(self.old, self.new)
        assert isinstance(changed, cst.Module)
        return changed.code

    def is_in_share(self, share: int) -> bool:
        """Whether it is one of every `share` mutants: always the same ones, whatever becomes of the others."""
        return crc32(self.name.encode()) % share == 0


@dataclass(frozen=True)
class Mutants:
    """All that is made of one file."""

    made: tuple[Mutant, ...]
    messages: int
    """How many more there would be by changes of the text of sentences for people."""


def mutants_of(path: Path) -> Mutants:
    """Returns the mutants of a file, in its order."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text("utf-8")))
    maker = _Maker(wrapper)
    return Mutants(tuple(maker.mutants()), maker.messages)


class _Maker:
    def __init__(self, wrapper: MetadataWrapper) -> None:
        self._module = wrapper.module
        self._parents = wrapper.resolve(ParentNodeProvider)
        self._names: Counter[str] = Counter()
        self.messages = 0

    def mutants(self) -> Iterator[Mutant]:
        for node in self._nodes(self._module):
            for kind, change in OPERATORS:
                if not isinstance(node, kind):
                    continue
                for new in change(node):
                    if change is CHANGES_TEXT and self._is_of_message(node):
                        self.messages += 1
                    elif (mutant := self._mutant(node, new)) is not None:
                        yield mutant

    def _nodes(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        if m.matches(node, _NO_BEHAVIOUR | _TYPES_ONLY):
            return
        if not (isinstance(node, cst.Tuple) and isinstance(self._parents.get(node), _UNPACKING)):
            yield node
        for child in node.children:
            yield from self._nodes(child)

    def _around(self, node: cst.CSTNode) -> Iterator[cst.CSTNode]:
        while (parent := self._parents.get(node)) is not None:
            yield parent
            node = parent

    def _is_of_message(self, node: cst.CSTNode) -> bool:
        """Whether a text is a sentence that an error is made of, or a part of one: it has a blank in it."""
        if not isinstance(node, cst.SimpleString) or " " not in node.value:
            return False
        return any(isinstance(each, cst.Raise) or self._makes_object(each) for each in self._around(node))

    @staticmethod
    def _makes_object(node: cst.CSTNode) -> bool:
        return isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value[0].isupper()

    def _mutant(self, node: cst.CSTNode, new: cst.CSTNode) -> Mutant | None:
        before, after = self._code(node), self._code(new)
        if before == after:
            return None
        around = list(self._around(node))
        for parent in around:
            if len(before) >= SHORTEST or isinstance(parent, cst.SimpleStatementLine | cst.BaseCompoundStatement):
                break
            changed = parent.deep_replace(node, new)
            assert isinstance(changed, cst.CSTNode)
            before, after = self._code(parent), self._code(changed)
        scopes = [each for each in (node, *around) if isinstance(each, cst.FunctionDef | cst.ClassDef)]
        functions = [each for each in scopes if isinstance(each, cst.FunctionDef)]
        where = ".".join(each.name.value for each in reversed(scopes)) or self._assigned((node, *around))
        name = f"{where}: {difference(before, after)}"
        self._names[name] += 1
        if self._names[name] > 1:
            name = f"{name} ({self._names[name]})"
        return Mutant(name, functions[-1].name.value if functions else "", self._module, node, new)

    def _assigned(self, around: Iterable[cst.CSTNode]) -> str:
        """Returns the name that a statement at the top of a file assigns to."""
        for each in around:
            if isinstance(each, cst.Assign):
                return self._code(each.targets[0].target)
            if isinstance(each, cst.AnnAssign):
                return self._code(each.target)
        return "module"

    def _code(self, node: cst.CSTNode) -> str:
        return " ".join(self._module.code_for_node(node).split())


def difference(before: str, after: str) -> str:
    """Quotes where two texts differ, whole words, with a little of what is around: `if count [<= -> <] most:`."""
    shorter = min(len(before), len(after))
    start = next((place for place in range(shorter) if before[place] != after[place]), shorter)
    while start and (before[start - 1].isalnum() or before[start - 1] in "_\"'"):
        start -= 1
    left = shorter - start
    end = next((place for place in range(left) if before[-1 - place] != after[-1 - place]), left)
    while end and (before[-end].isalnum() or before[-end] in "_\"'"):
        end -= 1
    head, tail = before[:start], before[len(before) - end :]
    head = f"…{head[-AROUND:]}" if len(head) > AROUND else head
    tail = f"{tail[:AROUND]}…" if len(tail) > AROUND else tail
    return f"{head}[{before[start : len(before) - end]} -> {after[start : len(after) - end]}]{tail}"
