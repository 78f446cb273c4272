"""Pages that call the command `secret-links redeem`, two for the same link at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from proof.histories_claiming import Redeems, Wanted, until_answered
from proof.histories_records import Answer, Log, What, name_of, visitor_id

COMMAND = (str(Path(sys.executable).with_name("secret-links")), "--store")

KILLED_EVERY = 4
"""Of as many pairs of commands, one of the two is killed when the other has ended."""


@dataclass(frozen=True, slots=True)
class _Claim:
    number: int
    wanted: Wanted
    process: subprocess.Popen[bytes]
    in_doubt: bool = False
    """Whether nobody knows what came of an earlier command."""


class Commands:
    """One page, whose claims are kept in a log."""

    def __init__(self, url: str, log: Log) -> None:
        self._url, self._log = url, log
        self._looks = Redeems(url)
        self._number = 0

    def claim_twice(self, link: int, token: str, *, kills: bool) -> None:
        """Runs two commands for a link at the same time, until both are answered; perhaps kills the later one."""
        running: dict[int, _Claim] = {}
        for _ in range(2):
            self._number += 1
            self._log.begin(self._number, What.COMMAND, link)
            visitor = name_of(visitor_id(self._log.process, self._number))
            self._start(running, self._number, Wanted(token, visitor))
        while running:
            ended, status = os.waitpid(-1, 0)
            claim = running.pop(ended)
            claim.process.returncode = os.waitstatus_to_exitcode(status)
            if kills:
                for other in running.values():
                    other.process.kill()
                    os.waitpid(other.process.pid, 0)
                    other.process.returncode = -signal.SIGKILL
                running.clear()
            self._answered(running, claim, link)

    def _start(self, running: dict[int, _Claim], number: int, wanted: Wanted, *, in_doubt: bool = False) -> None:
        command = [*COMMAND, self._url, "redeem", wanted.token, "--by", wanted.visitor, "--reference", wanted.visitor]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        running[process.pid] = _Claim(number, wanted, process, in_doubt)

    def _answered(self, running: dict[int, _Claim], claim: _Claim, link: int) -> None:
        code = claim.process.returncode
        if code == 0:
            self._log.end(claim.number, Answer.WON, link)
        elif code == 1:
            refused = Answer.NOT_AVAILABLE, 0
            stands = claim.in_doubt and until_answered(lambda: self._stands(claim.wanted), lambda: False, lambda: None)
            answer, _ = stands or refused
            self._log.end(claim.number, answer, link)
        else:
            assert code == 3, f"the command ended with {code}"
            self._log.unknown(claim.number, link)
            self._start(running, claim.number, claim.wanted, in_doubt=True)

    def _stands(self, wanted: Wanted) -> tuple[Answer, int]:
        return (Answer.WON if self._looks.stands(wanted) else Answer.NOT_AVAILABLE), 0
