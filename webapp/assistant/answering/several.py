"""Several values of one car: “续航、加速、价格分别是多少”, “长宽高”, “几个气囊”."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.parts import Part, bound, count, join, say
from webapp.assistant.answering.task import Task
from webapp.catalogue.measures import applies
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.vocabulary import ENERGY_LABELS

SPELLED_OUT: Final = 3
"""So many different values of a field are told with the versions that have them."""
_INSTEAD: Final = {
    "fuel_l_100km": ("consumption_kwh_100km", "range_km"),
    "range_km": ("fuel_l_100km", "fuel_tank_l"),
    "battery_kwh": ("fuel_l_100km", "fuel_tank_l"),
}
"""What tells most like it of a car that cannot have a figure."""


def keys_asked(task: Task, garage: Garage) -> list[list[str]]:
    """By word of the question, the fields and parameters it asks for; labels that no parameter
    has are left out."""
    found = []
    for fields in task.asked:
        keys = [garage.key_of(named) for named in fields]
        if known := [key for key in keys if key is not None]:
            found.append(known)
    return found


def told(garage: Garage, asked: list[list[str]]) -> tuple[list[Part], list[Part]]:
    """One sentence a value that is known, and those that say what is not."""
    known, unknown = [], []
    for keys in asked:
        found = [part for key in keys if (part := value_of(garage, key)) is not None]
        known += found
        if found:
            continue
        label = garage.label_part(keys[0])
        if any(applies(keys[0], trim.energy) for trim in garage.trims):
            unknown.append(say("{label}未知，车库里的资料没有写。", label=label))
        else:
            unknown.append(say("{label}它用不到。", label=label))
    return known, unknown


def is_short(known: list[Part]) -> bool:
    """Single figures make one sentence; everything else reads better as a list."""
    return all("：" not in part.text for part in known)


def value_of(garage: Garage, key: str) -> Part | None:
    """“轴距 2890 mm”, “指导价：25.35 万元到 32.99 万元”; None where no version has it."""
    groups = grouped(garage, key)
    if not groups:
        return None
    label = garage.label_part(key)
    values = {text: garage.fact(trims[0], key, own_ref=True) for text, trims in groups.items()}
    facts = [fact for fact in values.values() if fact is not None]
    numbers = [garage.number_of(trims[0], key) for trims in groups.values()]
    if len(facts) == 1:
        form = "{label}：{value}" if numbers[0] is None else "{label} {value}"
        return say(form, label=label, value=facts[0])
    if len(facts) > SPELLED_OUT and all(n is not None for n in numbers):
        ordered = sorted(zip(numbers, facts, strict=True), key=lambda pair: pair[0] or 0)
        low, high = ordered[0][1], ordered[-1][1]
        return say("{label}：{low} 到 {high}", label=label, low=low, high=high)
    each = [
        say("{value}（{names}）", value=values[text] or text, names=_versions(garage, trims))
        for text, trims in groups.items()
    ][: 2 * SPELLED_OUT]
    return say("{label}：{each}", label=label, each=join(each, "、"))


def grouped(garage: Garage, key: str) -> dict[str, list[TrimRow]]:
    """The versions by what they have, lowest figure first; those without a value left out."""
    found: dict[str, list[TrimRow]] = {}
    known = [t for t in garage.trims if applies(key, t.energy) and garage.fact(t, key) is not None]
    for trim in sorted(known, key=lambda t: (garage.number_of(t, key) or 0, t.price_fen or 0)):
        fact = garage.fact(trim, key)
        if fact is not None:
            found.setdefault(fact.text, []).append(trim)
    return found


def instead_of(garage: Garage, key: str) -> list[Part]:
    """Of cars that cannot have a figure: what they run on, and what says most like it."""
    first = garage.trims[0]
    facts = [part for other in _INSTEAD.get(key, ()) if (part := value_of(garage, other))]
    if not facts:
        return []
    energy = bound(ENERGY_LABELS.get(first.energy or "", ""), f"trim:{first.id}:energy")
    return [say("它是{energy}车。", energy=energy), say("{facts}。", facts=join(facts, "；"))]


def _versions(garage: Garage, trims: list[TrimRow]) -> Part:
    if len(trims) == 1:
        return garage.name(trims[0], series=False)
    name = garage.name(trims[0], series=False)
    return say("{name}等 {n} 款", name=name, n=count(len(trims)))
