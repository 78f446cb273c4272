"""Hosts at work, each in their own way, and the ledger of what they and visitors were answered."""

from __future__ import annotations

import json
import re
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import text

from command_line import PROGRAM, buffered
from secret_links import EventType, HostStore, Link, OutcomeUnknown, SecretLinksError, Store

PATIENCE = 60.0
"""Seconds after which a test gives up waiting."""

TEN = 10
"""Hosts."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody who works was answered."""

    who: str
    kind: str
    """`done`, `refused`, or `unknown`."""
    sentence: str = ""
    code: int = 0
    """The exit code, of a command."""


@dataclass
class Ledger:
    """What was acknowledged, by tokens."""

    generated: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    booked: dict[str, str] = field(default_factory=dict)
    """Who was told that they have booked."""

    def check(self, url: str) -> None:
        """Everything that was acknowledged is there, and each link that is Used has one booking."""
        with Store.open(url) as store:
            hosts = [f"host {number}" for number in range(TEN)]
            links = {link.token: link for host in hosts for link in store.as_host(host).window(count=None)}
            with store.database.reading() as connection:
                booked = list(connection.execute(text("SELECT visitor FROM booking")).scalars())
        assert self.generated - self.deleted <= links.keys(), "a link is lost"
        assert not self.deleted & links.keys(), "a deletion is lost"
        used = {token: link.used_by for token, link in links.items() if link.used_by is not None}
        assert self.booked.items() <= used.items(), "a booking is lost, or a link was spent twice"
        assert sorted(booked) == sorted(used.values()), "a booking without its claim, or twice"


class LibraryHost:
    """Generates, changes, deletes and restores through the library, as a screen's threads do."""

    def __init__(self, name: str, store: Store, ledger: Ledger) -> None:
        self.name, self._ledger, self._store_now = name, ledger, store.now
        self.host: HostStore = store.as_host(name)
        self.event_type: EventType = self.host.add_event_type("Intro call")
        self.made: set[str] = set()
        """The tokens of all links of theirs."""

    def generate(self, count: int = 1, expires_in: timedelta | None = None) -> list[Link]:
        expires_at = None if expires_in is None else self._store_now() + expires_in
        links = self.host.generate(self.event_type.id, count, expires_at=expires_at)
        self.made |= {link.token for link in links}
        self._ledger.generated |= {link.token for link in links}
        return links

    def work(self) -> Answer:
        try:
            kept, gone = self.generate(2)
            self._ledger.generated.discard(gone.token)  # it may be there or not, where this is cut short
            deletion = self.host.delete([gone.id])
            self._ledger.deleted.add(gone.token)
            self.host.restore(deletion.id)
            self._ledger.deleted.discard(gone.token)
            self._ledger.generated.add(gone.token)
            assert self.host.find(kept.token) == kept
        except OutcomeUnknown as error:
            return Answer(self.name, "unknown", str(error))
        except SecretLinksError as error:
            return Answer(self.name, "refused", str(error))
        return Answer(self.name, "done")


@dataclass
class CommandHost:
    """Works by commands of a shell."""

    name: str
    url: str
    ledger: Ledger
    variables: Mapping[str, str]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [*PROGRAM, "--store", self.url, "--host", self.name, *arguments]
        return subprocess.run(
            command, env={**buffered(), **self.variables}, capture_output=True, text=True, check=False, timeout=PATIENCE
        )

    def work(self) -> Answer:
        called = self.call("generate", "intro-call")
        self.ledger.generated |= set(re.findall(r"/s/(\w{22})", called.stdout))
        kind = "done" if called.returncode == 0 else "refused"
        return Answer(self.name, kind, called.stderr.strip(), called.returncode)


class Watcher:
    """`watch --json` of a host."""

    def __init__(self, name: str, url: str, variables: Mapping[str, str]) -> None:
        self.told: list[dict[str, object]] = []
        command = [*PROGRAM, "--store", url, "--host", name, "watch", "--json"]
        self.process = subprocess.Popen(
            command, env={**buffered(), **variables}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.said = ""
        self._threads = [threading.Thread(target=self._read), threading.Thread(target=self._hear)]
        self._news = threading.Condition()
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._news:
                self.told.append(json.loads(line))
                self._news.notify_all()

    def _hear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                self.said += line
                self._news.notify_all()

    def until(self, true: Callable[[], object]) -> None:
        with self._news:
            assert self._news.wait_for(true, PATIENCE), (self.told, self.said)

    def has_told(self, kind: str, token: str) -> bool:
        return any(told["event"] == kind and told["token"] == token for told in self.told)

    def ended(self) -> int:
        """Waits until it says why it ends; gives the exit code."""
        self.until(lambda: self.said)
        return self.end()

    def end(self) -> int:
        """Stops it, unless it has ended; gives the exit code."""
        if self.process.poll() is None and not self.said:
            self.process.terminate()
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join()
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    def close(self) -> None:
        self.process.kill()
        self.end()
