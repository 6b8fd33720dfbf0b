"""Trims that a condition leaves out only because their figure is not known."""

from __future__ import annotations

from sqlalchemy import and_, case, func, or_

from webapp.catalogue.filters import FIELDS_BY_NAME, Selection
from webapp.catalogue.filters.sql import column_of, where
from webapp.catalogue.measures import applies
from webapp.catalogue.models import Trim
from webapp.catalogue.queries.listing import all_of, over_trims
from webapp.catalogue.vocabulary import ENERGIES
from webapp.extensions import db


def count_unlisted(selection: Selection) -> dict[str, int]:
    """By field with a bound: how many trims meet all else and could have the figure, but nobody
    told it; fields with none are left out. One statement, where there is a bound."""
    bounded = dict.fromkeys(
        c.field
        for c in selection.conditions
        if c.operator in (">=", "<=") and FIELDS_BY_NAME[c.field].kind == "number"
    )
    if not bounded:
        return {}
    sums = []
    for name in bounded:
        others = [where(c) for c in selection.conditions if c.field != name]
        can_have = [energy for energy in ENERGIES if applies(name, energy)]
        possible = or_(Trim.energy.is_(None), Trim.energy.in_(can_have))
        missing = and_(column_of(name).is_(None), possible, *others)
        sums.append(func.coalesce(func.sum(case((missing, 1), else_=0)), 0))
    words = all_of(selection.without(*selection.conditions))
    counts = db.session.execute(over_trims(*sums).where(*words)).one()
    return {name: int(n) for name, n in zip(bounded, counts, strict=True) if n}
