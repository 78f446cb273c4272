from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from secret_links_tui.drawing.link_columns import LINK_COLUMNS
from secret_links_tui.drawing.table.columns import GAP, MARGIN, column_at, lay_out


@given(st.integers(0, 400))
def test_columns_fill_the_line_and_none_overlaps_another(width: int) -> None:
    places = lay_out(LINK_COLUMNS, width)
    ends = [x + cells for _, x, cells in places]
    assert [x for _, x, _ in places] == [MARGIN, *(end + GAP for end in ends[:-1])]
    assert all(cells >= column.width for column, _, cells in places)
    assert len(places) == 1 or ends[-1] <= width - MARGIN
    for column, x, cells in places:
        assert {column_at(places, cell) for cell in range(x, x + cells)} == {column.key}


def test_the_least_important_column_is_left_out_first() -> None:
    gone: list[str] = []
    for width in range(140, 0, -1):
        shown = {column.key for column, _, _ in lay_out(LINK_COLUMNS, width)}
        gone += [column.key for column in LINK_COLUMNS if column.key not in shown and column.key not in gone]
    dispensable = ["used", "used_by", "token", "copy", "delete", "created", "event_type", "expires"]
    assert gone == [*dispensable, "check", "status"]
