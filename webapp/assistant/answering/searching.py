"""A list of cars: how many match, the first ones, and where the rest is."""

from __future__ import annotations

from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
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
from webapp.assistant.answering.phrases import spoken, spoken_all
from webapp.assistant.answering.selling import Month, newest_month
from webapp.assistant.answering.softening import softened
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.unused import unused_said
from webapp.assistant.events import Asks, Cards, Links
from webapp.cars.pages.waysout import ways_out
from webapp.catalogue import queries
from webapp.catalogue.filters import SORTS, Selection
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.queries.listing import SORTED_FIELDS
from webapp.catalogue.wording import asked_fields, unknown_of
from webapp.formatting import month

CARDS: Final = 6
POINTS: Final = 5
FIGURES: Final = 3
WAYS: Final = 4
UNREAD: Final = 4
BY_SALES: Final = "-sales"
LAYOUT_FIELDS: Final = ("seats", "drive", "energy")


def compose_search(task: Task) -> Draft:
    task, softer = softened(task)
    selection = task.selection
    groups = once.series_in_order(selection)
    newest = newest_month() if task.sort == BY_SALES else Month("", {})
    if newest.rows:
        groups = [group for key in newest.rows for group in groups if group[0] == key] or groups
    found = queries.count_trims(selection)
    if not found.total:
        return _nothing(task, selection, found)
    fresh = [ids[0] for _, ids in groups if not set(ids) & set(task.seen)]
    shown = (fresh or [ids[0] for _, ids in groups])[:CARDS]
    garage = Garage(shown)
    points = [_point(task, garage, trim, newest) for trim in garage.trims[:POINTS]]
    cards = Cards(
        trim_ids=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
        sort=task.sort,
        address=selection.url(),
        total=found.total,
        unread=task.unread,
    )
    return Draft(
        intent="search",
        lead=(
            paragraph(
                *_headline(task, found.total, len(groups), _top(task, garage)),
                *_of_one_month(newest),
                *unused_said(task),
                *_page(task, len(fresh)),
            ),
            cards,
            Points(tuple(points), ordered=True),
        ),
        tail=(*softer, *_tail(task, selection, found, garage.trims)),
        trims=cards.trim_ids,
        conditions=cards.conditions,
        sort=task.sort,
    )


def _headline(task: Task, total: int, series: int, top: Part) -> list[Part]:
    totals = {"n": count(total), "s": count(series)}
    if task.conditions:
        asked = spoken_all(task.conditions, task.said)
        first = say("符合“{asked}”的车型有 {n} 款，来自 {s} 个车系。", asked=asked, **totals)
    else:
        first = say("车库里一共有 {n} 款车型，来自 {s} 个车系。", **totals)
    sentences = [first]
    if not (task.conditions or task.sort or task.seen):
        sentences.append(words("没有读出筛选条件，说说预算、座位、能源或用途就能缩小范围。"))
    if task.changes:
        sentences.insert(0, say("按你的意思调整为{change}。", change=join(task.changes, "、")))
    if task.sort:
        sentences.append(say("按{order}排，{top}。", order=SORTS[task.sort], top=top))
    else:
        sentences.append(words("按综合排序，近期销量高的排在前面。"))
    return sentences


def _of_one_month(newest: Month) -> list[Part]:
    """An order by sales has the cars of one month alone."""
    if not newest.rows:
        return []
    when = bound(month(newest.period), f"computed:newest month with a ranking: {newest.period}")
    return [say("只列 {when}有销量数的车系。", when=when)]


def _page(task: Task, fresh: int) -> list[Part]:
    """Where a further page was asked for: what of it there is."""
    if not task.seen:
        return []
    if not fresh:
        return [words("符合的车系都已经列过了，下面从头再列一遍；放宽条件会有更多。")]
    return [say("前面列过的车系不再重复，还有 {n} 个。", n=count(fresh))]


def _top(task: Task, garage: Garage) -> Part:
    """Which car leads an order by a figure, and with what."""
    key = SORTED_FIELDS.get(task.sort or "")
    first = garage.trims[0]
    fact = garage.fact(first, key, own_ref=True) if key and not task.seen else None
    if fact is None:
        return words("靠前的是下面几款")
    return say("最前面的是{car}，{fact}", car=garage.name(first), fact=fact)


def _point(task: Task, garage: Garage, trim: TrimRow, newest: Month) -> Part:
    """“Model Y 2025款 …：指导价 26.35 万元，纯电续航 593 公里（CLTC）。”"""
    asked = {read.condition.field for read in task.conditions} | {
        SORTED_FIELDS.get(task.sort or "")
    }
    # What every car of the list has alike, “纯电”, is said once in the headline.
    alike = {read.condition.field for read in task.conditions if read.condition.operator == "=="}
    figures = [field for field in asked_fields(task.selection) if field in asked][:2]
    layout = [field for field in LAYOUT_FIELDS if field in asked - alike]
    fields = ("price_wan", *figures, *layout, "range_km", "fuel_l_100km")
    facts = known_facts(garage, trim, tuple(dict.fromkeys(fields)), FIGURES)
    if task.sort == BY_SALES and (units := newest.sold(trim)) is not None:
        facts.insert(0, units)
    if not facts:
        return say("{car}：主要参数未知。", car=garage.name(trim))
    return say("{car}：{facts}。", car=garage.name(trim), facts=join(facts, "，"))


def _tail(
    task: Task, selection: Selection, found: queries.Listing, trims: list[TrimRow]
) -> tuple[DraftBlock, ...]:
    blocks: list[DraftBlock] = []
    if hints := tuple(read for read in task.conditions if read.inferred):
        meant = spoken_all(hints, task.said)
        blocks.append(
            Remark(say("“{meant}”是按常见说法推断的，不合适可以在条件里去掉。", meant=meant))
        )
    blocks += [
        Remark(say("{n} 款没有{what}，未列入。", n=count(n), what=unknown_of(field)))
        for field, n in found.unknown.items()
    ]
    links = [(f"在列表里看全部 {found.total} 款", selection.url())]
    if len(trims) > 1:
        ids = ",".join(str(trim.id) for trim in trims[:3])
        links.append((f"对比前 {min(3, len(trims))} 款", f"/cars/compare?ids={ids}"))
    blocks.append(Links(tuple(links)))
    blocks.append(Asks(tuple(_next_questions(task, trims))))
    return tuple(blocks)


def _next_questions(task: Task, trims: list[TrimRow]) -> list[str]:
    asked = {read.condition.field for read in task.conditions}
    following = ["再便宜点"] if "price_wan" in asked else ["预算 20 万以内的呢"]
    if "seats" not in asked:
        following.append("七座的呢")
    elif "drive" not in asked:
        following.append("只要四驱的")
    if len(trims) > 1:
        following.append("第一个和第二个对比一下")
    return following


def _nothing(task: Task, selection: Selection, found: queries.Listing) -> Draft:
    """Nothing matches: which single change would give something, and how much."""
    asked = spoken_all(task.conditions, task.said)
    every = "同时满足" if len(task.conditions) > 1 else "符合"
    sentences = [say("没有{every}“{asked}”的车型。", every=every, asked=asked)]
    if task.changes:
        sentences.insert(0, say("按你的意思调整为{change}。", change=join(task.changes, "、")))
    hints = [read.condition for read in task.conditions if read.inferred]
    ways = ways_out(selection, found, hints)[:WAYS]
    nearest = queries.nearest_values(selection)
    points = []
    for moved in nearest[:2]:
        widened = spoken(moved.widened, task.said)
        points.append(
            say("把条件放宽到{widened}，有 {n} 款。", widened=widened, n=count(moved.trims))
        )
    for field, total in sorted(found.without.items(), key=lambda item: -item[1]):
        dropped = [c for c in selection.conditions if c.field == field]
        if total and len(points) < WAYS:
            label = join([spoken(condition, task.said) for condition in dropped], "、")
            points.append(say("去掉“{label}”，有 {n} 款。", label=label, n=count(total)))
    if points:
        sentences.append(words("只改一个条件的话："))
    conditions = tuple(read.as_dict() for read in task.conditions)
    blocks: list[DraftBlock] = [paragraph(*sentences)]
    blocks += [Points(tuple(points))] if points else []
    empty = Cards((), conditions, task.sort, selection.url(), 0, task.unread)
    return Draft(
        intent="search",
        lead=(*blocks, empty, Links(tuple(ways))),
        conditions=conditions,
        sort=task.sort,
    )
