"""Every short call: each call that reads or writes does half of what it is asked for, and none of it fails.

The kernel may do that at any time, as when a signal comes in between or a buffer is full: who called has to go on.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proof.effort import PROOF
from proof.faults import SHORT_CALL, Trial
from proof.faults_places import Files, Place
from proof.faults_servers import Between, Servers
from proof.faults_short import short_calls
from proof.faults_tracing import Program, program, skip_without_tracing
from proof.test_faults import BETWEEN, ON_FILES, ON_SERVERS, Case

SOME = None if PROOF else 3
"""The step from one operation to the next that is tried; the proof tries all."""

LEAST = 10
"""Short calls of an operation: each is halved until one byte is left of it."""


@pytest.fixture(scope="module")
def halving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """The program whose calls are short when that is wanted."""
    skip_without_tracing()
    with program(short_calls(tmp_path_factory.mktemp("library"))) as started:
        yield started


def check(halving: Program, place: Place, case: Case) -> None:
    report = Trial(halving, place, case.operation, case.template).run_with_short_calls()
    assert not report.findings, report.findings
    assert report.answers == {"done": 1}
    assert report.injected[SHORT_CALL] >= LEAST


@pytest.mark.parametrize("case", ON_FILES[::SOME], ids=lambda case: f"{case.operation}, {case.template}")
def test_short_calls_on_a_file_are_gone_on_with(halving: Program, files: Files, case: Case) -> None:
    check(halving, files, case)


@pytest.mark.parametrize("case", ON_SERVERS[::SOME], ids=lambda case: f"{case.operation}, {case.template}")
def test_short_calls_on_a_line_are_gone_on_with(halving: Program, servers: Servers, case: Case) -> None:
    check(halving, servers, case)


@pytest.mark.parametrize("to", BETWEEN)
def test_short_calls_of_a_copy_between_a_file_and_a_server_are_gone_on_with(
    halving: Program, files: Files, servers: Servers, to: str
) -> None:
    check(halving, Between(files, servers, to_server=to == "to a server"), BETWEEN[to])


def test_a_copy_by_one_write_is_found(halving: Program, files: Files) -> None:
    report = Trial(halving, files, "backup_in_one_write").run_with_short_calls()
    assert any("broken" in found for found in report.findings), report
