"""Whatever a terminal sends to the real program: it goes on, and does nothing that nobody asked for."""

from __future__ import annotations

import os
import random
import re
import signal
import sys
from pathlib import Path

import pytest

from end_to_end.servers import needs_tmux
from end_to_end.terminals import KITTY, MAIN, Line, OpenTmux, Start, program
from secret_links import Store

LATE_VTE = b"\x1b[>65;7006;1c\x1b[?65;1;9c"
"""What a terminal of GNOME's family says, which is known to take no copies."""

FORMS = (
    b"\xff\xfe\xc3(",
    b"\xe4\xbd",
    b"\x1b[M\xb6*!",
    b"\x1b[<0;400;400M",
    b"\x1b[<64;10;10M",
    b"\x1b[0;;20320:22909:24352:19977:26446u",
    b"\x1b[113;1:3u",
    b"\x1b[99999999;9:9;9u",
    b"\x1bP>|alacritty 0.15\x1b\\",
    b"\x1b[?62;52c",
    b"\x1b]11;rgb:0000/0000/0000\x07",
    b"\x1b]52;c;cXV4eQ==\x1b\\",
    b"\x1b_Gi=31;OK\x1b\\",
    b"\x1b[48;9999;9999;9;9t",
    b"\x1b[?2048;2$y",
    b"\x1b[I",
    b"\x1b[O",
    b"\x1b[200~qux\x1b[201~",
    b"\x1b[1;2R",
    b"\x1b[200~",
)
"""Forms of what terminals send, and of what they should not."""

SEEDS = range(3)
"""Of the noise in the suite; `SECRET_LINKS_FUZZ=1000 uv run pytest tests/end_to_end/test_hostile_input.py` has more."""

NOISES = 60
"""Chunks of noise in a run."""


def labels(path: Path) -> list[str | None]:
    with Store.open(path) as store:
        return [link.label for link in store.as_host("ana").window()]


@pytest.fixture
def line(start: Start) -> Line:
    """The program with its one link, which copies to a terminal."""
    opened = start()
    opened.quiet()
    return opened


def leaves(line: Line) -> None:
    """Leaves the program by the key that always does, and finds its exit code to be right."""
    line.bytes(b"\x11")
    line.until(lambda: line.gone)
    assert line.exit_code == 0


def test_what_is_no_key_does_nothing(line: Line, path: Path) -> None:
    for sent in FORMS:
        line.bytes(sent)
        line.quiet()
        assert (line.copied, line.gone) == ([], False), sent
    leaves(line)
    assert labels(path) == ["Bo Chen"]


@pytest.mark.parametrize("seed", range(int(os.environ.get("SECRET_LINKS_FUZZ", "0"))) or SEEDS)
def test_noise_neither_ends_the_program_nor_holds_it_up(line: Line, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(NOISES):
        noise = chance.choice(FORMS) if chance.random() < 0.6 else chance.randbytes(chance.randrange(1, 40))
        cut = chance.randrange(len(noise) + 1)
        # Neither q nor ctrl+q, which leave, nor ctrl+z and l, which wait for the host.
        for piece in (noise[:cut], noise[cut:]):
            line.bytes(re.sub(rb"[qQl\x11\x1a]", b"", piece))
        line.read(0.01)
        assert not line.gone
    line.bytes(b"\x1b[201~")  # within a paste that has not ended, every key is text
    leaves(line)


def test_a_fault_in_reading_the_terminal_is_said_and_logged(start: Start) -> None:
    faulty = "from secret_links_tui.terminal.input_messages import InputMessages; InputMessages.of = lambda *_: 1 / 0; "
    line = start(code=faulty + MAIN)
    line.bytes(b"j")
    line.until(lambda: line.gone)
    assert line.exit_code == 1
    said = " ".join(line.text.split())
    assert "crashed (ZeroDivisionError). A report without your links is in" in said
    assert "Traceback" not in said


def test_text_that_is_not_utf_8_is_shown_as_unknown(line: Line) -> None:
    line.bytes(b"/caf\xe9 ")
    line.shows("caf\ufffd")
    leaves(line)


def test_a_paste_that_never_ends_is_over_after_some_seconds(line: Line) -> None:
    line.bytes(b"/\x1b[200~Ana")
    line.shows("Ana")
    leaves(line)


def test_a_late_answer_is_believed(start: Start, url: str) -> None:
    line = start(answer=b"")
    line.bytes(LATE_VTE)
    line.quiet()
    line.bytes(b"c")
    line.shows("Press Enter to go back")
    assert url in line.text
    line.bytes(b"\r")
    line.quiet()
    leaves(line)


def test_an_answer_that_is_cut_by_the_end_of_the_programs_patience_is_no_key(start: Start) -> None:
    line = start(answer=KITTY[:9])
    line.bytes(KITTY[9:])
    line.quiet()
    assert line.copied == []
    leaves(line)


def test_keys_typed_before_and_while_the_terminal_is_asked_are_not_lost(open_line: Start, url: str, path: Path) -> None:
    line = open_line(*program("--store", str(path), "--host", "ana"), answer=b"gFi" + KITTY[:9] + KITTY[9:] + b"nal")
    line.shows("“Final”")
    leaves(line)


def test_after_the_terminal_was_written_to_it_is_drawn_again_by_hand(line: Line) -> None:
    line.forget()
    line.bytes(b"\x0c")
    line.shows("Bo Chen")
    line.shows("Generate links")
    line.shows("Quit")
    leaves(line)


def test_where_no_shell_waits_nothing_is_suspended(line: Line) -> None:
    line.bytes(b"\x1a")
    line.shows("No shell waits behind this screen")
    leaves(line)


STOPPED_WHILE_WRITING = f"""
import os, signal, sys
from textual.drivers._writer_thread import WriterThread
write = WriterThread.write
def stopped(self, text):
    write(self, text)
    if "Whole URL" in text or "No shell" in text or "All 1" in text:
        with self._queue.mutex:
            os.kill(os.getpid(), signal.SIGTSTP)
        WriterThread.write = write
WriterThread.write = stopped
{MAIN}
"""
"""The program that is stopped while it hands something to what writes."""


@needs_tmux
@pytest.mark.parametrize(
    ("way", "code"),
    [("ctrl+z", MAIN), ("SIGTSTP", MAIN), ("SIGSTOP", MAIN), ("while writing", STOPPED_WHILE_WRITING)],
)
def test_a_shell_suspends_the_program_and_brings_it_back(
    open_tmux: OpenTmux, path: Path, url: str, way: str, code: str, tmp_path: Path
) -> None:
    script = tmp_path / "program.py"
    script.write_text(code)
    tmux = open_tmux("shell")
    tmux.run("bash", "--norc", "-i")
    tmux.keys("-l", "PS1='at the shell> '\r")
    tmux.shows("at the shell>")
    command = " ".join(f"'{word}'" for word in (sys.executable, script, "--store", path, "--host", "ana"))
    tmux.keys("-l", f"{command}\r")
    if way != "while writing":
        tmux.shows("Bo Chen", "All 1")
    if way == "ctrl+z":
        tmux.keys("C-z")
    elif way.isupper():
        (pid,) = re.findall(r"\d+", tmux.tmux("display", "-p", "-t", "t", "#{pane_pid}"))
        (child,) = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(child), getattr(signal, way))
    tmux.shows("Stopped")
    tmux.keys("-l", "clear; echo scribbled; fg\r")
    tmux.shows("Bo Chen", "All 1", "Generate links", "Quit")
    tmux.until(lambda: "scribbled" not in tmux.visible, "what the shell wrote to go")
    tmux.keys("q")
    tmux.until(lambda: "python" not in tmux.tmux("display", "-p", "-t", "t", "#{pane_current_command}"), "the shell")
    tmux.keys("-l", "stty -a\r")
    tmux.shows(" icanon", " echo ")
