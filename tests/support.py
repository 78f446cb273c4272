"""What several tests use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday morning."""


class SetClock:
    """A clock that stands still until it is moved."""

    def __init__(self, instant: datetime = START) -> None:
        self.instant = instant

    def __call__(self) -> datetime:
        return self.instant

    def forward(self, **length: float) -> None:
        self.instant += timedelta(**length)
