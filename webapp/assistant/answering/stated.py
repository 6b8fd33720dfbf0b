"""The figures a sum is worked out with: what a sentence states, what is known of the visitor."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.cues import row_for
from webapp.costs.parts import plain

Figures = dict[str, Decimal]
"""By name: `km` a year, `home` percent charged at home, `down_yuan`, `free` for no interest."""

PLACES: Final = "charging.csv"
OF_FIGURES: Final = frozenset(
    {"km", "trip", "years", "month", "fuel_use", "power_use", "fuel_price", "power_price", "home"}
)
OF_USE: Final = frozenset({"km", "years", "fuel_price", "power_price", "home"})
OF_A_LOAN: Final = frozenset(
    {"principal", "price", "months", "rate", "free", "down_share", "down_yuan"}
)
TAKES: Final = {
    "figures": OF_FIGURES,
    "years": OF_USE,
    "energyyears": OF_USE,
    "energymonth": OF_USE,
    "loan": OF_A_LOAN,
    "budget": OF_A_LOAN | {"payment"},
    "onroad": frozenset[str](),
    "insurance": frozenset[str](),
    "within": frozenset[str](),
}
"""By kind of sum the figures that change it."""
_INSTEAD: Final = (
    ("down_share", "down_yuan"),
    ("down_share", "principal"),
    ("down_yuan", "principal"),
    ("rate", "free"),
    ("km", "trip"),
    ("years", "month"),
)
"""Of each pair the one said last counts alone."""
_BARE_KM: Final = (Decimal(1000), Decimal(200_000))
A_MONTH: Final = ("一个月", "每月", "每个月", "一月", "月均", "月油", "月电")
_DAYS: Final = 365
_SHORT: Final = 12
"""Characters of a sentence that only puts a figure right: “不对，是两万二”."""
_A_YEAR: Final = 12
_OF_TERMS: Final = ("期", "分", "贷", "还", "个月")
_MORE_OR_LESS: Final = re.compile(
    "(?:[再多加添]|(?P<less>[少减]))[付给交掏跑开贷出]?(?=[0-9一二两三四五六七八九十半])"
)
"""“首付多给3万”: so much more than before."""


def stated(text: str) -> Figures:
    """What a sentence states."""
    what, use = said_of.consumption(text) or ("", None)
    found: dict[str, Decimal | None] = {
        "km": said_of.km_a_year(text),
        "years": said_of.years(text),
        "months": said_of.months(text),
        "rate": said_of.rate(text),
        "free": Decimal(1) if said_of.is_free(text) else None,
        "down_share": said_of.down_share(text),
        "down_yuan": said_of.down_yuan(text),
        "payment": said_of.payment(text),
        "principal": said_of.principal(text),
        "price": said_of.price(text),
        "power_price": said_of.price_of_energy(text, "电"),
        "fuel_price": said_of.price_of_energy(text, "油"),
        "fuel_use": use if what == "油" else None,
        "power_use": use if what == "电" else None,
        "trip": said_of.trip(text),
        "home": _home(text),
    }
    return {name: value for name, value in found.items() if value is not None}


def _home(text: str) -> Decimal | None:
    row = row_for(PLACES, text)
    return None if row is None else Decimal(row["home"])


def over(now: Mapping[str, Decimal], before: Mapping[str, Decimal]) -> Figures:
    """What was said before, with what is said now in its place."""
    gone = {
        other for pair in _INSTEAD for name, other in (pair, pair[::-1]) if name in now
    } - now.keys()
    return {name: value for name, value in before.items() if name not in gone} | dict(now)


def of_facts(fact: Callable[[str], str | None]) -> Figures:
    """What the situation knows of distance and charging."""
    found: Figures = {}
    if (year := fact("use.km_year")) is not None:
        found["km"] = Decimal(year)
    elif (day := fact("use.km_day")) is not None:
        found["km"] = Decimal(day) * _DAYS
    if (home := fact("place.home_charging")) is not None:
        found["home"] = Decimal(100 if home == "yes" else 0)
    return found


def changes(text: str, kind: str, known: Mapping[str, Decimal], *, opens: bool) -> Figures:
    """The figures of this kind of sum that a sentence states anew; “不是一万五，是三万” means the
    one that was 15,000, “那三万呢” a distance."""
    takes = TAKES.get(kind, frozenset())
    found = {name: value for name, value in stated(text).items() if name in takes}
    found.pop("price", None)  # “15万的SUV” is another question
    if "trip" in found and "km" in known:
        found["km"] = found.pop("trip")  # “不对，是两万公里” of a year
    if found.get("years") == 1:
        del found["years"]  # “一年” says what a distance is for
    if found.get("months") == _A_YEAR and not any(word in text for word in _OF_TERMS):
        del found["months"]  # “一年保养呢” shortens no loan
    if (by := _MORE_OR_LESS.search(text)) is not None:
        sign = -1 if by["less"] else 1
        found = {n: known[n] + sign * v if n in known else v for n, v in found.items()}
    if found:
        return found
    if kind == "figures" and len(text) <= _SHORT and any(word in text for word in A_MONTH):
        return {"month": Decimal(1)}
    amounts = said_of.amounts(text)
    if "不是" in text and len(amounts) > 1:
        old, new = amounts[:2] if text.index("不是") < len(text) // 2 else amounts[1::-1]
        return {name: new for name, value in known.items() if value == old and name in takes}
    low, high = _BARE_KM
    far = [amount for amount in amounts if low <= amount <= high]
    corrects = kind == "figures" and len(text) <= _SHORT
    if "km" in takes and (opens or "跑" in text or corrects) and len(far) == 1:
        return {"trip" if "trip" in known else "km": far[0]}
    return {}


_TOLD: Final = {
    "km": "一年 {} 公里",
    "fuel_price": "油价 {} 元/升",
    "power_price": "电价 {} 元/度",
    "home": "{}% 的电在家充",
}


def told(figures: Mapping[str, Decimal]) -> str:
    """“一年 30,000 公里；电都在外面充”."""
    parts = []
    for name, form in _TOLD.items():
        if (value := figures.get(name)) is None:
            continue
        said = f"{value:,.0f}" if name == "km" else plain(value)
        parts.append("电都在外面充" if name == "home" and not value else form.format(said))
    return "；".join(parts)
