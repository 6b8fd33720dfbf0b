"""Sums that a rule fixes: the trade-in subsidy, and what a year of vessel tax is."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from webapp import clock, costs, rules
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.sum_parts import Sum, entry_of, span
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.costs.parts import Figure, Missing, Source, plain

_SCRAPS: Final = ("报废",)
_SWAPS: Final = ("置换", "以旧换新", "卖旧车", "换车")
_OLD_ELECTRIC: Final = ("报废电车", "报废新能源", "旧电车报废", "电车报废")
ANY_PRICE: Final = Decimal(150_000)
"""For what does not go by the price: a fixed amount, or that no rule is registered."""


def described(sum_: Sum) -> list[tuple[Part, costs.Car]]:
    """The cars a sentence only describes, “20 万的电车”, each with its name; of both kinds where
    it does not say which. None without a price."""
    price = said_of.price(sum_.text)
    if price is None:
        return []
    named = next(
        (r.condition.values[0] for r in sum_.task.conditions if r.condition.field == "energy"), None
    )
    energies = [str(named)] if named in ENERGY_LABELS else ["BEV", "ICE"]
    amount, size = plain(price / 10_000), said_of.displacement_ml(sum_.text)
    return [
        (
            bound(f"{amount} 万元的{ENERGY_LABELS[energy]}车", "question"),
            costs.described(energy, price, displacement_ml=size),
        )
        for energy in energies
    ]


def on_road_described(sum_: Sum) -> list[DraftBlock]:
    """落地 of a car that is only described by its price and energy."""
    said, lines = [], []
    for name, car in described(sum_):
        total = costs.on_road(car, costs.Deal(sum_.day), rules)
        amount = sum_.figure(span(total.low_fen, total.high_fen), "sum of the lines below")
        said.append(say("{name}落地约 {amount}。", name=name, amount=amount))
        lines.append((name, Points(tuple(entry_of(sum_, entry) for entry in total.entries))))
    if not said:
        return []
    blocks: list[DraftBlock] = [paragraph(*said)]
    for name, points in lines:
        blocks += [paragraph(say("{name}：", name=name)), points] if len(lines) > 1 else [points]
    return blocks


def subsidy_of(sum_: Sum) -> list[DraftBlock]:
    """What one gets for the old car; nothing where the sentence names neither car nor year, which
    our page answers better."""
    year, today = said_of.calendar_year(sum_.text), clock.today_in_china()
    if year is not None and year < today.year - 1:
        year, sum_.day = None, today  # that of the old car
    cars = [(sum_.name(t), sum_.car(t)) for t in sum_.trims[:2]] or described(sum_)
    if not cars and year in (None, today.year):
        return []
    if not cars:
        cars = [
            (words(f"买{label}车"), costs.described(energy, ANY_PRICE))
            for energy, label in (("BEV", "新能源"), ("ICE", "燃油"))
        ]
        cars = _of_the_kind_said(sum_.text, cars)
    cars = [_up_to_two_litres(name, car) for name, car in cars]
    points = [
        say("{name}，{how}：{entry}", name=name, how=words(how), entry=entry_of(sum_, entry))
        for name, car in cars
        for how, trade in _trades(sum_.text)
        if (entry := _subsidy(sum_, car, trade)) is not None
    ]
    if not points:
        return []
    rest = words("一人只能享受一次，报废和置换选一样；旧车的登记日期、过户时间和申请期限都有要求。")
    return [paragraph(points[0]), *((Points(tuple(points[1:])),) if points[1:] else ()),
            paragraph(rest)]  # fmt: skip


def _up_to_two_litres(name: Part, car: costs.Car) -> tuple[Part, costs.Car]:
    """Only petrol cars up to 2.0 litres are helped: of an engine nobody named that is said."""
    if car.vehicle.energy not in ("ICE", "HEV") or car.vehicle.displacement_ml is not None:
        return name, car
    vehicle = replace(car.vehicle, displacement_ml=2000)
    said = bound("（2.0 升及以下的）", "rule:trade-in-swap-petrol")
    return join((name, said)), replace(car, vehicle=vehicle)


def _of_the_kind_said(
    text: str, cars: list[tuple[Part, costs.Car]]
) -> list[tuple[Part, costs.Car]]:
    fuel = any(word in text for word in ("油车", "燃油", "汽油"))
    power = any(word in text for word in ("电车", "新能源", "纯电", "插混"))
    if fuel == power:
        return cars
    return cars[1:] if fuel else cars[:1]


def _trades(text: str) -> list[tuple[str, costs.Trade]]:
    """The ways of giving the old car away that the sentence asks about; both where neither."""
    scrap: costs.Trade = "scrap-nev" if any(word in text for word in _OLD_ELECTRIC) else "scrap"
    both: list[tuple[str, costs.Trade]] = [("置换", "swap"), ("报废旧车", scrap)]
    asked = [any(w in text for w in _SWAPS), any(w in text for w in _SCRAPS)]
    return [one for one, is_asked in zip(both, asked, strict=True) if is_asked] or both


def _subsidy(sum_: Sum, car: costs.Car, trade: costs.Trade) -> costs.Line | costs.Missing | None:
    price = car.price or Figure(ANY_PRICE, Source("input", "车价", "input:price"))
    entry = costs.subsidy(car, price, rules, sum_.day, trade)
    if isinstance(entry, Missing):
        return entry
    # Elsewhere it is taken off a sum; told by itself it is what one gets.
    return replace(entry, low_fen=-entry.high_fen, high_fen=-entry.low_fen)


def vessel_of(sum_: Sum) -> list[DraftBlock]:
    """车船税 of a year, of named cars or of an engine's size."""
    cars = [(sum_.name(trim), sum_.car(trim)) for trim in sum_.trims[:2]]
    size = said_of.displacement_ml(sum_.text)
    if not cars and size is not None:
        name = bound(f"{plain(Decimal(size) / 1000)} 升的燃油车", "question")
        cars = [(name, costs.described("ICE", ANY_PRICE, displacement_ml=size))]
    points = [
        say(
            "{name}{year}的{entry}",
            name=name,
            year=bound("一年", "computed:a year"),
            entry=entry_of(sum_, entry),
        )
        for name, car in cars
        for entry in (costs.vessel_tax(car, rules, sum_.day),)
    ]
    return [paragraph(*points)] if points else []
