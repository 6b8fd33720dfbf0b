"""One car against the median of its class: same size, body and energy."""

from __future__ import annotations

import re
from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.parts import Part, Points, bound, count, paragraph, say
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.measures import MEASURES, RANKED_CYCLE, applies, in_ranked_cycle
from webapp.catalogue.queries import TrimRow, Yardstick
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.formatting import number

ASKS_CLASS: Final = re.compile(
    "同级(?:别|车|车型)?(?:里|中|的)?(?:其他)?(?:车|车型)?(?:比|相比|对比|算|属于)|"
    "(?:和|跟|与|比|在)同级(?!.{0,4}(?:还)?有)"
)
FIELDS: Final = (
    "price_wan",
    "range_km",
    "fuel_l_100km",
    "accel_0_100_s",
    "battery_kwh",
    "power_kw",
    "wheelbase_mm",
    "length_mm",
)
NEAR: Final = 0.02
"""Figures that differ by less of the median are called about the same."""


def compose_class(task: Task) -> Draft | None:
    """`task.trims[0]` against its class; None where the class is unknown or too small."""
    garage = Garage(task.trims[:1])
    trim = garage.trims[0]
    yardsticks = queries.yardsticks_of([trim.class_key])
    known = [
        (field, yardstick)
        for field in FIELDS
        if (yardstick := yardsticks.get((trim.class_key, field))) is not None
        and applies(field, trim.energy)
        and garage.fact(trim, field) is not None
    ]
    if not known:
        return None
    sentences = [_against(garage, trim, field, yardstick) for field, yardstick in known]
    material = Material()
    for sentence in sentences:
        material.computed(sentence)
    same = _class_of(trim)
    opening = say(
        "{car}的同级是{kind}，按中位数比（有数据的最多 {n} 款）：",
        car=garage.name(trim),
        kind=bound(f"{trim.size}、{trim.body}、{_energy(trim)}", f"trim:{trim.id}:size"),
        n=count(max(yardstick.trims for _, yardstick in known)),
    )
    return Draft(
        "lookup",
        lead=(paragraph(opening),),
        prose=(Points(tuple(sentences)),),
        tail=(
            Links(
                (
                    ("看同级的车", same.url()),
                    (f"{trim.full_name} 的全部参数", f"/cars/trims/{trim.id}"),
                )
            ),
            Asks(("同级还有什么车",)),
        ),
        material=tuple(material.items),
        trims=task.trims[:1],
    )


def _against(garage: Garage, trim: TrimRow, field: str, yardstick: Yardstick) -> Part:
    """“轴距 2890 mm，同级中位数 2840 mm，长 50 mm。”"""
    measure = MEASURES[field]
    label, fact = garage.label_part(field), garage.fact(trim, field)
    figure = garage.number_of(trim, field)
    assert fact is not None
    assert figure is not None
    median = bound(
        f"{number(yardstick.median, 2)} {measure.said_unit}", f"computed:median of {field}"
    )
    said = {"label": label, "fact": fact, "median": median}
    if not in_ranked_cycle(field, trim.range_cycle):
        return say(
            "{label} {fact}，同级中位数 {median}是 {cycle} 的，不能直接比。",
            cycle=RANKED_CYCLE,
            **said,
        )
    gap = figure - yardstick.median
    if abs(gap) <= NEAR * yardstick.median:
        return say("{label} {fact}，与同级中位数 {median}相当。", **said)
    word = measure.more if gap > 0 else measure.less
    ends = sorted((figure, yardstick.median), reverse=True)
    source = f"computed:{number(ends[0], 4)}-{number(ends[1], 4)}"
    by = bound(f"{number(round(abs(gap), 2), 2)} {measure.said_unit}", source)
    return say("{label} {fact}，同级中位数 {median}，{word} {by}。", word=word, by=by, **said)


def _class_of(trim: TrimRow) -> Selection:
    fields = (("size", trim.size), ("body", trim.body), ("energy", trim.energy))
    return Selection(tuple(Condition(field, "==", value) for field, value in fields if value))


def _energy(trim: TrimRow) -> str:
    return ENERGY_LABELS.get(trim.energy or "", "")
