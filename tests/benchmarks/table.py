"""The table of results: what was measured, what it is compared with, and what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from statistics import median

HEAD = ("what", "measured", "compared with", "ratio", "asked for")

NOTHING = "nothing came"
"""Stands where a measurement got no figure."""

SKIPPED = "not measured"
"""Stands where it needs what is not here; the line says what."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    measured: str
    compared: str = ""
    ratio: str = ""
    asked: str = ""


def timed(
    what: str, seconds: Sequence[float], against: Sequence[float] = (), name: str = "", *, asked: str = ""
) -> Row:
    """Makes a line of times, as median and p95, beside the median of others."""
    if not seconds:
        return Row(what, NOTHING, asked=asked)
    measured = f"{_milliseconds(median(seconds))}, p95 {_milliseconds(p95(seconds))}"
    if name and not against:
        return Row(what, measured, NOTHING, asked=asked)
    if not against:
        return Row(what, measured, asked=asked)
    compared = f"{_milliseconds(median(against))} {name}"
    return Row(what, measured, compared, ratio(median(seconds), median(against)), asked)


def ratio(value: float, other: float) -> str:
    """Writes how many times the one is the other."""
    return f"{value / other:.2f} x" if other > 0 else "-"


def p95(values: Sequence[float]) -> float:
    """Gives the value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


def table(rows: Sequence[Row]) -> str:
    """Writes lines below each other, in columns."""
    cells = [HEAD, *(astuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    ruled = [cells[0], tuple("-" * width for width in widths), *cells[1:]]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in ruled
    )


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
