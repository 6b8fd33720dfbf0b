"""A car introduced from its rows: what it is and costs, what it is good at and weak in against its
class, and which versions there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.choosing import representative
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.catalogue import queries
from webapp.catalogue.measures import KEY_FIELDS, MEASURES, applies
from webapp.catalogue.queries import TrimRow, Yardstick
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.formatting import number, wan

FIELDS: Final = (
    "price_wan",
    "range_km",
    "fuel_l_100km",
    "accel_0_100_s",
    "trunk_l",
    "wheelbase_mm",
    "length_mm",
)
"""What is looked at for strong and weak points, in the order of what most people decide by."""
NEAR: Final = 0.04
"""Figures that differ by less of the median are called about the same."""
MOST: Final = 3
VERSIONS: Final = 6
_CALLED: Final = {"便宜": "低", "贵": "高"}


def portrait(garage: Garage) -> tuple[list[DraftBlock], TrimRow]:
    """The portrait of a series by its trims, or of the one trim there is, and the trim its figures
    are of."""
    trims = garage.trims
    one = representative(trims) or trims[0]
    first = _opening(garage, one)
    facts = known_facts(garage, one, KEY_FIELDS, len(KEY_FIELDS))
    figures = say("{car}：{facts}。", car=garage.name(one), facts=join(facts, "，"))
    blocks: list[DraftBlock] = [paragraph(*first, figures), *_standing(garage, one)]
    if len(trims) > 1:
        blocks.append(paragraph(say("版本（{n} 个）：", n=count(len(trims)))))
        blocks.append(Points(tuple(_version(garage, trim) for trim in _by_price(trims)[:VERSIONS])))
    return blocks, one


def _opening(garage: Garage, one: TrimRow) -> list[Part]:
    """“理想L6 是中大型增程 SUV，指导价 24.98 到 27.98 万元，2 个版本。”"""
    if len(garage.trims) == 1:
        return []
    kinds = {trim.energy for trim in garage.trims if trim.energy}
    energies = "、".join(label for energy, label in ENERGY_LABELS.items() if energy in kinds)
    what = bound(f"{one.size or ''}{energies}{one.body or '车'}", f"trim:{one.id}:body")
    series = bound(f"{one.series} ", f"trim:{one.id}:series")
    said = [say("{car}是{what}，{price}。", car=series, what=what, price=_price(garage))]
    return (
        said
        if any(t.price_fen for t in garage.trims)
        else [say("{car}是{what}。", car=series, what=what)]
    )


def _price(garage: Garage) -> Part:
    priced = [trim for trim in _by_price(garage.trims) if trim.price_fen is not None]
    if not priced:
        return words("")
    ends = [
        bound(wan(trim.price_fen or 0), f"trim:{trim.id}:price_wan", garage.ref(trim))
        for trim in (priced[0], priced[-1])
    ]
    if ends[0].text == ends[1].text:
        return say("指导价 {low} 万元", low=ends[0])
    return say("指导价 {low} 到 {high} 万元", low=ends[0], high=ends[1])


def _by_price(trims: Sequence[TrimRow]) -> list[TrimRow]:
    return sorted(trims, key=lambda trim: (trim.price_fen or 0, trim.id))


def _version(garage: Garage, trim: TrimRow) -> Part:
    price = garage.fact(trim, "price_wan", own_ref=True)
    name = garage.name(trim, series=False)
    return say("{name}：{price}。", name=name, price=price or words("指导价未知"))


def _standing(garage: Garage, one: TrimRow) -> list[DraftBlock]:
    ahead, behind, most = against_class(garage, one)
    if not ahead and not behind:
        return []
    kind = bound(
        "、".join(filter(None, (one.size, one.body, ENERGY_LABELS.get(one.energy or "")))),
        f"trim:{one.id}:size",
    )
    said = [
        say("和同级（{kind}，{n} 款）的中位数比：", kind=kind, n=count(most)),
        say("强在{ahead}。", ahead=join(ahead[:MOST], "、"))
        if ahead
        else words("没有明显占优的。"),
        say("弱在{behind}。", behind=join(behind[:MOST], "、"))
        if behind
        else words("没有明显吃亏的。"),
    ]
    return [paragraph(*said)]


def against_class(garage: Garage, one: TrimRow) -> tuple[list[Part], list[Part], int]:
    """In what the car is better and worse than the median of its class, what most people decide by
    first, and how many cars the class has."""
    yardsticks = queries.yardsticks_of([one.class_key])
    found: list[tuple[float, Part]] = []
    most = 0
    for field in FIELDS:
        yardstick = yardsticks.get((one.class_key, field))
        figure = garage.number_of(one, field)
        if yardstick is None or figure is None or not applies(field, one.energy):
            continue
        most = max(most, yardstick.trims)
        gap = (figure - yardstick.median) / yardstick.median if yardstick.median else 0.0
        if abs(gap) > NEAR and not (field == "range_km" and one.range_cycle != "CLTC"):
            good = -gap if MEASURES[field].low_is_better else gap
            found.append((good, _gap(garage, one, field, yardstick)))
    ahead = [part for good, part in found if good > 0]
    behind = [part for good, part in found if good < 0]
    return ahead, behind, most


def _gap(garage: Garage, one: TrimRow, field: str, yardstick: Yardstick) -> Part:
    """“百公里加速 5.4 秒（快 0.6 秒）”"""
    measure = MEASURES[field]
    figure, fact = garage.number_of(one, field), garage.fact(one, field)
    assert figure is not None
    assert fact is not None
    word = measure.more if figure > yardstick.median else measure.less
    ends = sorted((figure, yardstick.median), reverse=True)
    by = f"{number(round(ends[0] - ends[1], 2), 2)} {measure.said_unit}"
    return say(
        "{label} {fact}（{word} {by}）",
        label=garage.label_part(field),
        fact=fact,
        word=_CALLED.get(word, word),
        by=bound(by, f"computed:{number(ends[0], 4)}-{number(ends[1], 4)}"),
    )
