"""Rule files for tests, written as short lines."""

from __future__ import annotations

from webapp.rules.reading import COLUMNS


def rules(*lines: str) -> str:
    """Rules given as “code”, “code kind” or “code kind superseded_by”."""
    rows = []
    for line in lines:
        code, *rest = line.split()
        kind, following = (*rest, *("tax", "")[len(rest) :])
        rows.append(
            {
                "code": code,
                "kind": kind,
                "jurisdiction": "CN",
                "authority": "某部",
                "document": f"{code}号文",
                "title": f"{code}的规定",
                "verified_on": "2026-11-30",
                "verified_by": "车知编辑部",
                "superseded_by": following,
            }
        )
    return table("rules", *rows)


def term(id_: str, since: str, until: str = "", **more: str) -> dict[str, str]:
    """A term that says an amount of 100 fen where nothing else is said."""
    row = {"id": id_, "rule": id_.split("/")[0], "valid_from": since, "valid_to": until}
    return row | {"basis": "any", "form": "amount", "amount_fen": "100"} | more


def table(name: str, *rows: dict[str, str]) -> str:
    head = list(COLUMNS[name])
    lines = [",".join(row.get(column, "") for column in head) for row in rows]
    return "\n".join([",".join(head), *lines]) + "\n"


def scope(term_id: str, field: str, operator: str, value: str, cycle: str = "") -> dict[str, str]:
    return {"term": term_id, "field": field, "operator": operator, "value": value, "cycle": cycle}
