"""A process that redeems links of a host, newest Active first, and writes down when: STORE HOST COUNT PAUSE REPORT.

A line of the report is the instant after a commit, on the clock that all processes share, and the seconds that it took.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from secret_links import LinkFilter, Status, Store


def main(path: str, host: str, count: str, pause: str, report: str) -> None:
    """Redeems, until there are no more or the process is ended."""
    with Store.open(path) as store, Path(report).open("w", encoding="ascii", buffering=1) as lines:
        links = store.as_host(host).window(LinkFilter(status=Status.ACTIVE), count=int(count))
        for link in links:
            time.sleep(float(pause) * random.uniform(1, 1.5))
            begun = time.monotonic()
            store.redeem(link.token, "A visitor")
            done = time.monotonic()
            lines.write(f"{done} {done - begun}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
