"""Time zones: of TZ in all its forms, of names, of the machine."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
import tzlocal
from hypothesis import given
from hypothesis import strategies as st

from command_line import Run
from secret_links import EventType
from secret_links_tui.zones import NoZone, machine_zone, named_zone


@pytest.mark.parametrize("zone", ["garbage", "/etc/passwd", "/dev/zero", "Europe", "EST99", "<", "A" * 5_000, "+1"])
def test_an_unknown_time_zone_stops_only_what_prints_or_reads_local_times(
    zone: str, run: Run, interview: EventType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)

    def local(*arguments: str) -> tuple[int, str, str]:
        answer = run(*arguments, time_zone=None)
        return answer.code, answer.out, answer.err

    code, made, err = local("generate", "final-interview")
    assert (code, err) == (0, "")
    for arguments in (["list", "--expires-within", "3d"], ["delete", "--older-than", "30d", "--dry-run"]):
        assert local(*arguments)[0] == 0
    assert local("redeem", made.strip()) == (0, made, "")
    assert local("redeem", made.strip()) == (1, "", "not available\n")
    assert local("show", made.strip(), "--json")[0] == 0
    for arguments in (["show", made.strip()], ["generate", "final-interview", "--expires", "fri 17:00"]):
        code, out, err = local(*arguments)
        assert (code, out) == (2, "")
        assert "(TZ) is no time zone; set one like Europe/Lisbon with --time-zone" in err
    assert local("list")[1].count("\n") == 1


@pytest.mark.parametrize(
    ("zone", "july"),
    [
        (":Europe/Lisbon", "WEST"),
        ("Europe/Lisbon", "WEST"),
        ("EST5EDT", "EDT"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "CEST"),
        ("XYZ5ABC", "ABC"),
        ("<+03>-3", "+03"),
    ],
)
def test_a_time_zone_is_read_in_each_form_that_the_system_knows(zone: str, july: str) -> None:
    assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(machine_zone({"TZ": zone})).tzname() == july


def test_a_time_zone_may_be_a_file(tmp_path: Path) -> None:
    for mark in ("", ":"):
        lisbon = tmp_path / "lisbon"
        lisbon.write_bytes(files("tzdata").joinpath("zoneinfo", "Europe", "Lisbon").read_bytes())
        assert str(machine_zone({"TZ": f"{mark}{lisbon}"})) == "lisbon"


@given(st.text(max_size=30) | st.text("AB+-/<>,.:0123456789MJ", max_size=30) | st.sampled_from(["../x", "/", "a\0b"]))
def test_any_text_is_a_time_zone_or_none(text: str) -> None:
    for read in (named_zone, lambda name: machine_zone({"TZ": name})):
        try:
            read(text)
        except NoZone:
            continue


@pytest.mark.parametrize("target", ["/usr/share/zoneinfo/Europe/Lisbon", "../usr/share/zoneinfo/Europe/Lisbon"])
def test_the_machines_zone_is_the_one_that_its_link_names(target: str, tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(target)
    assert str(machine_zone({}, link)) == "Europe/Lisbon"
    assert str(machine_zone({"TZ": "Europe/Paris"}, link)) == "Europe/Paris", "TZ goes before"


@pytest.mark.parametrize("target", ["/usr/share/zoneinfo/Nowhere", "/elsewhere/Europe/Lisbon", None])
def test_a_machine_without_such_a_link_has_its_zone_looked_for_elsewhere(target: str | None, tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    link.symlink_to(target) if target else link.write_bytes(b"TZif")
    assert str(machine_zone({}, link)) == str(tzlocal.get_localzone())


def test_the_machines_link_says_what_the_library_of_time_zones_finds() -> None:
    july = datetime(2026, 7, 1, tzinfo=UTC)
    assert july.astimezone(machine_zone({})).utcoffset() == july.astimezone(tzlocal.get_localzone()).utcoffset()


def test_what_the_library_of_time_zones_has_to_say_is_not_said() -> None:
    code = "from pathlib import Path; from secret_links_tui.zones import machine_zone; machine_zone({}, Path()); "
    code += "import logging;"
    code += "logging.getLogger('tzlocal').warning('/etc/timezone is deprecated')"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (answer.returncode, answer.stderr) == (0, b"")
