"""Makes the pictures in the README: the real screen, on the demo's links.

Run it with: uv run python .readme/picture.py
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from textual.pilot import Pilot

from secret_links import Store
from secret_links.whole.filling import fill
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.demo.busy_host import ACTIVE
from secret_links_tui.drawing.tabs import Tab
from secret_links_tui.settings import Settings

SIZE = (110, 26)
SEED = 5
NAMES = ("Ana Pires", "Bo Chen", "Carla Costa")


async def pictures(folder: Path) -> dict[str, str]:
    """Draws the list with two links selected, the form that generates links, and a link's details; each by its name."""
    path = folder / "demo.db"
    with Store.open(path) as store:
        fill(store, "ana", 1200, seed=SEED, active=ACTIVE)
    settings = Settings(str(path), "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"))
    app = SecretLinksApp(settings, lambda: Store.open(path))
    drawn: dict[str, str] = {}
    async with app.run_test(size=SIZE) as pilot:
        while app.links.board.counts is None:
            await pilot.pause(0.05)
        await pilot.press("down", "space", "down", "down", "space", "up")
        while app.links.board.counts.tally.counts.total != 2:
            await pilot.pause(0.05)
        drawn["links"] = _drawn(app)
        await pilot.press("escape", "g")
        await _opened(app, pilot)
        await pilot.press(*"final", "enter", "tab", *"7d", "tab")
        for number, name in enumerate(NAMES):
            await pilot.press(*(["enter"] if number else []), *(" ".join(name).replace("   ", " space ").split()))
        await pilot.pause()
        drawn["generate"] = _drawn(app)
        await pilot.press("escape")
        app.links.filters.by_tab(Tab.USED)
        while not app.links.board.shown.is_settled:
            await pilot.pause(0.05)
        await pilot.press("enter")
        await _opened(app, pilot)
        drawn["details"] = _drawn(app)
    return drawn


async def _opened(app: SecretLinksApp, pilot: Pilot[None]) -> None:
    while app.screen is app.links:
        await pilot.pause(0.05)
    app.keys.look_at(app.screen)
    await pilot.pause(0.2)


def _drawn(app: SecretLinksApp) -> str:
    drawn = app.export_screenshot(title="secret-links")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no font is fetched to look at it


def main(target: Path) -> None:
    """Writes the pictures into a folder, in all colours whatever the terminal that this is run in."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with tempfile.TemporaryDirectory() as folder:
        for name, drawn in asyncio.run(pictures(Path(folder))).items():
            (target / f"{name}.svg").write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
