"""Which installed packages have a published advisory: `scripts/audit [--advisories FILE]`.

Advisories come in the OSV format, as a ZIP or a folder of JSON files: a file the operator has
fetched, for machines without a way out, else what osv.dev publishes of PyPI. Ends with 0 where
nothing was found, 1 where something was, 2 where nothing could be looked up.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import sys
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator
from importlib.metadata import distributions
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from packaging.version import InvalidVersion, Version

SOURCE: Final = "https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip"
SECONDS: Final = 30
MOST_BYTES: Final = 512 * 1024 * 1024

Advisory = dict[str, Any]


class Unread(Exception):
    """There are no advisories to compare with; the text says why and what to do."""


class Finding(NamedTuple):
    package: str
    version: str
    advisory: str
    fixed: str
    summary: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--advisories", type=Path, help="ZIP or folder of OSV files")
    given: Path | None = parser.parse_args().advisories
    installed = {_plain(one.name): one.version for one in distributions()}
    try:
        found, looked_at = findings(installed, advisories(given))
    except Unread as error:
        print(error, file=sys.stderr)
        return 2
    for one in found:
        print(f"{one.package} {one.version}: {one.advisory}, fixed in {one.fixed}: {one.summary}")
    print(f"{len(installed)} packages, {looked_at} advisories, {len(found)} findings")
    return 1 if found else 0


def findings(installed: dict[str, str], known: Iterable[Advisory]) -> tuple[list[Finding], int]:
    """What concerns these packages (version by plain name), and how many advisories there were.

    Raises Unread where there was none: that is no clean bill.
    """
    found: list[Finding] = []
    number = 0
    for number, advisory in enumerate(known, start=1):  # noqa: B007
        if advisory.get("withdrawn"):
            continue
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            name = _plain(package.get("name", ""))
            if package.get("ecosystem") == "PyPI" and name in installed:
                version = installed[name]
                if concerns(affected, version):
                    summary = (advisory.get("summary") or advisory.get("details", ""))[:120]
                    fixed = ", ".join(_fixed(affected)) or "no version yet"
                    found.append(
                        Finding(name, version, advisory["id"], fixed, " ".join(summary.split()))
                    )
    if not number:
        raise Unread("There is no advisory in what was given: nothing was compared.")
    return sorted(set(found)), number


def concerns(affected: Advisory, version: str) -> bool:
    """Whether an `affected` part of an advisory names this version or has it in a range."""
    if version in affected.get("versions", ()):
        return True
    return any(
        _in_range(version, found["events"])
        for found in affected.get("ranges", ())
        if found.get("type") == "ECOSYSTEM"
    )


def _in_range(version: str, events: Iterable[dict[str, str]]) -> bool:
    """Events as OSV has them, in order: introduced, then fixed or last_affected."""
    try:
        own, inside = Version(version), False
        for event in events:
            if "introduced" in event:
                inside = inside or event["introduced"] == "0" or own >= Version(event["introduced"])
            elif "fixed" in event:
                inside = inside and own < Version(event["fixed"])
            elif "last_affected" in event:
                inside = inside and own <= Version(event["last_affected"])
    except InvalidVersion:
        return False
    return inside


def _fixed(affected: Advisory) -> list[str]:
    events = [event for part in affected.get("ranges", ()) for event in part.get("events", ())]
    return [event["fixed"] for event in events if "fixed" in event]


def advisories(given: Path | None) -> Iterator[Advisory]:
    """Raises Unread."""
    try:
        if given is not None and given.is_dir():
            for path in sorted(given.rglob("*.json")):
                yield json.loads(path.read_bytes())
        else:
            with given.open("rb") if given else _fetched() as file:
                yield from _unpacked(file)
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        where = given or SOURCE
        raise Unread(
            f"Nothing was compared: {where} cannot be read ({type(error).__name__}: {error}). "
            f"Fetch {SOURCE} where there is a way out, and give it with --advisories."
        ) from error


def _unpacked(file: IO[bytes]) -> Iterator[Advisory]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".json"):
                yield json.loads(archive.read(name))


def _fetched() -> IO[bytes]:
    with urllib.request.urlopen(SOURCE, timeout=SECONDS) as answer:
        return io.BytesIO(answer.read(MOST_BYTES))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
