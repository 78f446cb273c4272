"""A booking page with its visitors, and ten hosts: all of them at work, before, during and after trouble."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import httpx

from booking_site.site import make_app
from end_to_end.terminals import Line, program
from proof.night_workers import PATIENCE, TEN, Answer, CommandHost, Ledger, LibraryHost, Watcher
from secret_links import Link, Store
from secret_links.times import Clock

SITE = Path(__file__).parents[1] / "booking_site"
SIZE = (180, 30)
"""Columns and lines of the screen: sentences fit into one line."""


class Page:
    """The booking site and its visitors; in a process of its own, if there is a place for its log."""

    def __init__(self, url: str, ledger: Ledger, log: Path | None, variables: Mapping[str, str]) -> None:
        self._ledger, self._log = ledger, log
        self.unsettled: dict[str, tuple[str, str]] = {}
        """By token, the visitor and the booking of whom nobody knows whether they have booked."""
        self._process: subprocess.Popen[bytes] | None = None
        self._app = make_app(url) if log is None else None
        self._client: httpx.Client | None = None
        if log is None:
            return
        with log.open("w") as writing:
            self._process = subprocess.Popen(
                [sys.executable, str(SITE), url, "--port", "0"],
                stdout=writing, stderr=writing, env={**os.environ, **variables},
            )  # fmt: skip

    def is_open(self) -> None:
        """Waits until it is."""
        while self._process is not None:
            assert self._process.poll() is None, self.said
            if found := re.search(r"running on (http://\S+)", self.said):
                self._client = httpx.Client(timeout=PATIENCE, base_url=found[1])
                return
            time.sleep(0.02)

    @property
    def said(self) -> str:
        return self._log.read_text() if self._log is not None else ""

    def offers(self, token: str) -> int:
        return self._ask("GET", token)

    def visit(self, token: str, visitor: str, booking: str = "") -> int:
        """Books, or asks again; gives the status."""
        booking = booking or uuid.uuid4().hex
        status = self._ask("POST", token, {"visitor": visitor, "booking": booking})
        self.unsettled.pop(token, None)
        if status == 503:
            self.unsettled[token] = visitor, booking
        elif status == 201:
            assert self._ledger.booked.setdefault(token, visitor) == visitor, "two have booked"
        return status

    def ask_again(self) -> list[int]:
        """Has everybody ask again whose booking is unknown; a connection that was lost is noticed once."""
        answers = []
        for token, asking in list(self.unsettled.items()):
            tries = (self.visit(token, *asking) for _ in range(10))
            answers.append(next((status for status in tries if status != 503), 503))
        return answers

    def close(self) -> None:
        """Ends it; closing twice does nothing."""
        if self._client is not None:
            self._client.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        if self._app is not None:
            self._app.state.site.close()

    def _ask(self, method: str, token: str, form: Mapping[str, str] | None = None) -> int:
        if self._client is not None:
            return self._client.request(method, f"/s/{token}", data=form).status_code
        return asyncio.run(self._ask_here(method, token, form))

    async def _ask_here(self, method: str, token: str, form: Mapping[str, str] | None) -> int:
        assert self._app is not None
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return (await client.request(method, f"/s/{token}", data=form)).status_code


class Night:
    """A page and ten hosts: eight work through the library, two of them by commands too, one watches, one has a screen.

    `whole` has all programs at work; otherwise there are the page, in this process, and commands.
    """

    def __init__(
        self,
        url: str,
        folder: Path,
        stack: ExitStack,
        *,
        whole: bool,
        variables: Mapping[str, str] | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.url, self._folder, self._stack, self._variables = url, folder, stack, variables or {}
        self._clock, self._whole, self._visitors = clock, whole, count(1)
        self.ledger = Ledger()
        self.store = stack.enter_context(Store.open(url, clock=clock))
        self.hosts = [LibraryHost(f"host {number}", self.store, self.ledger) for number in range(TEN)]
        commanding = ("host 6", "host 7") if whole else ("host 6",)
        self.commands = [CommandHost(name, url, self.ledger, self._variables) for name in commanding]
        self.open_up()

    def open_up(self) -> None:
        """Starts all programs, and waits until each is at work."""
        self.page = Page(self.url, self.ledger, self._folder / "page.log" if self._whole else None, self._variables)
        self._stack.callback(self.page.close)
        self.watcher: Watcher | None = None
        self.screen: Line | None = None
        if self._whole:
            self.watcher = Watcher("host 8", self.url, self._variables)
            self._stack.callback(self.watcher.close)
            screen = program("--store", self.url, "--host", "host 9")
            variables = (f"{name}={value}" for name, value in self._variables.items())
            self.screen = Line(["env", *variables, *screen], size=SIZE)
            self._stack.callback(self.screen.close)
            self._are_at_work(self.watcher, self.screen)
        self.page.is_open()

    def _are_at_work(self, watcher: Watcher, screen: Line) -> None:
        screen.until(lambda: re.search(r"All \d", screen.text))
        while not watcher.told:  # it tells what comes after it has begun
            assert watcher.process.poll() is None, watcher.said
            self.hosts[8].generate()

    def links(self, expires_in: timedelta | None = None) -> list[Link]:
        """A link of each of the hosts."""
        return [host.generate(expires_in=expires_in)[0] for host in self.hosts]

    def work(self, *, newcomers: bool = True) -> list[Answer]:
        """Everybody who changes something does so, commands too if `newcomers`; gives what each was answered."""
        return [host.work() for host in (*self.hosts[:6], *(self.commands if newcomers else ()))]

    def goes_on(self) -> None:
        """Everybody works as ever: who is visited books, who watches is told, who looks sees it."""
        answers = self.work()
        assert {answer.kind for answer in answers} == {"done"}, answers
        self.are_booked(self.links())

    def are_booked(self, links: Sequence[Link], *, seen: bool = True) -> None:
        """Each link is booked once; who watches is told, and who looks sees it."""
        visitors = {link.token: f"Visitor {next(self._visitors)}" for link in links}
        for token, visitor in visitors.items():
            assert self.page.offers(token) == 200
            assert self.page.visit(token, visitor) == 201
            assert self.page.visit(token, "Somebody else") == 404
        if not seen or self.watcher is None or self.screen is None:
            return
        watcher = self.watcher
        for token, visitor in visitors.items():
            if token in self.hosts[8].made:
                watcher.until(partial(watcher.has_told, "used", token))
            if token in self.hosts[9].made:
                self.screen.shows(visitor)

    def are_refused(self, sentences: Sequence[str], link: Link, *, newcomers: bool = True) -> None:
        """Everybody who changes something is refused by one of some sentences, commands too if `newcomers`."""

        def check(said: str) -> None:
            assert any(re.search(sentence, said) for sentence in sentences), said
            assert "Traceback" not in said

        for answer in self.work(newcomers=newcomers):
            assert answer.kind != "done", answer
            assert answer.code in {0, 1}, answer
            check(answer.sentence)
        for host in self.commands if newcomers else ():
            called = host.call("redeem", link.token)
            assert (called.returncode, called.stdout) == (3, ""), called
            check(called.stderr)

    def is_refused_on_the_screen(self, sentences: Sequence[str]) -> None:
        """Who looks, and deletes the newest link, is refused by one of some sentences."""
        if self.screen is None:
            return
        screen = self.screen
        screen.forget()
        screen.keys("\x1b[H")  # Home
        screen.keys("x")
        screen.shows("stops working at once")
        screen.keys("y")
        screen.until(lambda: any(re.search(sentence, screen.text) for sentence in sentences))

    def nobody_knows(self, links: Sequence[Link]) -> None:
        """Visitors are told that the page does not know whether they have booked."""
        for number, link in enumerate(links):
            assert self.page.visit(link.token, f"Patient {number}") == 503

    def quit(self) -> None:
        """Everybody quits."""
        self.page.close()
        self.store.close()
        if self.watcher is not None and self.screen is not None:
            self.watcher.close()
            if not self.screen.gone:
                self.screen.keys("q")
            self.screen.is_gone_at_once()

    def reopen(self) -> None:
        """Everybody starts again, and visitors have not forgotten what they want to know."""
        unsettled = self.page.unsettled
        self.store = self._stack.enter_context(Store.open(self.url, clock=self._clock))
        for host in self.hosts:
            host.host = self.store.as_host(host.name)
        self.open_up()
        self.page.unsettled = unsettled

    def settle(self) -> None:
        """Whoever was told that nobody knows asks again, and knows; then the ledger is compared with the store."""
        assert set(answers := self.page.ask_again()) <= {201}, answers
        self.ledger.check(self.url)
        assert "Traceback" not in self.page.said
        if self.watcher is not None and self.screen is not None:
            assert "Traceback" not in self.watcher.said + self.screen.text
