"""What tests stand on: a real store in a folder of its own, and a clock that can be put anywhere."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, Phase, settings

import economy
from postgres_server import Databases, EmbeddedServer, a_server
from proof.effort import PROOF
from secret_links import EventType, HostStore, Store
from support import BOTH, IN_TURN, SetClock

# Making a failing example small can take minutes with a real store: nobody waits for that but at their own machine.
PHASES = [phase for phase in Phase if phase is not Phase.shrink or not os.environ.get("CI")]

settings.register_profile(
    "suite",
    phases=PHASES,
    deadline=None,
    max_examples=15,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("suite")

economy.keep_files_in_memory()
economy.compile_once()
economy.parse_style_sheets_once()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Gives half as many workers again as there are processors: apps that come to rest, terminals and servers wait."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return processors * 3 // 2


def pytest_configure(config: pytest.Config) -> None:
    """Hears ctrl+c and the end of a session as in the foreground: what a shell starts behind itself ignores both.

    In the proof some tests take minutes: what waits behind one goes to an idle process.
    """
    if PROOF and config.getoption("dist", "no") == "load":
        config.option.dist = "worksteal"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_collection_finish() -> None:
    economy.spare_what_stays()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs the tests of a module on the databases that it names, but for those that need none."""
    databases: Sequence[str] | None = getattr(metafunc.module, "DATABASES", None)
    if databases == IN_TURN:
        databases = BOTH if os.environ.get("EVERY_DATABASE") else [BOTH[crc32(metafunc.function.__name__.encode()) % 2]]
    if databases is not None and "database" in metafunc.fixturenames:
        metafunc.parametrize("database", databases, indirect=True)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keeps tests away from the settings and the store of whoever runs them."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home))
    for name in ("STORE", "HOST", "BASE_URL", "TIME_ZONE"):
        monkeypatch.delenv(f"SECRET_LINKS_{name}", raising=False)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "links.db"


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """PostgreSQL databases, from one server for all tests."""
    with ExitStack() as stack:
        server = a_server()
        if isinstance(server, EmbeddedServer):
            stack.enter_context(server)
        made = Databases(server)
        stack.callback(made.end)
        yield made


@pytest.fixture
def embedded(databases: Databases) -> EmbeddedServer:
    """The server itself, where it is the tests' own and may be stopped."""
    if not isinstance(databases.server, EmbeddedServer):
        pytest.skip("the server that is named is not the tests' own")
    return databases.server


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Which database the store is in: SQLite, but for tests that are marked to run on both."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def url(database: str, path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the store is."""
    if database == "sqlite":
        yield str(path)
        return
    databases: Databases = request.getfixturevalue("databases")
    made = databases.new()
    yield made
    databases.give_back(made)


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store in a file that holds nothing: to copy it takes a hundredth of making another one."""
    path = tmp_path_factory.mktemp("new") / "links.db"
    Store.open(path).close()
    return path


@pytest.fixture
def emptied(url: str, new_file: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Gives the place of a store that holds nothing, as often as a test needs one."""

    def sqlite() -> str:
        for file in Path(url).parent.glob(f"{Path(url).name}*"):
            file.unlink()
        shutil.copy(new_file, url)
        return url

    def postgresql() -> str:
        request.getfixturevalue("databases").make_empty(url)
        return url

    return postgresql if url.startswith("postgresql:") else sqlite


@pytest.fixture
def store(url: str, database: str, clock: SetClock, new_file: Path) -> Iterator[Store]:
    if database == "sqlite" and not Path(url).exists():
        shutil.copy(new_file, url)
    with Store.open(url, clock=clock) as opened:
        yield opened


@pytest.fixture
def ana(store: Store) -> HostStore:
    return store.as_host("ana")


@pytest.fixture
def interview(ana: HostStore) -> EventType:
    return ana.add_event_type("Final interview", minutes=60)
