"""What the pages of the rankings show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from webapp.errors import NotFound, Suggestion
from webapp.pagination import Page
from webapp.rankings import addresses, periods, queries
from webapp.rankings.chart import BumpChart, Spark, bump_chart, spark
from webapp.rankings.lists import Inputs, Listed, Row, value_text
from webapp.rankings.methods import GROUP_LABELS, METHODS, SLICES, Group, Method, Subject
from webapp.rankings.queries import Freshness, Published, Short

SIZE: Final = 50
SHORT: Final = 5
_CHARTED: Final[frozenset[Subject]] = frozenset({"series", "brand", "maker"})


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_here: bool


@dataclass(frozen=True)
class Choice:
    """One select of the form: a way to narrow the list."""

    name: str
    label: str
    options: list[tuple[str, str]]
    chosen: str


@dataclass(frozen=True)
class RowView:
    row: Row
    names: list[tuple[str, str | None]]
    value: str
    share: float
    spark: Spark | None
    note: str


@dataclass(frozen=True)
class Overview:
    groups: list[tuple[Group, str, list[Short]]]
    freshness: Freshness


@dataclass(frozen=True)
class ListPage:
    method: Method
    published: Published
    listed: Listed
    heading: str
    part: str
    """What the list is narrowed to, in words; empty for all of it."""
    scopes: list[Tab]
    subjects: list[Tab]
    kinds: list[Tab]
    others: list[Tab]
    """The other periods of this kind, the newest first."""
    newer: Tab | None
    older: Tab | None
    choices: list[Choice]
    page: Page[RowView]
    chart: BumpChart | None
    freshness: Freshness
    csv: str
    cars: str


def overview(now: datetime) -> Overview:
    newest = queries.newest_by_name()
    head = METHODS[first.name].scope if (first := queries.headline()) else ""
    shown = [
        published
        for published in newest.values()
        # Brands and makers once, on the basis the site is best known for.
        if METHODS[published.name].subject not in ("brand", "maker")
        or METHODS[published.name].scope == head
    ]
    shorts = [_short(published) for published in shown]
    groups = [
        (group, label, [short for short in shorts if short.method.group == group])
        for group, label in GROUP_LABELS.items()
    ]
    return Overview([one for one in groups if one[2]], queries.freshness(now))


def _short(published: Published) -> Short:
    whole = queries.listed(published)
    return Short(whole.method, whole.period, whole.rows[:SHORT], len(whole.rows), whole.sources)


def method_of(name: str) -> Method:
    """Raises NotFound with the lists there are."""
    method = METHODS.get(name)
    if method is None:
        raise NotFound(f"没有“{name[:40]}”这份榜单。", suggestions=_ways_on())
    return method


def published_of(method: Method, period: str) -> Published:
    """Raises NotFound with the newest list of the same kind."""
    found = queries.current(method.name, period) if periods.is_period(period) else None
    if found is None:
        known = queries.periods_of(method.name)[:1]
        near = [
            Suggestion(f"{periods.label(p)}{method.title}", addresses.ranking(method.name, p))
            for p in known
        ]
        said = f"{periods.label(period)}没有{method.title}" if periods.is_period(period) else ""
        raise NotFound(
            f"{said or f'“{period[:20]}”不是榜单的期间'}。", suggestions=[*near, *_ways_on()]
        )
    return found


def newest_address(method: Method) -> str:
    """Raises NotFound where the list was never published."""
    known = queries.periods_of(method.name)
    if not known:
        raise NotFound(f"{method.title}还没有发布过。", suggestions=_ways_on())
    return addresses.ranking(method.name, known[0])


def _ways_on() -> list[Suggestion]:
    return [Suggestion("全部榜单", addresses.OVERVIEW)]


def list_page(
    published: Published, slices: Mapping[str, str], number: int, now: datetime
) -> ListPage:
    listed = queries.listed(published, slices)
    method, period = listed.method, published.period
    kind = periods.kind_of(period)
    known = queries.periods_of(method.name)
    same = [one for one in known if periods.kind_of(one) == kind]
    at = same.index(period)
    months = periods.window(period) if kind == "month" and method.subject in _CHARTED else []
    lists = {
        one.period: queries.listed(one, slices)
        for one in queries.recent(method.name, months).values()
    }
    last = max(1, -(-len(listed.rows) // SIZE))
    if number > last:
        raise NotFound(f"这份榜单只有 {last} 页。", suggestions=_ways_on())
    rows = listed.rows[(number - 1) * SIZE : number * SIZE]
    return ListPage(
        method=method,
        published=published,
        listed=listed,
        heading=f"{periods.label(period)}{method.title}",
        part="、".join(SLICES[name][1][value] for name, value in slices.items()),
        scopes=_same_group(method, period),
        subjects=_subjects(method, period),
        kinds=_kinds(method, known, kind),
        others=[_tab(method, one, slices, periods.label(one), one == period) for one in same],
        newer=_tab(method, same[at - 1], slices, periods.label(same[at - 1])) if at else None,
        older=_tab(method, same[at + 1], slices, periods.label(same[at + 1]))
        if at + 1 < len(same)
        else None,
        choices=_choices(method, queries.inputs_of(published), slices),
        page=Page(
            _rows(rows, listed, months, lists),
            number,
            SIZE,
            len(listed.rows),
            lambda n: addresses.ranking(method.name, period, slices, n),
        ),
        chart=bump_chart(months, lists) if months and listed.rows else None,
        freshness=queries.freshness(now, method.name),
        csv=addresses.ranking_csv(method.name, period, slices),
        cars=addresses.listing(slices),
    )


def _rows(
    rows: Iterable[Row], listed: Listed, months: list[str], lists: Mapping[str, Listed]
) -> list[RowView]:
    most = max((row.entry.value for row in listed.rows), default=0) or 1
    by_month = [
        {row.entry.key: row.entry.value for row in lists[m].rows} if m in lists else {}
        for m in months
    ]
    return [
        RowView(
            row,
            addresses.of_entry(row.entry),
            value_text(listed.method, row.entry.value),
            row.entry.value / most,
            spark([known.get(row.entry.key) for known in by_month], listed.method.unit)
            if months
            else None,
            _note(row, listed.slices),
        )
        for row in rows
    ]


def _note(row: Row, slices: Mapping[str, str]) -> str:
    """What must be known of a row; in a list of one energy, which others its figure holds."""
    labels, energies = SLICES["energy"][1], row.entry.kind.energies
    mixed = "energy" in slices and len(energies) > 1
    whole = f"整个车系，含{'、'.join(labels[one] for one in energies)}" if mixed else ""
    return "；".join(filter(None, (row.entry.note, whole)))


def _tab(
    method: Method, period: str, slices: Mapping[str, str], label: str, is_here: bool = False
) -> Tab:
    return Tab(label, addresses.ranking(method.name, period, slices), is_here)


def _same_group(method: Method, period: str) -> list[Tab]:
    """Sales of the same subject on the other bases; else the other lists of the group."""
    newest = queries.newest_by_name()
    tabs = []
    for name, published in newest.items():
        other = METHODS[name]
        alike = other.subject == method.subject or method.group != "sales"
        if other.group != method.group or not alike:
            continue
        at = period if queries.current(name, period) else published.period
        label = other.basis if method.group == "sales" else other.short
        tabs.append(Tab(label, addresses.ranking(name, at), name == method.name))
    return tabs if len(tabs) > 1 else []


def _subjects(method: Method, period: str) -> list[Tab]:
    """The same sales by series, brand and maker."""
    if method.group != "sales":
        return []
    labels: dict[Subject, str] = {"series": "车系", "brand": "品牌", "maker": "厂商"}
    return [
        Tab(labels[one.subject], addresses.ranking(one.name, period), one.name == method.name)
        for one in METHODS.values()
        if one.scope == method.scope and queries.current(one.name, period)
    ]


def _kinds(method: Method, known: list[str], kind: periods.Kind) -> list[Tab]:
    newest: dict[periods.Kind, str] = {}
    for period in known:
        newest.setdefault(periods.kind_of(period), period)
    tabs = [
        Tab(label, addresses.ranking(method.name, newest[one]), one == kind)
        for one, label in periods.KIND_LABELS.items()
        if one in newest
    ]
    return tabs if len(tabs) > 1 else []


def _choices(method: Method, inputs: Inputs, slices: Mapping[str, str]) -> list[Choice]:
    """Only what some row of the whole list has, each with how many."""
    choices = []
    for name in method.slices:
        label, words = SLICES[name]
        chosen = slices.get(name, "")
        options = [
            (value, f"{words[value]}（{count}）")
            for value in words
            if (count := sum(entry.kind.fits({name: value}) for entry in inputs.entries))
            or value == chosen
        ]
        if len(options) > 1 or chosen:
            choices.append(Choice(name, label, options, chosen))
    return choices
