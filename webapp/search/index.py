"""What the search index holds of the catalogue: one document a trim, its series' facts in each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, Final

from webapp.backends.search.port import ANYWHERE, Document, Layout
from webapp.catalogue.filters import FIELDS
from webapp.catalogue.vocabulary import (
    ENERGY_LABELS,
    FEATURES,
    GREEN_PLATE_ENERGIES,
    RANGE_CYCLES,
)
from webapp.search import queries
from webapp.search.names import Name, compile_lexicon, fold
from webapp.search.queries import CarRow, two_digits

LAYOUT: Final = Layout(
    numbers=(
        "price_fen",
        *(row.name for row in FIELDS if row.kind == "number" and row.name != "price_wan"),
        "range_place",
        "launch",
        "sales",
        "views",
    ),
    words=tuple(row.name for row in FIELDS if row.kind == "choice"),
    sets=("features", "features_absent"),
    texts={
        "series_name": 3.0,
        "brand_name": 2.5,
        "alias": 1.5,
        "trim_name": 1.5,
        "maker": 1.0,
        "kind": 1.0,
        "fitted": 0.6,
    },
    names=("series_name", "brand_name", "alias", "trim_name"),
    boosts={"sales": 0.3, "views": 0.25},
)

TEXT_LABELS: Final = {
    "series_name": "车系",
    "brand_name": "品牌",
    "alias": "别名",
    "trim_name": "车型",
    "maker": "厂商",
    "kind": "类别",
    "fitted": "配置",
    ANYWHERE: "全文",
}
BOOST_LABELS: Final = {"sales": "销量", "views": "浏览热度"}

_SAME: Final = tuple(
    one.name for one in fields(CarRow) if one.name in {*LAYOUT.numbers, *LAYOUT.words}
)
"""Fields that hold what the column of the same name holds."""


def car_documents() -> list[Document]:
    """A document for every trim. Five statements."""
    # Not the copy kept for a second: it may be of the version before.
    names = compile_lexicon(queries.brand_rows(), queries.series_rows(), queries.alias_rows()).names
    other_names = _other_names(names)
    return [_document(row, other_names) for row in queries.car_rows()]


def _document(row: CarRow, other_names: dict[tuple[str, str], list[str]]) -> Document:
    values: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    values["launch"] = int(row.launch.replace("-", "")) if row.launch else None
    values["range_place"] = _range_place(row)
    # Rounded, so that a visitor more does not mean a document to write again.
    values["views"] = two_digits(row.views) if row.views else None
    fitted = tuple(_chosen(row.features))
    values["features"] = fitted
    values["features_absent"] = tuple(_chosen(row.features_known & ~row.features))
    aliases = [*other_names["series", str(row.series_id)], *other_names["brand", row.brand]]
    texts = {
        "series_name": (row.series,),
        "brand_name": (row.brand,),
        "alias": tuple(dict.fromkeys(aliases)),
        "trim_name": (row.name, f"{row.model_year}款" if row.model_year else ""),
        "maker": (row.maker or "",),
        "kind": tuple(_kind(row)),
        "fitted": fitted,
    }
    return Document(
        id=row.id,
        values={name: value for name, value in values.items() if value not in (None, ())},
        texts={
            name: kept for name, strings in texts.items() if (kept := tuple(filter(None, strings)))
        },
    )


def _range_place(row: CarRow) -> int | None:
    """Where its range stands among those of other test cycles; see `queries.orders`."""
    if row.range_km is None:
        return None
    return RANGE_CYCLES.index(row.range_cycle) if row.range_cycle else len(RANGE_CYCLES)


def _kind(row: CarRow) -> Iterator[str]:
    """The words of what a car is."""
    if row.energy:
        yield ENERGY_LABELS[row.energy]
        if row.energy in GREEN_PLATE_ENERGIES:
            yield "新能源"
    yield f"{row.size or ''}{row.body or ''}"
    for value in (row.drive, row.gearbox, row.origin):
        yield value or ""
    if row.seats:
        yield f"{row.seats}座"


def _chosen(mask: int) -> Iterator[str]:
    return (name for bit, name in enumerate(FEATURES) if mask >> bit & 1)


def _other_names(names: Iterable[Name]) -> dict[tuple[str, str], list[str]]:
    """By (kind, id of the series or name of the brand), its other spellings and the pinyin."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        if name.kind == "group":
            for member in name.members:
                found["brand", member] += name.forms
        else:
            key = str(name.series_id) if name.kind == "series" else name.text
            own = fold(name.text)
            found[name.kind, key] += [form for form in name.forms if form != own]
            found[name.kind, key].append(name.pinyin.replace(" ", ""))
    return found
