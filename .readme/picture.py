"""Makes the picture in the README: the real screen, on the demo's links.

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

from secret_links import Store
from secret_links.whole.filling import fill
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.demo.busy_host import ACTIVE
from secret_links_tui.settings import Settings

SIZE = (110, 26)
SEED = 5


async def picture(folder: Path) -> str:
    """Draws the screen with two links selected."""
    path = folder / "demo.db"
    with Store.open(path) as store:
        fill(store, "ana", 1200, seed=SEED, active=ACTIVE)
    settings = Settings(str(path), "ana", "https://42min.us/s", ZoneInfo("Europe/Lisbon"))
    app = SecretLinksApp(settings, lambda: Store.open(path))
    async with app.run_test(size=SIZE) as pilot:
        while app.links.board.counts is None:
            await pilot.pause(0.05)
        await pilot.press("down", "space", "down", "down", "space", "up")
        while app.links.board.counts.tally.counts.total != 2:
            await pilot.pause(0.05)
        drawn = app.export_screenshot(title="secret-links")
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)  # no font is fetched to look at it


def main(target: Path) -> None:
    """Writes the picture, in all colours whatever the terminal that this is run in."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with tempfile.TemporaryDirectory() as folder:
        target.write_text(asyncio.run(picture(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).with_name("links.svg"))
