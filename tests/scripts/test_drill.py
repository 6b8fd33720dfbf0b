"""`scripts/drill`: what it takes, and that it attacks nothing but this machine."""

from __future__ import annotations

import argparse
import subprocess

import pytest

from scripts.drills import faults, hostile, outages
from scripts.drills.visitor import Seen
from webapp.config import ROOT


def drill(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(ROOT / "scripts" / "drill"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_help_names_the_drills() -> None:
    told = drill("--help")
    assert (told.returncode, told.stdout.splitlines()[-6:]) == (
        0,
        ["hostile", "killed", "outages", "payments", "restart", "uploads"],
    )


@pytest.mark.parametrize("name", ["", "no", "attacks", "visitor", "../hostile", "hostile;ls"])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    told = drill(name)
    assert (told.returncode, told.stdout) == (2, "")
    assert "usage: scripts/drill NAME" in told.stderr


@pytest.mark.parametrize(
    "url", ["http://example.com", "http://10.0.0.1:8000", "https://127.0.0.1", "127.0.0.1:8000"]
)
def test_no_other_machine_is_attacked(url: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        hostile._loopback(url)
    assert hostile._loopback("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


def test_p95_and_the_slowest_are_of_all_requests() -> None:
    seen = Seen(times=[float(n) for n in range(1, 101)])
    assert (seen.p95, seen.slowest) == (96.0, 100.0)
    assert Seen().p95 == 0.0


def ran(
    how: str, seen: Seen, well: float | None, *, accepted: int = 9, lost: int = 0
) -> outages.Ran:
    work = {"order": {"accepted": accepted, "refused": 1, "late": 0, "lost": lost}}
    return outages.Ran("postgresql", how, seen, work, well)


def test_a_wait_while_something_hangs_is_below_the_bar_and_a_refusal_at_once_is_not() -> None:
    refused = ran("STOP", Seen([2.0, 2500.0], ["RuntimeError: 503 /"]), 1.5)
    assert refused.missed() == []
    assert refused.row().split() == ["postgresql", "STOP", "2", "1", "2500", "9", "0", "0", "1.5"]
    assert len(ran("STOP", Seen([24_000.0]), None).missed()) == 2


def test_lost_work_and_work_that_was_never_accepted_are_below_the_bar() -> None:
    assert "2 of 9 of kind order lost" in ran("KILL", Seen([2.0]), 1.0, lost=2).missed()[0]
    assert "no work" in ran("KILL", Seen([2.0]), 1.0, accepted=0).missed()[0]


def test_a_fault_is_chosen_by_its_name_or_with_how() -> None:
    fault = faults.Fault("redis", "KILL", int, int)
    assert [fault.is_chosen(only) for only in ([], ["redis"], ["redis:KILL"], ["redis:STOP"])] == [
        *(True, True, True, False)
    ]
    assert faults.kinds([]) == ["parts", "disk", "clock"]
    assert faults.kinds(["clock", "redis:KILL"]) == ["parts", "clock"]
