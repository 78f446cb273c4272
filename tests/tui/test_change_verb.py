"""The command change on many links: each is written as it is changed, and all are changed whoever reads that."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from command_line import Run
from support import IN_TURN

DATABASES = IN_TURN


@pytest.fixture
def urls(run: Run, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs of seven links, the newest first, which are changed in slices of two."""
    for module in ("changing", "taking_back"):
        monkeypatch.setattr(f"secret_links.{module}.DELETE_SLICE", 2)
    run("event-type", "add", "Interview")
    return run("generate", "interview", "-n", "7", "--label", "Bo", "--expires", "2030-01-01 10:00Z").lines[::-1]


def expiries(run: Run) -> set[str]:
    return {link["expires_at"] for link in json.loads(run("list", "--json").out)}


def test_any_number_is_changed_by_a_filter_and_taken_back_as_one(run: Run, urls: list[str]) -> None:
    more = ("change", "--status", "active", "--expires", "+1d")
    shown = run(*more, "--dry-run", time_zone="UTC")
    assert shown.err == "7 would be changed\n"
    changed = run(*more, "--yes", time_zone="UTC")
    assert changed.lines == shown.lines == [f"{url}\tWed 2 Jan 2030 10:00 (UTC+00:00)" for url in urls]
    assert (changed.code, changed.err) == (0, "7 changed\n")
    assert run("undo").err == "7 as before the change\n"
    assert expiries(run) == {"2030-01-01T10:00:00.000Z"}


def test_what_would_be_refused_is_before_anything_is_listed_or_changed(run: Run, urls: list[str]) -> None:
    last = urls[-1]
    assert run("change", last, "--expires", "2035-01-01").code == 0
    for how in ("--dry-run", "--yes"):
        refused = run("change", "--status", "active", "--expires", "+1000d", how)
        assert (refused.code, refused.out) == (2, "")
        assert "over ten years ahead" in refused.err
    assert len(expiries(run)) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_all_are_changed_although_their_urls_cannot_be_written(
    run: Run, urls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Path("/dev/full").open("w", buffering=1) as full, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", full)
        lost = run("change", "--status", "active", "--expires", "+1d", "--yes")
    assert lost.code == 1
    assert re.search(r"cannot be written: No space left", lost.err)
    assert expiries(run) == {"2030-01-02T10:00:00.000Z"}


def test_notes_are_changed_by_name_and_taken_back(run: Run, urls: list[str]) -> None:
    assert run("change", urls[0], "--note", "Ticket=T-1=2", "--note", "E-mail = a@x.org").err == "1 changed\n"
    assert run("change", "--search", "T-1", "--note", "E-mail=", "--yes").lines[0].startswith(urls[0])
    assert json.loads(run("show", urls[0], "--json").out)["notes"] == {"Ticket": "T-1=2"}
    assert "changed by ana: notes (E-mail)\n" in run("show", urls[0]).out
    run("undo")
    run("undo")
    assert not any(link["notes"] for link in json.loads(run("list", "--json").out))
    refused = run("change", urls[0], "--note", "Ticket")
    assert (refused.code, refused.out) == (2, "")
    assert "--note takes NAME=TEXT" in refused.err
