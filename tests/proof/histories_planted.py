"""Pages with faults that others have had, for the checker of histories to find."""

from __future__ import annotations

import time

from proof.histories_claiming import Page, Told, Unknown, Wanted
from proof.histories_records import Answer
from proof.histories_statement import RunsStatement

LOOKS_AWAY = 0.003
"""Seconds between a look and what is done about it: others come in between, or a link expires."""

_SOON = (
    "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER) + 1",
    "date_trunc('milliseconds', clock_timestamp()) + interval '1 millisecond'",
)
"""The next millisecond, on SQLite and on PostgreSQL."""


class ReadsThenWrites(RunsStatement):
    """Looks whether the link is unused, and spends it in another statement."""

    def attempt(self, wanted: Wanted) -> Told:
        looks = self.spelt("SELECT 1 FROM link WHERE token = :token AND used_at IS NULL")
        if self.run(looks, {"token": wanted.token}).fetchone() is None:
            return Answer.NOT_AVAILABLE, 0
        time.sleep(LOOKS_AWAY)
        return super().attempt(wanted)

    def had(self, wanted: Wanted) -> bool:
        self.run(self.spelt(without(self.claims, "AND used_at IS NULL")), named(wanted))
        return True


class CommitsBeforeBooking(RunsStatement):
    """Commits the claim, and makes the booking after that, where it may fail."""

    def book(self, wanted: Wanted) -> None:
        self.run("COMMIT")
        self.begin()
        super().book(wanted)


class DoesNotCheckExpiry(RunsStatement):
    """Runs the README's statement without its last condition, on links that are made to expire before it does."""

    def attempt(self, wanted: Wanted) -> Told:
        soon = _SOON[self.on_server]
        expires = f"UPDATE link SET expires_at = {soon} WHERE token = :token AND used_at IS NULL AND expires_at IS NULL"
        self.run(self.spelt(expires), {"token": wanted.token})
        time.sleep(LOOKS_AWAY)
        return super().attempt(wanted)

    def had(self, wanted: Wanted) -> bool:
        before, found, rest = self.claims.partition("AND (expires_at IS NULL")
        assert found, "the README says it in other words"
        statement = f"{before} RETURNING{rest.rpartition('RETURNING')[2]}"
        return self.run(statement, named(wanted)).fetchone() is not None


class ClaimsAnew(RunsStatement):
    """Loses the answer to some commits, and claims as if nothing had come of them."""

    def stands(self, wanted: Wanted) -> bool:
        del wanted
        return False

    def attempt(self, wanted: Wanted) -> Told:
        answer = super().attempt(wanted)
        if answer[0] == Answer.WON:
            raise Unknown
        return answer


class BooksWhenRefused(RunsStatement):
    """Makes the booking before it has looked whether the link is had."""

    def had(self, wanted: Wanted) -> bool:
        won = super().had(wanted)
        if not won:
            self.book(wanted)
            self.run("COMMIT")
            self.begin()
        return won


class KeepsClaimBySavepoint(RunsStatement):
    """Takes a booking that failed back to a savepoint behind the claim, and commits."""

    def book(self, wanted: Wanted) -> None:
        self.run("SAVEPOINT booking")
        super().book(wanted)
        if wanted.fails:
            self.run("ROLLBACK TO SAVEPOINT booking")
            self.run("COMMIT")
            self.begin()


def named(wanted: Wanted) -> dict[str, str]:
    return {"token": wanted.token, "by": wanted.visitor, "reference": wanted.visitor}


def without(statement: str, words: str) -> str:
    before, found, after = statement.partition(words)
    assert found, "the README says it in other words"
    return before + after


PLANTED: dict[str, type[Page]] = {
    "read, then write": ReadsThenWrites,
    "commit before booking": CommitsBeforeBooking,
    "no check of the expiry": DoesNotCheckExpiry,
    "claim anew after an unknown commit": ClaimsAnew,
    "book when refused": BooksWhenRefused,
    "a savepoint that keeps the claim": KeepsClaimBySavepoint,
}
