"""Links on standard input: what generate, list and show write in any form, or any text with one link a line."""

from __future__ import annotations

from secret_links import InvalidInput, LinkUnclear
from secret_links.text import lines_in
from secret_links.tokens import only_token
from secret_links_tui.commands.records import csv_rows, json_values

LONGEST_LINK_FILE = 16_000_000
"""Bytes that are read."""


def links_of(text: str) -> list[str]:
    """Returns a token for each link; InvalidInput names the first line, row or object without one, or with several."""
    what, named = _named(text)
    if not named:
        raise InvalidInput("links", "There are no links to read; give one a line.")
    tokens = []
    for number, name in named:
        try:
            tokens.append(only_token(name if isinstance(name, str) else ""))
        except LinkUnclear as error:
            raise InvalidInput("links", f"{what} {number:,}: {error}") from error
    return tokens


def _named(text: str) -> tuple[str, list[tuple[int, object]]]:
    """Returns what stands for each link, with its number, and what is numbered."""
    values = json_values(text)
    if values is not None:
        return "object", [
            (number, value.get("token") if isinstance(value, dict) else value) for number, value in enumerate(values, 1)
        ]
    rows = csv_rows(text)
    if rows is not None:
        return "row", [(number, row["token"]) for number, row in enumerate(rows, 1)]
    return "line", [*lines_in(text)]
