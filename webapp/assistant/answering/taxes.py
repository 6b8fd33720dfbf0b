"""The purchase tax of a car or of a price, by the rules of the day that is asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp import clock, rules
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.days import DayAsked, day_asked
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.numerals import numerals
from webapp.assistant.answering.own_pages import refs_of
from webapp.assistant.answering.parts import QUESTION, Part, bound, join, paragraph, say, words
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.versions import not_found, versions_of
from webapp.assistant.events import Asks, Links
from webapp.catalogue.queries import TrimRow
from webapp.formatting import number
from webapp.rules import Term, Unknown, Vehicle
from webapp.rules.taxes import BASIS, RELIEF, PurchaseTax, purchase_tax
from webapp.rules.wording import day_in_words, money, percent

FEN: Final = 100
_PAGES: Final = {False: "money-purchase-tax", True: "money-purchase-tax-nev"}
"""Our pages on the tax, and on the relief from it."""


Outcome = PurchaseTax | Unknown


def compose_tax(task: Task) -> Draft | None:
    """The purchase tax a question asks for; None where it asks for none, or says too little to
    work it out."""
    if not says(task.text, "purchase_tax"):
        return None
    if not says(task.text, "tax_advice") and (taxed := _of_cars(task) or _of_price(task)):
        return taxed
    return None if task.series or task.trims else _of_year(task)


def _of_cars(task: Task) -> Draft | None:
    found, missing = versions_of(task)
    if missing:
        return not_found(task.series[0], missing, "购置税多少")
    trims = [trim for trim in found if trim.price_fen is not None]
    if not trims:
        return None
    garage = Garage([trim.id for trim in trims])
    asked, book = day_asked(task.text, clock.today_in_china()), rules.book()
    vehicles = rules.vehicles([trim.id for trim in trims])
    outcomes = {
        trim.id: purchase_tax(book, trim.price_fen or 0, asked.day, vehicles[trim.id])
        for trim in trims
    }
    told = _ends_of_each_kind(trims, outcomes)
    said = [_told_of(garage, trim, outcomes[trim.id], vehicles[trim.id], asked) for trim in told]
    return _draft(said, [outcomes[trim.id] for trim in told], tuple(t.id for t in trims), told[0])


def _ends_of_each_kind(trims: Sequence[TrimRow], outcomes: dict[int, Outcome]) -> list[TrimRow]:
    """Of those taxed alike the cheapest and the dearest, the kind of the cheapest first."""
    kinds: dict[tuple[object, ...], list[TrimRow]] = {}
    for trim in sorted(trims, key=lambda trim: (trim.price_fen or 0, trim.id)):
        kinds.setdefault(_kind(outcomes[trim.id]), []).append(trim)
    told = []
    for own in kinds.values():
        alike = own[0].price_fen == own[-1].price_fen or _kind(outcomes[own[0].id])[0] == "unknown"
        told += own[:1] if alike else [own[0], own[-1]]
    return told


def _kind(outcome: Outcome) -> tuple[object, ...]:
    if isinstance(outcome, Unknown):
        return ("unknown", outcome.reason)
    relief = outcome.relief.says if outcome.relief else None
    return ("known", relief, outcome.doubt.why if outcome.doubt else None)


def _told_of(
    garage: Garage, trim: TrimRow, outcome: Outcome, vehicle: Vehicle, asked: DayAsked
) -> Part:
    price = garage.fact(trim, "price_wan", own_ref=True)
    assert price is not None
    named, when = garage.name(trim), _when(asked)
    head = say("{car}按指导价 {price}{when}开票，", car=named, price=price, when=when)
    return join([head, _due(outcome, trim.price_fen or 0, asked, _reach(trim, vehicle))])


def _reach(trim: TrimRow, vehicle: Vehicle) -> Part:
    """“它的纯电续航是 80 公里（CLTC）”, where it is known."""
    known = [(cycle, km) for cycle, km in vehicle.ranges.items() if km]
    if not known:
        return words("它的纯电续航未知")
    cycle, km = next((pair for pair in known if pair[0] == "WLTC"), known[0])
    reach = bound(f"{number(km, 0)} 公里", f"trim:{trim.id}:range_{cycle.lower()}_km")
    return say("它的纯电续航是 {reach}（{cycle}）", reach=reach, cycle=cycle)


def _when(asked: DayAsked) -> Part:
    if not asked.written:
        return words("")
    if numerals(asked.written):
        return bound(f"、{asked.written}", QUESTION)
    year = bound(f"{asked.day.year} 年", "computed:the year meant")
    return say("、{written}（{year}）", written=asked.written, year=year)


def _of_price(task: Task) -> Draft | None:
    price = said_of.price(task.text)
    if price is None or task.series or task.trims:
        return None
    kinds = [("新能源车", Vehicle("BEV")), ("燃油车和油混", Vehicle("ICE"))]
    if says(task.text, "plugs_in"):
        kinds = [("插混和增程", Vehicle("PHEV"))]
    elif says(task.text, "on_power"):
        kinds = kinds[:1]
    elif says(task.text, "on_fuel"):
        kinds = kinds[1:]
    asked, book = day_asked(task.text, clock.today_in_china()), rules.book()
    fen, wan = round(price * FEN), number(float(price) / said_of.TEN_THOUSAND, 4)
    given, when = bound(f"{wan} 万元", QUESTION), _when(asked)
    said, outcomes = [], []
    for kind, vehicle in kinds:
        outcome = purchase_tax(book, fen, asked.day, vehicle)
        head = say("{kind}按 {price}{when}开票，", kind=kind, price=given, when=when)
        said.append(join([head, _due(outcome, fen, asked, words("要看它的纯电续航"))]))
        outcomes.append(outcome)
    return _draft(said, outcomes, (), None)


def _of_year(task: Task) -> Draft | None:
    """“2028 年购置税还减吗”: the relief of a year that is named, where the question is about no
    more than that, or where nothing is registered for that year."""
    asked = day_asked(task.text, clock.today_in_china())
    if not asked.written:
        return None
    relief = rules.at(RELIEF, asked.day, BASIS)
    if isinstance(relief, Term):
        return None if says(task.text, "tax_advice") else _draft([_relief(relief)], [], (), None)
    return _draft([_not_registered(relief)], [], (), None)


def _due(outcome: Outcome, fen: int, asked: DayAsked, why: Part) -> Part:
    """“购置税约 8398 元。”; both sums where the official list decides; the reason where no rule
    of that day is registered."""
    if isinstance(outcome, Unknown):
        return _not_registered(outcome)
    due = _yuan(outcome.due, fen, asked)
    if not outcome.due:
        return say("免征购置税，应缴 {due}。", due=due)
    if outcome.if_listed is None or outcome.relief is None or outcome.doubt is None:
        return say("购置税约 {due}。", due=due)
    line = next(scope for scope in outcome.relief.scopes if scope.cycle)
    return say(
        "在减免目录里购置税约 {listed}，不在约 {due}：{why}，{line}，要查目录。",
        listed=_yuan(outcome.if_listed, fen, asked),
        due=due,
        why=why,
        line=bound(
            f"目录要求不少于 {line.value} 公里（{line.cycle}）", f"rule:{outcome.relief.rule.code}"
        ),
    )


def _not_registered(outcome: Unknown) -> Part:
    source = f"rule:{outcome.term.rule.code}" if outcome.term else "computed:no rule of that day"
    refs = refs_of(_PAGES[True], [outcome.term.rule]) if outcome.term else ()
    return bound(f"{outcome.reason}，所以算不出来。", source, *refs)


def _yuan(due_fen: int, price_fen: int, asked: DayAsked) -> Part:
    source = f"computed:purchase-tax on {number(price_fen / 100, 2)} yuan, {asked.day}"
    return bound(f"{number(due_fen / 100, 0)} 元", source)


def _draft(
    said: list[Part], outcomes: list[Outcome], trims: tuple[int, ...], one: TrimRow | None
) -> Draft:
    known = [outcome for outcome in outcomes if isinstance(outcome, PurchaseTax)]
    if known:
        said.append(words("税按发票上的价格算，成交价低于指导价时税也少一些。"))
    reliefs = {outcome.relief.says: outcome.relief for outcome in known if outcome.relief}
    said += [_relief(term) for term in reliefs.values()]
    said += [_tax(outcome) for outcome in known if outcome.relief is None][:1]
    links = ((f"{one.full_name} 的全部参数", f"/cars/trims/{one.id}"),) if one else ()
    following = Asks(("落地价包含哪些钱", "新能源车购置税怎么减"))
    tail = (Links(links), following) if links else (following,)
    return Draft("lookup", lead=(paragraph(*said),), tail=tail, trims=trims)


def _relief(term: Term) -> Part:
    assert term.rate is not None
    free = term.rate == 1
    most = f"，每辆最多{'免' if free else '减'} {money(term.cap_fen)}" if term.cap_fen else ""
    until = f"至 {day_in_words(term.valid_to)}" if term.valid_to else "起"
    text = (
        f"{term.rule.document}：{day_in_words(term.valid_from)}{until}开票的新能源车，"
        f"购置税{'免征' if free else f'减 {percent(term.rate)}'}{most}。"
    )
    return bound(text, f"rule:{term.rule.code}", *refs_of(_PAGES[True], [term.rule]))


def _tax(outcome: PurchaseTax) -> Part:
    assert outcome.tax.rate is not None
    assert outcome.vat.rate is not None
    text = (
        f"购置税是不含增值税价格的 {percent(outcome.tax.rate)}，含税价除以 "
        f"{1 + outcome.vat.rate:f} 就是不含税价（{outcome.tax.rule.document}）。"
    )
    refs = refs_of(_PAGES[False], [outcome.tax.rule, outcome.vat.rule])
    return bound(text, f"rule:{outcome.tax.rule.code}", *refs)
