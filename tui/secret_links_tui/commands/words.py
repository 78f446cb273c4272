"""Words of the command line, read for argparse."""

from __future__ import annotations

import argparse


def whole_number(text: str) -> int:
    """Reads a whole number."""
    if not text.removeprefix("-").isascii() or not text.removeprefix("-").isdigit() or len(text) > 12:
        raise argparse.ArgumentTypeError(f"“{text}” is no whole number")
    return int(text)
