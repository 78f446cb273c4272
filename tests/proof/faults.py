"""Runs an operation with each fault that it can meet, and checks what is left, and what was said."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from proof.faults_errors import ERRORS, KILLED, KILLED_AFTER
from proof.faults_operations import Request
from proof.faults_places import Place, wanted
from proof.faults_states import State, compared
from proof.faults_tracing import Call, Fault, Program, Run

COPIES = ("backup", "copy", "backup_in_one_write")
"""Operations that make another store."""

MORE = 20
"""Calls of one name behind the last one of an untouched run, after which something else is wrong."""

LONGEST = 4_000_000
"""Bytes that no file of a store comes to here."""

SHORT = "short write"
SHORT_CALL = "short call"

Compared = dict[str, list[str]]


@dataclass
class Report:
    """What came of all the runs of one operation."""

    calls: int = 0
    """The calls that the operation makes, untouched."""
    injected: Counter[str] = field(default_factory=Counter)
    """How often each fault has happened."""
    missed: list[str] = field(default_factory=list)
    """The faults whose call was not made: an operation makes one or two calls more in one run than in another."""
    elsewhere: list[str] = field(default_factory=list)
    """The faults that met another call, for the same reason: one that is not on the store."""
    answers: Counter[str] = field(default_factory=Counter)
    """How often each kind of answer was given."""
    findings: list[str] = field(default_factory=list)
    """What must not be."""

    def __str__(self) -> str:
        return (
            f"{self.calls} calls, {self.injected.total()} faults {dict(self.injected)}, {len(self.missed)} missed, "
            f"{len(self.elsewhere)} elsewhere, "
            f"answers {dict(self.answers)}, {len(self.findings)} findings"
        )


@dataclass
class Trial:
    """One operation on one kind of store."""

    program: Program
    place: Place
    operation: str
    template: str = "furnished"

    def __post_init__(self) -> None:
        url = self.place.make(self.template)
        state = self.place.state(url)
        self._request = wanted(self.operation, url, state)
        self.program.do(self._prepared())  # the first one may compile what it imports, with calls that no other makes
        request = self._prepared()
        self._raw = state if self.operation in COPIES else self._kept(request)
        self.before = self._compared(self._kept(request))
        untouched = self.program.run(request)
        assert kind_of(untouched) == "done", untouched.answer
        self._answer = untouched.answer
        self.after = self._compared(self._kept(request))
        if self.operation == "close":
            self.before = self.after  # the link was redeemed before
        self.calls = untouched.calls(self.place.folders(), sockets=self.place.sockets)
        self._numbers = untouched.numbers
        self._over = untouched.over

    def faults(self) -> list[Fault]:
        """Every fault of every call that an untouched run has made; the process is also killed before it answers."""
        errors = [Fault(call, how) for call in self.calls for how in (*ERRORS[call.name], KILLED, KILLED_AFTER)]
        return [*errors, Fault(self._over, KILLED)]

    def run_to_the_end(self, report: Report) -> None:
        """Goes on behind the last call of each name, until the operation passes untouched: one call more in each run.

        How many calls an operation makes is not the same in every run. The log of the last one shows that the call was
        not made, and nothing was tampered with; then the operation must have been done, and what it left is checked.
        """
        for name in dict.fromkeys(call.name for call in self.calls):
            number = self._numbers[name]
            for more in range(1, MORE + 1):
                fault = Fault(Call(name, number + more), ERRORS[name][0])
                missed = len(report.missed)
                self._try(fault, report)
                if len(report.missed) > missed:
                    break
            else:
                report.findings.append(f"{name} is still made behind the {number + MORE}th time")

    def run_with_short_writes(self, report: Report, step: int) -> None:
        """Lets files grow by a step more in each run, until the operation passes untouched: a disk that becomes full.

        The write across the end is short, and the next one fails.
        """
        for longest in range(step, LONGEST, step):
            request = self._prepared()
            run = self.program.run(request, longest=longest)
            report.injected[SHORT] += run.short_writes
            report.answers[kind_of(run)] += 1
            report.findings += [f"files of {longest} bytes: {found}" for found in self._findings(request, run)]
            if not any("= -1 EFBIG" in line for line in run.log):
                break
        else:
            report.findings.append(f"files are longer than {LONGEST} bytes")

    def run_with_short_calls(self) -> Report:
        """Runs the operation while each call that reads or writes does half of what it is asked for."""
        report = Report(len(self.calls))
        request = self._prepared()
        answer = self.program.do(replace(request, short=True))
        report.injected[SHORT_CALL] = answer.pop("short_calls")
        run = Run(answer, [], None)
        report.answers[kind_of(run)] += 1
        report.findings += self._findings(request, run)
        return report

    def run(self, faults: Sequence[Fault]) -> Report:
        """Runs the operation with each fault; asks again after each."""
        report = Report(len(self.calls))
        for fault in faults:
            self._try(fault, report)
        return report

    def _try(self, fault: Fault, report: Report) -> None:
        request = self._prepared()
        run = self.program.run(request, fault, self.place.cut)
        findings = list(self._findings(request, run))
        report.answers[kind_of(run)] += 1
        if run.was_injected:
            if fault.call != self._over and not run.is_on(self.place.folders(), sockets=self.place.sockets):
                report.elsewhere.append(str(fault))
                return
            report.injected[fault.how] += 1
        elif run.was_not_made:
            report.missed.append(str(fault))
            if kind_of(run) != "done":
                findings.append(f"nothing failed, but it said {run.answer}")
        else:
            findings.append("the fault did not happen, although the call was made")
        report.findings += [f"{fault}: {found}" for found in findings]

    def _prepared(self) -> Request:
        """The request for the operation on the store, which is made afresh."""
        url = self.place.make(self.template)
        return replace(self._request, url=url, target=self.place.target())

    def _kept(self, request: Request) -> State:
        """What the operation is about: the store, or the copy that it makes of it."""
        return self.place.state(request.target if self.operation in COPIES else request.url)

    def _compared(self, state: State) -> Compared:
        return compared(state, self._raw)

    def _findings(self, request: Request, run: Run) -> Iterator[str]:
        """What must not be: a state in between, an answer that is not true, a second spend."""
        try:
            state = self._kept(request)
            left = self._compared(state)
            yield from self._torn(kind_of(run), left)
            yield from self._untrue(run, left, state)
            again = self.program.do(replace(request, operation="redeem") if self.operation == "close" else request)
            final = self._compared(self._kept(request))
        except (AssertionError, sqlite3.DatabaseError) as broken:
            yield f"broken: {broken}"
            return
        if final != self.after:
            yield f"asked again, it said {again}, and left {differing(final, self.after)}"
        if left == self.before != self.after and "done" not in again:
            yield f"it was undone, but asked again it said {again}"

    def _torn(self, kind: str, left: Compared) -> Iterator[str]:
        whole = left in (self.before, self.after)
        if not whole and not (self.operation == "copy" and is_beginning(left, self.after)):
            yield f"neither all nor nothing ({kind}): {differing(left, self.after)}"
        for path in self.place.copies() if self.operation not in COPIES else ():
            if self._compared(self.place.state(str(path))) != self.before:
                yield f"{path.name} is not a copy of the store as it was"
        if kind == "refused" and self.operation == "upgrade" and left == self.before and self.place.copies():
            yield "a copy was left, although nothing was upgraded"

    def _untrue(self, run: Run, left: Compared, state: State) -> Iterator[str]:
        kind, undone = kind_of(run), left == self.before or self._may_go_on
        if kind == "done" and (left != self.after or not self._is_told(run.answer, state)):
            yield f"not as it said: {run.answer}, {differing(left, self.after)}"
        if kind == "refused" and not undone:
            yield f"it is done, but it said: {run.answer}"
        if kind == "raised" and not self.operation.startswith("book"):  # a page's own driver has its own errors
            yield f"an error that is not the store's: {run.answer}"

    @property
    def _may_go_on(self) -> bool:
        """Whether what was refused may be there: a copy is continued, and a new store is opened later."""
        return self.operation == "copy" or self.template == "nothing"

    def _is_told(self, answer: Any, state: State) -> bool:
        if self.operation.startswith("generate"):
            return {row["token"] for row in state["link"]}.issuperset(answer["done"])
        return bool(answer == self._answer)


def is_beginning(left: Compared, after: Compared) -> bool:
    """Whether a copy that was cut short has nothing that the whole one has not."""
    return all(not Counter(rows) - Counter(after[table]) for table, rows in left.items())


def differing(one: Compared, other: Compared) -> str:
    """The rows that are in one of two states alone, shortened."""
    rows = [
        f"{sign} {table} {row}"
        for sign, some, others in (("+", one, other), ("-", other, one))
        for table, found in some.items()
        for row in (Counter(found) - Counter(others.get(table, []))).elements()
    ]
    return "; ".join(rows)[:600] or "no difference"


def kind_of(run: Run) -> str:
    """What the caller knows: `done`, `refused`, `unknown`, `raised`; `killed` if nothing was said."""
    return next(iter(run.answer)) if run.answer is not None else "killed"
