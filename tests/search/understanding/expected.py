"""What a sentence should be read as, written short.

`price_wan <= 20; body in 轿车/两厢车; ~range_km >= 500`: conditions with `; ` between, `~` before
one that is only hinted at, `/` between the values of a list; a feature is `features in 冰箱`.
"""

from __future__ import annotations

from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.search.understanding.result import Understanding

Triple = tuple[str, str, object]


def expected(written: str) -> set[tuple[bool, Triple]]:
    """The conditions `written` says, each with whether it is inferred."""
    return {_one(part.strip()) for part in written.split(";") if part.strip()}


def conditions(understood: Understanding) -> set[tuple[bool, Triple]]:
    return {
        (one.inferred, (one.condition.field, one.condition.operator, one.condition.value))
        for one in understood.conditions
    }


def _one(part: str) -> tuple[bool, Triple]:
    field, rest = part.removeprefix("~").split(" ", 1)
    operator = next(op for op in ("not in", "in", "==", "!=", ">=", "<=") if rest.startswith(op))
    written = rest.removeprefix(operator).strip()
    number = FIELDS_BY_NAME[field].kind == "number"
    values = tuple(float(v) if number else v for v in written.split("/"))
    listed = operator in ("in", "not in")
    return part.startswith("~"), (field, operator, values if listed else values[0])
