"""A link's URL as a QR code, for the phone on the desk."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from secret_links_tui.terminal.plain_text import visible

QR_MARGIN = 2
"""Light modules around the code: phones read it with two, and four of them would not fit into 24 lines."""

TOO_LONG = "This URL is too long for a code."

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


class QrCode(ModalScreen[None]):
    """Shows a URL as a QR code; `about` says below whose it is."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,p", "dismiss", "Close", show=False, id="close-code", tooltip="Back to the link"),
    ]

    def __init__(self, url: str, about: str = "") -> None:
        super().__init__()
        self._about = about
        self.lines = code_lines(url)
        """The code, two rows of modules a line."""

    def compose(self) -> ComposeResult:
        """Lays out the code."""
        yield Center(Static(Content("\n".join(self.lines)), id="code"))
        needed = f"The code needs {len(self.lines[0])} x {len(self.lines)} cells." if self.lines else TOO_LONG
        yield Static(Content(f"{needed} Escape goes back."), id="too-small")
        said = f"{visible(self._about)}. Escape goes back." if self._about else "Escape goes back."
        yield Static(Content(said), id="below-code")

    def on_resize(self) -> None:
        """Shows the code only if all of it fits."""
        width = len(self.lines[0]) if self.lines else self.size.width + 1
        fits = self.size.width >= width and self.size.height >= len(self.lines)
        self.query_one("#code").display = fits
        self.query_one("#too-small").display = not fits
        self.query_one("#below-code").display = fits and self.size.height > len(self.lines)


def code_lines(text: str) -> list[str]:
    """Returns a QR code's lines in half blocks, dark modules as the foreground; none if the text is too long for it."""
    import segno  # noqa: PLC0415  # takes 50 ms, and few ask for a code

    try:
        code = segno.make(text, error="l", micro=False, boost_error=False)
    except segno.DataOverflowError:
        return []
    rows = [[bool(module) for module in row] for row in code.matrix_iter(border=QR_MARGIN)]
    rows += [[False] * len(rows[0])] * (len(rows) % 2)
    return [
        "".join(_HALVES[above, below] for above, below in zip(rows[line], rows[line + 1], strict=True))
        for line in range(0, len(rows), 2)
    ]
