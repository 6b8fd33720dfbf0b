"""Superlatives and averages over figures no list is ordered by: “轴距最长的轿车”, “平均多少钱”."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from statistics import mean, median
from typing import Final

from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.cues import says, stands_in
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.searching import compose_search
from webapp.assistant.answering.task import Ranking, Task
from webapp.assistant.events import Asks, Cards, Links
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.catalogue.measures import MEASURES
from webapp.catalogue.queries import TrimFigure
from webapp.formatting import number
from webapp.search.understanding.tables import rows, words_of

CARDS: Final = 6
POINTS: Final = 5
WRITTEN: Final = 3
"""Cars told that have a figure which none of those asked for has."""


TABLE: Final = "ranked.csv"
_BARE: Final = {
    "轻": ("curb_weight_kg", False),
    "重": ("curb_weight_kg", True),
    "宽": ("width_mm", True),
    "窄": ("width_mm", False),
    "矮": ("height_mm", False),
    "短": ("length_mm", False),
    "小": ("length_mm", False),
    "省电": ("consumption_kwh_100km", False),
    "费油": ("fuel_l_100km", True),
    "费电": ("consumption_kwh_100km", True),
    "慢": ("accel_0_100_s", True),
}
"""What an adjective alone is about: “最轻的车”."""
_BARE_SAID: Final = re.compile(f"最({'|'.join(sorted(_BARE, key=len, reverse=True))})(?=的|车|$)")
_BEHIND: Final = "(?=的|车|是|有|哪|前|SUV|suv|MPV|mpv|轿|[，。,.！？?! ]|$)"
_AVERAGE: Final = re.compile(
    "(?:平均|均)(价格?|售价|指导价|价钱|多少钱|续航|油耗|轴距|车长|加速|功率)|"
    "(价格|售价|指导价|续航|油耗|轴距|车长|加速|功率)的?(?:平均|均值)"
)
_AVERAGED: Final = {
    "续航": "range_km",
    "油耗": "fuel_l_100km",
    "轴距": "wheelbase_mm",
    "车长": "length_mm",
    "加速": "accel_0_100_s",
    "功率": "power_kw",
}


def ranking_of(text: str) -> Ranking | None:
    """What cars are to be ranked or averaged by, where no order of the list does it."""
    if says(text, "explains"):
        return None
    if averaged := _AVERAGE.search(text):
        said = averaged[1] or averaged[2]
        return Ranking(_AVERAGED.get(said, "price_wan"), average=True)
    for row in _rows():
        said = _either(row)
        for adjectives, most in ((row["much"], True), (row["little"], False)):
            way = (
                f"(?:{said})(?:最[{adjectives}]{_BEHIND}|越[{adjectives}]越好)"
                f"|最[{adjectives}]的?(?:{said})"
            )
            if re.search(way, text):
                return Ranking(row["key"], most=most)
    if found := _BARE_SAID.search(text):
        key, most = _BARE[found[1]]
        return Ranking(key, most=most)
    return None


def wished(text: str) -> Ranking | None:
    """What cars are ordered by for a wish that is no condition: “后备箱放得下轮椅”, “能拖房车”."""
    if says(text, "explains"):
        return None
    return next(
        (
            Ranking(row["key"], most=most)
            for row in _rows()
            for column, most in (("wish", True), ("wish_little", False))
            if stands_in(row[column], text)
        ),
        None,
    )


@cache
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(rows(TABLE))


def _either(row: dict[str, str]) -> str:
    return "|".join(sorted(words_of(row), key=len, reverse=True))


def without_ranking(text: str) -> str:
    """The sentence without its superlative or average: what is left are the conditions."""
    said = [_either(row) for row in _rows()]
    ways = [f"(?:{one})(?:最.|越.越好)|最.的?(?:{one})" for one in said]
    return re.sub("|".join((_AVERAGE.pattern, *ways, _BARE_SAID.pattern)), " ", text)


def compose_ranking(task: Task, ranking: Ranking) -> Draft | None:
    """The cars first by the figure, one of each series; None where no car that matches has it."""
    figures = queries.figures_of(task.selection, ranking.key)
    if not figures:
        return None if ranking.average or not task.conditions else _of_none(task, ranking)
    return _average(task, ranking, figures) if ranking.average else _order(task, ranking, figures)


def _of_none(task: Task, ranking: Ranking) -> Draft:
    """No car that matches has the figure: said first, then the list that does without it."""
    found = compose_search(replace(task, ranking=None))
    asked, label = spoken_all(task.conditions, task.said), Garage(()).label_part(ranking.key)
    said = [say("符合“{asked}”的车里没有一款写明{label}，不能按它挑。", asked=asked, label=label)]
    own = sorted(queries.figures_of(Selection(), ranking.key), key=lambda f: -f.value)
    garage = Garage(list({f.series_id: f.trim_id for f in own}.values())[:WRITTEN])
    if garage.trims:
        said.append(say("写明的有：{cars}。", cars=join(_written(garage, ranking.key), "，")))
    return replace(found, lead=(paragraph(*said, *_noted(ranking)), *found.lead))


def _written(garage: Garage, key: str) -> list[Part]:
    """Cars with their figure and price."""
    told = ((t, known_facts(garage, t, (key, "price_wan"), 2)) for t in garage.trims)
    return [say("{car} {facts}", car=garage.name(t), facts=join(facts, "、")) for t, facts in told]


def _noted(ranking: Ranking) -> list[Part]:
    note = next((row["note"] for row in _rows() if row["key"] == ranking.key), "")
    return [words(note)] if note else []


def _order(task: Task, ranking: Ranking, figures: list[TrimFigure]) -> Draft:
    ordered = sorted(figures, key=lambda f: -f.value if ranking.most else f.value)
    of_series: dict[int, TrimFigure] = {}
    for figure in ordered:
        of_series.setdefault(figure.series_id, figure)
    seen = set(task.seen)
    first = [f.trim_id for f in of_series.values() if f.trim_id not in seen][:CARDS]
    garage = Garage(first or [f.trim_id for f in of_series.values()][:CARDS])
    label = garage.label_part(ranking.key)
    opening = [
        say(
            "按{label}{order}排，{top}。",
            label=label,
            order=words("从大到小" if ranking.most else "从小到大"),
            top=_top(garage, ranking.key, seen=bool(seen)),
        ),
        _counted(task, len(figures), label),
    ]
    opening += _noted(ranking)
    points = [_point(garage, trim.id, ranking.key) for trim in garage.trims[:POINTS]]
    return Draft(
        "search",
        lead=(
            paragraph(*opening),
            # Before the cards, that do not show every figure: behind them a list is folded.
            Points(tuple(points), ordered=True),
            _cards(task, garage, len(figures)),
        ),
        tail=_tail(task, garage),
        trims=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
    )


def _top(garage: Garage, key: str, *, seen: bool) -> Part:
    """Which car leads, together with those that have the same figure."""
    first = garage.trims[0]
    value = garage.fact(first, key, own_ref=True)
    assert value is not None
    if seen:
        return words("接着是下面几款")
    tied = [
        trim for trim in garage.trims if garage.number_of(trim, key) == garage.number_of(first, key)
    ]
    if len(tied) > 1:
        return say("{n} 个车系并列，都是 {value}", n=count(len(tied)), value=value)
    return say("最前面的是{car}，{value}", car=garage.name(first), value=value)


def _counted(task: Task, total: int, label: Part) -> Part:
    if not task.conditions:
        return say("车库里有 {n} 款车写明了{label}。", n=count(total), label=label)
    asked = spoken_all(task.conditions, task.said)
    return say(
        "符合“{asked}”的车里，有 {n} 款写明了{label}。", asked=asked, n=count(total), label=label
    )


def _point(garage: Garage, trim_id: int, key: str) -> Part:
    trim = next(trim for trim in garage.trims if trim.id == trim_id)
    value = garage.fact(trim, key)
    assert value is not None
    price = garage.fact(trim, "price_wan") if key != "price_wan" else None
    if price is None:
        return say("{car}：{value}。", car=garage.name(trim), value=value)
    return say("{car}：{value}，指导价 {price}。", car=garage.name(trim), value=value, price=price)


def _average(task: Task, ranking: Ranking, figures: list[TrimFigure]) -> Draft:
    values = sorted((f.value, f.trim_id) for f in figures)
    garage = Garage([values[0][1], values[-1][1]])
    key = ranking.key
    label = garage.label_part(key)
    ends = [garage.fact(trim, key, own_ref=True) for trim in (garage.trims[0], garage.trims[-1])]
    assert ends[0] is not None
    assert ends[1] is not None
    only = [value for value, _ in values]
    computed = {
        "mean": bound(number(mean(only), 2), f"computed:mean of {key}"),
        "middle": bound(number(median(only), 2), f"computed:median of {key}"),
    }
    unit = MEASURES[key].said_unit
    said = [
        _counted(task, len(values), label),
        say(
            "{label}平均 {mean} {unit}，中位数 {middle} {unit}，从 {low} 到 {high}。",
            label=label,
            unit=unit,
            low=ends[0],
            high=ends[1],
            **computed,
        ),
    ]
    if key == "price_wan":
        said.append(words("这是厂商指导价按款平均，没有按销量加权。"))
    if key == "range_km":
        said.append(words("各款的测试工况可能不同。"))
    return Draft(
        "search",
        lead=(paragraph(*said),),
        tail=_tail(task, garage, averaged=True),
        trims=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
    )


def _cards(task: Task, garage: Garage, total: int) -> Cards:
    return Cards(
        trim_ids=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
        sort=None,
        address=task.selection.url(),
        total=total,
        unread=task.unread,
    )


def _tail(task: Task, garage: Garage, *, averaged: bool = False) -> tuple[DraftBlock, ...]:
    links = [("在列表里看符合条件的车", task.selection.url())]
    if len(garage.trims) > 1 and not averaged:
        ids = ",".join(str(trim.id) for trim in garage.trims[:3])
        links.append((f"对比前 {min(3, len(garage.trims))} 款", f"/cars/compare?ids={ids}"))
    following = () if averaged else ("第一个多少钱", "第一个和第二个对比一下")
    return Links(tuple(links)), Asks((*following, "20 万以内的呢"))
