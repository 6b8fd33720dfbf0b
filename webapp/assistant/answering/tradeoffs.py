"""For whom which of several cars is, worked out from their rows."""

from __future__ import annotations

from typing import Final, NamedTuple

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.parts import Part, bound, join, say, words
from webapp.catalogue.measures import MEASURES, applies, comparable
from webapp.formatting import number


class _Wish(NamedTuple):
    """What someone wants who chooses by the figure; `least` of the larger one is a difference."""

    key: str
    wish: str
    high: bool
    by: str
    least: float = 0.03


WISHES: Final = (
    _Wish("price_wan", "要便宜", False, "少"),
    _Wish("range_km", "要续航", True, "多", 0.08),
    _Wish("fuel_l_100km", "要省油", False, "油耗低"),
    _Wish("accel_0_100_s", "要加速", False, "快"),
    _Wish("trunk_l", "要后备厢", True, "多"),
    _Wish("wheelbase_mm", "要后排宽敞", True, "轴距长"),
    _Wish("fast_charge_h", "要充电快", False, "少", 0.15),
    _Wish("length_mm", "要好停车", False, "短", 0.04),
)
MOST: Final = 4
FOLDED_L: Final = 900
FOLDED_SHARE: Final = 1.5
"""Boots of so many litres, and so much bigger than another, are stated with the seats folded."""
_KINDS: Final = {
    "BEV": "能在家或单位充电、多在市区开",
    "PHEV": "平时能充电、又常跑远路",
    "EREV": "平时能充电、又常跑远路",
    "HEV": "没有地方充电、想省油",
    "ICE": "没有地方充电",
}
"""Whom a car of the energy suits, in a choice between energies."""


def trade_offs(
    garage: Garage, names: list[Part], *, energies: bool = True, decides: bool = False
) -> Part | None:
    """“要便宜选 A（少 3 万元）；要后备厢选 B（多 180 升）。”; None where nothing does. Where it
    decides it says first which car is ahead in most of it."""
    figures = (_of_figure(garage, names, wish) for wish in WISHES)
    said = [part for part in figures if part is not None][:MOST]
    if (part := _of_drive(garage, names)) is not None:
        said.append(part)
    said += _of_energy(garage, names) if energies else []
    if not said:
        return None
    leans = (_leaning(garage, names) if decides else None) or words("")
    return say("{leans}{wishes}。", leans=leans, wishes=join(said, "；"))


def _leaning(garage: Garage, names: list[Part]) -> Part | None:
    """Which car to take for whoever sets nothing above all: the one that is ahead in more of what
    people choose by. None where none is."""
    won: dict[int, list[str]] = {}
    for wish in WISHES:
        if (found := _best(garage, wish)) is not None:
            won.setdefault(found.place, []).append(wish.wish.removeprefix("要"))
    ranked = sorted(won, key=lambda place: -len(won[place]))
    if not ranked or (len(ranked) > 1 and len(won[ranked[0]]) == len(won[ranked[1]])):
        return None
    first, rest = ranked[0], sum(len(won[place]) for place in ranked[1:])
    own = won[first]
    n = bound(str(len(own)), "computed:wishes it is ahead in")
    of = bound(str(len(own) + rest), "computed:wishes in which the cars differ")
    return say(
        "没有特别看重的一项，就选 {name}：拉开差距的 {of} 项里它占优 {n} 项（{what}）。",
        name=names[first],
        of=of,
        n=n,
        what=words("、".join(own)),
    )


def different_kinds(garage: Garage, names: list[Part]) -> Part | None:
    """That the cars run on different energies, before any figure is told."""
    kinds = {trim.energy for trim in garage.trims}
    if len(kinds) < 2:
        return None
    each = [
        say("{name}是{energy}", name=name, energy=fact)
        for name, trim in zip(names, garage.trims, strict=True)
        if (fact := garage.fact(trim, "energy")) is not None
    ]
    return say("能源不同：{each}，续航、油耗和电池不放在一起排名。", each=join(each, "，"))


class _Best(NamedTuple):
    """The car that is ahead in a figure, its value and that of the next one."""

    place: int
    value: float
    next: float


def _best(garage: Garage, wish: _Wish) -> _Best | None:
    """None where figures are missing, cannot be ranked, or hardly differ."""
    trims = garage.trims
    known = [
        (value, place)
        for place, trim in enumerate(trims)
        if applies(wish.key, trim.energy)
        and (value := garage.number_of(trim, wish.key)) is not None
    ]
    if len(known) < 2 or not comparable(wish.key, (trims[place].energy for _, place in known)):
        return None
    if wish.key == "range_km" and len({trims[place].range_cycle for _, place in known}) > 1:
        return None
    low, high = min(known), max(known)
    best = high if wish.high else low
    if wish.key == "trunk_l" and differently_measured([value for value, _ in known]):
        return None
    if sum(value == best[0] for value, _ in known) > 1:
        return None
    # Of three and more the next one is what matters, not the worst.
    others = [value for value, place in known if place != best[1]]
    next_ = max(others) if wish.high else min(others)
    if abs(best[0] - next_) <= wish.least * max(best[0], next_):
        return None
    return _Best(best[1], best[0], next_)


def _of_figure(garage: Garage, names: list[Part], wish: _Wish) -> Part | None:
    best = _best(garage, wish)
    if best is None:
        return None
    gap = abs(best.value - best.next)
    ends = sorted((best.value, best.next), reverse=True)
    unit = MEASURES[wish.key].said_unit
    text = f"{number(round(gap, 2), 2)} {unit}"
    source = f"computed:{number(ends[0], 4)}-{number(ends[1], 4)}"
    if wish.key == "fast_charge_h":
        text = f"{number(round(gap * 60), 0)} 分钟"
        source = f"computed:({number(ends[0], 4)}-{number(ends[1], 4)})*60"
    by = bound(text, source)
    return say(
        "{wish}选 {name}（{by} {gap}）", wish=wish.wish, name=names[best.place], by=wish.by, gap=by
    )


def _of_drive(garage: Garage, names: list[Part]) -> Part | None:
    all_wheel = [n for n, trim in zip(names, garage.trims, strict=True) if trim.drive == "四驱"]
    if not all_wheel or len(all_wheel) == len(names):
        return None
    return say(
        "常走冰雪、烂路选 {name}（{drive}）", name=join(all_wheel, "、"), drive=words("四驱")
    )


def _of_energy(garage: Garage, names: list[Part]) -> list[Part]:
    by_kind: dict[str, list[Part]] = {}
    for name, trim in zip(names, garage.trims, strict=True):
        if (kind := _KINDS.get(trim.energy or "")) is not None:
            by_kind.setdefault(kind, []).append(name)
    if len(by_kind) < 2:
        return []
    return [
        say("{kind}选 {name}", kind=kind, name=join(own, "、")) for kind, own in by_kind.items()
    ]


def differently_measured(litres: list[float]) -> bool:
    """Sources state a boot up to the cover or the roof, with the seats up or folded, and do not
    say which; only the extremes give it away."""
    low, high = min(litres, default=0.0), max(litres, default=0.0)
    return low < FOLDED_L <= high and high >= FOLDED_SHARE * low
