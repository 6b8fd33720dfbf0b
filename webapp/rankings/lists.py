"""One ranking as data: what it is computed from, its rows, its digest and its CSV. Pure.

`Inputs` are frozen with a publication, so that the same rows and the same bytes can be computed
from them at any later time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from webapp.csvtext import csv_text
from webapp.formatting import number, thousands
from webapp.rankings import periods
from webapp.rankings.methods import Method

EITHER: Final = "|"
FEWEST: Final = 3
"""Fewer rows than this are no ranking."""


class RankingError(Exception):
    """A list that cannot be published; the text tells staff why, in Chinese."""


@dataclass(frozen=True)
class Kind:
    """What a row can be narrowed by. `energies` are all a series is sold with, `price` is a key of
    `methods.PRICE_BANDS`; a missing value is in no slice."""

    energies: tuple[str, ...] = ()
    body: str | None = None
    size: str | None = None
    price: str | None = None
    origin: str | None = None

    def fits(self, slices: Mapping[str, str]) -> bool:
        """Whether it is one of the values of each slice; several stand with EITHER between."""
        return all(
            any(own in value.split(EITHER) for own in self._own(name))
            for name, value in slices.items()
        )

    def _own(self, name: str) -> tuple[str | None, ...]:
        return self.energies if name == "energy" else (getattr(self, name),)


@dataclass(frozen=True)
class Entry:
    """One candidate. `key` is the same in each period: `series:7`, `brand:3`, `pair:3-7`.

    `parts` are the figures its value was made of, with their labels; `sources` who said them;
    `extent` what a sum is over, empty where it is none: sums over different things are not
    compared.
    """

    key: str
    name: str
    value: float
    sources: tuple[str, ...]
    detail: str = ""
    kind: Kind = Kind()
    note: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    extent: str = ""
    series_id: int | None = None
    other_series_id: int | None = None
    trim_id: int | None = None
    brand: str | None = None


@dataclass(frozen=True)
class Earlier:
    """An entry of the period before, as far as places need it."""

    key: str
    value: float
    kind: Kind = Kind()
    extent: str = ""


@dataclass(frozen=True)
class Inputs:
    """`earlier` is None where the period before has no list."""

    entries: tuple[Entry, ...]
    earlier: tuple[Earlier, ...] | None = None

    def dump(self) -> str:
        """Canonical JSON: the same inputs are the same text."""
        form: dict[str, Any] = {"sort_keys": True, "separators": (",", ":"), "default": vars}
        return json.dumps(self, ensure_ascii=False, **form)

    @classmethod
    def load(cls, text: str) -> Inputs:
        data = json.loads(text)
        entries = tuple(_entry(row) for row in data["entries"])
        rows = data["earlier"]
        if rows is None:
            return cls(entries)
        return cls(entries, tuple(Earlier(**(row | {"kind": _kind(row["kind"])})) for row in rows))

    def ordered(self) -> Inputs:
        """Entries and earlier ones by key, whatever order they were read in."""
        earlier = None if self.earlier is None else tuple(sorted(self.earlier, key=lambda e: e.key))
        return Inputs(tuple(sorted(self.entries, key=lambda e: e.key)), earlier)

    def described_as(self, known: Inputs) -> Inputs:
        """These figures, with cars as they were described when the list was first published."""
        cars = {entry.key: entry for entry in known.entries}
        entries = (
            replace(entry, name=car.name, detail=car.detail, kind=car.kind, brand=car.brand)
            if (car := cars.get(entry.key))
            else entry
            for entry in self.entries
        )
        return replace(self, entries=tuple(entries))

    def as_earlier(self) -> tuple[Earlier, ...]:
        """What the list of the next period needs of this one."""
        return tuple(Earlier(one.key, one.value, one.kind, one.extent) for one in self.entries)


@dataclass(frozen=True)
class Row:
    """`was` is the place in the period before, `change` the value's relative change since;
    `alike` whether both values are sums over the same."""

    place: int
    entry: Entry
    was: int | None = None
    change: float | None = None
    reason: str = ""
    alike: bool = True

    @property
    def climbed(self) -> int | None:
        """Places gained; negative where some were lost, None where that cannot be said."""
        return self.was - self.place if self.was is not None and self.alike else None


@dataclass(frozen=True)
class Listed:
    """A list with its places, or the part of one that `slices` leave."""

    method: Method
    period: str
    rows: tuple[Row, ...]
    slices: Mapping[str, str] = field(default_factory=dict)

    @property
    def sources(self) -> list[str]:
        return sorted({source for row in self.rows for source in row.entry.sources})

    def place_of(self, key: str) -> int | None:
        return next((row.place for row in self.rows if row.entry.key == key), None)


def digest_of(method: Method, period: str, dumped: str) -> str:
    """SHA-256 over name, version, period and the dumped inputs."""
    head = f"{method.name}\n{method.version}\n{period}\n"
    return hashlib.sha256((head + dumped).encode()).hexdigest()


def check(inputs: Inputs) -> None:
    """Raises RankingError for what must not be published: a row without a source."""
    bare = [entry.name for entry in inputs.entries if not any(map(str.strip, entry.sources))]
    if bare:
        raise RankingError(f"有 {len(bare)} 条没有来源，没有发布：{'、'.join(bare[:3])}")


def compute(
    method: Method, period: str, inputs: Inputs, slices: Mapping[str, str] | None = None
) -> Listed:
    """The list, or the part that `slices` leave, with its own places. Equal values share one."""
    wanted = slices or {}
    entries = [entry for entry in inputs.entries if entry.kind.fits(wanted)]
    earlier = [one for one in inputs.earlier or () if one.kind.fits(wanted)]
    sign = -1 if method.high_first else 1
    entries.sort(key=lambda entry: (sign * entry.value, entry.name, entry.key))
    old = _places([(one.key, one.value) for one in earlier], sign)
    known = {one.key: one for one in earlier}
    places = _places([(entry.key, entry.value) for entry in entries], sign)
    rows = []
    for entry in entries:
        was, before = old.get(entry.key), known.get(entry.key)
        alike = before is None or before.extent == entry.extent
        change = _change(entry, before) if before and alike else None
        reason = "" if inputs.earlier is None else _reason(method, period, was, change, alike)
        rows.append(Row(places[entry.key], entry, was, change, reason, alike))
    return Listed(method, period, tuple(rows), dict(wanted))


def _places(values: Iterable[tuple[str, float]], sign: int) -> dict[str, int]:
    """Place by key: one more than how many are strictly better."""
    places: dict[str, int] = {}
    last: float | None = None
    place = 0
    ordered = sorted(values, key=lambda pair: sign * pair[1])
    for position, (key, value) in enumerate(ordered, start=1):
        if value != last:
            place, last = position, value
        places[key] = place
    return places


def _change(entry: Entry, before: Earlier) -> float | None:
    return (entry.value - before.value) / before.value if before.value else None


def _reason(method: Method, period: str, was: int | None, change: float | None, alike: bool) -> str:
    """“销量 +12 %，上月第 5”; without the change where the two sums are not `alike`."""
    word = periods.before_word(period)
    if was is None:
        return f"{word}不在榜"
    if not alike:
        return f"{word}第 {was}，两期所含的数不同，不比增减"
    if change is None or not method.measure:
        return f"{word}第 {was}"
    return f"{method.measure}{percent(change)}，{word}第 {was}"


def percent(change: float) -> str:
    """0.123 -> " +12 %", what rounds to nothing "持平"."""
    rounded = round(change * 100)
    return f" {rounded:+d} %" if rounded else "持平"


HEAD: Final = (
    "榜单",
    "期间",
    "名次",
    "名称",
    "所属",
    "数值",
    "单位",
    "上期名次",
    "变化",
    "构成",
    "口径",
    "来源",
    "备注",
    "方法版本",
    "输入摘要",
)


def csv_of(listed: Listed, digest: str) -> str:
    """The list as CSV; each row names basis, sources, method and the digest of the inputs."""
    method = listed.method
    rows: list[Sequence[str | float]] = [HEAD]
    for row in listed.rows:
        entry = row.entry
        rows.append(
            (
                method.title,
                listed.period,
                row.place,
                entry.name,
                entry.detail,
                plain_value(method, entry.value),
                method.unit,
                row.was or "",
                row.reason,
                "；".join(f"{label} {text}" for label, text in entry.parts),
                method.basis,
                "；".join(entry.sources),
                entry.note,
                f"{method.name} v{method.version}",
                digest,
            )
        )
    return csv_text(rows)


def plain_value(method: Method, value: float) -> str:
    """For machines: no thousands separators."""
    return number(value, method.digits)


def value_text(method: Method, value: float) -> str:
    return thousands(round(value)) if method.digits == 0 else number(value, method.digits)


def _entry(row: dict[str, Any]) -> Entry:
    lists = {
        "sources": tuple(row["sources"]),
        "parts": tuple((label, text) for label, text in row["parts"]),
        "kind": _kind(row["kind"]),
    }
    return Entry(**(row | lists))


def _kind(data: dict[str, Any]) -> Kind:
    return Kind(**(data | {"energies": tuple(data["energies"])}))
