"""What of a link can be copied."""

from __future__ import annotations

from enum import StrEnum


class CopyForm(StrEnum):
    """What is copied of a link."""

    URL = "url"
    NAMED = "named"
    """The URL behind the name and a tab, for a spreadsheet."""
    MESSAGE = "message"
    """The host's message with the URL."""
