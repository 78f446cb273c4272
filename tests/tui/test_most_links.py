"""What the screen and the command line say of the limit on what each host may have."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Static, TextArea

from command_line import Run
from driver import Drive
from secret_links import EventType, HostStore, Store
from secret_links_tui.screens.dialogs.generate import GenerateLinks
from support import IN_TURN, SetClock

DATABASES = IN_TURN

MOST = 10


@pytest.fixture
def limited(url: str, interview: EventType, clock: SetClock) -> Iterator[HostStore]:
    """The host, through a store that lets each have ten links."""
    with Store.open(url, clock=clock, most_links=MOST) as store:
        yield store.as_host("ana")


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
