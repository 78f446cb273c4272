"""What the program writes, into a pipe that is closed, a full disk, and closed streams."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import in_shell
from secret_links import EventType, HostStore

WAYS = ["--version", "--help", "list --help", "completion bash", "list", "list --json", "show {link}", "redeem {link}"]


@pytest.mark.parametrize("way", WAYS)
def test_every_output_is_quiet_if_nobody_reads_it_and_reports_a_full_disk(
    way: str, path: Path, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    asked = f"SL --store {path} --host ana {way.format(link=link.token)}"
    gone = in_shell(f"set -o pipefail; {asked} | true; exit ${{PIPESTATUS[0]}}")
    assert (gone.returncode, gone.stdout, gone.stderr) == (0, "", "")
    (link,) = ana.generate(interview.id)
    asked = f"SL --store {path} --host ana {way.format(link=link.token)}"
    full = in_shell(f"{asked} > /dev/full")
    done = "redeem" in way
    assert full.stderr == "secret-links: the output cannot be written: No space left on device\n"
    assert full.returncode == (0 if done else 1)
    assert ana.counts().used == (2 if done else 0)


@pytest.mark.parametrize("way", WAYS)
def test_every_output_copes_with_streams_that_were_closed(
    way: str, path: Path, ana: HostStore, interview: EventType
) -> None:
    (link,) = ana.generate(interview.id)
    asked = f"SL --store {path} --host ana {way.format(link=link.token)}"
    closed = in_shell(f"{asked} >&-")
    if "redeem" in way:
        assert (closed.returncode, closed.stderr, ana.counts().used) == (0, "", 1)
    else:
        assert closed.returncode in (1, 2)
        assert closed.stderr == "secret-links: there is no output to write to\n"
    for streams in ("<&- 2>&-", "<&- >&- 2>&-"):
        assert in_shell(f"{asked} {streams}").stderr == ""


def test_a_mistake_has_its_exit_code_even_if_the_message_cannot_be_written() -> None:
    assert in_shell("SL list --colour red 2>&-").returncode == 2
    assert in_shell("SL list --colour red 2> /dev/full").returncode == 2
    assert in_shell("SL list --limit x <&- >&- 2>&-").returncode == 2
