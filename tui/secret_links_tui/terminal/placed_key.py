"""A key of a layout that is not Latin, which also counts as the letter at its place on the keyboard."""

from __future__ import annotations

from collections.abc import Container

from textual import events


class PlacedKey(events.Key):
    """A key that types one character, and stands where another one stands on a Latin keyboard."""

    __slots__ = ["place"]

    def __init__(self, key: str, character: str | None, place: str) -> None:
        super().__init__(key, character)
        self.place = place
        """The letter at its place, as it is with Shift or without."""

    def among(self, bound: Container[str]) -> events.Key:
        """Returns the key that it counts as: itself where that is bound, else its place. Either types its character."""
        key = events.Key(self.key if self.key in bound else self.place, self.character)
        key.time = self.time
        return key
