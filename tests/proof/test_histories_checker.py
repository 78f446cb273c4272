"""The checker of histories itself: on small histories written by hand, and on any that chance makes."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proof.histories_checking import Final, broken, check, is_contested
from proof.histories_model import State, Step, explained
from proof.histories_records import (
    NEVER,
    Answer,
    Histories,
    Log,
    Operation,
    What,
    name_of,
    read,
    visitor_id,
    visitor_of,
)
from proof.histories_written import (
    BO,
    CY,
    MILLISECOND,
    OUT_OF_ORDER,
    RIGHT,
    UNEXPLAINED,
    UNSPENT,
    WRONG,
    gave_back,
    host,
    killed,
    refused,
    spent,
    won,
)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_history_passes(name: str) -> None:
    assert broken(*RIGHT[name]) is None


@pytest.mark.parametrize("said", WRONG)
def test_a_wrong_history_is_found(said: str) -> None:
    assert broken(*WRONG[said]) == said


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_answers_that_no_instant_explains_are_found(name: str) -> None:
    assert broken(*OUT_OF_ORDER[name]) == "no instant at which it was spent explains what visitors were told"


@pytest.mark.parametrize("name", UNEXPLAINED)
def test_what_hosts_cannot_have_done_is_found(name: str) -> None:
    assert broken(*UNEXPLAINED[name]) == "no order of what hosts and visitors did explains it"


@st.composite
def legal(draw: st.DrawFn, *, hosts: bool = True) -> tuple[list[Operation], Final]:
    """Operations that are done one after the other, of which each is then said to have taken longer."""
    kept, used_by, used_at, operations = True, 0, 0, []
    kinds = st.sampled_from(["claim", "fail", "kill", "delete", "restore"][: 5 if hosts else 3])
    for number, kind in enumerate(draw(st.lists(kinds, max_size=10))):
        who, at = visitor_id(number + 1, 1), 10 * number + 5
        begin, end = at - draw(st.integers(1, 35)), at + draw(st.integers(1, 35))
        active = kept and not used_by
        if kind in {"delete", "restore"}:
            what, wanted = (What.DELETE, False) if kind == "delete" else (What.RESTORE, True)
            operations.append(host(what, begin, end, Answer.IN_VAIN if kept is wanted else Answer.DONE, who=who))
            kept = wanted
        elif not active and kind != "kill":
            reason = Answer.USED if kept else Answer.DELETED
            with_reason = draw(st.booleans())
            told = (reason, used_by * kept) if with_reason else (Answer.NOT_AVAILABLE, 0)
            operations.append(refused(who, begin, end, *told))
        elif kind == "fail":
            operations.append(gave_back(who, begin, end))
        else:
            has_won = active and (kind == "claim" or draw(st.booleans()))
            operations.append(killed(who, begin) if kind == "kill" else won(who, begin, end))
            used_by, used_at = (who, at) if has_won else (used_by, used_at)
    final = Final(kept, used_by, used_at, bookings=(used_by,) * bool(used_by), uses=bool(used_by))
    return draw(st.permutations(operations)), final


@given(legal())
def test_whatever_was_done_one_after_the_other_passes(history: tuple[list[Operation], Final]) -> None:
    assert broken(*history) is None


@given(legal(), st.data())
def test_a_second_winner_never_passes(history: tuple[list[Operation], Final], data: st.DataObject) -> None:
    operations, final = history
    begin = data.draw(st.integers(0, 100))
    second = won(visitor_id(99, 1), begin, begin + data.draw(st.integers(1, 100)))
    assert broken([*operations, second], final) is not None


@given(legal(hosts=False), st.randoms(use_true_random=False))
def test_the_look_and_the_search_agree_where_no_host_was(
    history: tuple[list[Operation], Final], chance: random.Random
) -> None:
    operations, final = history
    moved = [
        one
        if one.end == NEVER
        else one._replace(begin=(at := chance.randrange(100) * MILLISECOND), end=at + MILLISECOND)
        for one in operations
    ]
    mine = next((one for one in moved if one.visitor == final.used_by), None)
    final = final._replace(used_at=mine.begin // MILLISECOND) if mine is not None else final
    steps = [Step(one, 0, 0) for one in moved if one.answer != Answer.NONE or one is mine]
    found = explained(steps, State(), State(used_by=final.used_by))
    assert (broken(moved, final) is None) is found


def test_a_link_is_contested_where_another_process_came_during_the_claim_that_won() -> None:
    final = spent(BO, 2)
    assert is_contested([won(BO, 1, 5), refused(CY, 2, 3)], final)
    assert not is_contested([won(BO, 1, 5), refused(CY, 6, 7)], final)
    assert not is_contested([won(BO, 1, 5), refused(visitor_id(1, 2), 2, 3)], final)
    assert not is_contested([gave_back(BO, 1, 5), refused(CY, 2, 3)], UNSPENT)


def test_what_a_process_keeps_is_read_also_where_it_was_killed(tmp_path: Path) -> None:
    log = Log(tmp_path, 7)
    log.begin(1, What.SESSION, 3)
    log.unknown(1, 3)
    log.end(1, Answer.USED, 3, value=BO)
    log.begin(2, What.CHANGE, 3, 12)
    log.close()
    histories = read(tmp_path)
    first, second = histories.of_links[3]
    assert (first.what, first.answer, first.value, first.visitor) == (What.SESSION, Answer.USED, BO, visitor_id(7, 1))
    assert first.begin <= first.end < second.begin
    assert (second.what, second.answer, second.value, second.end) == (What.CHANGE, Answer.NONE, 12, NEVER)
    assert (histories.unknown, visitor_of(name_of(second.visitor))) == (1, second.visitor)
    assert (visitor_of(None), visitor_of("Ana Pires")) == (0, -1)


def test_findings_are_counted_with_an_example() -> None:
    histories = Histories({0: [won(BO, 1, 3), won(CY, 2, 4)], 1: [won(BO, 1, 3)]}, 0, (0, 0))
    report = check(histories, {0: spent(BO, 2), 1: spent(BO, 2)})
    assert report.findings == {"two visitors were told that they have won": 1}
    assert "link 0" in str(report)
    assert report.contested == 1
