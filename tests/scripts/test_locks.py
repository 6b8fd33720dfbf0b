"""What is installed is what was tested: the locks agree with the requirements."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from webapp.config import ROOT

LOCKS = ROOT / "scripts" / "locks"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def pins(path: Path) -> dict[str, set[str]]:
    """Versions by normalised name; a lock may have one for each Python."""
    found = defaultdict(set)
    for name, version in PIN.findall(path.read_text(encoding="utf-8")):
        found[re.sub(r"[-_.]+", "-", name).lower()].add(version)
    return found


@pytest.mark.parametrize("name", ["requirements", "requirements-dev", "requirements-video"])
def test_what_is_required_is_locked_in_the_same_version(name: str) -> None:
    required = pins(ROOT / f"{name}.txt")
    locked = pins(LOCKS / f"{name}.lock")
    assert required
    wrong = {package for package, versions in required.items() if locked[package] != versions}
    assert wrong == set(), "run: scripts/lock"


def test_every_requirement_is_pinned() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-video.txt"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        asked = [line for line in lines if line and not line.startswith(("#", "-r "))]
        assert [line for line in asked if not PIN.match(line)] == []


def test_tests_run_on_the_versions_that_are_served() -> None:
    served, tested = (pins(LOCKS / f"{name}.lock") for name in ("requirements", "requirements-dev"))
    assert {name for name in served if served[name] != tested[name]} == set()


@pytest.mark.parametrize("lock", sorted(LOCKS.iterdir()), ids=lambda lock: lock.name)
def test_a_lock_has_a_hash_for_everything_and_names_no_server(lock: Path) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8").strip())
    assert entries
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert [entry for entry in entries if re.search(r"://|--(extra-)?index|--find", entry)] == []


def test_what_installs_reads_the_locks() -> None:
    for name in ("scripts/lib.sh", "Dockerfile"):
        text = (ROOT / name).read_text(encoding="utf-8")
        installs = re.findall(r"pip install.*(?:\\\n.*)?", text)
        assert installs
        assert [command for command in installs if "--require-hashes" not in command] == []
