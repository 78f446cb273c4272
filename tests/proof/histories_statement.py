"""A page in another language: the README's statement, in the transaction of the booking."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import suppress
from typing import Any

import psycopg

from proof.histories_claiming import BOOK, LOOK, TAKES, Away, Page, Told, Unknown, Wanted
from proof.histories_records import Answer
from proof.worlds import STATEMENTS


class RunsStatement(Page):
    """A page in another language, with a driver alone."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.claims, self.books, self.looks = (self.spelt(said) for said in (STATEMENTS[self.on_server], BOOK, LOOK))
        self._driver: Any = None

    def spelt(self, statement: str) -> str:
        """Writes a statement's parameters as the driver wants them."""
        return re.sub(r"(?<!:):(\w+)\b", r"%(\1)s", statement) if self.on_server else statement

    def attempt(self, wanted: Wanted) -> Told:
        commits = False
        try:
            self.begin()
            if not self.had(wanted):
                self.run("ROLLBACK")
                return Answer.NOT_AVAILABLE, 0
            self.book(wanted)
            if wanted.fails:
                self.run("ROLLBACK")
                return Answer.GAVE_BACK, 0
            commits = True
            self.run("COMMIT")
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            self.close()
            raise (Unknown if commits else Away) from error
        return Answer.WON, 0

    def stands(self, wanted: Wanted) -> bool:
        try:
            (found,) = self.run(self.looks, {"visitor": wanted.visitor}).fetchone()
        except (sqlite3.OperationalError, psycopg.OperationalError) as error:
            self.close()
            raise Away from error
        return bool(found == 1)

    def begin(self) -> None:
        self.run("BEGIN" if self.on_server else "BEGIN IMMEDIATE")

    def had(self, wanted: Wanted) -> bool:
        """Runs the README's statement."""
        named = {"token": wanted.token, "by": wanted.visitor, "reference": wanted.visitor}
        return self.run(self.claims, named).fetchone() is not None

    def book(self, wanted: Wanted) -> None:
        time.sleep(TAKES)
        self.run(self.books, {"visitor": wanted.visitor, "token": wanted.token})

    def run(self, statement: str, named: dict[str, str] | None = None) -> Any:
        if self._driver is None:
            if self.on_server:
                self._driver = psycopg.connect(self.url, autocommit=True)
            else:
                self._driver = sqlite3.connect(self.url, isolation_level=None, timeout=30)
        return self._driver.execute(statement, named) if named else self._driver.execute(statement)

    def close(self) -> None:
        driver, self._driver = self._driver, None
        if driver is not None:
            with suppress(sqlite3.Error, psycopg.Error):
                driver.close()
