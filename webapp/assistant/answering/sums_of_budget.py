"""What an amount for everything buys: whether a car can be put on the road for it, and which."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from webapp import costs, rules
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.own_pages import summary_of
from webapp.assistant.answering.parts import DraftBlock, Part, Points, bound, paragraph, say, words
from webapp.assistant.answering.recommending import compose_recommendation
from webapp.assistant.answering.searching import compose_search
from webapp.assistant.answering.sum_parts import FEN, Sum, entry_of, span, wan
from webapp.assistant.answering.sums_of_buying import ends_of
from webapp.catalogue.filters import Condition
from webapp.catalogue.vocabulary import ENERGY_LABELS, GREEN_PLATE_ENERGIES
from webapp.costs.parts import plain
from webapp.search.understanding.result import ReadCondition

INCOME: Final = "money-budget"
_STEP: Final = Decimal(1000)
_LEAST: Final = Decimal(10_000)


def enough_for(sum_: Sum) -> list[DraftBlock]:
    """“落地十二万能买X吗”: the cheapest version beside the amount."""
    amount = said_of.price(sum_.text)
    ends = ends_of(sum_.trims)
    if amount is None or not ends:
        return []
    trim = ends[0]
    total = costs.on_road(sum_.car(trim), costs.Deal(sum_.day), rules)
    low, high = Decimal(total.low_fen) / FEN, Decimal(total.high_fen) / FEN
    if amount >= high:
        verdict = "按指导价算，够"
    elif amount >= low:
        verdict = "按指导价算刚好够，要看保险报多少"
    else:
        verdict = "按指导价算不够，差 {gap}起：要谈下车价才行"
    gap = sum_.figure(span(total.low_fen - int(amount * FEN), total.low_fen - int(amount * FEN)),
                      "on the road less what there is")  # fmt: skip
    parts = {"gap": gap} if amount < low else {}
    return [
        paragraph(
            say(
                "落地 {own}，{car}" + verdict + "。",
                own=bound(f"{plain(amount / 10_000)} 万元", "question"),
                car=sum_.name(trim),
                **parts,
            ),
            say("它落地约 {said}，是最便宜的版本。",
                said=sum_.figure(span(total.low_fen, total.high_fen), "sum of the lines below"))
            if len(ends) > 1
            else say("它落地约 {said}。",
                said=sum_.figure(span(total.low_fen, total.high_fen), "sum of the lines below")),
        ),
        Points(tuple(entry_of(sum_, entry) for entry in total.entries)),
    ]  # fmt: skip


def list_within(sum_: Sum) -> Draft | None:
    """“落地十万能买什么车”: the cars whose guide price leaves room for tax, insurance and plate."""
    amount = said_of.price(sum_.text)
    if amount is None:
        return None
    own = bound(f"{plain(amount / 10_000)} 万元", "question")
    return _listed(sum_, amount, say("落地 {own}要先留出购置税、保险和上牌", own=own))


def list_for_income(sum_: Sum) -> Draft | None:
    """“月薪八千买多少钱的车”: the cars that cost no more on the road than is earned in a year,
    the rule of thumb of our page, and what the page says first."""
    amount = said_of.income_a_year(sum_.text)
    if amount is None:
        return None
    year = sum_.figure(wan(int(amount * FEN)), "what is earned in twelve months")
    opening = say("按你说的收入，全年约 {year}，车的总花费最好不超过这个数", year=year)
    listed = _listed(sum_, amount, opening)
    rule = summary_of(INCOME)
    if listed is None or not rule:
        return listed
    first, *rest = listed.lead
    return replace(listed, lead=(first, paragraph(*rule), *rest))


def _listed(sum_: Sum, amount: Decimal, opening: Part) -> Draft | None:
    """The cars that are on the road for the amount, with what was reckoned in front."""
    if sum_.task.series or sum_.task.unread:
        return None
    others = tuple(r for r in sum_.task.conditions if r.condition.field != "price_wan")
    energy = next(
        (str(r.condition.values[0]) for r in others if r.condition.field == "energy"), None
    )
    power = _price_within(sum_, amount, energy if energy in GREEN_PLATE_ENERGIES else "BEV")
    fuel = _price_within(sum_, amount, energy if energy in ("HEV", "ICE") else "ICE")
    if not power or not fuel:
        return None
    price = power if energy in GREEN_PLATE_ENERGIES else fuel
    limit = ReadCondition(Condition("price_wan", "<=", float(round(price / 10_000, 2))), False, ())
    task = replace(sum_.task, intent="search", conditions=(limit, *others), unread=())
    figures = {
        label: sum_.figure(wan(int(one * FEN)), "the highest price whose sum on the road fits")
        for label, one in (("power", power), ("fuel", fuel))
    }
    told = say(
        "{opening}：按指导价，" + f"{ENERGY_LABELS['BEV']}车大约能看到 "
        "{power}，燃油车大约能看到 {fuel}。",
        opening=opening, **figures,
    )  # fmt: skip
    rest = words("谈下来的车价低于指导价时，还能往上看一点。")
    listed = compose_recommendation(task) or compose_search(task)
    return replace(listed, lead=(paragraph(told, rest), *listed.lead))


def _price_within(sum_: Sum, amount: Decimal, energy: str) -> Decimal:
    """The highest guide price in yuan, by thousands, that is on the road for the amount whatever
    the insurance; 0 where there is none."""
    low, high = _LEAST // _STEP, amount // _STEP
    while low < high:
        middle = (low + high + 1) // 2
        car = costs.described(energy, middle * _STEP)
        total = costs.on_road(car, costs.Deal(sum_.day), rules)
        low, high = (middle, high) if total.high_fen <= amount * FEN else (low, middle - 1)
    return low * _STEP if low * _STEP > _LEAST else Decimal(0)
