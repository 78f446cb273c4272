"""The built wheel works where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(build, cwd=PROJECT, check=True, capture_output=True)
    (built,) = target.glob("*.whl")
    return built


def test_the_wheel_holds_the_two_packages_and_nothing_of_the_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"secret_links", "secret_links_tui"}
    assert {
        "secret_links_tui/app.tcss",
        "secret_links_tui/screens/dialogs/dialogs.tcss",
        "secret_links_tui/py.typed",
        "secret_links/py.typed",
        "secret_links/tables/migrations/env.py",
        "secret_links/tables/migrations/versions/0001_tables.py",
    } <= set(names)


def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": "", "HOME": os.environ["HOME"]}
    uv = [sys.executable, "-m", "uv", "--quiet"]
    subprocess.run([*uv, "venv", "--python", sys.executable, str(tmp_path / "venv")], check=True, env=environment)
    binaries = tmp_path / "venv" / "bin"
    subprocess.run(
        [*uv, "pip", "install", "--python", str(binaries / "python"), str(wheel)], check=True, env=environment
    )
    program = [str(binaries / "secret-links"), "--store", str(tmp_path / "links.db"), "--host", "ana"]

    def run(*arguments: str) -> str:
        return subprocess.run([*program, *arguments], check=True, capture_output=True, text=True, cwd=tmp_path).stdout

    assert run("event-type", "add", "Intro call") == "intro-call\n"
    url = run("generate", "intro-call").strip()
    assert run("redeem", url).strip() == url
    store = repr(str(tmp_path / "links.db"))
    paint = f"""
import asyncio
from datetime import UTC
from secret_links import Store
from secret_links_tui.app import SecretLinksApp
from secret_links_tui.settings import Settings

async def look():
    app = SecretLinksApp(Settings({store}, "ana", "https://x.example/s", UTC), lambda: Store.open({store}))
    async with app.run_test() as pilot:
        async with asyncio.timeout(60):
            while app.links.board.counts is None:
                await pilot.pause(0.01)
        print(app.links.board.counts.total)

asyncio.run(look())
"""
    painted = subprocess.run(
        [str(binaries / "python"), "-c", paint], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert painted.stdout == "1\n"
