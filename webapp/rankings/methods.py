"""The rankings there are: what each counts, on which basis, by which method and in which version.

Whoever changes what a list is computed from, or how, raises its version: the next night publishes
it anew, and its digest differs from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from webapp.catalogue.vocabulary import (
    BODIES,
    ENERGY_LABELS,
    ORIGINS,
    RANGE_CYCLES,
    SCOPE_LABELS,
    SIZES,
)

Subject = Literal["series", "brand", "maker", "trim", "pair"]
Group = Literal["sales", "figures", "interest", "news"]

GROUP_LABELS: Final[dict[Group, str]] = {
    "sales": "销量",
    "figures": "参数与性价比",
    "interest": "站内关注",
    "news": "新车与降价",
}
PRICE_BANDS: Final[dict[str, tuple[str, float | None, float | None]]] = {
    "0-8": ("8 万以下", None, 8),
    "8-12": ("8–12 万", 8, 12),
    "12-15": ("12–15 万", 12, 15),
    "15-20": ("15–20 万", 15, 20),
    "20-30": ("20–30 万", 20, 30),
    "30-50": ("30–50 万", 30, 50),
    "50-": ("50 万以上", 50, None),
}
"""Label, at least, below; in 万元, the steps of the home page."""
SLICES: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "energy": ("能源", dict(ENERGY_LABELS)),
    "body": ("车身", {body: body for body in BODIES}),
    "size": ("级别", {size: size for size in SIZES}),
    "price": ("起售价", {key: band[0] for key, band in PRICE_BANDS.items()}),
    "origin": ("品牌国别", {origin: origin for origin in ORIGINS}),
}
"""What a list can be narrowed by: its label, and each value with what visitors read."""


@dataclass(frozen=True)
class Method:
    """One ranking. `short` stands on a tab, `measure` in a reason (“销量 +12 %”), empty where the
    value of a row does not change by itself; `text` are the rules, one sentence each.

    `scope` is that of sales, `cycle` the test cycle of figures.
    """

    name: str
    version: int
    group: Group
    subject: Subject
    title: str
    short: str
    basis: str
    unit: str
    measure: str
    text: tuple[str, ...]
    high_first: bool = True
    digits: int = 0
    scope: str = ""
    cycle: str = ""
    slices: tuple[str, ...] = tuple(SLICES)


_OWN: Final = "只排本站收录、并且有这一口径数字的车系，不是全市场排名。"
_KINDS: Final = (
    "车系按它在售的能源、车身、级别、起售价归类，以首次发布时车库里的记录为准；"
    "一个车系有几种能源时，每种能源的榜里都是整个车系的数。"
)
_SALES_RULES: Final = (
    "同一口径的月度数字按来源原样相加，从大到小；零售、批发和上险各排各的，从不相加，也不排在一起。",
    "季榜、年榜只在每个月都有数字时发布；个别车系缺月份的，只加已知的月份，并注明缺几个月。",
    _OWN,
    "名次相同是数值相同；与上月、上季或上年的榜比较，那一期没有榜就不比。",
)
_SUMS: Final = (
    "品牌、厂商的数是本站收录的车系之和，不是它的全部销量；两期所含的车系不同，就不比增减。"
)
_SUBJECTS: Final[dict[Subject, tuple[str, str]]] = {
    "series": ("series", "车系"),
    "brand": ("brands", "品牌"),
    "maker": ("makers", "厂商"),
}
SHORT_SCOPES: Final = {"retail": "零售", "wholesale": "批发", "insured": "上险"}


def _sales() -> Iterator[Method]:
    for scope, label in SCOPE_LABELS.items():
        for subject, (plural, word) in _SUBJECTS.items():
            yield Method(
                name=f"{scope}-{plural}",
                version=1,
                group="sales",
                subject=subject,
                title=f"{word}{SHORT_SCOPES[scope]}销量榜",
                short=("" if subject == "series" else word) + SHORT_SCOPES[scope],
                basis=label,
                unit="辆",
                measure="销量",
                text=(*_SALES_RULES, _KINDS if subject == "series" else _SUMS),
                scope=scope,
                slices=tuple(SLICES) if subject == "series" else (),
            )


_BEST: Final = (
    "只排在售、有指导价的车型；一个车系只出最好的一款。",
    "每月一榜，当月随车库的更正而更新；参数有几个来源时取车库当前的值。",
)


def _figures() -> Iterator[Method]:
    for cycle in RANGE_CYCLES:
        yield Method(
            name=f"range-per-price-{cycle.lower()}",
            version=1,
            group="figures",
            subject="trim",
            title=f"每万元续航榜（{cycle}）",
            short=f"每万元续航 {cycle}",
            basis=f"厂商参数，{cycle} 工况",
            unit="km/万元",
            measure="",
            digits=1,
            cycle=cycle,
            text=(
                f"{cycle} 纯电续航 ÷ 厂商指导价，从大到小；只排纯电车。",
                "不同工况的续航各排各的，不折算。",
                *_BEST,
            ),
        )
    for cycle in RANGE_CYCLES:
        yield Method(
            name=f"electricity-{cycle.lower()}",
            version=1,
            group="figures",
            subject="trim",
            title=f"百公里电耗榜（{cycle}）",
            short=f"电耗 {cycle}",
            basis=f"厂商参数，{cycle} 工况",
            unit="kWh/100km",
            measure="",
            digits=1,
            cycle=cycle,
            high_first=False,
            text=(
                f"百公里耗电量从小到大；只排续航按 {cycle} 标注的纯电车，插混和增程的电耗不在内。",
                *_BEST,
            ),
        )
    for cycle in ("WLTC", "NEDC"):
        yield Method(
            name=f"fuel-{cycle.lower()}",
            version=1,
            group="figures",
            subject="trim",
            title=f"百公里油耗榜（{cycle}）",
            short=f"油耗 {cycle}",
            basis=f"厂商参数，{cycle} 综合油耗",
            unit="L/100km",
            measure="",
            digits=2,
            cycle=cycle,
            high_first=False,
            text=(
                f"{cycle} 综合油耗从小到大；只排燃油车和不插电的混动：插电车的加权油耗算进了用电的"
                "里程，不能同排。",
                *_BEST,
            ),
        )
    yield Method(
        name="wheelbase",
        version=1,
        group="figures",
        subject="trim",
        title="轴距榜",
        short="轴距",
        basis="厂商参数",
        unit="mm",
        measure="",
        text=("轴距从长到短，同起售价、同车身里看空间用。", *_BEST),
    )
    yield Method(
        name="acceleration-for-price",
        version=1,
        group="figures",
        subject="trim",
        title="加速性价比榜",
        short="加速性价比",
        basis="厂商参数，官方百公里加速",
        unit="万元·秒",
        measure="",
        digits=1,
        high_first=False,
        text=(
            "厂商指导价 × 官方百公里加速时间，从小到大：又便宜又快的在前；实测成绩不混用。",
            *_BEST,
        ),
    )


METHODS: Final[dict[str, Method]] = {
    method.name: method
    for method in (
        *_sales(),
        *_figures(),
        Method(
            name="views",
            version=1,
            group="interest",
            subject="series",
            title="站内浏览榜",
            short="浏览",
            basis="站内关注",
            unit="次",
            measure="浏览",
            text=(
                "本站车系页和它各车型页在当月被打开的次数，从多到少；机器人和预取不算，同一人打开"
                "两次算两次，不记录是谁。",
                "当月的榜每晚更新，到前一天为止。",
            ),
        ),
        Method(
            name="compared",
            version=1,
            group="interest",
            subject="pair",
            title="站内对比榜",
            short="对比",
            basis="站内对比",
            unit="次",
            measure="对比",
            text=(
                "本站对比页里同时出现的两个车系，按当月一起被对比的次数从多到少；同一车系的版本互比"
                "不算，不记录是谁。",
                "当月的榜每晚更新，到前一天为止。",
            ),
            slices=(),
        ),
        Method(
            name="new",
            version=1,
            group="news",
            subject="series",
            title="本月上市",
            short="新上市",
            basis="上市月份，按起售价",
            unit="万起",
            measure="",
            digits=2,
            high_first=False,
            text=(
                "当月有新车型上市的车系，按新车型的最低指导价从低到高；价格未知的不在内。",
                "上市月份以车库的记录为准。",
            ),
        ),
        Method(
            name="price-drop",
            version=1,
            group="news",
            subject="trim",
            title="指导价降幅榜",
            short="降价",
            basis="厂商指导价",
            unit="万元",
            measure="",
            digits=2,
            text=(
                "当月的新指导价与之前一次记录相差多少，降得多的在前；一个车系只出降得最多的一款。",
                "同一个月里的更正是改错，不算降价。",
            ),
        ),
    )
}
HEADLINE: Final = ("retail-series", "wholesale-series", "insured-series")
"""The lists a site is best known for, the first that is published stands for all."""


def band_of(price_fen: int | None) -> str | None:
    """The price band of a guide price; None where it is unknown."""
    if price_fen is None:
        return None
    wan = price_fen / 1_000_000
    for key, (_, low, high) in PRICE_BANDS.items():
        if (low is None or wan >= low) and (high is None or wan < high):
            return key
    return None
