"""What a car costs to keep, how far it goes, and how long and dear charging is."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Final

from webapp import costs, rules
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.sum_parts import Sum, entry_of, first_and_rest, span, wan
from webapp.catalogue.queries import TrimRow
from webapp.costs.assumptions import PRICES
from webapp.costs.parts import Missing, plain

HOUR: Final = "一小时"
_MILD, _COLD = Decimal("0.74"), Decimal("0.485")
"""Of a CLTC range, what public tests reached, as `costs.reach` has it."""


def _use(sum_: Sum) -> costs.Use:
    """A price of power that is said holds wherever it is said to be charged: else at home."""
    said = sum_.said
    power, home = said.get("power_price"), said.get("home")
    if power is not None and home is None:
        home = Decimal(100)
    return costs.Use(
        km=said.get("km"),
        years=said.get("years"),
        home_price=power if home else None,
        public_price=None if home else power,
        home=home,
        fuel_price=said.get("fuel_price"),
    )


def years_of(sum_: Sum) -> list[DraftBlock]:
    use, totals = _use(sum_), []
    blocks: list[DraftBlock] = []
    for trim in sum_.trims:
        total = costs.five_years(sum_.car(trim), costs.Deal(sum_.day), use, rules)
        totals.append((total, trim))
        points = tuple(entry_of(sum_, entry) for entry in total.entries)
        said = sum_.figure(span(total.low_fen, total.high_fen), "sum of the lines below")
        label = bound(total.label, "computed:years")
        blocks.append(
            paragraph(say("{car}{label}约 {said}：", car=sum_.name(trim), label=label, said=said))
        )
        blocks.append(Points(points))
    if len(totals) > 1:
        blocks.insert(0, paragraph(_cheaper(sum_, totals)))
    return blocks


def _cheaper(sum_: Sum, totals: list[tuple[costs.Total, TrimRow]]) -> Part:
    """Which of the cars costs less, by the middle of the spans."""
    middle = sorted(totals, key=lambda pair: pair[0].low_fen + pair[0].high_fen)
    (first, one), (second, other) = middle[:2]
    gap = (second.low_fen + second.high_fen - first.low_fen - first.high_fen) // 2
    by = sum_.figure(wan(gap), "difference of the middles of the two spans")
    alike = one.series == other.series
    names = [
        bound(trim.name, f"trim:{trim.id}:name")
        if alike
        else bound(trim.series, f"trim:{trim.id}:series")
        for trim in (one, other)
    ]
    return say("{a}总花费更低，比{b}少 {by}左右。", a=names[0], b=names[1], by=by)


def energy_of_month(sum_: Sum) -> list[DraftBlock]:
    return _energy(sum_, "一个月", Fraction(1, 12))


def energy_of_years(sum_: Sum) -> list[DraftBlock]:
    years = int(sum_.said.get("years", 1))
    return _energy(sum_, f"{years} 年", Fraction(years))


def _energy(sum_: Sum, span_: str, years: Fraction) -> list[DraftBlock]:
    """Fuel and power for a span of time."""
    use = _use(sum_)
    times = f"÷ {years.denominator}" if years < 1 else f"× {years} 年"
    points = []
    for trim in sum_.trims:
        sum_.used[use.figure("km").source] = None
        for entry in costs.energy(sum_.car(trim), use, rules, sum_.day):
            if isinstance(entry, Missing):
                continue
            amount = sum_.figure(
                span(round(entry.low_fen * years), round(entry.high_fen * years)),
                f"{entry.formula} {times}",
                entry.sources,
            )
            how = sum_.figure(f"{entry.formula} {times}", entry.formula)
            label = bound(entry.label, "computed:label")
            points.append(
                say(
                    "{car} {span}{label}约 {amount}（{how}）。",
                    car=sum_.name(trim),
                    span=sum_.figure(span_, "years"),
                    label=label,
                    amount=amount,
                    how=how,
                )
            )
    return first_and_rest(points) if points else []


def commute_of(sum_: Sum) -> list[DraftBlock]:
    """Whether a stated range lasts for the distance of a day, from day to day and in the cold."""
    reach, day = said_of.stated_range(sum_.text), said_of.a_day(sum_.text)
    if not reach or not day:
        return []
    days = {share: int(reach * share / day) for share in (_MILD, _COLD)}
    enough = "够" if days[_COLD] >= 1 else "天暖时够，最冷的时候不够" if days[_MILD] else "不够"
    said = [
        say("按每天 {day} 公里算，{enough}：", day=bound(plain(day), "question"), enough=enough)
    ]
    for part, when in ((_MILD, "常温"), (_COLD, "零下 15 ℃")):
        said.append(
            say(
                "{when}约有 {km} 公里，充满能跑 {days} 天；",
                when=bound(when, "computed:temperature of the test"),
                km=sum_.figure(f"{reach * part:.0f}", f"{plain(reach)}*{part}"),
                days=sum_.figure(str(days[part]), f"{plain(reach)}*{part}/{plain(day)}"),
            )
        )
    shares = bound(f"{_MILD:.0%} 和 {_COLD:.1%}", "computed:shares of the stated range in tests")
    said.append(say("分别按标称续航的 {shares} 算，高速多的再少一些。", shares=shares))
    return [paragraph(*said)]


def tank(sum_: Sum) -> list[DraftBlock]:
    return _reaches(sum_, tank=True)


def tank_cost(sum_: Sum) -> list[DraftBlock]:
    """What a full tank costs, and how far it goes."""
    stated = sum_.said.get("fuel_price")
    said = []
    for trim in sum_.trims:
        car = sum_.car(trim)
        if car.tank is None or car.fuel not in PRICES:
            continue
        price = stated if stated is not None else PRICES[car.fuel][0]
        litres = car.tank.value
        said.append(
            say(
                "{car}油箱 {litres} 升，空箱加满按每升 {price} 元约 {cost}。",
                car=sum_.name(trim),
                litres=sum_.figure(plain(litres), "tank", [car.tank.source]),
                price=bound(
                    plain(price), "question" if stated else "computed:assumed price of fuel"
                ),
                cost=sum_.figure(
                    f"{plain(round(litres * price, 0))} 元", f"{plain(litres)}*{plain(price)}"
                ),
            )
        )
    return [paragraph(*said), *_reaches(sum_, tank=True)] if said else []


def reach(sum_: Sum) -> list[DraftBlock]:
    return _reaches(sum_, tank=False)


def _reaches(sum_: Sum, *, tank: bool) -> list[DraftBlock]:
    """Kilometres on a tank or a charge by season, what was asked for first."""
    cold = any(word in sum_.text for word in ("冬", "零下", "冷"))
    said: list[Part] = []
    for trim in sum_.trims:
        found = costs.reach(sum_.car(trim), costs.Use())
        first = "tank" if tank else "cold" if cold else "mild"
        for one in sorted(found, key=lambda reach: reach.key != first):
            km = sum_.figure(f"{one.km} 公里", one.formula, one.sources)
            label, how = bound(one.label, "computed:label"), sum_.figure(one.formula, one.formula)
            said.append(
                say(
                    "{car} {label}约 {km}（{how}）。",
                    car=sum_.name(trim),
                    label=label,
                    km=km,
                    how=how,
                )
            )
    if not said:
        return []
    rest = words("油耗是工况测试的数，续航达成率是公开测试的平均，实际看速度、温度和开法。")
    return [*first_and_rest(said), paragraph(rest)]


def charge(sum_: Sum) -> list[DraftBlock]:
    said: list[Part] = []
    asked = said_of.kilowatts(sum_.text)
    for trim in sum_.trims:
        plan = costs.Charge(kw=asked, charge_from=Decimal(0) if "充满" in sum_.text else None)
        found = costs.charging(sum_.car(trim), plan)
        for one in sorted(found, key=lambda d: (d.key == "at-power") is (asked is None)):
            label, time = (
                bound(one.label, "computed:label"),
                sum_.figure(one.said, one.formula, one.sources),
            )
            how = sum_.figure(one.formula, one.formula)
            said.append(
                say(
                    "{car} {label}：约 {time}（{how}）。",
                    car=sum_.name(trim),
                    label=label,
                    time=time,
                    how=how,
                )
            )
    return first_and_rest(said)


def charge_cost(sum_: Sum) -> list[DraftBlock]:
    """What a full charge, or an hour at home, costs."""
    stated = said_of.price_of_energy(sum_.text, "电")
    use = costs.Use(home_price=stated)
    price = use.home_price or PRICES["home-power"][0]
    each = bound(f"{plain(price)} 元", "question" if stated else "computed:assumed price of power")
    if HOUR in sum_.text:
        kw = said_of.kilowatts(sum_.text) or Decimal(7)
        return [
            paragraph(
                say(
                    "{kw} 的家用桩充 {hour}约 {kwh} 度电，按每度电 {each}约 {cost}。",
                    kw=sum_.figure(f"{plain(kw)} kW", "power of the pile"),
                    kwh=sum_.figure(plain(kw), f"{plain(kw)}*1"),
                    hour=bound("1 小时", "question"),
                    each=each,
                    cost=sum_.figure(
                        f"{plain(round(kw * price, 2))} 元", f"{plain(kw)}*{plain(price)}"
                    ),
                )
            )
        ]
    said = []
    for trim in sum_.trims:
        battery = sum_.car(trim).battery
        if battery is None:
            continue
        drawn = round(battery.value / Decimal("0.9"), 1)
        said.append(
            say(
                "{car}从空充到满约要 {drawn} 度电（电池 {kwh} kWh，另加损耗），"
                "按每度电 {each}约 {cost}。",
                car=sum_.name(trim),
                drawn=sum_.figure(plain(drawn), f"{plain(battery.value)}/0.9"),
                kwh=sum_.figure(plain(battery.value), "battery", [battery.source]),
                each=each,
                cost=sum_.figure(
                    f"{plain(round(drawn * price, 1))} 元", f"{plain(drawn)}*{plain(price)}"
                ),
            )
        )
    public = words("公共快充带服务费，电价往往贵出不少。")
    return [paragraph(*said, public)] if said else []
