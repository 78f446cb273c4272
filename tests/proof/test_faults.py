"""Every fault: each system call of an operation fails once with each error that it can have, or is never made.

With SECRET_LINKS_PROOF in the environment, of all operations but redeeming every n-th fault, or every one with
SECRET_LINKS_PROOF=whole; otherwise a small fixed sample.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest

from proof.effort import PROOF, every
from proof.faults import Report, Trial
from proof.faults_errors import KILLED, RESET
from proof.faults_places import Files, Place
from proof.faults_servers import Between, Servers
from proof.faults_tracing import Fault, Program, program, skip_without_tracing

pytestmark = pytest.mark.timeout(4 * 3600)

SAMPLE = 3
"""Faults of each operation in an ordinary run."""

GROWTH = 2_048
"""Bytes by which files may be longer in each run with short writes: half a page."""


FEW = 6
"""Calls that an operation makes in one run and not in another: how often it waits for a server differs."""


class Case(NamedTuple):
    """An operation, on which kind of store, in which state."""

    operation: str
    template: str = "furnished"
    every: int = 1
    """Which of all the faults are tried: every n-th, where hundreds of calls of a name are on one file.

    A copy between files has 2,800 faults, an upgrade 1,700 to 2,200, a backup 1,000; an operation on links has 500 to
    900 on a file and 150 to 450 on a server. All are tried of redeeming; a trial takes 0.1 to 0.2 s on one of two
    processors. The numbers are prime, so that in turn each fault meets each kind of call. SECRET_LINKS_PROOF=whole
    tries all of them.
    """
    writes_files: bool = True


OF_LINKS = {"redeem": 1, "book": 5, "generate": 11, "delete": 11, "undo": 11, "change": 11, "take_back": 13}
"""The operations on links, and which of their faults on a file are tried."""
ON_LINES = {"redeem": 1, "book": 5, "generate": 11, "delete": 11, "undo": 11, "change": 11, "take_back": 13}
"""The same, of those on a line to a server."""

ON_FILES = (
    *(Case(operation, every=nth) for operation, nth in OF_LINKS.items()),
    Case("close", every=5),
    Case("backup", every=11),
    Case("copy", "two stores", 43),
    Case("upgrade", "schema 9", 37),
    Case("upgrade", "schema 1", 37),
    Case("upgrade", "nothing", 61),
)
ON_SERVERS = (
    *(Case(operation, every=nth, writes_files=False) for operation, nth in ON_LINES.items()),
    Case("upgrade", "schema 2", 37, False),
)
BETWEEN = {"to a server": Case("copy", "links alone", 61, False), "to a file": Case("copy", "links alone", 73)}


@pytest.fixture(scope="session")
def running() -> Iterator[Program]:
    """The program whose calls fail."""
    skip_without_tracing()
    with program() as started:
        yield started


def proven(running: Program, place: Place, case: Case) -> Report:
    """Runs an operation with each of its faults, or a sample of them."""
    trial = Trial(running, place, case.operation, case.template)
    faults = trial.faults()
    report = trial.run(
        faults[:: every(case.every)] if PROOF else faults[len(faults) // SAMPLE // 2 :: len(faults) // SAMPLE]
    )
    if PROOF:
        trial.run_to_the_end(report)
    if case.writes_files:
        trial.run_with_short_writes(report, GROWTH if PROOF else 20 * GROWTH)
    print(f"{case.operation} ({case.template}): {report}")
    return report


def check(report: Report, least: int = SAMPLE) -> None:
    assert not report.findings, "\n".join([str(report), *report.findings[:20]])
    assert report.injected.total() >= least
    names = {missed.split()[0] for missed in report.missed}  # each is missed once, behind its last call
    assert len(report.missed) + len(report.elsewhere) <= len(names) + FEW + report.injected.total() // 50


@pytest.mark.parametrize("case", ON_FILES, ids=lambda case: f"{case.operation}, {case.template}")
def test_no_fault_of_a_file_leaves_half_of_an_operation(running: Program, files: Files, case: Case) -> None:
    check(proven(running, files, case))


@pytest.mark.parametrize("case", ON_SERVERS, ids=lambda case: f"{case.operation}, {case.template}")
def test_no_fault_of_a_line_leaves_half_of_an_operation(running: Program, servers: Servers, case: Case) -> None:
    check(proven(running, servers, case))


@pytest.mark.parametrize("to", BETWEEN)
def test_no_fault_leaves_half_of_a_copy_between_a_file_and_a_server(
    running: Program, files: Files, servers: Servers, to: str
) -> None:
    place = Between(files, servers, to_server=to == "to a server")
    check(proven(running, place, BETWEEN[to]))


class Found(NamedTuple):
    """A fault that an operation did not survive once: the first or the last call of a name on a file."""

    case: Case
    call: str
    on: str
    which: int
    how: str


FOUND = {
    "a claim stood that was refused": Found(Case("redeem"), "fdatasync", "links.db-wal>", -1, "EIO"),
    "links were deleted that were said to be there": Found(Case("delete"), "pwrite64", "links.db>", 0, "ENOSPC"),
    "a new store had no tables": Found(Case("upgrade", "nothing"), "pwrite64", "/unfinished>", -1, "ENOSPC"),
    "a copy was left by what was not upgraded": Found(
        Case("upgrade", "schema 9"), "fdatasync", "links.db-wal>", -1, "EIO"
    ),
    "a copy was refused whose folder could not be closed": Found(Case("backup"), "close", ".part>", -1, "EIO"),
    "a copy was refused that was made": Found(Case("backup"), "newfstatat", '.part>, ""', 0, "EIO"),
}


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
def test_what_was_found_stays_mended(running: Program, files: Files, found: Found) -> None:
    trial = Trial(running, files, found.case.operation, found.case.template)
    calls = [call for call in trial.calls if call.name == found.call and found.on in call.logged]
    check(trial.run([Fault(calls[found.which], found.how)]), least=1)


def test_a_disk_that_fails_for_good_during_a_commit_leaves_the_outcome_unknown(running: Program, files: Files) -> None:
    trial = Trial(running, files, "redeem")
    flushes = [call for call in trial.calls if call.name == "fdatasync"]
    report = trial.run([Fault(flushes[-1], "EIO", for_good=True)])
    check(report, least=1)
    assert report.answers == {"unknown": 1}


def test_an_answer_to_a_commit_that_cannot_be_received_is_looked_up(running: Program, servers: Servers) -> None:
    """libpq keeps such a connection open: the claim was tried again, and its visitor refused as the second one."""
    trial = Trial(running, servers, "redeem")
    report = trial.run([Fault(trial.calls[-1], "ENOMEM")])
    check(report, least=1)
    assert report.answers == {"done": 1}


@pytest.mark.parametrize("name", ["epoll_ctl", "poll"])
def test_a_machine_that_cannot_wait_for_the_server_has_the_store_s_errors(
    running: Program, servers: Servers, name: str
) -> None:
    trial = Trial(running, servers, "redeem")
    last = [call for call in trial.calls if call.name == name][-1]
    report = trial.run([Fault(last, "ENOMEM")])
    check(report, least=1)
    assert set(report.answers) <= {"done", "refused", "unknown"}


PLANTED = ("book_after_commit", "retry_unknown", "generate_again_if_unknown")


def of_the_end(trial: Trial) -> list[Fault]:
    """The process is killed before one of its last calls."""
    return [fault for fault in trial.faults() if fault.how == KILLED][-12:]


def test_a_booking_after_the_commit_is_found_on_a_file(running: Program, files: Files) -> None:
    trial = Trial(running, files, "book_after_commit")
    report = trial.run(of_the_end(trial))
    assert any("neither all nor nothing" in found for found in report.findings), report


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_fault_is_found_on_a_server(running: Program, servers: Servers, planted: str) -> None:
    trial = Trial(running, servers, planted)
    lost = Fault(trial.calls[-1], RESET)  # the answer to the last commit
    report = trial.run([lost] if planted != "book_after_commit" else of_the_end(trial))
    assert report.findings, report
