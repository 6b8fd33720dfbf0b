"""How many of a series were sold, by month and who counted."""

from __future__ import annotations

from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Ref,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.queries import TrimRow
from webapp.formatting import month

RETAIL: Final = "retail"
MONTHS: Final = 3
_ASKS: Final = (
    "销量",
    "卖了多少",
    "卖出多少",
    "卖多少台",
    "卖多少辆",
    "卖了几",
    "卖得怎么样",
    "月销",
)


def compose_sales(task: Task) -> Draft | None:
    """“汉这个月的销量”: the newest months there are of each series named; None where no
    sales of a car are asked for."""
    if not any(word in task.text for word in _ASKS):
        return None
    cars = _cars(task)
    if not cars:
        return None
    said = [part for trim in cars for part in _told(trim)]
    links = tuple((f"{t.series} 的销量", f"/cars/series/{t.series_id}") for t in cars)
    blocks: tuple[DraftBlock, ...] = (
        paragraph(*_first(cars), *said, words("销量是资料里最近几个月的零售数，不是今天的。")),
    )
    return Draft(
        "lookup",
        lead=blocks,
        tail=(Links(links), Asks(("最近销量最好的SUV",))),
        trims=task.trims or tuple(trim.id for trim in cars),
    )


def _first(cars: list[TrimRow]) -> list[Part]:
    """“2026 年 6 月星愿卖得多。”, of several cars with figures of one month."""
    newest = [(figures[0], trim) for trim in cars if (figures := _retail(trim, 1))]
    if len(newest) < 2 or len({figure.period for figure, _ in newest}) > 1:
        return []
    figure, trim = max(newest, key=lambda pair: pair[0].units)
    source = f"computed:sales of series {trim.series_id} in {figure.period}"
    name = bound(trim.series, f"trim:{trim.id}:series")
    return [say("{when}{name}卖得多。", when=bound(month(figure.period), source), name=name)]


def sold(trim: TrimRow) -> Part | None:
    """“2026 年 6 月卖出 12,345 辆” of its series in the newest month known."""
    newest = _retail(trim, 1)
    return _month(trim, newest[0]) if newest else None


def _cars(task: Task) -> list[TrimRow]:
    found = list(once.trims_by_id(task.trims))
    ids = {trim.series_id for trim in found}
    for entry in queries.brands_with_series():
        for one in entry.series:
            if one.name in task.series and one.id not in ids:
                found += queries.series_trims(one.id)[:1]
    return list({trim.series_id: trim for trim in found}.values())


def _told(trim: TrimRow) -> list[Part]:
    name = bound(trim.series, f"trim:{trim.id}:series")
    figures = _retail(trim, MONTHS)
    if not figures:
        return [say("{name}的销量：未知，资料里没有它的月销量。", name=name)]
    months = join([_month(trim, figure) for figure in figures], "，")
    where = bound(figures[0].source, f"computed:source of sales of {trim.series_id}")
    return [say("{name}：{months}（{where}）。", name=name, months=months, where=where)]


def _retail(trim: TrimRow, months: int) -> list[queries.SalesFigure]:
    found = queries.latest_sales(trim.series_id, months=months)
    return [figure for figure in found if figure.scope == RETAIL]


def _month(trim: TrimRow, figure: queries.SalesFigure) -> Part:
    source = f"computed:sales of series {trim.series_id} in {figure.period}"
    ref = Ref(0, f"{trim.series} · 月销量", figure.source, figure.period)
    when = bound(month(figure.period), source)
    return say("{when}卖出 {units} 辆", when=when, units=bound(f"{figure.units:,}", source, ref))
