"""One of the processes that claim links: takes tickets, does what they say, and keeps each operation in its history."""

from __future__ import annotations

import os
import select
import sys
import time
from pathlib import Path

import pytest

from proof import planted
from proof.histories_claiming import AGAIN_AFTER, BooksInSession, Page, Redeems, Wanted, opened
from proof.histories_commands import KILLED_EVERY, Commands
from proof.histories_planted import PLANTED
from proof.histories_records import OF_LIBRARY, Answer, Log, What, name_of, visitor_id
from proof.histories_runs import SOON, Links, Run, Task, read_ticket, ticket
from proof.histories_statement import RunsStatement
from secret_links import (
    Change,
    HostStore,
    InvalidInput,
    LinkSet,
    LinkUnknown,
    NewExpiry,
    NoLongerActive,
    NothingToUndo,
    OutcomeUnknown,
    StoreError,
)
from secret_links.times import from_milliseconds, to_milliseconds, utc_now

PAGES: dict[str, tuple[What, type[Page]]] = {
    "redeem": (What.REDEEM, Redeems),
    "session": (What.SESSION, BooksInSession),
    "statement": (What.STATEMENT, RunsStatement),
    **{name: (What.STATEMENT, page) for name, page in PLANTED.items()},
}
"""By name, what a process may be."""

COMES = 0.0005
"""Seconds from a ticket to the claim: others take tickets of the same link meanwhile, however few cores there are."""

_OF_TASKS = {Task.DELETE: What.DELETE, Task.RESTORE: What.RESTORE, Task.CHANGE: What.CHANGE}


class Claimer:
    """A page, and a host's terminal, in a process of its own that ends when no ticket is left."""

    def __init__(self, run: Run, links: Links, process: int, reads: int) -> None:
        self._run, self._links, self._process, self._reads = run, links, process, reads
        self._log = Log(Path(run.folder), process)
        self._number = 0
        self._host: Host | None = None
        if run.undo:
            pytest.MonkeyPatch().setattr("secret_links.restoring._give_back", getattr(planted, run.undo))

    def work(self, page: str) -> None:
        """Takes tickets until there are none."""
        what, made = PAGES[page]
        claims = made(self._run.url)
        rests = self._run.library_rests if what in OF_LIBRARY else 0
        while dealt := os.read(self._reads, 4):
            time.sleep(COMES)
            task, link = read_ticket(int.from_bytes(dealt, sys.byteorder))
            self._number += 1
            if task is Task.CLAIM:
                self._claim(claims, what, link)
            else:
                self._host = self._host or Host(self._run.url, self._log)
                self._host.do(self._number, task, link, self._links.ids[link])
            if rests:
                time.sleep(rests)

    def run_commands(self, writes: int) -> None:
        """Runs pairs of commands for some of the last links, every other time beside pages, which get tickets."""
        commands = Commands(self._run.url, self._log)
        last = len(self._links.tokens) - self._process * self._run.commands
        for pair in range(self._run.commands):
            link = last + pair
            if pair % 2:
                select.select([], [writes], [])
                os.write(writes, ticket(Task.CLAIM, link).to_bytes(4, sys.byteorder) * self._run.of_each)
            commands.claim_twice(link, self._links.tokens[link], kills=pair % KILLED_EVERY == 0)

    def _claim(self, page: Page, what: What, link: int) -> None:
        number, log = self._number, self._log
        visitor = name_of(visitor_id(self._process, number))
        wanted = Wanted(self._links.tokens[link], visitor, fails=number % self._run.fails_every == 0)
        log.begin(number, what, link)
        answer, winner = page.claim(wanted, lambda: log.unknown(number, link))
        log.end(number, answer, link, winner)


class Host:
    """Who deletes links, undoes that, and changes when they expire."""

    def __init__(self, url: str, log: Log) -> None:
        self._store = opened(url)
        self._ana: HostStore = self._store.as_host("ana")
        self._log = log

    def close(self) -> None:
        self._store.close()

    def do(self, number: int, task: Task, link: int, link_id: int) -> None:
        """Does it until there is an answer; where nobody knows what came of it, the operation stays open."""
        expires = to_milliseconds(utc_now()) + SOON[link * 7919 % len(SOON)]
        self._log.begin(number, _OF_TASKS[task], link, expires if task is Task.CHANGE else 0)
        while True:
            try:
                answer = self._answer(task, link_id, NewExpiry(from_milliseconds(expires)))
            except OutcomeUnknown:
                self._log.unknown(number, link)
                return
            except StoreError:
                time.sleep(AGAIN_AFTER)
            else:
                self._log.end(number, answer, link)
                return

    def _answer(self, task: Task, link_id: int, expiry: NewExpiry) -> Answer:
        if task is Task.DELETE:
            return Answer.DONE if self._ana.delete([link_id]).links else Answer.IN_VAIN
        try:
            if task is Task.RESTORE:
                self._ana.restore_links([link_id])
            else:
                self._ana.change(LinkSet(frozenset([link_id])), Change(expiry=expiry))
        except (NothingToUndo, NoLongerActive):
            return Answer.IN_VAIN
        except LinkUnknown:
            return Answer.DELETED
        except InvalidInput:
            return Answer.REFUSED
        return Answer.DONE
