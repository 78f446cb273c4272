"""watch: a line for each thing that happens, on a pipe, until it is stopped; gone on from any line without a gap."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import IO, Any

import pytest

from command_line import PROGRAM, buffered, in_shell
from secret_links import Change, EventType, HostStore, LinkSet, NewExpiry, Store
from secret_links_tui.__main__ import main
from secret_links_tui.streams import is_left
from support import BOTH, SetClock

DATABASES = BOTH


@pytest.fixture
def clock() -> SetClock:
    """Begins with the clock of this machine, which the program in its own process has."""
    return SetClock(datetime.now(UTC).replace(microsecond=0))


@contextmanager
def watching(url: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """Starts it, and waits until it has looked once: what it has told by then is nothing."""
    program = [*PROGRAM, "--store", url, "--host", "ana", "watch", *options]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=buffered()) as started:
        try:
            yield started
        finally:
            started.kill()


def next_object(stream: IO[bytes] | None) -> dict[str, Any]:
    assert stream is not None
    read: dict[str, Any] = json.loads(stream.readline())
    return read


def test_each_thing_that_happens_is_a_line_and_the_last_cursor_goes_on(
    url: str, store: Store, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    start = cursor_of(ana)
    (link,) = ana.generate(interview.id, labels=["Bo"], notes=[{"Company": "Acme"}])
    with watching(url, "--json", "--since", start) as program:
        assert (first := next_object(program.stdout))["event"] == "generated"
        assert first["notes"] == {"Company": "Acme"}
        assert (first["token"], first["label"], first["by"]) == (link.token, "Bo", "ana")
        ana.change(LinkSet(frozenset([link.id])), Change("Bo Chen", NewExpiry(clock() + timedelta(days=9))))
        changed = next_object(program.stdout)
        assert (changed["from"], changed["to"]["label"]) == ({"label": "Bo", "expires_at": None}, "Bo Chen")
        store.redeem(link.token, by="Bo Chen", reference="17")
        used = next_object(program.stdout)
        assert (used["event"], used["by"], used["reference"], used["status"]) == ("used", "Bo Chen", "17", "used")
    ana.delete([link.id])
    with watching(url, "--json", "--since", changed["cursor"]) as program:
        assert [next_object(program.stdout)["event"] for _ in range(2)] == ["used", "deleted"]


def test_waiting_ends_when_a_descriptor_can_be_read_and_when_nobody_reads_on() -> None:
    reading, writing = os.pipe()
    with os.fdopen(os.dup(writing), "w", encoding="utf-8") as stream:
        assert not is_left(StringIO(), 0.0)
        os.write(writing, b"!")
        for out in (stream, StringIO()):
            assert not is_left(out, 3600.0, reading)
        os.close(reading)
        assert is_left(stream, 3600.0)
    os.close(writing)


def test_a_link_that_expires_is_told_when_it_does(
    url: str, ana: HostStore, interview: EventType, clock: SetClock
) -> None:
    ana.generate(interview.id, labels=["Bo"], expires_at=clock() + timedelta(seconds=3))
    with watching(url, "--json", "--since", cursor_of(ana)) as program:
        told = next_object(program.stdout)
    assert (told["event"], told["label"], told["by"]) == ("expired", "Bo", None)


def cursor_of(host: HostStore) -> str:
    follower = host.follow()
    follower.read()
    return str(follower.cursor)


def test_it_ends_when_nobody_reads_on_though_nothing_happens(url: str, ana: HostStore, interview: EventType) -> None:
    start = cursor_of(ana)
    ana.generate(interview.id)
    ended = in_shell(f"SL --store '{url}' --host ana watch --since {start} | head -1")
    assert ended.stdout.count("\tgenerated\t") == 1
    assert ended.stderr == ""


def test_ctrl_c_ends_it_without_a_word(url: str, ana: HostStore, interview: EventType) -> None:
    start = cursor_of(ana)
    ana.generate(interview.id)
    with watching(url, "--since", start) as program:
        assert program.stdout is not None
        program.stdout.readline()
        program.send_signal(signal.SIGINT)
        assert program.wait(20) == 130
        assert program.stderr is not None
        assert program.stderr.read() == b""


def test_a_label_is_told_without_what_a_terminal_would_obey(url: str, ana: HostStore, interview: EventType) -> None:
    start = cursor_of(ana)
    (link,) = ana.generate(interview.id, labels=["safe"])
    ana.change(LinkSet(frozenset([link.id])), Change("Zoë\u202eevil"))
    with watching(url, "--since", start) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline().decode() for _ in range(2)]
    assert all(line.count("\t") == 6 for line in lines)
    assert "\u202e" not in "".join(lines)


@pytest.mark.parametrize(("since", "sentence"), [("yesterday", "This is no cursor"), ("99@1", "not of this store")])
def test_a_cursor_that_is_none_is_wrong_usage(
    url: str, ana: HostStore, interview: EventType, capsys: pytest.CaptureFixture[str], since: str, sentence: str
) -> None:
    assert main(["--store", url, "--host", "ana", "watch", "--since", since]) == 2
    assert sentence in capsys.readouterr().err


def test_show_tells_the_whole_story(
    url: str, store: Store, ana: HostStore, interview: EventType, capsys: pytest.CaptureFixture[str]
) -> None:
    (link,) = ana.generate(interview.id, labels=["Bo"])
    ana.change(LinkSet(frozenset([link.id])), Change("Bo Chen"))
    store.redeem(link.token, by="Bo", reference="17")
    assert main(["--store", url, "--host", "ana", "--time-zone", "UTC", "show", link.token]) == 0
    out = capsys.readouterr().out
    assert [line[12:].partition("  ")[2] for line in out[out.index("history") :].splitlines()] == [
        "generated by ana",
        "changed by ana: for Bo → Bo Chen",
        "used by Bo, reference 17",
    ]
    assert main(["--store", url, "--host", "ana", "show", link.token, "--json"]) == 0
    history = json.loads(capsys.readouterr().out)["history"]
    assert [(event["event"], event["by"]) for event in history] == [
        ("generated", "ana"), ("changed", "ana"), ("used", "Bo")
    ]  # fmt: skip
