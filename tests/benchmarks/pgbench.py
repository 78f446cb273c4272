"""Redeeming by `pgbench`, which spends next to no time of its own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg

from benchmarks.redeemers import VISITOR
from secret_links import redeeming
from secret_links.postgres import database
from secret_links.tokens import TOKEN_LENGTH

_GENERATE = """
    INSERT INTO link (host_id, event_type_id, token, created_at)
    SELECT host_id, id, lpad(number::text, %(length)s, '0'), now()
    FROM generate_series(%(first)s::bigint, %(last)s) AS number, (SELECT * FROM event_type LIMIT 1) AS kind
"""
_USED = "SELECT count(used_at) FROM link WHERE token BETWEEN lpad(%s::text, %s, '0') AND lpad(%s::text, %s, '0')"

_SCRIPT = r"""
\set done :done + 1
\set number :first + permute(:client_id + :clients * :done, :links)
BEGIN;
{claim};
{tell};
COMMIT;
"""
"""Each client has links of its own, in no order: their tokens are numbers, for pgbench knows no texts."""


class Pgbench:
    """Redeems links of a store on a server by the store's own statements, prepared as the store has them."""

    def __init__(self, program: Path, url: str, folder: Path) -> None:
        self._program = program
        self._url = url
        self._script = folder / "redeem.pgbench"
        self._script.write_text(_script(), encoding="ascii")
        self._made = 0

    def rate(self, each: int, clients: int) -> float:
        """Redeems as some clients, each so many links; gives how many in a second, without connecting."""
        first, links = self._made, clients * each
        self._made += links
        with psycopg.connect(self._url) as connection:
            connection.execute(_GENERATE, {"first": first, "last": first + links - 1, "length": TOKEN_LENGTH})
        variables = {"done": -1, "first": first, "clients": clients, "links": links}
        counts = [f"--client={clients}", f"--jobs={clients}", f"--transactions={each}"]
        given = [f"--define={name}={value}" for name, value in variables.items()]
        how = ["--no-vacuum", "--protocol=prepared", f"--file={self._script}"]
        ended = subprocess.run(
            [self._program, *how, *counts, *given, self._url], check=True, capture_output=True, text=True
        )
        with psycopg.connect(self._url) as connection:
            used = connection.execute(_USED, (first, TOKEN_LENGTH, first + links - 1, TOKEN_LENGTH)).fetchone()
        assert used == (links,), "pgbench has redeemed every link"
        found = re.search(r"^tps = ([\d.]+)", ended.stdout, re.MULTILINE)
        assert found, ended.stdout + ended.stderr
        return float(found[1])


def _script() -> str:
    values = {
        "sought_token": f"lpad(:number, {TOKEN_LENGTH}, '0')",
        "claimed_by": f"'{VISITOR}'",
        "claimed_reference": "NULL",
        "now": "NULL",
    }
    claim = redeeming._claim_for("postgresql", "psycopg", as_page=False) % values
    return _SCRIPT.format(claim=claim, tell=database._BEFORE_COMMIT)
