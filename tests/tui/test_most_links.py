"""A limit on what each host may have, which the administrator sets."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea

from command_line import Run
from driver import Drive
from secret_links import Counts, EventType, HostStore, NewEventType, Store, TooManyLinks
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from support import IN_TURN, SetClock

DATABASES = IN_TURN

MOST = 10


@pytest.fixture
def limited(url: str, interview: EventType, clock: SetClock) -> Iterator[HostStore]:
    """The host, through a store that lets each have ten links."""
    with Store.open(url, clock=clock, most_links=MOST) as store:
        yield store.as_host("ana")


def test_a_host_generates_as_many_links_as_they_may_have_and_no_more(limited: HostStore, interview: EventType) -> None:
    limited.generate(interview.id, 7)
    with pytest.raises(TooManyLinks, match="can have 10 links here, and there is room for 3 more; delete some"):
        limited.generate(interview.id, 4)
    assert limited.counts().total == 7, "all or nothing"
    limited.generate(interview.id, 3)
    with pytest.raises(TooManyLinks, match="room for 0 more"):
        limited.generate(interview.id)
    with pytest.raises(TooManyLinks):
        limited.generate(NewEventType("Call"))
    assert [each.name for each in limited.event_types()] == ["Final interview"], "nothing of it is made"


def test_links_count_whatever_their_status(limited: HostStore, store: Store, ana: HostStore, clock: SetClock) -> None:
    (event_type,) = ana.event_types()
    links = ana.generate(event_type.id, MOST, expires_at=clock() + timedelta(hours=1))
    store.redeem(links[0].token)
    clock.forward(hours=2)
    assert ana.counts() == Counts(used=1, expired=MOST - 1)
    with pytest.raises(TooManyLinks):
        limited.generate(event_type.id)
    limited.delete([links[0].id])
    assert len(limited.generate(event_type.id)) == 1


def test_one_hosts_links_are_not_counted_against_another(
    limited: HostStore, store: Store, interview: EventType
) -> None:
    bo = store.as_host("bo")
    bo.generate(bo.add_event_type("Call").id, MOST + 1)
    bo.delete([link.id for link in bo.window()])
    bo.generate(bo.event_types()[0].id, MOST)
    assert len(limited.generate(interview.id, MOST)) == MOST


def test_deleting_and_generating_in_turns_is_limited_and_undo_is_never_refused(
    limited: HostStore, interview: EventType, clock: SetClock
) -> None:
    limited.generate(interview.id, MOST)
    first = limited.delete([link.id for link in limited.window()])
    limited.generate(interview.id, MOST)
    limited.delete([link.id for link in limited.window()])
    with pytest.raises(TooManyLinks, match="More than 10 links were deleted in the last 30 days"):
        limited.generate(interview.id)
    assert limited.restore(first.id) == MOST
    with pytest.raises(TooManyLinks, match="room for 0 more"):
        limited.generate(interview.id)
    limited.delete([limited.window()[0].id])
    with pytest.raises(TooManyLinks, match="More than 10 links were deleted"):
        limited.generate(interview.id)
    clock.forward(days=31)
    assert len(limited.generate(interview.id)) == 1, "what can no longer be brought back counts no more"


GENERATE_TILL_REFUSED = """
import sys
from secret_links import Store, TooManyLinks
with Store.open(sys.argv[1], most_links=200) as store:
    ana = store.as_host("ana")
    kind = ana.event_types()[0].id
    print("ready", flush=True)
    sys.stdin.readline()
    made = 0
    try:
        while True:
            made += len(ana.generate(kind, 7))
    except TooManyLinks:
        print(made)
"""


def test_processes_that_generate_at_once_do_not_exceed_it(url: str, ana: HostStore, interview: EventType) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", GENERATE_TILL_REFUSED, url]
    racers = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) for _ in range(3)]
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    made = [int(racer.communicate(timeout=120)[0]) for racer in racers]
    assert sum(made) == 196
    assert ana.counts().total == 196


def test_a_dry_run_refuses_what_generating_would(
    run: Run, ana: HostStore, interview: EventType, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name\nAna\nBo\nCy\n")
    ana.generate(interview.id)
    asked = ("generate", interview.slug, "--people", str(people))
    refused = run("--most-links", "3", *asked)
    assert (refused.code, refused.out) == (1, "")
    assert "A host can have 3 links here, and there is room for 2 more" in refused.err
    assert run("--most-links", "3", *asked, "--dry-run") == refused
    assert run("--most-links", "4", *asked, "--dry-run").lines == ["Ana\tnever", "Bo\tnever", "Cy\tnever"]
    ana.generate(interview.id, labels=["Bo"])
    taken = run("--most-links", "3", *asked, "--dry-run").err
    assert taken == run("--most-links", "3", *asked).err.replace("was generated", "would be generated")
    assert "Bo" in taken, "who has a link is said first, as by generating"


async def test_the_screen_says_before_generate_that_there_is_no_room(
    drive: Drive, ana: HostStore, interview: EventType, limited: HostStore
) -> None:
    ana.generate(interview.id, MOST - 1, labels=["Bo"])
    async with drive(most_links=MOST) as app:
        await app.press("g")
        await app.dialog(GenerateLinks)
        app.one("#labels", TextArea).load_text("Ana\t7d\nBo\t7d")
        full = f"A host can have {MOST} links here, and there is room for 1 more; delete some, or generate fewer."
        await app.until(lambda: str(app.one("#names-note", Static).content).endswith(f" {full}"))
        assert "1 has a link" in str(app.one("#names-note", Static).content)
        assert app.one("#names-note", Static).has_class("-odd")
        app.one("#labels", TextArea).load_text("Ana\t7d")
        await app.until(lambda: "room" not in str(app.one("#names-note", Static).content))


def test_verbs_report_the_limit_and_a_remote_host_cannot_set_it(
    run: Run, url: str, ana: HostStore, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(run("--most-links", "3", "generate", "final-interview", "-n", "3").lines) == 3
    link = ana.window()[0]
    for asked in (("generate", "final-interview"), ("reissue", link.token)):
        answer = run("--most-links", "3", *asked)
        assert (answer.code, answer.out) == (1, "")
        assert "A host can have 3 links here" in answer.err
    monkeypatch.setenv("SECRET_LINKS_MOST_LINKS", "3")
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "--most-links none generate final-interview")
    answer = run()
    assert (answer.code, answer.err) == (2, "secret-links: --most-links is settled by the server\n")
    monkeypatch.setenv("SSH_ORIGINAL_COMMAND", "generate final-interview")
    assert "A host can have 3 links here" in run().err
    assert ana.counts().total == 3
