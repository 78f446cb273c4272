"""A machine's clock that is put forward and back, for programs that are started with it: by Debian's libfaketime."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from proof.night_people import Night
from secret_links.times import utc_now


class MovedClock:
    """A clock that is ahead of this machine's, or behind it."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))
        if not found:
            pytest.skip("moving the clock of programs needs libfaketime (on Debian: apt install libfaketime)")
        self.file = folder / "clock"
        """Where it is written how far off it is."""
        self.variables = {
            "LD_PRELOAD": str(found[0]),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }
        """What programs need in their environment to live by it."""
        self._off = timedelta()
        self.put(timedelta())

    def put(self, off: timedelta) -> None:
        """Puts it as far ahead of this machine's clock; everybody has it at once."""
        written = self.file.with_suffix(".part")
        written.write_text(f"{off.total_seconds():+.0f}\n")
        written.chmod(0o644)
        written.replace(self.file)
        self._off = off

    def __call__(self) -> datetime:
        return utc_now() + self._off


@contextmanager
def moved_clock() -> Iterator[MovedClock]:
    """Makes one, which a server that runs as nobody can live by, too."""
    folder = Path(tempfile.mkdtemp(prefix="clock-"))
    folder.chmod(0o755)
    try:
        yield MovedClock(folder)
    finally:
        shutil.rmtree(folder)


HOUR, SOON = timedelta(hours=1), timedelta(minutes=30)


def a_jumping_clock(night: Night, machine: MovedClock, put_right: Callable[[], object]) -> None:
    """Has the clock jump an hour ahead and an hour back, and be put right each time."""
    soon, *others = night.links(SOON)[3:]
    lasting = night.links(3 * HOUR)
    machine.put(HOUR)
    assert night.page.offers(soon.token) == 404
    assert night.page.visit(soon.token, "Too late") == 404
    refused = night.commands[0].call("redeem", others[2].token)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "not available" in refused.stderr
    assert "expired" in refused.stderr
    if night.watcher is not None:
        watcher = night.watcher
        watcher.until(lambda: watcher.has_told("expired", others[4].token))
    night.are_booked(lasting[:5], seen=False)
    put_right()
    night.are_booked([soon, *others])  # they are what they were
    late = night.links(SOON)
    machine.put(-HOUR)
    night.goes_on()
    machine.put(timedelta())
    night.are_booked([*late, *lasting[5:]])
    night.settle()
