"""The simulation of the screen finds the faults that are planted for it, and nothing in the same steps without them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from proof import screen_planted as planted
from proof.screen_playing import Plant, play
from proof.screen_steps import KEYS, WAITS, Step
from proof.screen_world import SIZES

LONG, SHORT = 1, 5
"""Seeds of stores whose lists are long, read in small pages, and short."""


def key(typed: str) -> Step:
    return "key", KEYS.index(typed)


READ: Step = "read", 0
"""The reader of lists goes one step on: it looks, begins, ends, or its answer arrives."""

MADE: Step = "generate", 6
REST: Step = "rest", 0
MANY = (*[MADE] * 6, REST)
NOTICED = (MADE, READ, READ)
"""Links are made elsewhere; the reader notices it, and the screen asks for the list."""

SMALL, LARGE = ("resize", SIZES.index((40, 12))), ("resize", SIZES.index((120, 34)))

FAULTS: dict[str, tuple[Plant, Sequence[Step], str]] = {
    "a stale answer over a newer one": (planted.stale_answer_last, (*MANY, MADE, REST), "the list has"),
    "an answer of another filter": (
        planted.any_filter,
        (*MANY, *NOTICED, READ, key("3"), READ, READ),
        "of another list than was asked for",
    ),
    "a selection by row": (planted.selection_by_row, (*MANY, key(" "), *NOTICED, *[READ] * 3), "the selection was"),
    "a cursor by row": (planted.cursor_by_row, (*MANY, key("j"), *NOTICED, *[READ] * 3), "the cursor was on link"),
    "a key twice": (
        planted.key_again_with_a_retry,
        (*MANY, key("j"), *NOTICED, ("fail", 0), READ, ("wait", WAITS.index(1.5))),
        "-1 keys have got lost",
    ),
    "a key lost": (planted.keys_lost_with_a_list, (*MANY, key("O"), key("j"), *[READ] * 5), "1 keys have got lost"),
    "range by row": (
        planted.range_by_row,
        (*MANY, key("J"), MADE, REST, key("J")),
        "links that the cursor has not run over",
    ),
    "range without its end": (planted.range_without_its_end, (*MANY, key("J")), "has not selected link"),
    "rows dropped by a resize": (
        planted.rows_dropped_by_a_resize,
        (*MANY, SMALL, key("\x1b[H"), MADE, REST, LARGE, REST),
        "and the list says",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_of_the_screen_is_found(fault: str, emptied: Callable[[], str]) -> None:
    plant, steps, rule = FAULTS[fault]
    seed = LONG if plant is planted.rows_dropped_by_a_resize else SHORT
    assert rule in play(emptied(), seed, steps, plant).broken


def test_nothing_is_found_in_the_same_steps_where_nothing_was_planted(emptied: Callable[[], str]) -> None:
    every = [step for _, steps, _ in FAULTS.values() for step in (*steps, REST)]
    assert play(emptied(), SHORT, every).broken == ""
