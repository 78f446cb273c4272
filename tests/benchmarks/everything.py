"""Everything that can be measured, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from benchmarks import (
    changing,
    commands,
    frames,
    from_afar,
    listing,
    memory,
    moving,
    redeeming,
    searching,
    starting,
    watching,
    writing,
)
from benchmarks.bench import Bench
from benchmarks.table import Row

MEASUREMENTS: dict[str, Callable[[Bench], Iterable[Row]]] = {
    "starting": starting.starts,
    "from-afar": from_afar.from_afar,
    "moving": moving.moves,
    "frames": frames.frames,
    "holding": moving.held,
    "bytes": moving.bytes_sent,
    "searching": searching.searches,
    "memory": memory.memory,
    "changes": changing.changes,
    "idle": changing.idle,
    "generating": writing.generates,
    "people": writing.people,
    "redeeming": redeeming.redeems,
    "waits": changing.waits,
    "asks": changing.asks,
    "watching": watching.watches,
    "commands": commands.commands,
    "listing": listing.lists,
}
