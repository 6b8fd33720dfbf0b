"""The figures of the overview, each with the words that say what it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from redis import RedisError

from webapp import clock
from webapp.assistant import queries as assistant
from webapp.charts import BarChart, bar_chart
from webapp.formatting import number, thousands
from webapp.operations import queues
from webapp.usage.figures import Sums, Usage, empty_searches, usage

ERRORS_WORTH_A_LOOK = 0.01
QUEUE_WORTH_A_LOOK = 50


@dataclass(frozen=True)
class Figure:
    """`value` None: not known now."""

    label: str
    value: str | None
    basis: str
    alarming: bool = False


@dataclass(frozen=True)
class Figures:
    """`counting`: whether Redis, which holds most of them, answers."""

    shown: list[Figure]
    charts: list[BarChart]
    empty: list[tuple[str, int]]
    counting: bool


def figures(now: datetime) -> Figures:
    """Never raises for a Redis or a broker that is away."""
    try:
        use, empty = usage(now), empty_searches(now)
    except RedisError:
        return Figures([*_unknown(), _thumbs(now), _queue()], [], [], False)
    shown = [*_visitors(use), *_asked(use.today), _thumbs(now), _errors(use.hour), _queue()]
    return Figures(shown, _charts(use), empty, True)


def _visitors(use: Usage) -> list[Figure]:
    views, robots = use.today.of("views"), use.today.of("views_robots")
    hour = f"近 1 小时 {thousands(use.hour.of('views'))} 次，机器人另计 {thousands(robots)} 次"
    return [
        Figure(
            "今天的访客",
            thousands(use.today.visitors),
            f"近 1 小时 {thousands(use.hour.visitors)} 位",
        ),
        Figure("今天的页面浏览", thousands(views), hour),
    ]


def _asked(today: Sums) -> list[Figure]:
    searches, empty = today.of("searches"), today.of("searches_empty")
    answers = (
        ("由规则写", today.of("answers_rules")),
        ("由模型写", today.of("answers_model")),
        ("拒答", today.of("answers_refused")),
        ("失败", today.of("answers_failed")),
    )
    return [
        Figure(
            "今天的搜索",
            thousands(searches),
            f"没有结果 {thousands(empty)} 次{_share(empty, searches)}",
        ),
        Figure(
            "今天问助手",
            thousands(today.of("questions")),
            "，".join(f"{label} {thousands(count)}" for label, count in answers),
        ),
    ]


def _thumbs(now: datetime) -> Figure:
    midnight = clock.midnight_in_china(now)
    thumbs = assistant.thumbs_since(midnight)
    basis = f"今天对助手的回答；点赞 {thousands(thumbs.get('up', 0))} 次"
    return Figure("今天点踩", thousands(thumbs.get("down", 0)), basis)


def _errors(hour: Sums) -> Figure:
    requests, errors = hour.of("requests"), hour.of("errors")
    basis = f"近 1 小时 {thousands(requests)} 个请求中 {thousands(errors)} 个是 5xx"
    share = errors / requests if requests else 0.0
    return Figure("出错率", f"{number(share * 100)}%", basis, share >= ERRORS_WORTH_A_LOOK)


def _queue() -> Figure:
    try:
        waiting, taken = queues.length()
    except OSError:
        return Figure("排队的后台任务", None, "消息队列没有应答", alarming=True)
    basis = (
        "此刻，正在做的没有统计" if taken is None else f"此刻，另有 {thousands(taken)} 个已被取走"
    )
    return Figure("排队的后台任务", thousands(waiting), basis, waiting >= QUEUE_WORTH_A_LOOK)


def _unknown() -> list[Figure]:
    labels = ("今天的访客", "今天的页面浏览", "今天的搜索", "今天问助手", "出错率")
    return [Figure(label, None, "缓存没有应答") for label in labels]


def _charts(use: Usage) -> list[BarChart]:
    """A day on which not even a request was counted stays a gap: nobody knows its figures."""
    known = [(day.label, day.sums if day.sums.counts else None) for day in use.days]
    visitors = [(label, sums and sums.visitors) for label, sums in known]
    views = [(label, sums and sums.of("views")) for label, sums in known]
    searches = [(label, sums and sums.of("searches")) for label, sums in known]
    return [
        bar_chart(visitors, title="每天的访客，近 14 天", unit="位"),
        bar_chart(views, title="每天的页面浏览，近 14 天", unit="次"),
        bar_chart(searches, title="每天的搜索，近 14 天", unit="次"),
    ]


def _share(part: int, whole: int) -> str:
    return f"（{number(part * 100 / whole, 1)}%）" if whole else ""
