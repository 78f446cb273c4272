"""A host's preferences, theme and the like, as their column keeps them: a JSON object of texts."""

from __future__ import annotations

NO_PREFERENCES = "{}"
"""What is kept of a host who has chosen nothing."""


def read_preferences(written: str) -> dict[str, str]:
    """Reads what a host chose; empty for anything but a JSON object, and without values that are no text."""
    if written == NO_PREFERENCES:
        return {}
    import json  # noqa: PLC0415  # only for those who have chosen something: it would be a part of every start

    try:
        chosen = json.loads(written)
    except (ValueError, RecursionError):
        return {}
    named = chosen.items() if isinstance(chosen, dict) else ()
    return {name: choice for name, choice in named if isinstance(choice, str)}
