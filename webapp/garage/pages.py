"""What the pages of favourites and history show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from webapp.cars.drawing import Outline
from webapp.cars.pages.figures import drawing_of
from webapp.cars.pages.listing import ListRow, rows_of
from webapp.catalogue.filters import Selection
from webapp.clock import CHINA, day_in_china
from webapp.formatting import day
from webapp.garage import queries
from webapp.garage.forms import write_saved
from webapp.garage.models import Favourite, Subject, Visit
from webapp.garage.queries import Former, SeriesRow
from webapp.pagination import Page

PAGE_SIZE: Final = 20
VISITS_A_PAGE: Final = 50
STRIP: Final = 6
"""Cars under 继续看 on the home page."""


@dataclass(frozen=True)
class Change:
    """How a trim's price differs from when it was saved; None where there is or was none."""

    was_fen: int | None
    now_fen: int | None
    on: datetime
    """When we learned of the newest of the changes."""

    @property
    def by_fen(self) -> int:
        """Below zero for a fall."""
        if self.was_fen is None or self.now_fen is None:
            return 0
        return self.now_fen - self.was_fen


@dataclass(frozen=True)
class SeriesChange:
    """What became of a series since it was saved."""

    cheaper: int
    dearer: int
    most_fen: int
    """The largest fall of one of its trims, from 0."""
    launched: int

    def __bool__(self) -> bool:
        return bool(self.cheaper or self.dearer or self.launched)


@dataclass(frozen=True)
class SeriesCard:
    series: SeriesRow
    trims: int
    drawing: Outline | None


@dataclass(frozen=True)
class Car:
    """A trim (`row`) or a series (`card`) as a line of either page."""

    subject: Subject
    row: ListRow | None = None
    card: SeriesCard | None = None

    @property
    def name(self) -> str:
        if self.row is not None:
            return self.row.trim.full_name
        assert self.card is not None
        return self.card.series.name

    @property
    def drawing(self) -> Outline | None:
        if self.row is not None:
            return self.row.drawing
        return self.card.drawing if self.card is not None else None

    @property
    def price_fen(self) -> int | None:
        if self.row is not None:
            return self.row.trim.price_fen
        assert self.card is not None
        return self.card.series.price_min_fen


@dataclass(frozen=True)
class Kept:
    car: Car
    saved_at: datetime
    change: Change | None = None
    series_change: SeriesChange | None = None

    @property
    def saved_mark(self) -> int:
        """As forms say it, so that taking a removal back keeps the place."""
        return write_saved(self.saved_at)


@dataclass(frozen=True)
class Seen:
    car: Car
    visit: Visit

    @property
    def clock(self) -> str:
        return f"{self.visit.seen_at.astimezone(CHINA):%H:%M}"


@dataclass(frozen=True)
class Resumed:
    """A car to go on with, and how its price moved since it was saved, else since it was seen."""

    car: Car
    saved: bool
    change: Change | None = None
    series_change: SeriesChange | None = None


@dataclass(frozen=True)
class Day:
    title: str
    seen: list[Seen]


def kept_page(owner: str, *, sort: str, number: int) -> Page[Kept]:
    found = queries.favourites(owner)
    changes = _Changes([(one.subject, one.saved_at) for one in found])
    order = _in_order(found, changes, sort)
    shown = order[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    cars = cars_of([one.subject for one in shown])
    address = "/garage/?" + (f"sort={sort}&" if sort else "")
    return Page(
        [changes.kept(one, cars[one.subject]) for one in shown if one.subject in cars],
        number,
        PAGE_SIZE,
        len(order),
        lambda n: f"{address}page={n}" if n > 1 else address.rstrip("?&"),
    )


def kept_one(one: Favourite) -> Kept:
    changes = _Changes([(one.subject, one.saved_at)])
    return changes.kept(one, cars_of([one.subject])[one.subject])


def seen_page(owner: str, *, number: int, today: date) -> tuple[Page[Seen], list[Day]]:
    """A page of history and the same by day, the newest first."""
    total = queries.count_visits(owner)
    shown = queries.visits(owner, limit=VISITS_A_PAGE, offset=(number - 1) * VISITS_A_PAGE)
    cars = cars_of([visit.subject for visit in shown])
    seen = [Seen(cars[visit.subject], visit) for visit in shown if visit.subject in cars]
    days = [
        Day(_day_title(on, today), list(of_day))
        for on, of_day in groupby(seen, key=lambda s: day_in_china(s.visit.seen_at))
    ]
    address = "/garage/history"
    page = Page(
        seen, number, VISITS_A_PAGE, total, lambda n: f"{address}?page={n}" if n > 1 else address
    )
    return page, days


def strip(owner: str, *, personalised: bool) -> list[Resumed]:
    """What was saved and seen last, the newest first; visits are read only with `personalised`."""
    seen, saved = _resumable(owner, personalised=personalised)
    latest = {**seen, **{s: max(at, seen.get(s, at)) for s, at in saved.items()}}
    subjects = sorted(latest, key=lambda subject: latest[subject], reverse=True)[:STRIP]
    cars = cars_of(subjects)
    since = [(s, saved.get(s, latest[s])) for s in subjects if s in cars]
    changes = _Changes(since)
    return [
        Resumed(cars[subject], subject in saved, *changes.of(subject, at)) for subject, at in since
    ]


def count_resumed(owner: str, *, personalised: bool) -> int:
    """How many cars `strip` shows."""
    seen, saved = _resumable(owner, personalised=personalised)
    return min(STRIP, len(seen.keys() | saved.keys()))


def _resumable(
    owner: str, *, personalised: bool
) -> tuple[dict[Subject, datetime], dict[Subject, datetime]]:
    """When each car was seen, and when saved."""
    visits = queries.visits(owner, limit=STRIP) if personalised else ()
    saved = queries.favourites(owner)[:STRIP]
    return (
        {visit.subject: visit.seen_at for visit in visits},
        {one.subject: one.saved_at for one in saved},
    )


def cars_of(subjects: Sequence[Subject]) -> dict[Subject, Car]:
    """Those that exist; the bars of trims are scaled to one another."""
    found = {}
    for row in rows_of([s.id for s in subjects if s.kind == "trim"], Selection()):
        subject = Subject("trim", row.trim.id)
        found[subject] = Car(subject, row=row)
    series_ids = {s.id for s in subjects if s.kind == "series"}
    if series_ids:
        trims = queries.trims_of(series_ids)
        for series in queries.series_rows(series_ids).values():
            own = trims[series.id]
            card = SeriesCard(series, len(own), drawing_of(own[0]) if own else None)
            found[Subject("series", series.id)] = Car(Subject("series", series.id), card=card)
    return found


class _Changes:
    """What changed of some cars, each since a time of its own: two statements for all."""

    def __init__(self, watched: Sequence[tuple[Subject, datetime]]) -> None:
        trims = [subject.id for subject, _ in watched if subject.kind == "trim"]
        series = [subject.id for subject, _ in watched if subject.kind == "series"]
        self._formers: dict[int, list[Former]] = defaultdict(list)
        self._trims_of: dict[int, set[int]] = defaultdict(set)
        self._launches: dict[int, list[datetime]] = defaultdict(list)
        if watched:
            since = min(at for _, at in watched)
            for former in queries.former_prices(trims, series, since=since):
                self._formers[former.trim_id].append(former)
                self._trims_of[former.series_id].add(former.trim_id)
        for series_id, at in queries.launches(series) if series else ():
            self._launches[series_id].append(at)

    def of(self, subject: Subject, since: datetime) -> tuple[Change | None, SeriesChange | None]:
        """Of a trim the first, of a series the second."""
        if subject.kind == "trim":
            return self._of_trim(subject.id, since), None
        return None, self._of_series(subject.id, since)

    def kept(self, one: Favourite, car: Car) -> Kept:
        change, series_change = self.of(one.subject, one.saved_at)
        return Kept(car, one.saved_at, change, series_change)

    def fall_of(self, one: Favourite) -> int:
        if one.subject.kind == "series":
            return self._of_series(one.subject.id, one.saved_at).most_fen
        change = self._of_trim(one.subject.id, one.saved_at)
        return max(0, -change.by_fen) if change else 0

    def _of_trim(self, trim_id: int, since: datetime) -> Change | None:
        """From the value that held at `since` to the current one."""
        held = [former for former in self._formers[trim_id] if former.until > since]
        if not held or held[0].fen == held[0].now_fen:
            return None
        prices = [*(former.fen for former in held), held[0].now_fen]
        ends = [
            former.until
            for former, following in zip(held, prices[1:], strict=True)
            if former.fen != following
        ]
        return Change(held[0].fen, held[0].now_fen, ends[-1])

    def _of_series(self, series_id: int, since: datetime) -> SeriesChange:
        changes = [self._of_trim(trim_id, since) for trim_id in self._trims_of[series_id]]
        moves = [change.by_fen for change in changes if change is not None]
        return SeriesChange(
            cheaper=sum(move < 0 for move in moves),
            dearer=sum(move > 0 for move in moves),
            most_fen=max(0, -min(moves, default=0)),
            launched=sum(at > since for at in self._launches[series_id]),
        )


def _in_order(found: Sequence[Favourite], changes: _Changes, sort: str) -> list[Favourite]:
    if sort == "drop":
        return sorted(found, key=changes.fall_of, reverse=True)
    if sort == "price":
        prices = queries.prices_of([one.subject for one in found])
        return sorted(found, key=lambda one: _unknown_last(prices.get(one.subject)))
    return list(found)


def _unknown_last(fen: int | None) -> tuple[bool, int]:
    return fen is None, fen or 0


def _day_title(on: date, today: date) -> str:
    near = {today: "今天", today - timedelta(days=1): "昨天"}
    return near.get(on) or day(datetime(on.year, on.month, on.day, 12, tzinfo=CHINA))
