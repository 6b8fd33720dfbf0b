"""What lines of the audit log are about, by name, each with the page where it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from flask import url_for

from webapp.audit import AuditEntry
from webapp.catalogue import queries as cars
from webapp.catalogue.reading.reference import parameters
from webapp.console import queries

_NUMBERED = re.compile(r"(trim|batch|account|document) (\d{1,9})(?: (\w+))?")


class Subject(NamedTuple):
    """`permission` is what the page at `address` asks for."""

    name: str
    address: str
    permission: str


def subjects_of(entries: Iterable[AuditEntry]) -> dict[str, Subject]:
    """Subject as it is stored to its name; those that are gone, or never had one, are left out.
    A statement for each kind."""
    found = {
        entry.subject: match
        for entry in entries
        if (match := _NUMBERED.match(entry.subject)) is not None
    }
    names = _names(found.values())
    return {
        subject: _subject(match, names[match[1], int(match[2])])
        for subject, match in found.items()
        if (match[1], int(match[2])) in names
    }


def _names(matches: Iterable[re.Match[str]]) -> dict[tuple[str, int], str]:
    ids: dict[str, list[int]] = {}
    for match in matches:
        ids.setdefault(match[1], []).append(int(match[2]))
    found = {("trim", row.id): row.full_name for row in cars.trims_by_id(ids.get("trim", []))}
    for kind, read in (
        ("batch", queries.batch_titles),
        ("account", queries.nicknames),
        ("document", queries.document_titles),
    ):
        found |= {(kind, number): name for number, name in read(ids.get(kind, [])).items()}
    return found


def _subject(match: re.Match[str], name: str) -> Subject:
    kind, number, rest = match[1], int(match[2]), match[3]
    if kind == "trim":
        row = parameters().get(rest or "")
        if row is None:
            return Subject(name, url_for("console.trim", number=number), "catalogue")
        address = url_for("console.value", number=number, key=row.key)
        return Subject(f"{name} · {row.label}", address, "catalogue")
    if kind == "batch":
        return Subject(name, url_for("console.batch", number=number), "catalogue")
    if kind == "document":
        return Subject(name, url_for("console.document", number=number), "knowledge")
    return Subject(f"#{number} {name}", url_for("console.accounts", q=number), "accounts")
