"""Figures a sentence states for a sum: a distance a year, a rate, a payment, a price, a version."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from webapp.assistant.answering.numerals import numerals, value_of
from webapp.catalogue.queries import TrimRow
from webapp.numerals import DIGITS, POWERS

TEN_THOUSAND: Final = 10_000
_POWERS: Final = {"万": TEN_THOUSAND, "w": TEN_THOUSAND, "千": 1000, "百": 100}
"""What digits are times where it stands behind them: 18万8, 3千5."""
NEAR: Final = 6
"""Characters before a figure in which stands what it is of."""
FIRST_YEAR, LAST_YEAR = 2015, 2040
MONTHS_A_YEAR: Final = 12
TENTHS: Final = 10
_KM: Final = ("公里", "km", "千米")
_FAR: Final = 30
"""Kilometres from which on a distance is one that is driven, and no consumption's."""
_FAR_A_SPAN: Final = 200
_DAILY: Final = ("天", "来回", "往返", "通勤", "上下班", "单程", "上班")
_HUNDRED: Final = re.compile(
    "(?:升|个|度|毛|l|kwh)?[油电]? ?(?:每|一|跑|/)?(?:一?百|100) ?公里", re.I
)
_MONEY: Final = {"元": Decimal(1), "块": Decimal(1), "毛": Decimal("0.1"), "角": Decimal("0.1"),
                 "分": Decimal("0.01")}  # fmt: skip
_LINKS: Final = " 按是为到算要改成涨跌了"
_PRICES: Final = ("油价", "电价", "电费")
_NO_PRICE: Final = tuple("万千百十年个月公kK号%度升")
_ENERGIES: Final = {"油": ("油", "升"), "电": ("电", "度", "充", "桩")}
_DEAREST: Final = {"油": Decimal(20), "电": Decimal(5)}
"""Yuan from which on an amount is no price of a litre or a kilowatt-hour."""
_PER_HUNDRED: Final = ("百公里", "油耗", "电耗", "耗电")
_WHAT: Final = ("油耗", "电耗", "耗电")
_LITRES: Final = ("个油", "升", "毛油", "L", "l")
_KILOWATT_HOURS: Final = ("度", "kWh", "kwh", "个电")
_SPANS: Final = (
    (("天", "每日", "一日", "日均"), 365),
    (("一个月", "每月", "每个月", "月均", "一月"), MONTHS_A_YEAR),
    (("年",), 1),
)
"""By what a distance is said for, how often that is in a year."""
_COUNTED: Final = tuple("年期个成座款%折")
"""What counts something else after 万: 10万3年 are no 103,000."""
_EACH: Final = ("一度", "一升")
_ENDS_OF_SPANS: Final = ("天", "每日", "一日", "日均", "月", "年", "年均")
_BORROWED: Final = ("贷款", "贷", "借", "免息", "零利息", "零息", "无息")
_EARNED: Final = ("月薪", "工资", "收入", "月入", "年薪", "年入", "退休金")
_DRIVEN: Final = ("跑", "公里", "开", "km")
_A_YEAR: Final = ("年薪", "年收入", "年入", "一年")
_LEAST_PAY: Final = 1000
_DEARER: Final = ("贵", "差价", "多花", "差")
_SOCKET: Final = Decimal("2.2")
_FREE: Final = ("免息", "零利息", "零利率", "零息", "无息", "不要利息", "没有利息")


class _Said(NamedTuple):
    """A figure with what stands before and after it; 万 is counted in."""

    value: Decimal
    before: str
    after: str
    wan: bool


def _said(text: str) -> Iterator[_Said]:
    read = 0
    for numeral in numerals(text):
        value = value_of(numeral.text)
        if value is None or numeral.start < read:
            continue
        behind = text[numeral.start + len(numeral.text) :]
        after = behind.lstrip()
        unit = numeral.text.lstrip("0123456789.零〇一二两三四五六七八九十百千万亿点")
        spelt = "万" in numeral.text.removesuffix(unit)
        power = 1 if unit else _POWERS.get(after[:1].lower(), 1)
        if power < TEN_THOUSAND and (behind != after or after[1:2] in ("瓦", "米", "克", "公")):
            power = 1
        after = after[1:].lstrip() if power > 1 else unit + after
        amount = Decimal(f"{value:.4f}").normalize() * power
        amount = Decimal(f"{amount:f}")
        if power > 1 and (tail := _tail(after)) is not None:
            amount, after = amount + tail * power // 10, after[1:].lstrip()  # 1万5公里, 18万8
        read = len(text) - len(after)
        wan = spelt or power == TEN_THOUSAND
        yield _Said(amount, text[max(0, numeral.start - NEAR) : numeral.start], after, wan)


def _tail(after: str) -> int | None:
    """A lone digit that stands for the next lower power: the 8 of 18万8, the 六 of 7块六."""
    digit = int(after[0]) if after[:1].isdecimal() else DIGITS.get(after[:1])
    behind = after[1:2]
    goes_on = behind.isdecimal() or behind in (*_COUNTED, *DIGITS, *POWERS)
    return digit if not behind or not goes_on or after[1:3] in _EACH else None


def _first(text: str, units: Sequence[str], near: Sequence[str] = ()) -> Decimal | None:
    for one in _said(text):
        close = not near or any(word in one.before for word in near)
        if close and one.after.lower().startswith(tuple(units)):
            return one.value
    return None


def km_a_year(text: str) -> Decimal | None:
    """“一年两万公里”, “一天跑80公里”, “每月1500公里”: whatever it is said for, for a year."""
    for one in _said(text):
        if one.after.lower().startswith(_KM):
            for words, times in _SPANS:
                if any(word in one.before for word in words):
                    return one.value * times
    return None


def trip(text: str) -> Decimal | None:
    """“跑一万公里”, “是两万五公里”: a distance that is said for no span of time."""
    far = (o for o in _said(text) if o.after.lower().startswith(_KM) and o.value >= _FAR)
    own = (o.value for o in far if not _span_before(o.before) and "续航" not in o.before)
    return max(own, default=None)


def stated_range(text: str) -> Decimal | None:
    """“续航300”, “三百多公里续航”."""
    for one in _said(text):
        if "续航" in one.before or "续航" in one.after[:8]:
            return one.value
    return None


def a_day(text: str) -> Decimal | None:
    """Kilometres a day: “来回40公里”, “一天 300 公里”, “单程35”."""
    for one in _said(text):
        if "续航" not in one.after[:8] and any(word in one.before for word in _DAILY):
            return one.value * (2 if "单程" in one.before else 1)
    return None


def driven(text: str) -> Decimal | None:
    """“能跑600”: a distance by its verb alone."""
    ran = (o for o in _said(text) if o.before.rstrip(" 了大概约").endswith("跑"))
    return next((o.value for o in ran if o.value >= _FAR), None)


def litres(text: str) -> Decimal | None:
    """“加满50升”: not what is said for 100 km, nor the one of “8块一升”."""
    filled = (o for o in _said(text) if o.after.startswith(("升", "L", "l")) and o.value != 1)
    return next((o.value for o in filled if not any(w in o.before for w in _PER_HUNDRED)), None)


def kilowatt_hours(text: str) -> Decimal | None:
    """“50度的电池”, “充60度”: not what is taken for 100 km, nor the 二 of 三毛二一度."""
    _, use = consumption(text) or ("", None)
    for one in _said(text):
        counts = one.after.startswith(_KILOWATT_HOURS) and not one.before.endswith(tuple(_MONEY))
        if counts and one.value not in (1, use):
            return one.value
    return None


def filled(text: str) -> Decimal | None:
    """Percent that are charged: “从30%充到80%”."""
    shares = [one.value for one in _said(text) if one.after.startswith("%")]
    return shares[1] - shares[0] if len(shares) == 2 and shares[1] > shares[0] else None


def gap(text: str) -> Decimal | None:
    """Yuan by which one costs more: “贵3万”, “差价两万五”."""
    for one in _said(text):
        if one.value >= _LEAST_PAY and any(word in one.before for word in _DEARER):
            return one.value
    return None


def _span_before(before: str) -> int:
    """How often in a year that is for which a distance is said; 0 where nothing is said."""
    return next((times for words, times in _SPANS if any(w in before for w in words)), 0)


def bare_distance(text: str) -> Decimal | None:
    """“一年一万二”: kilometres a year, where nothing says what the figure counts."""
    for one in _said(text):
        counted = one.after[:1] in _MONEY or one.after.startswith((*_LITRES, *_KILOWATT_HOURS))
        ended = one.before.rstrip(" 跑开大概约是要").endswith(_ENDS_OF_SPANS)
        if ended and not counted and one.value >= _FAR_A_SPAN:
            return one.value * _span_before(one.before)
    return None


def price_of_energy(text: str, what: str) -> Decimal | None:
    """Yuan a litre (油) or a kilowatt-hour (电): “油价7块8”, “一度电6毛”, “家充5毛”, “油按8元”."""
    for one in _said(text):
        value, after = one.value, one.after
        unit = _MONEY.get(after[:1])
        if unit is not None:
            after = after[1:].removeprefix("钱")
            tail = _tail(after) if unit >= Decimal("0.1") and after[:2] not in _EACH else None
            if tail is not None:  # 7块6, 三毛五
                value, after = value + Decimal(tail) / TENTHS, after[1:]
            value *= unit
        elif after[:1] in _NO_PRICE or not one.before.rstrip(_LINKS).endswith(_PRICES):
            continue
        behind = after.lstrip(" 一每/个").lower()
        of = "油" if behind.startswith(("升", "l")) else "电" if behind.startswith("度") else ""
        at = {kind: max(map(one.before.rfind, words)) for kind, words in _ENERGIES.items()}
        of = of or (max(at, key=lambda kind: at[kind]) if max(at.values()) >= 0 else "")
        of = of or _only_energy(text)
        if of == what and 0 < value <= _DEAREST[what]:
            return value
    return None


def _only_energy(text: str) -> str:
    """The one of oil and power that a text speaks of; empty for both or neither."""
    kinds = [kind for kind in _ENERGIES if kind in text]
    return kinds[0] if len(kinds) == 1 else ""


def consumption(text: str) -> tuple[str, Decimal] | None:
    """油 or 电, and how much of it a car takes for 100 km: “百公里8个油”, “电耗13度”, “8升油”,
    “15度电一百公里”; what stands behind 百公里 goes before what stands before it."""
    said = list(_said(text))
    behind = (_consumed(o) for o in said if any(w in o.before for w in _PER_HUNDRED))
    ahead = (_consumed(o) for o in said if _HUNDRED.match(o.after) is not None)
    litres_ = (("油", o.value) for o in said if o.after.startswith(_LITRES) and "油" in o.after[:2])
    return next(filter(None, (*behind, *ahead, *litres_)), None)


def _consumed(one: _Said) -> tuple[str, Decimal] | None:
    if one.after.startswith(_LITRES):
        return "油", one.value
    if one.after.startswith(_KILOWATT_HOURS):
        return ("电", one.value) if one.value > 1 else None
    before = one.before.rstrip(" 是约大概")
    if not before.endswith(_WHAT):
        return None
    return ("油" if before[-2] == "油" else "电"), one.value


def kilowatts(text: str) -> Decimal | None:
    """The power that is charged with; a household socket has ten amperes."""
    stated = _first(text, ("kw", "千瓦"))
    return _SOCKET if stated is None and "插座" in text else stated


def rate(text: str) -> Decimal | None:
    """Percent a year."""
    if is_free(text):
        return None
    if (stated := _first(text, ("个点",))) is not None:
        return stated
    return _first(text, ("%", "个点", "厘", ""), ("利率", "年化", "利息"))


def down_share(text: str) -> Decimal | None:
    """Percent of the price: “首付30%”, “首付三成”, “首付一半”."""
    if "首付一半" in text or "一半首付" in text:
        return Decimal(50)
    for one in _said(text):
        if "首付" not in one.before:
            continue
        if one.after.startswith("%"):
            return one.value
        if one.after.startswith("成"):
            return one.value * TENTHS
    return None


def down_yuan(text: str) -> Decimal | None:
    """A down payment that is said as an amount, “首付3万”."""
    amounts = (one.value for one in _said(text) if "首付" in one.before)
    return next((value for value in amounts if value >= 1000), None)


def principal(text: str) -> Decimal | None:
    """Yuan that are borrowed: “贷款10万3年”; not the price in “贷款买25万的车”."""
    for one in _said(text):
        borrowed = one.before.endswith(_BORROWED) or one.before.rstrip(" 了约大概").endswith(
            _BORROWED
        )
        if one.wan and borrowed and not one.after.startswith(("的", "车", "落地")):
            return one.value
    return None


def is_free(text: str) -> bool:
    """Whether the loan costs no interest."""
    return any(word in text for word in _FREE)


def displacement_ml(text: str) -> int | None:
    """“1.5升”, “2.0T”, “1.6L” in millilitres."""
    for one in _said(text):
        if one.after[:1].upper() in ("升", "T", "L") and 0 < one.value <= TENTHS and not one.wan:
            return int(one.value * 1000)
    return None


def months(text: str) -> Decimal | None:
    count = _first(text, ("期", "个月"))
    if count is not None:
        return count
    years = [one.value for one in _said(text) if one.after.startswith("年") and one.value <= TENTHS]
    return years[0] * MONTHS_A_YEAR if years else None


def payment(text: str) -> Decimal | None:
    """Yuan a month."""
    said = (o for o in _said(text) if any(w in o.before for w in ("月供", "还", "每月")))
    sums = (o.value for o in said if not o.after.lower().startswith(_KM))
    return next((value for value in sums if value >= 100), None)


def income_a_year(text: str) -> Decimal | None:
    """Yuan: “月薪八千”, “工资6000”, “年收入15万”; two earners count together."""
    found = [
        one.value * (1 if any(word in one.before for word in _A_YEAR) else MONTHS_A_YEAR)
        for one in _said(text)
        if one.value >= _LEAST_PAY and any(word in one.before for word in _EARNED)
    ]
    return sum(found, Decimal(0)) or None


def years(text: str) -> Decimal | None:
    """For how long: not the year in “一年跑两万公里”."""
    return next(
        (
            one.value
            for one in _said(text)
            if one.after.startswith("年")
            and one.value <= TENTHS
            and not any(word in one.after[:NEAR] for word in _DRIVEN)
        ),
        None,
    )


def calendar_year(text: str) -> int | None:
    found = (int(one.value) for one in _said(text) if one.after.startswith("年"))
    return next((year for year in found if FIRST_YEAR <= year <= LAST_YEAR), None)


def model_years(text: str) -> list[int]:
    """“2018款”, “18款”, “2018年的”, “一五年的”."""
    found = []
    for one in _said(text):
        if one.after.startswith(("款", "年的", "年买", "年上牌")) and not one.wan:
            year = int(one.value) + (2000 if one.value < 100 else 0)
            found += [year] if FIRST_YEAR - 15 <= year <= LAST_YEAR else []
    return found


def price(text: str) -> Decimal | None:
    """Yuan: “25万的插混”."""
    return next((o.value for o in _said(text) if o.wan and "首付" not in o.before), None)


def amounts(text: str) -> list[Decimal]:
    """Every figure, 万 counted in."""
    return [one.value for one in _said(text)]


def versions_said(text: str, trims: Iterable[TrimRow]) -> list[TrimRow]:
    """The trims whose price, or a number of whose name, is stated."""
    trims = list(trims)
    numbers = {numeral.text for numeral in numerals(text) if len(numeral.text) > 1}
    named = [trim for trim in trims if numbers & {n.text for n in numerals(trim.name)}]
    return priced_at(text, trims) or named


def priced_at(text: str, trims: Iterable[TrimRow]) -> list[TrimRow]:
    """The trims whose list price is stated: “28.55万的 Model 3”."""
    said = {one.value for one in _said(text) if one.wan}
    return [trim for trim in trims if trim.price_fen and Decimal(trim.price_fen) / 100 in said]
