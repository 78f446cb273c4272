"""Moving about: key to painted rows in every view, the bytes that this takes, and keys that are held."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.bench import Bench, Shown, app_command, rows_are_there
from benchmarks.table import NOTHING, Row, ratio, timed
from benchmarks.terminal import COLUMNS, LINES, NothingCame, Painted, Terminal

WHEEL_DOWN = 65
DRAG = 32
RATE = 60
"""Events in a second, of a key that is held."""

ATTEMPTS = 3
"""How often a move is begun that paints nothing."""

Move = Callable[[Shown, int], list[Painted]]


def moves(bench: Bench) -> Iterator[Row]:
    """Measures each move in each view."""
    against = bench.thousand
    with bench.program(bench.large) as shown:
        for view in views(shown, bench.effort.orders):
            bench.warm(bench.large)
            for name, move in MOVES.items():
                try:
                    seconds = [painted.seconds for painted in move(shown, bench.effort.presses)]
                except NothingCame:
                    yield Row(f"{view}: {name}", NOTHING)
                    break
                others = [painted.seconds for painted in against[name]]
                yield timed(f"{view}: {name}", seconds, others, "DataTable", asked="10 ms, p95 20 ms; 1 x")


def bytes_sent(bench: Bench) -> Iterator[Row]:
    """Measures what moves send, against the same in a DataTable."""
    asked = {"pagedown": "0.5 x", "one scrolled row": "0.5 x", "down": "0.6 x"}
    with bench.program(bench.large) as shown:
        for name, most in asked.items():
            ours = [painted.sent for painted in MOVES[name](shown, bench.effort.presses)]
            theirs = [painted.sent for painted in bench.thousand[name]]
            if not ours:
                yield Row(f"bytes: {name}", NOTHING, asked=most)
                continue
            sent, other = median(ours), median(theirs)
            yield Row(f"bytes: {name}", f"{sent:.0f}", f"{other:.0f} DataTable", ratio(sent, other), most)


def held(bench: Bench) -> Iterator[Row]:
    """Measures frames while a key is held, and how late the last one is."""
    with bench.program(bench.large) as shown:
        for name, event in (("pagedown", lambda: shown.terminal.press("pagedown")), ("wheel", lambda: _wheel(shown))):
            rates, delays = [], []
            for _ in range(min(3, bench.effort.runs)):
                shown.do("home")
                rate, delay = _hold(shown, event, bench.effort.held)
                rates.append(rate)
                delays.append(delay)
            frames = f"{median(rates):.0f} frames/s of complete rows"
            yield Row(f"held {name} at {RATE}/s", frames, asked="55 frames/s")
            yield timed(f"held {name}: the last frame", delays, asked="50 ms")


def views(shown: Shown, most_orders: int) -> Iterator[str]:
    """Goes through the statuses, an event type, and the orders of all links; gives the name of each."""
    yield "newest first"
    for key, name in (("2", "Active"), ("3", "Used"), ("4", "Expired")):
        _show(shown, key)
        yield name
    _show(shown, "1")
    _pick_event_type(shown)
    yield "one event type"
    _show(shown, "\x1b")
    first = _order(shown)
    for _ in range(most_orders):
        _show(shown, "o")
        if (order := _order(shown)) == first:
            break
        yield f"by {order}"


def _show(shown: Shown, key: str) -> None:
    shown.painted(lambda: shown.press(key))
    shown.do("home")


def _pick_event_type(shown: Shown) -> None:
    """Picks an event type with many links."""
    shown.press("e")
    shown.terminal.until(lambda screen: "Show links of" in screen.text)
    shown.do("intro")
    _show(shown, "\r")


def _order(shown: Shown) -> str:
    head = shown.terminal.screen.line(shown.top - 1)
    return next(
        (head[:end].rsplit("  ", 1)[-1].strip() + head[end] for end in range(COLUMNS) if head[end] in "▴▾"), "?"
    )


def _hold(shown: Shown, event: Callable[[], float], seconds: float) -> tuple[float, float]:
    events: list[float] = []
    begun = time.monotonic()
    for number in range(round(seconds * RATE)):
        time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
        events.append(event())
    shown.terminal.quiet(0.5)
    painted = shown.terminal.settled(begun, shown.look, rows_are_there)
    if painted is None:
        raise NothingCame("Nothing was painted while a key was held.")
    return len(painted.complete_at) / max(seconds, painted.at[-1] - begun), painted.at[-1] - events[-1]


# One move, some times


def _presses(key: str, start: str) -> Move:
    def move(shown: Shown, times: int) -> list[Painted]:
        shown.do(start)
        done: list[Painted] = []
        for _ in range(times):
            painted = shown.painted(lambda: shown.press(key))
            if painted is None:
                shown.do(start)  # that was the list's end
            else:
                done.append(painted)
        return done

    return move


def _wheel(shown: Shown) -> float:
    return shown.terminal.mouse(WHEEL_DOWN, COLUMNS // 2, LINES // 2)


def _wheeled(shown: Shown, times: int) -> list[Painted]:
    shown.do("end", "home")
    return [painted for _ in range(times) if (painted := shown.painted(lambda: _wheel(shown)))]


def _scrolled_row(shown: Shown, times: int) -> list[Painted]:
    shown.do("home", *["down"] * (shown.bottom - shown.top))
    return [painted for _ in range(times) if (painted := shown.painted(lambda: shown.press("down")))]


def _dragged(shown: Shown, times: int) -> list[Painted]:
    """Holds the scrollbar, and takes it to places all over the list."""
    shown.do("end", "home")
    bar = COLUMNS - 1
    chance = random.Random(0)
    line = shown.top
    shown.terminal.mouse(0, bar, line)
    shown.terminal.quiet()
    done: list[Painted] = []
    for _ in range(times):
        line = chance.choice([other for other in range(shown.top + 1, shown.bottom) if abs(other - line) > 2])
        if painted := shown.painted(lambda line=line: shown.terminal.mouse(DRAG, bar, line)):  # type: ignore[misc]
            done.append(painted)
    shown.terminal.mouse(0, bar, line, released=True)
    shown.terminal.quiet()
    return done


def _there_and_back(key: str, back: str) -> Move:
    def move(shown: Shown, times: int) -> list[Painted]:
        done: list[Painted] = []
        for _ in range(times):
            shown.do(back)
            if painted := shown.painted(lambda: shown.press(key)):
                done.append(painted)
        return done

    return move


def _begun_anew(move: Move) -> Move:
    """Has a move that paints nothing at all begun anew, a few times.

    On a machine that does other work too, a list may still be on its way to where the move begins when the silence
    that tells of its end is over: the button then goes down beside the part of the scrollbar that can be dragged.
    """

    def moved(shown: Shown, times: int) -> list[Painted]:
        for _ in range(ATTEMPTS):
            if done := move(shown, times):
                return done
        return []

    return moved


MOVES: dict[str, Move] = {
    "pagedown": _begun_anew(_presses("pagedown", "home")),
    "pageup": _begun_anew(_presses("pageup", "end")),
    "home": _begun_anew(_there_and_back("home", "end")),
    "end": _begun_anew(_there_and_back("end", "home")),
    "down": _begun_anew(_presses("down", "home")),
    "one scrolled row": _begun_anew(_scrolled_row),
    "wheel": _begun_anew(_wheeled),
    "dragging the scrollbar": _begun_anew(_dragged),
}


def data_table(silence: float) -> Shown:
    """Starts a DataTable of 1,000 rows."""
    names = {"home": "ctrl+home", "end": "ctrl+end"}  # the plain keys go along the row there
    shown = Shown(Terminal(app_command("thousand"), silence), top=1, bottom=LINES, names=names)
    shown.terminal.until(lambda screen: "Visitor 40" in screen.text)
    shown.terminal.quiet(0.5)
    shown.take()
    return shown
