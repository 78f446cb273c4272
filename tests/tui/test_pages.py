"""Pages of a long list, held against the list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from secret_links_tui.pages import KEPT, PAGE, Pages, pages_of


@given(st.integers(0, 40 * PAGE), st.lists(st.tuples(st.integers(0, 40 * PAGE), st.integers(1, 200)), max_size=40))
def test_after_missing_pages_were_read_every_row_is_what_the_list_says(
    count: int, looks: list[tuple[int, int]]
) -> None:
    everything = list(range(1000, 1000 + count))
    pages: Pages[int] = Pages(count)
    for first, height in looks:
        last = first + height - 1
        for number in pages.missing(first, last):
            pages.put(number, everything[number * PAGE : (number + 1) * PAGE])
        assert [pages.row(index) for index in range(first, min(last + 1, count))] == everything[first : last + 1]
        assert pages.missing(first, last) == []


def test_a_row_that_was_not_read_is_none_and_its_page_is_missing() -> None:
    pages: Pages[int] = Pages(1000)
    assert pages.row(300) is None
    assert pages.missing(300, 300) == [300 // PAGE]


def test_pages_that_nobody_looked_at_for_longest_are_forgotten() -> None:
    pages: Pages[int] = Pages(PAGE * 100)
    for number in range(KEPT):
        pages.put(number, [number] * PAGE)
    pages.row(0)
    pages.put(KEPT, [KEPT] * PAGE)
    assert pages.row(0) == 0
    assert pages.row(PAGE) is None


def test_no_rows_have_no_pages() -> None:
    assert list(pages_of(0, -1)) == []
    assert Pages[int](0).missing(0, 50) == []
