"""Ten thousand moves: how many of their frames came later than one of a screen of 60 frames a second."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from benchmarks.bench import Bench
from benchmarks.moving import MOVES
from benchmarks.table import NOTHING, Row, p95, ratio
from benchmarks.terminal import Painted

LATE = 0.016
"""Seconds after which a frame is late."""

KINDS = ("pagedown", "down", "wheel", "dragging the scrollbar")

AT_ONCE = 50
"""Moves of one kind before those of another: what happens now and then should meet all kinds."""


SILENCE = 0.045
"""Seconds without a byte after which the next move begins: Textual draws at most every 33 ms by then."""


def frames(bench: Bench) -> Iterator[Row]:
    """Counts late frames of each kind of move, without and with what the program's main thread waited for a processor.

    On a machine that does other work too, the first number is nearer to what the program itself is late for; how long
    its other threads, and the terminal, wait is in both.
    """
    painted: dict[str, list[Painted]] = {kind: [] for kind in KINDS}
    with bench.program(bench.large, silence=min(SILENCE, bench.effort.silence)) as shown:
        while any(len(frames) < bench.effort.frames for frames in painted.values()):
            bench.warm(bench.large)
            for kind, frames in painted.items():
                painted[kind] = [*frames, *MOVES[kind](shown, min(AT_ONCE, bench.effort.frames - len(frames)))]
    for kind, frames in painted.items():
        yield _row(kind, frames)


def _row(kind: str, frames: list[Painted]) -> Row:
    name = f"frames over {LATE * 1000:.0f} ms: {kind}"
    if not frames:
        return Row(name, NOTHING, asked="none")
    taken = [frame.seconds for frame in frames]
    own = [max(0.0, frame.seconds - frame.waited) for frame in frames]
    late, own_late = (sum(seconds > LATE for seconds in all_of_them) for all_of_them in (taken, own))
    measured = f"{own_late} of {len(frames):,}, median {median(own) * 1000:.1f}, worst {max(own) * 1000:.1f} ms"
    compared = f"{late} with waits for a processor"
    return Row(name, measured, compared, f"p95 {ratio(p95(own), median(own))} median", "none; 2 x")
