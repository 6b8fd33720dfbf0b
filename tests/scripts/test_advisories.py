"""Advisories are compared with what is installed, and no look is never taken for a clean one."""

from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts import advisories
from scripts.advisories import concerns, findings


def advisory(name: str, *events: dict[str, str], **more: Any) -> dict[str, Any]:
    ranges = [{"type": "ECOSYSTEM", "events": list(events)}]
    part = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges}
    return {"id": "GHSA-1", "summary": "Bad\nthings", "affected": [part]} | more


FROM_2_TO_3 = ({"introduced": "2.0"}, {"fixed": "3.1"})


@pytest.mark.parametrize(
    ("version", "bad"), [("1.9", False), ("2.0", True), ("3.0.9", True), ("3.1", False)]
)
def test_a_range_ends_with_the_version_that_mends_it(version: str, bad: bool) -> None:
    assert concerns(advisory("x", *FROM_2_TO_3)["affected"][0], version) is bad


def test_a_finding_names_the_package_and_what_mends_it() -> None:
    known = [advisory("Some_Package", *FROM_2_TO_3), advisory("other", {"introduced": "0"})]
    ((one,), looked_at) = findings({"some-package": "2.5"}, known)
    assert one == ("some-package", "2.5", "GHSA-1", "3.1", "Bad things")
    assert looked_at == 2


def test_what_was_withdrawn_or_is_of_another_kind_is_no_finding() -> None:
    gone = advisory("x", {"introduced": "0"}, withdrawn="2026-01-01T00:00:00Z")
    other = advisory("x", {"introduced": "0"})
    other["affected"][0]["package"]["ecosystem"] = "npm"
    assert findings({"x": "1"}, [gone, other])[0] == []


def run(monkeypatch: pytest.MonkeyPatch, file: Path) -> int:
    monkeypatch.setattr(sys, "argv", ["audit", "--advisories", str(file)])
    return advisories.main()


def test_a_file_is_enough_and_a_finding_is_told_by_the_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("GHSA-1.json", json.dumps(advisory("pytest", {"introduced": "0"})))
    assert run(monkeypatch, file) == 1
    assert "GHSA-1, fixed in no version yet" in capsys.readouterr().out
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("GHSA-1.json", json.dumps(advisory("nothing-of-ours", *FROM_2_TO_3)))
    assert run(monkeypatch, file) == 0


def test_without_advisories_it_says_that_nothing_was_compared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    torn = tmp_path / "torn.zip"
    torn.write_bytes(b"PK\x03\x04 torn")
    for file in (torn, tmp_path / "none.zip", tmp_path):
        assert run(monkeypatch, file) == 2
        assert "othing was compared" in capsys.readouterr().err
