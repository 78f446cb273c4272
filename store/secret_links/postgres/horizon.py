"""Which transactions had ended, and which had begun, when a snapshot was taken: as a query, without any library."""

from __future__ import annotations

HORIZON = """
    SELECT CAST(CAST(pg_snapshot_xmin(seen) AS text) AS bigint) AS ended,
        CAST(CAST(pg_snapshot_xmax(seen) AS text) AS bigint) + age(CAST(pg_snapshot_xmax(seen) AS xid)) AS begun
    FROM pg_current_snapshot() AS seen
"""
"""A snapshot's `xmax` is behind the newest transaction that has ended; `age` counts from there to the next to begin."""
