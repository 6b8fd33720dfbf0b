"""What fuel or power comes to by the figures a visitor states, of no car of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.parts import DraftBlock, Part, bound, join, paragraph, say, words
from webapp.assistant.answering.stated import A_MONTH
from webapp.assistant.answering.sum_parts import Sum
from webapp.costs.assumptions import DEFAULTS, PRICES
from webapp.costs.parts import plain

KIND: Final = "figures"
_HUNDRED: Final = Decimal(100)
_MONTHS: Final = 12
_ASKS_USE: Final = ("几个油", "多少个油", "几升", "多少升", "油耗", "百公里")


@dataclass(frozen=True)
class _Energy:
    """油 or 电, by the names of its figures; `usual` is what it is reckoned with unsaid."""

    what: str
    unit: str
    use: str
    price: str
    cars: str
    usual: Decimal


_ENERGIES: Final = (
    _Energy("油", "升", "fuel_use", "fuel_price", "油车", Decimal(7)),
    _Energy("电", "度", "power_use", "power_price", "电车", Decimal(15)),
)


@dataclass(frozen=True)
class _Way:
    """Kilometres, for what they are said, and how often that is reckoned."""

    km: Decimal
    said: Part


def asked_of(text: str, said: Mapping[str, Decimal]) -> bool:
    """Whether a sentence states a consumption and what it is to be reckoned with."""
    uses = said.keys() & {"fuel_use", "power_use"}
    rest = said.keys() & {"km", "trip", "fuel_price", "power_price"}
    return bool(uses and (rest or said_of.bare_distance(text))) or _use_of(text) is not None


def of_figures(sum_: Sum) -> list[DraftBlock]:
    """Fuel, power or both over the distance said; of both which costs less, and by how much."""
    if (use := _use_of(sum_.text)) is not None and not sum_.task.sum:
        return [paragraph(use)]
    figures = _with_distance(sum_)
    sides = [one for one in _ENERGIES if figures.keys() & {one.use, one.price}]
    if not sides or not ({one.use for one in sides} & figures.keys()):
        return []
    way = _way(sum_.text, figures)
    told, costs, usual = [], [], []
    for one in sides:
        part, cost, assumed = _told(one, way, figures)
        told.append(part)
        costs.append(cost)
        usual += assumed
    blocks: list[DraftBlock] = []
    if len(sides) > 1:
        blocks.append(paragraph(_difference(way, sides, costs)))
    if len(sides) > 1:
        told = [say("{cars}{said}", cars=one.cars, said=part)
                for one, part in zip(sides, told, strict=True)]  # fmt: skip
    blocks.append(paragraph(join([words("按你说的数字算，"), told[0]]), *told[1:]))
    if usual:
        said = bound("；".join(usual), "computed:stated assumptions")
        blocks.append(
            paragraph(say("没说的按这些假设算：{said}。说出你的数字可以重算。", said=said))
        )
    return blocks


def _with_distance(sum_: Sum) -> dict[str, Decimal]:
    figures = sum_.said
    if not figures.keys() & {"km", "trip"} and (km := said_of.bare_distance(sum_.text)) is not None:
        figures["km"] = km
    return figures


def _way(text: str, figures: Mapping[str, Decimal]) -> _Way:
    if (trip := figures.get("trip")) is not None and "km" not in figures:
        return _Way(trip, bound(f"跑 {plain(trip).replace(',', '')} 公里", "question"))
    year = figures.get("km", DEFAULTS["km"][0])
    years = figures.get("years", Decimal(1))
    monthly = "month" in figures or ("years" not in figures and any(w in text for w in A_MONTH))
    if monthly:
        source = f"computed:{plain(year)}/{_MONTHS}"
        km = Decimal(round(year / _MONTHS))
        return _Way(km, say("一个月跑 {km} 公里", km=bound(_bare(km), source)))
    km = year * years
    source = f"computed:{plain(year)}*{plain(years)}"
    span = bound("一年" if years == 1 else f"{plain(years)} 年", "computed:span of time")
    return _Way(km, say("{span}跑 {km} 公里", span=span, km=bound(_bare(km), source)))


def _told(
    one: _Energy, way: _Way, figures: Mapping[str, Decimal]
) -> tuple[Part, Decimal, list[str]]:
    """“一年跑 22000 公里约用 1540 升油，按每升 8 元约 12320 元。”, the yuan, what was assumed."""
    use, price = figures.get(one.use), figures.get(one.price)
    assumed = []
    if use is None:
        use = one.usual
        assumed.append(f"{one.cars}百公里 {plain(use)} {one.unit}{one.what}")
    if price is None:
        price, text = PRICES[_usual_price(one, figures)]
        assumed.append(text)
    needed = use * way.km / _HUNDRED
    source = f"computed:{_bare(use)}*{_bare(way.km)}/100"
    cost = needed * price
    part = say(
        "{way}约用 {needed} {unit}{what}，按每{unit} {price} 元约 {cost} 元。",
        way=way.said,
        needed=bound(_bare(round(needed, 2)), source),
        unit=one.unit,
        what=one.what,
        price=bound(_bare(price), "computed:yuan of the price"),
        cost=bound(_bare(round(cost, 2)), f"{source}*{_bare(price)}"),
    )
    return part, cost, assumed


def _usual_price(one: _Energy, figures: Mapping[str, Decimal]) -> str:
    if one.what == "油":
        return "petrol-92"
    return "public-fast-charging" if figures.get("home") == 0 else "home-power"


def _difference(way: _Way, sides: list[_Energy], costs: list[Decimal]) -> Part:
    less, more = sorted(range(len(sides)), key=lambda place: costs[place])
    gap = bound(
        _bare(round(costs[more] - costs[less], 2)),
        f"computed:{_bare(round(costs[more], 2))}-{_bare(round(costs[less], 2))}",
    )
    names = {"a": sides[less].cars, "b": sides[more].cars}
    return say("{way}，{a}比{b}少花 {gap} 元。", way=way.said, gap=gap, **names)


def _use_of(text: str) -> Part | None:
    """“加满50升跑了600公里，百公里几个油”: what a car took for 100 km."""
    litres, km = said_of.litres(text), said_of.trip(text) or said_of.driven(text)
    if litres is None or not km or not any(word in text for word in _ASKS_USE):
        return None
    use = round(litres * _HUNDRED / km, 2)
    return say(
        "{litres} 升跑 {km} 公里，百公里约 {use} 升油。多加几箱取平均更准：每次加满，记下里程。",
        litres=bound(_bare(litres), "question"),
        km=bound(_bare(km), "question"),
        use=bound(_bare(use), f"computed:{_bare(litres)}*100/{_bare(km)}"),
    )


def _bare(value: Decimal) -> str:
    return plain(value).replace(",", "")
