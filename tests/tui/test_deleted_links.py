"""Deleting, and bringing back: what is asked, what is named, and the list of deleted links."""

from __future__ import annotations

import pytest
from textual.widgets import Static

from driver import Drive, Driver
from secret_links import EventType, HostStore, Link, LinkUnknown, Store
from secret_links_tui.screens.dialogs.confirm import Confirm
from secret_links_tui.screens.dialogs.deleted_links import DeletedLinks, DeletedTable
from secret_links_tui.screens.dialogs.messages import Messages
from secret_links_tui.widgets.facts import Facts
from support import IN_TURN, SetClock

DATABASES = IN_TURN


@pytest.fixture
def five(ana: HostStore, interview: EventType) -> list[Link]:
    """Five links, the oldest first."""
    return ana.generate(interview.id, labels=["Ana", "Bo", "Cy", "Di", "Eve"])


def asked(app: Driver) -> str:
    return " ".join(str(app.one(f"#{part}", Static).content) for part in ("question", "explanation"))


# Asking before links are deleted


async def test_a_deletion_names_what_goes(drive: Drive, five: list[Link], store: Store) -> None:
    store.redeem(five[3].token)
    async with drive() as app:
        await app.press("x")
        await app.dialog(Confirm)
        assert asked(app).startswith("Delete the link for Eve, which is Active? Its URL stops working at once.")
        await app.press("n")
        await app.closed()
        assert app.said == "Nothing deleted."
        await app.press("space", "down", "space", "x")
        await app.dialog(Confirm)
        assert asked(app).startswith("Delete 2 links, 1 of them Active? Eve, Di.")


async def test_a_deletion_names_what_the_filter_hides(drive: Drive, five: list[Link], store: Store) -> None:
    store.redeem(five[3].token)
    async with drive() as app:
        await app.press("space", "down", "space", "down", "space", "3")
        await app.until(lambda: app.shown_labels == ["Di"])
        await app.press("x")
        await app.dialog(Confirm)
        assert "Eve, Di, Cy." in asked(app)
        assert "2 not shown by the filter: Eve, Cy." in asked(app)
        await app.press("n")
        await app.closed()
        await app.press("4")
        await app.until(lambda: app.table.row_count == 0)
        await app.press("x")
        await app.dialog(Confirm)
        assert "None of them is shown by the filter." in asked(app)


async def test_both_of_two_are_called_both(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("space", "down", "space", "x")
        await app.dialog(Confirm)
        assert asked(app).startswith("Delete 2 links, both Active?")
        await app.press("n")
        await app.closed()
        await app.press("down", "space", "x")
        await app.dialog(Confirm)
        assert asked(app).startswith("Delete 3 links, all of them Active?")


# Undo


async def test_undo_brings_back_what_was_deleted_here_and_names_it(drive: Drive, five: list[Link]) -> None:
    async with drive() as app:
        await app.press("x", "y")
        await app.until(lambda: app.table.row_count == 4)
        await app.press("u")
        await app.until(lambda: app.said == "Eve is back, deleted just now by ana; the URL is the same.")


async def test_undo_asks_before_it_brings_back_what_was_deleted_elsewhere(
    drive: Drive, five: list[Link], ana: HostStore, clock: SetClock
) -> None:
    ana.delete([five[0].id, five[1].id])
    clock.forward(minutes=5)
    async with drive() as app:
        await app.press("u")
        await app.dialog(Confirm)
        said = "Bring back 2 links? Bo, Ana. Deleted today 09:00 by ana. Their URLs work again"
        assert asked(app).startswith(said)
        await app.press("enter")
        await app.closed()
        assert (app.said, ana.counts().total) == ("Nothing brought back.", 3)
        await app.press("u")
        await app.dialog(Confirm)
        await app.press("y")
        await app.until(lambda: ana.counts().total == 5)
        await app.until(
            lambda: app.said == "2 links are back, deleted 5 min ago by ana: Bo, Ana. The URLs are the same."
        )


async def test_each_undo_asks_again(drive: Drive, five: list[Link], ana: HostStore) -> None:
    for link in five[:3]:
        ana.delete([link.id])
    async with drive() as app:
        app.burst("uuu")
        await app.dialog(Confirm)
        assert "Bring back the link for Cy?" in asked(app)
        assert ana.counts().total == 2


# The list of deleted links


async def test_any_deleted_link_comes_back_from_the_list(
    drive: Drive, five: list[Link], ana: HostStore, clock: SetClock
) -> None:
    ana.delete([five[0].id, five[1].id])
    clock.forward(days=2)
    ana.delete([five[4].id])
    async with drive() as app:
        await app.press("U")
        await app.dialog(DeletedLinks)
        table = app.one("DeletedTable", DeletedTable)
        await app.until(lambda: len(table.rows) == 3)
        lines = [table.render_line(y).text.split() for y in range(1, 4)]
        assert lines[0][:3] == ["☐", "Eve", "Final"]
        assert lines[0][-3:] == ["just", "now", "ana"]
        assert lines[2][1] == "Ana"
        assert lines[2][-4:] == ["2", "days", "ago", "ana"]
        await app.press("down", "down", "enter")
        await app.until(lambda: app.said == "Ana is back; the URL is the same.")
        assert {link.label for link in ana.window()} == {"Ana", "Cy", "Di"}


async def test_several_links_or_a_whole_deletion_are_chosen(drive: Drive, five: list[Link], ana: HostStore) -> None:
    ana.delete([five[0].id, five[1].id])
    ana.delete([five[4].id])
    async with drive() as app:
        await app.press("U")
        await app.dialog(DeletedLinks)
        await app.press("down", "d", "space")
        assert app.one("DeletedTable", DeletedTable).chosen == {five[0].id}
        await app.press("up", "space", "ctrl+s")
        await app.until(lambda: {link.label for link in ana.window()} == {"Ana", "Cy", "Di", "Eve"})
        await app.until(lambda: app.said == "2 links are back: Eve, Ana. The URLs are the same.")


async def test_deleted_links_are_searched(drive: Drive, five: list[Link], ana: HostStore) -> None:
    ana.delete([link.id for link in five])
    async with drive() as app:
        await app.press("U")
        await app.dialog(DeletedLinks)
        await app.press("slash", "c", "y")
        table = app.one("DeletedTable", DeletedTable)
        await app.until(lambda: [row.link.label for row in table.rows] == ["Cy"])
        await app.press("enter", "enter")
        await app.until(lambda: [link.label for link in ana.window()] == ["Cy"])


async def test_a_deleted_link_that_was_pasted_is_what_the_list_begins_with(
    drive: Drive, five: list[Link], ana: HostStore
) -> None:
    ana.delete([link.id for link in five[:2]])
    async with drive() as app:
        app.burst(f"\x1b[200~{five[0].url('https://42min.us/s')}\x1b[201~")
        await app.until(lambda: "for Ana" in app.table.empty_lines[0])
        await app.press("U")
        await app.dialog(DeletedLinks)
        table = app.one("DeletedTable", DeletedTable)
        await app.until(lambda: [row.link.label for row in table.rows] == ["Ana"])
        await app.press("enter")
        await app.closed()
        assert ana.find(five[0].token) == five[0]


async def test_without_deleted_links_the_list_says_so(drive: Drive, five: list[Link], ana: HostStore) -> None:
    async with drive() as app:
        await app.press("U")
        await app.dialog(DeletedLinks)
        table = app.one("DeletedTable", DeletedTable)
        await app.until(lambda: table.empty_lines == ("Nothing was deleted in 30 days.",))
        await app.press("enter", "escape")
        await app.closed()
        assert ana.counts().total == 5
        with pytest.raises(LinkUnknown):
            ana.find("A" * 22)


# Messages


async def test_what_was_said_can_be_read_again(drive: Drive, five: list[Link], store: Store) -> None:
    async with drive() as app:
        await app.press("x", "n")
        await app.until(lambda: app.said == "Nothing deleted.")
        store.redeem(five[0].token, by="Ana P.")
        await app.until(lambda: app.links.message_line.news is not None)
        await app.press("at")
        await app.dialog(Messages)
        assert [said for _, said in app.one("Facts", Facts).facts] == [
            "✓ Ana: Final interview booked at 09:00 by Ana P.",
            "Nothing deleted.",
        ]
        await app.press("at")
        await app.closed()
