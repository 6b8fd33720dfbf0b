"""What a car costs to buy: on the road, by the month, and what a monthly payment buys."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from webapp import costs, rules
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.sum_parts import FEN, Sum, entry_of, first_and_rest, span, wan, yuan
from webapp.assistant.events import Links
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.queries import TrimRow
from webapp.costs.parts import Line, plain

BUYS: Final = "buys"
"""万 of the price that a monthly payment buys, kept with its sum."""
_INSURANCE: Final = ("compulsory", "commercial")
LONGER: Final = Decimal(60)
"""Instalments told beside those that were asked for."""


def ends_of(trims: list[TrimRow]) -> list[TrimRow]:
    """The cheapest and the dearest."""
    priced = sorted((t for t in trims if t.price_fen), key=lambda t: (t.price_fen, t.id))
    return (
        priced
        if len(priced) < 2 or priced[0].price_fen == priced[-1].price_fen
        else [priced[0], priced[-1]]
    )


def on_road(sum_: Sum) -> list[DraftBlock]:
    said_first, totals = [], []
    for trim in ends_of(sum_.trims):
        total = costs.on_road(sum_.car(trim), costs.Deal(sum_.day), rules)
        totals.append((trim, total))
        said = sum_.figure(span(total.low_fen, total.high_fen), "sum of the lines below")
        said_first.append(say("{car}落地约 {said}。", car=sum_.name(trim), said=said))
    if not totals:
        return []
    trim, total = totals[0]
    lines = Points(tuple(entry_of(sum_, entry) for entry in total.entries))
    return [
        paragraph(*said_first),
        *((paragraph(say("其中{car}：", car=sum_.name(trim))),) if len(totals) > 1 else ()),
        lines,
        paragraph(words("车价按厂商指导价：谈下来多少、保险报多少，落地价就跟着变。")),
    ]


def insurance_of(sum_: Sum) -> list[DraftBlock]:
    """The compulsory part by its tariff, the rest as the span the sum on the road has too."""
    trims = ends_of(sum_.trims)[:1]
    blocks: list[DraftBlock] = []
    for trim in trims:
        total = costs.on_road(sum_.car(trim), costs.Deal(sum_.day), rules)
        lines = [entry for entry in total.entries if entry.key in _INSURANCE]
        low = sum(entry.low_fen for entry in lines if isinstance(entry, Line))
        high = sum(entry.high_fen for entry in lines if isinstance(entry, Line))
        amount = sum_.figure(span(low, high), "sum of the lines below")
        first = say(
            "车库里没有保险报价，按幅度估{car}首年约 {amount}：", car=sum_.name(trim), amount=amount
        )
        blocks += [paragraph(first), Points(tuple(entry_of(sum_, entry) for entry in lines))]
    return blocks


def loan_of(sum_: Sum) -> list[DraftBlock]:
    if not sum_.trims and (borrowed := sum_.said.get("principal")) is not None:
        return _of_principal(sum_, borrowed)
    stated = sum_.said.get("price")
    points: list[Part] = []
    for trim in ends_of(sum_.trims):
        points += _payments(sum_, sum_.name(trim), trim.price_fen or 0)
    if not points and stated is not None:
        name = bound(f"{plain(stated / 10_000)} 万元的车", "question")
        points = _payments(sum_, name, int(stated * FEN))
    if not points:
        return []
    told = words("月供 = 贷款额按期数和月利率等额摊还，利息 = 还款总额减贷款额。")
    return [*first_and_rest(points), paragraph(told)]


def _plan(sum_: Sum, down: Decimal | None, months: Decimal | None) -> costs.Plan:
    way: costs.Way = "free" if "free" in sum_.said else "equal"
    return costs.Plan(way, down=down, months=months, rate=sum_.said.get("rate"))


def _down(sum_: Sum, price: Decimal) -> Decimal | None:
    """The share of the price that is paid down, in percent."""
    borrowed = sum_.said.get("principal")
    if borrowed is not None and borrowed <= price:
        return (price - borrowed) / price * 100
    amount = sum_.said.get("down_yuan")
    return sum_.said.get("down_share") if amount is None else amount / price * 100


def _of_principal(sum_: Sum, borrowed: Decimal) -> list[DraftBlock]:
    """“贷款10万3年利率4%月供多少”: what is borrowed is said, whatever the car costs."""
    plan = _plan(sum_, Decimal(0), sum_.said.get("months"))
    loan = costs.loan(int(borrowed * FEN), plan)
    sum_.used.update(dict.fromkeys(s for s in plan.sources if s.ref != "input:down"))
    said = say(
        "贷 {own} 万元、分 {months} 期：月供约 {payment}，一共多付利息 {interest}。",
        own=bound(plain(borrowed / 10_000), "question"),
        months=sum_.figure(str(plan.count), "instalments"),
        payment=sum_.figure(yuan(loan.payment_fen), loan.formula),
        interest=sum_.figure(yuan(loan.interest_fen), "paid back less what was borrowed"),
    )
    how = say("月供 = {how}。", how=sum_.figure(loan.formula, loan.formula))
    return [paragraph(said), paragraph(how)]


def _payments(sum_: Sum, name: Part, price_fen: int) -> list[Part]:
    down = _down(sum_, Decimal(price_fen) / FEN) if price_fen else None
    asked = sum_.said.get("months")
    said = []
    for term in [asked] if asked is not None or "free" in sum_.said else [None, LONGER]:
        plan = _plan(sum_, down, term)
        loan = costs.loan(price_fen, plan)
        for source in plan.sources:
            if term is not LONGER or source.kind != "assumption":
                sum_.used[source] = None
        said.append(
            say(
                "{name}（{price}）首付 {down}、贷 {months} 期："
                "月供约 {payment}，一共多付利息 {interest}。",
                name=name,
                price=sum_.figure(yuan(price_fen), "guide price"),
                down=sum_.figure(yuan(loan.down_fen), "share of the price"),
                months=sum_.figure(str(plan.count), "instalments"),
                payment=sum_.figure(yuan(loan.payment_fen), loan.formula),
                interest=sum_.figure(yuan(loan.interest_fen), "paid back less what was borrowed"),
            )
        )
    return said


def price_of_payment(sum_: Sum) -> list[DraftBlock]:
    payment = sum_.said.get("payment")
    if payment is None or sum_.trims:
        return []
    cash, asked = sum_.said.get("down_yuan"), sum_.said.get("months")
    alone = asked == LONGER or "free" in sum_.said
    points, prices = [], []
    for term in [asked] if alone else [asked, LONGER]:
        plan = _plan(sum_, Decimal(0) if cash else sum_.said.get("down_share"), term)
        price_fen = costs.price_for_payment(int(payment * FEN), plan, int((cash or 0) * FEN))
        prices.append(price_fen)
        sum_.used.update(
            dict.fromkeys(s for s in plan.sources if term is not LONGER or s.kind != "assumption")
        )
        points.append(
            say(
                "贷 {months} 期，大约能买 {price}的车",
                months=sum_.figure(str(plan.count), "instalments"),
                price=sum_.figure(wan(price_fen), "price for a monthly payment"),
            )
        )
    own = bound(f"{plain(payment)} 元", "question")
    first = say("月供 {own}：{points}。", own=own, points=join(points, "；"))
    rest = words("这是车价，购置税、保险和上牌要另外留出来；月供不要压得家里没有余钱。")
    sum_.said[BUYS] = round(Decimal(prices[0]) / FEN / 10_000, 1)
    limit = Condition("price_wan", "<=", round(prices[0] / FEN / 10_000, 1))
    selection = Selection((limit,))
    found = queries.count_trims(selection).total
    more = (Links(((f"看这个价钱以内的 {found} 款车", selection.url()),)),)
    return [paragraph(first, rest), *more]
