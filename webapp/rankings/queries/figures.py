"""Figures of cars as the entries of a ranking: the best version of each series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, select

from webapp.catalogue.models import Parameter, Source, Trim, Value
from webapp.catalogue.vocabulary import ON_SALE
from webapp.extensions import db
from webapp.formatting import month, number
from webapp.rankings.lists import Entry
from webapp.rankings.methods import Method, band_of
from webapp.rankings.queries.cars import cars

PRICE: Final = "price_wan"


class Figure(NamedTuple):
    number: float
    source: str


@dataclass(frozen=True)
class _Recipe:
    """The parameters a value is made of, and how; `energies` are those it is ranked among."""

    keys: tuple[str, ...]
    value: Callable[[list[float]], float]
    labels: tuple[tuple[str, str], ...]
    energies: tuple[str, ...] = ()
    with_range_cycle: bool = False


def _recipe(method: Method) -> _Recipe:
    cycle = method.cycle.lower()
    match method.name.removesuffix(f"-{cycle}"):
        case "range-per-price":
            return _Recipe(
                (f"range_{cycle}_km", PRICE),
                lambda given: given[0] / given[1],
                ((f"{method.cycle} 续航", "km"), ("指导价", "万")),
                ("BEV",),
            )
        case "electricity":
            return _Recipe(
                ("consumption_kwh_100km",),
                lambda given: given[0],
                (("百公里耗电量", "kWh"),),
                ("BEV",),
                with_range_cycle=True,
            )
        case "fuel":
            label = (f"{method.cycle} 综合油耗", "L/100km")
            key = f"fuel_{cycle}_l_100km"
            return _Recipe((key,), lambda given: given[0], (label,), ("ICE", "HEV"))
        case "wheelbase":
            return _Recipe(("wheelbase_mm",), lambda given: given[0], (("轴距", "mm"),))
        case "acceleration-for-price":
            return _Recipe(
                (PRICE, "accel_0_100_s"),
                lambda given: given[0] * given[1],
                (("指导价", "万"), ("百公里加速", "秒")),
            )
    raise KeyError(method.name)


def entries(method: Method) -> list[Entry]:
    recipe = _recipe(method)
    known = cars()
    which = [Trim.status == ON_SALE, Trim.price_fen.is_not(None)]
    if recipe.energies:
        which.append(Trim.energy.in_(recipe.energies))
    if recipe.with_range_cycle:
        which.append(Trim.range_cycle == method.cycle)
    trims = db.session.scalars(select(Trim).where(*which).order_by(Trim.id)).all()
    figures = _figures(which, recipe.keys)
    found: list[Entry] = []
    for trim in trims:
        said = figures.get(trim.id, {})
        # A stated 0 is a gap in the source, not a figure.
        given = [said[key] for key in recipe.keys if key in said and said[key].number > 0]
        if len(given) < len(recipe.keys):
            continue
        car = known[trim.series_id]
        kind = replace(
            car.kind,
            energies=(trim.energy,) if trim.energy else (),
            body=trim.body,
            size=trim.size,
            price=band_of(trim.price_fen),
        )
        found.append(
            Entry(
                key=f"series:{car.id}",
                name=car.name,
                value=round(recipe.value([figure.number for figure in given]), method.digits + 2),
                sources=tuple(dict.fromkeys(figure.source for figure in given)),
                detail=trim.title,
                kind=kind,
                parts=tuple(
                    (label, f"{number(figure.number)} {unit}")
                    for (label, unit), figure in zip(recipe.labels, given, strict=True)
                ),
                series_id=car.id,
                trim_id=trim.id,
                brand=car.brand,
            )
        )
    return list(best_of_each(found, high_first=method.high_first))


def best_of_each(found: Iterable[Entry], *, high_first: bool) -> Iterable[Entry]:
    """One entry for each key: the best value, of equal ones the trim that is longer known."""
    best: dict[str, Entry] = {}
    for entry in found:
        held = best.get(entry.key)
        if held is None or ((entry.value > held.value) == high_first and entry.value != held.value):
            best[entry.key] = entry
    return best.values()


def _figures(
    which: list[ColumnElement[bool]], keys: tuple[str, ...]
) -> Mapping[int, Mapping[str, Figure]]:
    """Current numbers by trim and parameter, each with its source and month."""
    rows = db.session.execute(
        select(Value.trim_id, Parameter.key, Value.number, Source.name, Value.captured)
        .join(Parameter, Value.parameter_id == Parameter.id)
        .join(Source, Value.source_id == Source.id)
        .join(Trim, Value.trim_id == Trim.id)
        .where(
            *which,
            Parameter.key.in_(keys),
            Value.superseded_at.is_(None),
            Value.number.is_not(None),
        )
    )
    found: dict[int, dict[str, Figure]] = defaultdict(dict)
    for trim_id, key, value, source, captured in rows:
        assert value is not None
        found[trim_id][key] = Figure(value, f"{source}（{month(captured)}）")
    return found
