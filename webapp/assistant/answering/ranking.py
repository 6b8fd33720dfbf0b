"""Superlatives and averages over figures no list is ordered by: “轴距最长的轿车”, “平均多少钱”."""

from __future__ import annotations

import re
from dataclasses import dataclass
from statistics import mean, median
from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    count,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.task import Ranking, Task
from webapp.assistant.events import Asks, Cards, Links
from webapp.catalogue import queries
from webapp.catalogue.measures import MEASURES
from webapp.catalogue.queries import TrimFigure
from webapp.formatting import number

CARDS: Final = 6
POINTS: Final = 5


@dataclass(frozen=True)
class _Ranked:
    """A figure cars are ranked by: how it is said, and which adjectives mean much of it."""

    said: str
    key: str
    much: str = "大高长宽多重久足强"
    little: str = "小低短窄少轻矮差"
    note: str = ""


_LOW_LOADS: Final = "各家的量法不同，有的是后排放倒后的，名次只供参考。"
_RANKED: Final = (
    _Ranked("后备[箱厢](?:空间|容积)?|尾箱|行李[箱厢]", "trunk_l", note=_LOW_LOADS),
    _Ranked("前备[箱厢](?:容积)?", "front_trunk_l"),
    _Ranked("轴距", "wheelbase_mm"),
    _Ranked("电池(?:容量|包)?|电量|带电量", "battery_kwh"),
    _Ranked(
        "充电(?:速度|时间)?|补能(?:速度)?|快充(?:时间)?",
        "fast_charge_h",
        "慢久长",
        "快短",
        "各家快充的电量区间不同，名次只供参考。",
    ),
    _Ranked("车重|自重|整备质量|重量", "curb_weight_kg"),
    _Ranked("车宽|车身宽度", "width_mm"),
    _Ranked("车高|车身高度", "height_mm"),
    _Ranked("扭矩|扭力", "torque_nm"),
    _Ranked("油箱(?:容积)?", "fuel_tank_l"),
    _Ranked("极速|最高车速|最高时速|最高速度", "top_speed_kmh", "高快大", "低慢小"),
    _Ranked("(?:百公里)?(?:电耗|耗电量?)", "consumption_kwh_100km", "高大多", "低小少省"),
    _Ranked("中控屏|屏幕|大屏", "centre_screen_in"),
    _Ranked("扬声器|喇叭", "speakers"),
    _Ranked("摄像头", "cameras"),
    _Ranked("激光雷达", "lidar_count"),
    _Ranked("转弯半径", "turning_radius_m"),
    _Ranked("风阻(?:系数)?", "drag_coefficient_cd"),
)
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
_OF_ADVICE: Final = re.compile("为什么|为啥|怎么|如何|原因|影响|多久|什么意思|有什么用|[好坏]处")
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
    if _OF_ADVICE.search(text):
        return None
    if averaged := _AVERAGE.search(text):
        said = averaged[1] or averaged[2]
        return Ranking(_AVERAGED.get(said, "price_wan"), average=True)
    for row in _RANKED:
        for adjectives, most in ((row.much, True), (row.little, False)):
            way = (
                f"(?:{row.said})(?:最[{adjectives}]{_BEHIND}|越[{adjectives}]越好)"
                f"|最[{adjectives}]的?(?:{row.said})"
            )
            if re.search(way, text):
                return Ranking(row.key, most=most)
    if found := _BARE_SAID.search(text):
        key, most = _BARE[found[1]]
        return Ranking(key, most=most)
    return None


def without_ranking(text: str) -> str:
    """The sentence without its superlative or average: what is left are the conditions."""
    ways = [f"(?:{row.said})(?:最.|越.越好)|最.的?(?:{row.said})" for row in _RANKED]
    return re.sub("|".join((_AVERAGE.pattern, *ways, _BARE_SAID.pattern)), " ", text)


def compose_ranking(task: Task, ranking: Ranking) -> Draft | None:
    """The cars first by the figure, one of each series; None where no car that matches has it."""
    figures = queries.figures_of(task.selection, ranking.key)
    if not figures:
        return None
    return _average(task, ranking, figures) if ranking.average else _order(task, ranking, figures)


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
    if note := next((row.note for row in _RANKED if row.key == ranking.key), ""):
        opening.append(words(note))
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
