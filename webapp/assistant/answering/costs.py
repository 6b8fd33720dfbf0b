"""What comes to a car's price: purchase tax, insurance, and fuel or power for a distance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import representative
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.own_pages import page_named, summary_of
from webapp.assistant.answering.parts import (
    QUESTION,
    DraftBlock,
    Part,
    bound,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.taxes import compose_tax
from webapp.assistant.answering.versions import not_found, versions_of
from webapp.assistant.events import Asks, Links
from webapp.catalogue.measures import applies
from webapp.formatting import number

_TEN_THOUSAND: Final = 10_000
MONTHS: Final = 12

_INSURANCE_PAGE: Final = "money-insurance-commercial"
KEYS: Final = (("consumption_kwh_100km", "电", "度"), ("fuel_l_100km", "油", "升"))


def compose_costs(task: Task) -> Draft | None:
    """The tax, the energy or the insurance a question asks for; None where it asks for none of
    them, or says too little to work it out."""
    if (taxed := compose_tax(task)) is not None:
        return taxed
    if says(task.text, "insurance_cost"):
        return _insurance()
    if says(task.text, "energy_cost") and (
        says(task.text, "energy_alone") or not says(task.text, "other_costs")
    ):
        return _energy_of_car(task)
    return None


def _insurance() -> Draft:
    """“第一年保险多少钱”: nobody's quotes are known; our page on what to buy, and where it is."""
    page = page_named(_INSURANCE_PAGE)
    said = words("车库里没有保险报价：保费由保险公司按车型、地区和出险记录定，要向保险公司询价。")
    blocks = [paragraph(said)]
    tail: list[DraftBlock] = [Asks(("交强险多少钱", "落地价包含哪些钱"))]
    if page is not None:
        document, passages = page
        blocks.append(paragraph(*summary_of(_INSURANCE_PAGE)))
        tail.insert(0, Links(((document.title, f"/knowledge/passages/{passages[0].id}"),)))
    return Draft("consult", lead=tuple(blocks), tail=tuple(tail))


# --- energy for a distance ----------------------------------------------------------------


@dataclass(frozen=True)
class _Way:
    """How far, in kilometres, and how that is said."""

    km: float
    said: Part


def _way(text: str) -> _Way:
    """The distance of a span of time that is asked for, else the one that is said."""
    if (year := said_of.km_a_year(text)) is not None:
        months = MONTHS if any(word in text for word in ("一个月", "每月", "每个月")) else 1
        month = round(float(year) / months)
        way = say(
            "{span}跑 {km} 公里",
            span=bound("一个月" if months > 1 else "一年", "computed:span of time"),
            km=bound(str(month), f"computed:{year}/{months}"),
        )
        return _Way(month, way)
    trip = said_of.trip(text)
    if trip is None and not says(text, "a_hundred"):
        return _Way(_TEN_THOUSAND, bound("每跑 1 万公里", "computed:a distance to reckon with"))
    km = float(trip or 100)
    return _Way(km, bound(f"跑 {number(km, 1)} 公里", QUESTION if trip else "computed:100 km"))


def _energy_of_car(task: Task) -> Draft | None:
    own, missing = versions_of(task)
    if missing:
        return not_found(task.series[0], missing, "一年油费、电费多少")
    trim = own[0] if len(own) == 1 else representative(own)
    if trim is None:
        return None
    garage, way = Garage([trim.id]), _way(task.text)
    said: list[Part] = []
    for key, what, unit in KEYS:
        use, fact = garage.number_of(trim, key), garage.fact(trim, key, own_ref=True)
        if use is None or fact is None or not applies(key, trim.energy):
            continue
        label = words("百公里耗电量" if what == "电" else "综合油耗")
        said.append(say("{car}的{label}是 {fact}，", car=garage.name(trim), label=label, fact=fact))
        said.append(_amount(use, way, what, unit, _price(task.text, what)))
    if not said:
        return None
    if trim.energy in ("PHEV", "EREV"):
        said.append(words("这款车可油可电，常充电时油少用、电多用。"))
    said.append(words("标称数字是工况测试的，实际要看路况、温度和开法。"))
    links = Links(((f"{trim.full_name} 的全部参数", f"/cars/trims/{trim.id}"),))
    return Draft(
        "lookup",
        lead=(paragraph(*said),),
        tail=(links, Asks(("一年养车要花多少钱",))),
        trims=(trim.id,),
    )


def _price(text: str, what: str) -> float | None:
    price = said_of.price_of_energy(text, what)
    return None if price is None else float(price)


def _amount(use: float, way: _Way, what: str, unit: str, price: float | None) -> Part:
    """“跑 20000 公里约用 1174 升油”, and what that costs where a price was said."""
    needed = use * way.km / 100
    source = f"computed:{number(use, 4)}*{number(way.km, 1)}/100"
    parts: dict[str, Part | str] = {
        "way": way.said,
        "unit": unit,
        "what": what,
        "needed": bound(number(needed, 2), source),
    }
    if price is None:
        each = "油价" if what == "油" else "电价"
        return say(
            "{way}约用 {needed} {unit}{what}，乘上你那里的{each}就是花费。", each=each, **parts
        )
    money = bound(number(needed * price, 2), f"{source}*{number(price, 4)}")
    given = bound(number(price, 4), QUESTION if price >= 1 else "computed:yuan of the price said")
    return say(
        "{way}约用 {needed} {unit}{what}，按每{unit} {given} 元约 {money} 元。",
        given=given,
        money=money,
        **parts,
    )
