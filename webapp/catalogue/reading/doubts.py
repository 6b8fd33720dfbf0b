"""What looks wrong in rows that can be imported: doubtful names and contradicting values."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.catalogue.measures import applies
from webapp.catalogue.reading.choices import CHOICES
from webapp.catalogue.reading.names import HAN, skeleton
from webapp.catalogue.reading.reference import brands
from webapp.catalogue.reading.rows import Row
from webapp.catalogue.vocabulary import ENERGY_LABELS

# Words makers themselves put behind a Chinese name.
_SUFFIXES: Final = r"\b(?:plus|pro|max|ultra|mini|air|lite|sport|sportback|class)\b"
_LATIN_WORD: Final = re.compile(r"[A-Za-z]*[a-z][A-Za-z]{2,}|[A-Za-z]{3,}[a-z]")
_DISTINCT: Final = 6
"""Names of two makers that agree in so many characters are no coincidence, unlike “M7”."""


_TELLING: Final = {
    "displacement_ml": "排量",
    **dict.fromkeys(("fuel_wltc_l_100km", "fuel_nedc_l_100km", "fuel_l_100km"), "油耗"),
    **dict.fromkeys(
        ("range_cltc_km", "range_wltc_km", "range_nedc_km", "range_epa_km"), "纯电续航"
    ),
}
"""Figures that show a wrong energy where a car of it cannot have them."""


@dataclass(frozen=True, slots=True)
class NamedSeries:
    """A series as an import names it; `line` and `key` of its first row, None if it was there
    before."""

    brand: str
    maker: str | None
    name: str
    line: int | None = None
    key: str | None = None

    def bare(self) -> str:
        """The name without brand, spelled plainly."""
        return skeleton(self.name, _brand_names(self.brand))


def _brand_names(brand: str) -> tuple[str, ...]:
    known = brands().get(brand)
    aliases = known.aliases.split() if known else []
    return (brand, brand.removesuffix("汽车"), *aliases)


def near_brands(name: str) -> list[str]:
    """Brands of the table that are called so too, else up to three that are called alike."""
    bare = skeleton(name.removesuffix("汽车"), ())
    called = {brand: [skeleton(n, ()) for n in _brand_names(brand)] for brand in brands()}
    same = [brand for brand, names in called.items() if bare in names]
    if same or len(bare) < 2:
        return same
    return [
        brand
        for brand, names in called.items()
        if any(len(n) > 1 and (n in bare or bare in n) for n in names)
    ][:3]


def doubtful_names(series: Sequence[NamedSeries]) -> Iterator[tuple[NamedSeries, str]]:
    """Doubts about the series of an import, given together with those stored before."""
    seen: set[str] = set()
    for one in series:
        if one.line is not None and one.brand not in brands() and one.brand not in seen:
            seen.add(one.brand)
            near = "".join(f"“{name}”" for name in near_brands(one.brand))
            asked = f"；是不是{near}？" if near else ""
            yield one, f"品牌“{one.brand}”不在品牌表中，产地未知{asked}"
    yield from _twins(series)
    yield from _untranslated(series)


def _twins(series: Sequence[NamedSeries]) -> Iterator[tuple[NamedSeries, str]]:
    alike: dict[str, list[NamedSeries]] = defaultdict(list)
    # Stored series first, so that the doubt falls on the newcomer.
    for one in sorted(series, key=lambda one: one.line or 0):
        earlier = alike[one.bare()]
        twin = next((other for other in earlier if _may_be_same(one, other)), None)
        if twin is not None and one.line is not None:
            where = f"第 {twin.line} 行的" if twin.line else "已有的"
            yield one, f"车系“{one.name}”与{where}“{twin.name}”（{twin.brand}）可能是同一车系"
        earlier.append(one)


def _may_be_same(one: NamedSeries, other: NamedSeries) -> bool:
    if one.brand == other.brand or (one.maker and one.maker == other.maker):
        return True
    bare = one.bare()
    return len(bare) >= _DISTINCT or len(HAN.findall(bare)) > 1


def _untranslated(series: Sequence[NamedSeries]) -> Iterator[tuple[NamedSeries, str]]:
    chinese: dict[str, list[bool]] = defaultdict(list)
    for one in series:
        chinese[one.brand].append(bool(HAN.search(one.bare())))
    for one in series:
        peers = chinese[one.brand]
        if one.line is None or 2 * sum(peers) < len(peers) or HAN.search(one.bare()):
            continue
        own = re.sub(_SUFFIXES, "", one.name, flags=re.I)
        if _LATIN_WORD.search(HAN.sub(" ", own)) and not re.search(r"\d", own):
            yield one, f"车系“{one.name}”没有中文名，同品牌其他车系有：可能未翻译"


def doubtful_row(row: Row) -> Iterator[str]:
    """Doubts about a single row."""
    identity = row.identity
    if identity.named_year and identity.model_year != identity.named_year:
        yield f"车型名写 {identity.named_year}款，年款列写 {identity.model_year}"
    stated = row.values.get("energy")
    energy = CHOICES["energy"](stated.text) if stated and stated.text else None
    for key, label in _TELLING.items():
        if not applies(key, energy) and (cell := row.values.get(key)) and cell.number:
            yield f"能源类型是{ENERGY_LABELS[energy or '']}，却有{label} {cell.number:g}"
            return


def doubtful_titles(
    rows: Sequence[Row], stored: Mapping[tuple[int | None, str], str]
) -> Iterator[tuple[Row, str]]:
    """Rows of one series that bear model year and name of another trim.

    `stored` has the key of each trim of the series that the file does not name.
    """
    taken = dict(stored)
    for row in rows:
        title = (row.identity.model_year, row.identity.name)
        other = taken.setdefault(title, row.identity.key)
        if other != row.identity.key:
            yield row, f"与编号 {other} 的年款和车型名相同，可能重复"
