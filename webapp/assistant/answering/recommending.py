"""Two to four cars for someone who says what the car is for, with why each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.about import USES
from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.choosing import newest_on_sale, representative
from webapp.assistant.answering.cues import rows_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.own_pages import link_to
from webapp.assistant.answering.parts import (
    QUESTION,
    DraftBlock,
    Part,
    Points,
    Remark,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.portrait import against_class
from webapp.assistant.answering.selling import Month, newest_month
from webapp.assistant.answering.softening import softened
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.tradeoffs import trade_offs
from webapp.assistant.answering.unused import unused_said
from webapp.assistant.events import Asks, Cards, Links
from webapp.catalogue.queries import TrimRow

PICKS: Final = 3
LOOKED_AT: Final = 40
"""Series, the best-selling first, that a pick is made of."""
REASONS: Final = 3
EACH_PLACE: Final = 0.12
"""What a place among the best-selling counts against a car."""
UNSUITED: Final = 2.0
"""Counted against an energy or a body that a use speaks against: such a car is no pick."""
REAL: Final = 0.7
"""Of the stated range, what is reckoned with from day to day."""
_CHOOSES: Final = (
    "推荐",
    "买什么",
    "买啥",
    "选什么",
    "选啥",
    "哪款",
    "哪个",
    "合适",
    "想买",
    "想要",
    "适合",
)
"""Who says so wants to be told which, not shown everything there is."""
_SO_MANY: Final = (("推荐两", 2), ("推荐2", 2), ("推荐四", 4), ("推荐4", 4), ("推荐五", 5))


@dataclass(frozen=True)
class _Use:
    """What the car is for: which energies suit it, the best first, and what is said of it."""

    says: str
    page: str
    energies: tuple[str, ...]
    body: str


def compose_recommendation(task: Task) -> Draft | None:
    """None where no use is said, the list goes on, or nothing matches."""
    told = task.story + task.text
    uses = [
        _Use(row["says"], row["page"], tuple(row["energies"].split()), row["body"])
        for row in rows_for(USES, told)
    ]
    asks = task.conditions and not task.sort
    chooses = uses or (asks and any(word in task.text for word in _CHOOSES))
    if task.intent != "search" or not chooses or task.seen or task.changes or task.series:
        return None
    task, softer = softened(task)
    picks = _picked(task, uses)[: _many(task.text)]
    if not picks:
        return None
    garage, newest = Garage([trim.id for trim in picks]), newest_month()
    names = [bound(trim.series, f"trim:{trim.id}:series") for trim in garage.trims]
    total = sum(len(ids) for _, ids in once.series_in_order(task.selection))
    lead: list[DraftBlock] = [
        paragraph(
            say("先看这 {n} 款：{names}。", n=count(len(names)), names=join(names, "、")),
            *(words(f"{use.says}。") for use in uses[:REASONS]),
            *unused_said(task),
        ),
        Points(
            tuple(_reasoned(garage, trim, told, newest) for trim in garage.trims),
            ordered=True,
        ),
    ]
    if len(names) > 1 and (weighed := trade_offs(garage, names, energies=False)) is not None:
        lead.append(paragraph(join([words("怎么选："), weighed])))
    cards = Cards(
        trim_ids=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
        sort=None,
        address=task.selection.url(),
        total=total,
        unread=task.unread,
    )
    return Draft(
        "search",
        lead=(*lead, cards),
        tail=(*softer, *_tail(task, uses, garage, total)),
        trims=cards.trim_ids,
        conditions=cards.conditions,
    )


def tells_use(text: str) -> bool:
    """Whether a sentence says what the car is for."""
    return bool(rows_for(USES, text))


# --- which cars ---------------------------------------------------------------------------


def _many(text: str) -> int:
    """How many are to be recommended: “推荐两个”; three where nobody says."""
    return next((n for said, n in _SO_MANY if any(f"{said}{c}" in text for c in "个款辆台")), PICKS)


def _picked(task: Task, uses: Sequence[_Use]) -> list[TrimRow]:
    """The cars that suit the uses best, of several energies and brands where there are such."""
    if any(read.condition.field == "energy" and not read.inferred for read in task.conditions):
        uses = [replace(use, energies=()) for use in uses]  # the visitor has chosen one
    groups = once.series_in_order(replace(task.selection, sort=None))[:LOOKED_AT]
    trims = {trim.id: trim for trim in once.trims_by_id([i for _, ids in groups for i in ids])}
    found = (representative(newest_on_sale([trims[i] for i in ids])) for _, ids in groups)
    cars = [one for one in found if one is not None and _loss(one, uses) < UNSUITED]
    places = {trim.id: place for place, trim in enumerate(cars)}
    ranked = sorted(cars, key=lambda trim: _loss(trim, uses) + EACH_PLACE * places[trim.id])
    chosen: list[TrimRow] = []
    for strict in (True, False):
        for trim in ranked:
            if len(chosen) == max(PICKS, _many(task.text)):
                return chosen
            if trim not in chosen and (not strict or _adds(trim, chosen)):
                chosen.append(trim)
    return chosen


def _loss(trim: TrimRow, uses: Sequence[_Use]) -> float:
    lost = 0.0
    for use in uses:
        if use.energies:
            suits = trim.energy in use.energies
            lost += use.energies.index(trim.energy or "") * 0.2 if suits else UNSUITED
        if use.body and trim.body != use.body:
            lost += UNSUITED
    return lost


def _adds(trim: TrimRow, chosen: Sequence[TrimRow]) -> bool:
    brands = {other.brand for other in chosen}
    energies = Counter(other.energy for other in chosen)
    return trim.brand not in brands and energies[trim.energy] < PICKS - 1


# --- why ----------------------------------------------------------------------------------


def _reasoned(garage: Garage, trim: TrimRow, text: str, newest: Month) -> Part:
    """“海豹06 …：指导价 9.98 万元，插混；每天 40 公里用电够跑两天；强在 …；弱在 …。”"""
    keys = ("price_wan", "energy", "range_km", "fuel_l_100km", "seats")
    facts = join(known_facts(garage, trim, keys, len(keys)), "，")
    ahead, behind, _ = against_class(garage, trim)
    reasons = [part for part in (_daily(garage, trim, text), newest.sold(trim)) if part is not None]
    reasons += [say("比同级强在{what}", what=part) for part in ahead[:1]]
    reasons += [say("弱在{what}", what=part) for part in behind[:1]]
    why = join([words("。"), join(reasons, "；")]) if reasons else words("")
    return say("{car}：{facts}{why}。", car=garage.name(trim), facts=facts, why=why)


def _daily(garage: Garage, trim: TrimRow, text: str) -> Part | None:
    """How many days of the distance that is said one charge lasts."""
    km = said_of.a_day(text)
    reach = garage.number_of(trim, "range_km")
    if km is None or not reach:
        return None
    days = int(reach * REAL // float(km))
    said = bound(f"{km:g} 公里", QUESTION)
    source = f"computed:{reach:g}*{REAL}/{km:g}"
    if days < 1:
        return say("每天 {km}，充满也不够，剩下的要补电或用油", km=said)
    return say(
        "每天 {km}，按标称续航的 {share} 算，充满够用 {days} 天",
        km=said,
        share=bound(f"{REAL:.0%}", "computed:share of the stated range"),
        days=bound(str(days), source),
    )


# --- what else ----------------------------------------------------------------------------


def _tail(task: Task, uses: Sequence[_Use], garage: Garage, total: int) -> tuple[DraftBlock, ...]:
    blocks: list[DraftBlock] = []
    if task.conditions:
        asked = spoken_all(task.conditions, task.said)
        blocks.append(Remark(say("符合“{asked}”的一共 {n} 款。", asked=asked, n=count(total))))
    else:
        blocks.append(Remark(words("没有说预算，这里按销量和用途挑；说了预算再挑一次。")))
    ids = ",".join(str(trim.id) for trim in garage.trims)
    links = [(f"在列表里看全部 {total} 款", task.selection.url())]
    if len(garage.trims) > 1:
        links.append((f"对比这 {len(garage.trims)} 款", f"/cars/compare?ids={ids}"))
    for use in uses[:REASONS]:
        links += link_to(use.page)
    return (*blocks, Links(tuple(links)), Asks(("第一个和第二个对比一下", "再便宜点")))
