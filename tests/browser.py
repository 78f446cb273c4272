"""A real browser, driven over its own protocol: Chromium, which listens on a pipe."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

needs_chromium = pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")

PATIENCE = 30.0
"""Seconds after which a page that does not come is given up."""

_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How it starts where there is no screen and no way out to other machines."""


class Browser:
    """One page of a browser of its own."""

    def __init__(self, folder: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = ["chromium", *_QUIET, f"--user-data-dir={folder}", "--remote-debugging-pipe", "about:blank"]
        moved = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'  # it reads 3 and writes 4
        self._process = subprocess.Popen(
            ["bash", "-c", moved, "bash", *command], pass_fds=[theirs_in, theirs_out], stderr=subprocess.DEVNULL
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._asked = 0
        self._rest = b""
        self._session: dict[str, str] = {}
        (page,) = [target for target in self._ask("Target.getTargets")["targetInfos"] if target["type"] == "page"]
        attached = self._ask("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = {"sessionId": attached["sessionId"]}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def open(self, address: str) -> None:
        """Goes to an address."""
        self._ask("Page.navigate", url=address)

    def run(self, script: str) -> Any:  # whatever the page says
        """Runs a script in the page; gives its value."""
        return self._ask("Runtime.evaluate", expression=script, returnByValue=True)["result"].get("value")

    def shows(self, text: str) -> None:
        """Waits until the page shows a text."""
        deadline = time.monotonic() + PATIENCE
        while text not in (shown := str(self.run("document.body ? document.body.innerText : ''"))):
            assert time.monotonic() < deadline, shown
            time.sleep(0.02)

    def type(self, text: str) -> None:
        """Types into the field that has the focus."""
        self._ask("Input.insertText", text=text)

    def press_enter(self) -> None:
        """Presses Enter."""
        for kind in ("keyDown", "keyUp"):
            self._ask(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
            )

    def _ask(self, method: str, **parameters: object) -> dict[str, Any]:
        self._asked += 1
        asked = {"id": self._asked, "method": method, "params": parameters, **self._session}
        os.write(self._out, json.dumps(asked).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                some = os.read(self._in, 65536)
                assert some, "the browser has left"
                self._rest += some
            one, _, self._rest = self._rest.partition(b"\0")
            answer: dict[str, Any] = json.loads(one)
            if answer.get("id") == self._asked:
                assert "error" not in answer, answer
                return dict(answer["result"])
