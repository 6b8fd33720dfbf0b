"""What can be worked out of the quantities a sentence states, of no car of the catalogue.

Each quantity has a unit, each relation gives one unit from others, and what is asked for is a unit
as well: “50度的电池，三毛二一度，充满几块钱” states 50 kWh and 0.32 yuan/kWh and asks for yuan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.parts import QUESTION, DraftBlock, Part, bound, paragraph, say
from webapp.assistant.answering.sum_parts import Sum
from webapp.costs.assumptions import DEFAULTS, PRICES
from webapp.costs.parts import plain

KIND: Final = "quantities"
_HUNDRED: Final = Decimal(100)
_DAYS_A_YEAR: Final = 365
_OUTSIDE: Final = ("外面", "商场", "快充", "公共", "服务区", "充电站")
_ASKED: Final = (
    (
        "years",
        ("几年能", "多少年", "几年回", "几年才", "多久回本", "多久能回", "多久能省", "多久能赚"),
    ),
    ("hours", ("几个小时", "多少小时", "几小时", "几个钟", "多长时间", "充多久", "要多久")),
    ("times", ("几次", "多少次")),
    ("days", ("几天", "多少天")),
    ("yuan", ("多少钱", "几块", "多少元", "几个钱", "花多少", "电费", "油费", "油钱")),
    ("kwh", ("多少度", "几度")),
    ("litres", ("多少升", "几升", "几个油")),
    ("km", ("多远", "多少公里", "几公里", "多少里程")),
    ("lasts", ("够不够", "够吗", "够用吗", "够么", "够嘛", "能到吗", "到得了吗", "到不到得了")),
)
"""By unit the words that ask for it; the first that is found counts."""
_WHOLE: Final = ("years", "hours", "times", "days")
_ON_THE_ROAD: Final = {
    "kwh_a_100": (Decimal(17), "百公里 17 度（家用纯电车走高速常见的数，冬天更多）"),
    "litres_a_100": (Decimal(7), "百公里 7 升"),
}
"""What a car uses where nobody says, for whether a charge or a tank lasts."""
"""Units nobody wants a hundredth of."""
_LOSSES: Final = {
    "yuan": "这是进电池的电；充电有损耗，电表上会多一些（按{how}算约 {more}）。",
    "hours": "充电有损耗，要久一些（按{how}算约 {more}），快充满时也会慢下来。",
}
_SAID: Final = {
    "kwh": "{} 度",
    "litres": "{} 升",
    "kw": "{} 千瓦",
    "km": "{} 公里",
    "lasts": "{} 公里",
    "reach": "续航 {} 公里",
    "km_a_day": "一天 {} 公里",
    "km_a_year": "一年 {} 公里",
    "yuan_a_kwh": "每度 {} 元",
    "yuan_a_litre": "每升 {} 元",
    "kwh_a_100": "百公里 {} 度",
    "litres_a_100": "百公里 {} 升",
    "gap": "差价 {} 元",
    "yuan_a_year": "一年 {} 元",
    "yuan": "{} 元",
    "hours": "{} 小时",
    "times": "{} 次",
    "days": "{} 天",
    "years": "{} 年",
    "filled": "充 {}% 的电",
}


@dataclass(frozen=True)
class _Relation:
    gives: str
    of: tuple[str, ...]
    formula: str
    """With a place for each of `of`, as it is told."""
    work: Callable[..., Decimal]


_RELATIONS: Final = (
    _Relation("kwh", ("battery", "filled"), "{} × {}%", lambda b, f: b * f / _HUNDRED),
    _Relation("kwh", ("battery",), "{}", lambda battery: battery),
    _Relation("kwh", ("kwh_a_100", "km"), "{} × {} ÷ 100", lambda use, km: use * km / _HUNDRED),
    _Relation("litres", ("litres_a_100", "km"), "{} × {} ÷ 100", lambda u, km: u * km / _HUNDRED),
    _Relation("yuan", ("kwh", "yuan_a_kwh"), "{} × {}", lambda kwh, price: kwh * price),
    _Relation("yuan", ("litres", "yuan_a_litre"), "{} × {}", lambda litres, price: litres * price),
    _Relation("hours", ("kwh", "kw"), "{} ÷ {}", lambda kwh, kw: kwh / kw),
    _Relation("km", ("litres", "litres_a_100"), "{} ÷ {} × 100", lambda n, u: n / u * _HUNDRED),
    _Relation("km", ("battery", "kwh_a_100"), "{} ÷ {} × 100", lambda n, u: n / u * _HUNDRED),
    _Relation("lasts", ("battery", "kwh_a_100"), "{} ÷ {} × 100", lambda n, u: n / u * _HUNDRED),
    _Relation("lasts", ("litres", "litres_a_100"), "{} ÷ {} × 100", lambda n, u: n / u * _HUNDRED),
    _Relation("lasts", ("reach",), "{}", lambda reach: reach),
    _Relation("times", ("km", "reach"), "{} ÷ {}", lambda km, reach: km / reach),
    _Relation("days", ("reach", "km_a_day"), "{} ÷ {}", lambda reach, day: reach / day),
    _Relation(
        "yuan_a_year", ("litres_a_100", "km_a_year", "yuan_a_litre"), "{} × {} ÷ 100 × {}",
        lambda use, km, price: use * km / _HUNDRED * price,
    ),
    _Relation(
        "yuan_a_year", ("kwh_a_100", "km_a_year", "yuan_a_kwh"), "{} × {} ÷ 100 × {}",
        lambda use, km, price: use * km / _HUNDRED * price,
    ),
    _Relation("years", ("gap", "yuan_a_year"), "{} ÷ {}", lambda gap, year: gap / year),
)  # fmt: skip


@dataclass(frozen=True)
class _Step:
    """A value with how it came about: of stated and assumed ones there is no formula."""

    unit: str
    value: Decimal
    formula: str = ""
    before: tuple[_Step, ...] = ()

    @property
    def text(self) -> str:
        if self.unit == "lasts":
            return plain(round(self.value, 0))
        return plain(round(self.value, 1 if self.unit in _WHOLE else 2))


def asked_of(text: str) -> str:
    """The unit of what a sentence asks for, if it follows from what it states; else nothing."""
    solved = _solved(text)
    return solved[0].unit if solved else ""


def of_quantities(sum_: Sum) -> list[DraftBlock]:
    """The value asked for first, then each step to it, then what was assumed."""
    solved = _solved(sum_.text)
    if solved is None:
        return []
    found, assumed = solved
    steps = [step for step in _each(found) if step.formula not in ("", step.text)]
    lead = say("按你说的数字算，约 {value}。", value=_value(found))
    if found.unit == "lasts":
        lead = _enough(found, _stated(sum_.text)["km"])
    blocks: list[DraftBlock] = [paragraph(lead, *map(_told, steps))]
    if found.unit in _LOSSES and any(step.unit == "kwh" for step in _each(found)):
        blocks.append(paragraph(_with_losses(found)))
    if assumed:
        told = bound("；".join(assumed), "computed:stated assumptions")
        blocks.append(
            paragraph(say("没说的按这些假设算：{told}。说出你的数字可以重算。", told=told))
        )
    return blocks


def _enough(found: _Step, km: Decimal) -> Part:
    """“够”, or how far is left to go; what was in the battery before is not known."""
    gap = km - found.value
    far, value = bound(f"{plain(km)} 公里", QUESTION), _value(found)
    if gap <= 0:
        return say("够：约能跑 {value}，路程是 {far}。", value=value, far=far)
    left = bound(f"{plain(round(gap, 0))} 公里", f"computed:{plain(km)} - {found.text}")
    return say(
        "单靠这些不够：约能跑 {value}，{far}还差 {left}，要靠出发时已有的，或者再补一次。",
        value=value, far=far, left=left,
    )  # fmt: skip


def _with_losses(step: _Step) -> Part:
    """What charging takes with its losses, which are assumed: no more exact than that."""
    more = step.value * _HUNDRED / DEFAULTS["loss"][0]
    return say(
        _LOSSES[step.unit],
        how=bound(DEFAULTS["loss"][1], "computed:stated assumptions"),
        more=_value(_Step(step.unit, round(more, 1 if step.unit == "hours" else 0))),
    )


def _solved(text: str) -> tuple[_Step, list[str]] | None:
    unit = next((unit for unit, words in _ASKED if any(word in text for word in words)), None)
    stated = _stated(text)
    if unit is None or not stated:
        return None
    if unit == "lasts" and "km" not in stated:
        return None
    found = _derived(unit, stated, _usual(text), frozenset({unit}))
    if found is None or not any(
        step.formula == "" and step.unit in stated for step in _each(found)
    ):
        return None
    used = {step.unit for step in _each(found)}
    return found, [told for name, (_, told) in _usual(text).items()
                   if name in used and name not in stated]  # fmt: skip


def _stated(text: str) -> dict[str, Decimal]:
    """By unit what a sentence states."""
    what, use = said_of.consumption(text) or ("", None)
    year, day = said_of.km_a_year(text) or said_of.bare_distance(text), said_of.a_day(text)
    kwh = said_of.kilowatt_hours(text)
    found: Mapping[str, Decimal | None] = {
        "battery": kwh,
        "filled": said_of.filled(text),
        "litres": said_of.litres(text),
        "kw": said_of.kilowatts(text),
        "km": said_of.trip(text) if day is None and year is None else None,
        "reach": said_of.stated_range(text),
        "km_a_day": day,
        "km_a_year": year if year is not None else day and day * _DAYS_A_YEAR,
        "yuan_a_kwh": said_of.price_of_energy(text, "电"),
        "yuan_a_litre": said_of.price_of_energy(text, "油"),
        "litres_a_100": use if what == "油" else None,
        "kwh_a_100": use if what == "电" else None,
        "gap": said_of.gap(text),
    }
    stated = {name: value for name, value in found.items() if value}
    if "reach" in stated and stated.get("km") == stated["reach"]:
        del stated["km"]
    return stated


def _usual(text: str) -> dict[str, tuple[Decimal, str]]:
    """What is reckoned with unsaid, each with its words."""
    outside = any(word in text for word in _OUTSIDE)
    return {
        "yuan_a_kwh": PRICES["public-fast-charging" if outside else "home-power"],
        "yuan_a_litre": PRICES["petrol-92"],
        "kw": DEFAULTS["kw"],
        "km_a_year": DEFAULTS["km"],
        **(_ON_THE_ROAD if any(word in text for word in dict(_ASKED)["lasts"]) else {}),
    }


def _derived(
    unit: str,
    stated: Mapping[str, Decimal],
    usual: Mapping[str, tuple[Decimal, str]],
    wanted: frozenset[str],
) -> _Step | None:
    """The unit by the first relation all of whose parts are stated, follow, or are usual."""
    for relation in _RELATIONS:
        if relation.gives != unit:
            continue
        parts = [_part(name, stated, usual, wanted) for name in relation.of]
        if all(parts):
            steps = tuple(part for part in parts if part is not None)
            formula = relation.formula.format(*(step.text for step in steps))
            return _Step(unit, relation.work(*(step.value for step in steps)), formula, steps)
    return None


def _part(
    name: str,
    stated: Mapping[str, Decimal],
    usual: Mapping[str, tuple[Decimal, str]],
    wanted: frozenset[str],
) -> _Step | None:
    if name in stated:
        return _Step(name, stated[name])
    if name not in wanted and (step := _derived(name, stated, usual, wanted | {name})) is not None:
        return step
    return _Step(name, usual[name][0]) if name in usual else None


def _each(step: _Step) -> Iterator[_Step]:
    """A step after those it rests on."""
    for one in step.before:
        yield from _each(one)
    yield step


def _value(step: _Step) -> Part:
    said = _SAID[step.unit].format(step.text)
    return bound(said, f"computed:{step.formula or step.text}")


def _told(step: _Step) -> Part:
    how = bound(step.formula, f"computed:{step.formula}")
    return say("{how} = {value}。", how=how, value=_value(step))
