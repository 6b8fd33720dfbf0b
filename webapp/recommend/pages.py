"""猜你喜欢: what a visitor is shown, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final, NamedTuple

from webapp.cars.drawing import Outline
from webapp.cars.pages.figures import drawing_of
from webapp.catalogue.queries import TrimRow, priced_trims
from webapp.clock import day_in_china
from webapp.recommend import picking, queries, reasons
from webapp.recommend.models import DISMISSED, IGNORED
from webapp.recommend.nearness import Nearness, nearness
from webapp.recommend.service import COUNTED, GUEST_COUNTED
from webapp.search.finding import nearest
from webapp.visitor import account_of

SERIES: Final = 40
"""The nearest series, from whose trims is chosen."""
RANKED: Final = 80
WEIGHTS: Final = {"收藏了": 3.0, "在对比": 2.0, "看过": 1.0}
"""What a car that was saved, stands in the comparison, or was seen counts, and how it is said."""
HALF_LIFE_DAYS: Final = 30


class Seed(NamedTuple):
    """A series that recommendations go out from; `trim_id` None: of its own page."""

    series_id: int
    trim_id: int | None
    how: str
    weight: float


@dataclass(frozen=True)
class Card:
    """`because`: the series that is the reason, which can be taken away; None for none."""

    trim: TrimRow
    drawing: Outline
    reason: str
    because: int | None = None
    because_name: str = ""
    is_new: bool = False


@dataclass(frozen=True)
class Shown:
    """`personal` False: what sells best, for want of anything to go by."""

    cards: list[Card]
    personal: bool


def shown_to(
    owner: str | None, *, personalised: bool, compared: Sequence[int], now: datetime
) -> Shown:
    """What an owner is shown. Without `personalised` only what was left out on purpose is read of
    them. `compared` are the trims of the comparison."""
    choices = queries.choices(owner) if owner else []
    dismissed = {one.series_id for one in choices if one.kind == DISMISSED}
    if personalised:
        ignored = {one.series_id for one in choices if one.kind == IGNORED}
        seeds = [s for s in seeds_of(owner, compared, now) if s.series_id not in ignored]
        cards = _personal(seeds, dismissed, now)
        if cards:
            return Shown(cards, personal=True)
    return Shown(_popular(dismissed, now), personal=False)


def seeds_of(owner: str | None, compared: Sequence[int], now: datetime) -> list[Seed]:
    """What an owner saved, saw and compares, each series once, by what counts most."""
    found: list[Seed] = []
    if owner:
        span = GUEST_COUNTED if account_of(owner) is None else COUNTED
        for how, signals in (
            ("收藏了", queries.saved(owner, since=now - span)),
            ("看过", queries.seen(owner, since=now - span)),
        ):
            for signal in signals:
                age = max((now - signal.at).total_seconds() / 86_400, 0)
                weight = WEIGHTS[how] * 0.5 ** (age / HALF_LIFE_DAYS)
                found.append(Seed(signal.series_id, signal.trim_id, how, weight))
    for trim in queries.trims(compared).values():
        found.append(Seed(trim.series_id, trim.id, "在对比", WEIGHTS["在对比"]))
    by_series: dict[int, Seed] = {}
    for seed in sorted(found, key=lambda seed: (-seed.weight, seed.trim_id is None)):
        by_series.setdefault(seed.series_id, seed)
    return [*by_series.values()]


def ranked(near_series: Mapping[int, float], price_fen: int | None) -> list[TrimRow]:
    """The trims of the nearest series that are the nearest to a price, in the order of the search
    engine's score."""
    chosen = sorted(near_series, key=lambda id: (-near_series[id], id))[:SERIES]
    versions = picking.nearest_in_price(priced_trims(chosen), price_fen)
    near = {version.id: near_series[version.series_id] for version in versions}
    order = nearest(near, limit=RANKED)
    by_id = queries.trims(order)
    return [by_id[id] for id in order if id in by_id]


def _personal(seeds: Sequence[Seed], dismissed: Collection[int], now: datetime) -> list[Card]:
    near, weights = nearness(), {seed.series_id: seed.weight for seed in seeds}
    candidates = {id: how for id, how in near.to(weights).items() if id not in dismissed}
    if not candidates:
        return []
    seen_trims = queries.trims([seed.trim_id for seed in seeds if seed.trim_id is not None])
    known = queries.series(weights)
    prices = [
        *(trim.price_fen for trim in seen_trims.values() if trim.price_fen),
        *(one.price_min_fen for one in known.values() if one.price_min_fen),
    ]
    rows = ranked(candidates, int(median(prices)) if prices else None)
    chosen = picking.pick(rows, today=day_in_china(now))
    return _with_reasons(chosen, seeds, near, seen_trims, known, now)


def _with_reasons(
    chosen: Iterable[TrimRow],
    seeds: Sequence[Seed],
    near: Nearness,
    seen_trims: Mapping[int, TrimRow],
    known: Mapping[int, queries.Known],
    now: datetime,
) -> list[Card]:
    by_series = {seed.series_id: seed for seed in seeds}
    weights = {seed.series_id: seed.weight for seed in seeds}
    cards = []
    for trim in chosen:
        why = near.why(trim.series_id, weights)
        if why is None or why not in known:
            continue
        seed, series = by_series[why], known[why]
        other = seen_trims.get(seed.trim_id or 0)
        if other is not None:
            name, said = other.full_name, reasons.compared(trim, other)
        else:
            name = series.name
            said = reasons.beside_series(trim, series.price_min_fen, series.price_max_fen)
        cards.append(
            Card(
                trim,
                drawing_of(trim),
                f"因为你{seed.how} {name}；{said}",
                because=why,
                because_name=series.name,
                is_new=picking.is_new(trim, day_in_china(now)),
            )
        )
    return cards


def _popular(dismissed: Collection[int], now: datetime) -> list[Card]:
    """What sells best, with its units and month as the reason."""
    sellers = {id: sold for id, sold in queries.best_selling(SERIES).items() if id not in dismissed}
    if not sellers:
        return []
    most = max(units for units, _ in sellers.values())
    near = {id: round(units / most, 4) for id, (units, _) in sellers.items() if units > 0}
    today = day_in_china(now)
    return [
        Card(
            trim,
            drawing_of(trim),
            reasons.sold(*sellers[trim.series_id]),
            is_new=picking.is_new(trim, today),
        )
        for trim in picking.pick(ranked(near, None), today=today)
    ]
