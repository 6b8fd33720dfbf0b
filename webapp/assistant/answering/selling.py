"""How many of a series were sold, its place, and the first places of a ranking of sales."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp import clock
from webapp.assistant import once
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    Ref,
    Remark,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.sold_words import asks_of_sales, period_in, slices_of
from webapp.assistant.answering.task import SalesAsked, Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.queries import SalesFigure, TrimRow
from webapp.formatting import month
from webapp.rankings import addresses, periods
from webapp.rankings import queries as rankings
from webapp.rankings.lists import EITHER, Row
from webapp.rankings.methods import METHODS
from webapp.rankings.queries import Published

RETAIL: Final = "retail"
LIST: Final = "retail-series"
MONTHS: Final = 3
_ALL_MONTHS: Final = 400


def compose_sales(task: Task) -> Draft | None:
    """Sales of each series named, in the period asked about or the newest months, with its place;
    or the first places of a ranking. None where neither is asked for."""
    asked = task.sales
    if asked is None:
        if not asks_of_sales(task.text):
            return None
        asked = SalesAsked(period_in(task.text, clock.today_in_china())[0])
    cars = _cars(task)
    if cars:
        return _of_cars(task, cars, asked.period)
    return _first_places(task, asked) if asked.top else None


class Month(NamedTuple):
    """The newest month with a ranking, and its rows by series, the best-selling first."""

    period: str
    rows: dict[int, Row]

    def sold(self, trim: TrimRow) -> Part | None:
        """“2026 年 6 月卖出 12,345 辆” of its series; None where that month has no figure of it."""
        row = self.rows.get(trim.series_id)
        if row is None:
            return None
        sources = "、".join(row.entry.sources)
        return _units(trim, SalesFigure(RETAIL, self.period, round(row.entry.value), sources))


def newest_month() -> Month:
    """What was sold in the newest month with a ranking; no rows where there is none."""
    published = _newest("")
    if published is None:
        return Month("", {})
    listed = rankings.listed(published).rows
    rows = {row.entry.series_id: row for row in listed if row.entry.series_id is not None}
    return Month(published.period, rows)


# --- cars -----------------------------------------------------------------------------------


def _of_cars(task: Task, cars: list[TrimRow], period: str) -> Draft:
    said = [part for trim in cars for part in _told(trim, period)]
    links = tuple((f"{t.series} 的销量", f"/cars/series/{t.series_id}") for t in cars)
    newest = _newest(period)
    if newest is not None:
        links += (_link(newest, {}),)
    notes = words("销量是零售数；名次只在本站收录的车系里排，不是全市场排名。")
    blocks: tuple[DraftBlock, ...] = (paragraph(*_more(cars, period), *said, notes),)
    return Draft(
        "lookup",
        lead=blocks,
        tail=(Links(links), Asks(("最近销量最好的SUV",))),
        trims=task.trims or tuple(trim.id for trim in cars),
    )


def _more(cars: list[TrimRow], period: str) -> list[Part]:
    """“2026 年 6 月星愿卖得多。”, of several cars with figures of one month."""
    newest = [(figures[0], trim) for trim in cars if (figures := _in(trim, period))]
    if len(newest) < 2 or len({figure.period for figure, _ in newest}) > 1:
        return []
    figure, trim = max(newest, key=lambda pair: pair[0].units)
    when = bound(month(figure.period), _source(trim, figure.period))
    name = bound(trim.series, f"trim:{trim.id}:series")
    return [say("{when}{name}卖得多。", when=when, name=name)]


def _cars(task: Task) -> list[TrimRow]:
    found = list(once.trims_by_id(task.trims))
    ids = {trim.series_id for trim in found}
    for entry in queries.brands_with_series():
        for one in entry.series:
            if one.name in task.series and one.id not in ids:
                found += queries.series_trims(one.id)[:1]
    return list({trim.series_id: trim for trim in found}.values())


def _told(trim: TrimRow, period: str) -> list[Part]:
    name = bound(trim.series, f"trim:{trim.id}:series")
    figures, head = _in(trim, period), say("{name}：", name=name)
    if not figures:
        figures = _retail(trim)[:1]
        if not figures:
            return [say("{name}的销量：未知，资料里没有它的月销量。", name=name)]
        when = bound(periods.label(period), "question")
        head = say("{name} {when}的销量：未知，最近有数的是：", name=name, when=when)
    told = join([_units(trim, figure) for figure in figures], "，")
    return [head, told, *_place(trim, figures[0].period), _end(figures)]


def _end(figures: list[SalesFigure]) -> Part:
    where = bound(figures[0].source, f"computed:source of sales in {figures[0].period}")
    return say("（{where}）。", where=where)


def _in(trim: TrimRow, period: str) -> list[SalesFigure]:
    """The figures of a period: of a month its own, of a longer one the ranking's sum; without a
    period the newest months."""
    figures = _retail(trim)
    if not period:
        return figures[:MONTHS]
    if periods.kind_of(period) == "month":
        return [figure for figure in figures if figure.period == period]
    row = _row(trim, period)
    if row is None:
        return []
    return [SalesFigure(RETAIL, period, round(row.entry.value), "、".join(row.entry.sources))]


def _retail(trim: TrimRow) -> list[SalesFigure]:
    found = queries.latest_sales(trim.series_id, months=_ALL_MONTHS)
    return [figure for figure in found if figure.scope == RETAIL]


def _units(trim: TrimRow, figure: SalesFigure) -> Part:
    source = _source(trim, figure.period)
    ref = Ref(0, f"{trim.series} · 销量", figure.source, _month_of(figure.period))
    when = bound(periods.label(figure.period), source)
    return say("{when}卖出 {units} 辆", when=when, units=bound(f"{figure.units:,}", source, ref))


def _place(trim: TrimRow, period: str) -> list[Part]:
    """“，在收录的 69 个车系里排第 2（销量 -14 %，上月第 1）”, where the list has it."""
    row = _row(trim, period)
    if row is None:
        return []
    published = rankings.current(LIST, period)
    total = bound(str(published.rows if published else 0), _of_list(period))
    place = bound(str(row.place), _of_list(period))
    said = say("，在收录的 {total} 个车系里排第 {place}", total=total, place=place)
    if not row.reason:
        return [said]
    return [said, say("（{why}）", why=bound(row.reason, _of_list(period)))]


def _row(trim: TrimRow, period: str) -> Row | None:
    published = rankings.current(LIST, period)
    if published is None:
        return None
    key = f"series:{trim.series_id}"
    rows = rankings.listed(published).rows
    return next((row for row in rows if row.entry.key == key), None)


# --- a ranking ------------------------------------------------------------------------------


def _first_places(task: Task, asked: SalesAsked) -> Draft | None:
    """The first places in the period asked about, else in the newest; None without a list."""
    published = _newest(asked.period)
    if published is None:
        return None
    slices = slices_of(one.condition for one in task.conditions) or {}
    whole = rankings.listed(published, slices)
    period = published.period
    lead: list[DraftBlock] = []
    if asked.period and asked.period != period:
        lacks = bound(periods.label(asked.period), "question")
        lead.append(paragraph(say("{when}没有零售销量榜，下面是最近的榜。", when=lacks)))
    rows = whole.rows[: asked.top]
    names = {
        "when": bound(periods.label(period), _of_list(period)),
        "total": bound(str(len(whole.rows)), _of_list(period)),
        "sources": bound("、".join(whole.sources), _of_list(period)),
    }
    if rows:
        text = "{when}零售销量，在本站收录的 {total} 个符合的车系里（来源：{sources}）："
        lead += [paragraph(say(text, **names)), Points(tuple(map(_point, rows)), ordered=True)]
        if any(len(row.entry.kind.energies) > 1 for row in rows) and "energy" in slices:
            lead.append(Remark(words("数是整个车系的；有的车系还有别的能源，没有分开的数。")))
    else:
        lead.append(paragraph(say("{when}的榜里没有符合的车系。", when=names["when"])))
    shown = [trim for row in rows if (trim := _trim_of(row)) is not None]
    return Draft(
        "lookup",
        lead=tuple(lead),
        tail=(Links((_link(published, slices),)), Asks(("第一个多少钱",) if shown else ())),
        trims=tuple(shown),
    )


def _point(row: Row) -> Part:
    source = f"computed:sales of {row.entry.key} by ranking {LIST}"
    ref = Ref(0, f"{row.entry.name} · 销量", "、".join(row.entry.sources))
    name = bound(row.entry.name, source)
    units = bound(f"{round(row.entry.value):,}", source, ref)
    if not row.reason:
        return say("{name}：{units} 辆", name=name, units=units)
    why = bound(row.reason, source)
    return say("{name}：{units} 辆，{why}", name=name, units=units, why=why)


def _trim_of(row: Row) -> int | None:
    """The trim that stands for a row, for questions that point at it."""
    if row.entry.series_id is None:
        return None
    return next((trim.id for trim in queries.series_trims(row.entry.series_id)[:1]), None)


def _newest(period: str) -> Published | None:
    """The list of a period; where there is none, the newest month."""
    found = rankings.current(LIST, period) if period else None
    return found or rankings.newest_by_name().get(LIST)


def _link(published: Published, slices: dict[str, str]) -> tuple[str, str]:
    title = f"{periods.label(published.period)}{METHODS[LIST].title}"
    slices = {} if any(EITHER in value for value in slices.values()) else slices
    return title, addresses.ranking(LIST, published.period, slices)


def _of_list(period: str) -> str:
    return f"computed:place in ranking {LIST} of {period}"


def _source(trim: TrimRow, period: str) -> str:
    return f"computed:sales of series {trim.series_id} in {period}"


def _month_of(period: str) -> str | None:
    return period if periods.kind_of(period) == "month" else None
