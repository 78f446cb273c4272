"""`secret-links`: the screen, or one command."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the program; returns its exit code."""
    if arguments is None:
        gc.disable()  # until all is loaded: looking for garbage among that takes a tenth of a start
    from secret_links_tui.entry import run  # see above

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
