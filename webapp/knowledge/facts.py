"""What the catalogue knows of each series, as sentences made from its rows.

Each sentence names its series, so that it can be quoted alone; each paragraph of figures says
where they come from and of which month. What is unknown is not mentioned. The same rows give
the same text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.catalogue import queries
from webapp.catalogue.vocabulary import ENERGIES, ENERGY_LABELS, FEATURES, SCOPE_LABELS
from webapp.formatting import month, number, thousands, wan
from webapp.knowledge.shipped import FACTS_COLLECTION, ShippedDocument

PRICE: Final = "price_wan"
BATTERY: Final = "battery_type"
SECTIONS: Final = (
    (
        "续航、电池与充电",
        (
            "range_cltc_km",
            "range_wltc_km",
            "range_nedc_km",
            "range_epa_km",
            "range_total_cltc_km",
            "range_total_wltc_km",
            "battery_kwh",
            BATTERY,
            "fast_charge_h",
            "slow_charge_h",
            "v2l_kw",
        ),
    ),
    (
        "能耗",
        (
            "consumption_kwh_100km",
            "fuel_wltc_l_100km",
            "fuel_nedc_l_100km",
            "fuel_depleted_l_100km",
            "fuel_depleted_wltc_l_100km",
            "fuel_depleted_cltc_l_100km",
            "fuel_depleted_nedc_l_100km",
            "fuel_tank_l",
        ),
    ),
    ("动力", ("power_kw", "torque_nm", "accel_0_100_s", "top_speed_kmh")),
    (
        "尺寸与重量",
        (
            "length_mm",
            "width_mm",
            "height_mm",
            "wheelbase_mm",
            "ground_clearance_mm",
            "turning_radius_m",
            "trunk_l",
            "curb_weight_kg",
        ),
    ),
)
"""Headings and the parameters below them, in the order they are told."""

KEYS: Final = (PRICE, *(key for _, keys in SECTIONS for key in keys))
EXTREMES: Final = {"range_cltc_km": "最长", "accel_0_100_s": "最快"}
"""Parameters of which the best trim is named, and what that trim is."""
MANY: Final = 8
"""More trims than this are counted instead of named."""
MANY_BEST: Final = 3
"""More trims than this are no longer the best, but the usual."""
FRESH_YEARS: Final = 1
"""Sales of an earlier year than so many before the newest are history, not news."""


@dataclass(frozen=True)
class SeriesRows:
    """What is known of a series. `features` says by trim what is there and what is not."""

    head: queries.SeriesHead
    trims: list[queries.TrimRow]
    specs: list[queries.Spec]
    features: dict[int, dict[str, bool]]
    sales: list[queries.SalesFigure]


def series_facts(series_ids: Iterable[int] | None = None) -> Iterator[ShippedDocument]:
    """A document for each of these series, or of all, that has trims. Four statements each."""
    if series_ids is None:
        series_ids, _ = queries.sitemap_entries()
    for series_id in series_ids:
        rows = series_rows(series_id)
        if rows is not None:
            yield facts_document(rows)


def series_rows(series_id: int) -> SeriesRows | None:
    """The rows behind a series' facts: its trims on sale, or all if none is."""
    head = queries.series_head(series_id)
    trims = queries.series_trims(series_id)
    if head is None or not trims:
        return None
    selling = [trim for trim in trims if trim.status == "在售"] or trims
    ids = [trim.id for trim in selling]
    return SeriesRows(
        head=head,
        trims=selling,
        specs=queries.specs_of(ids, keys=KEYS),
        features=queries.features_of(ids),
        sales=_fresh(queries.latest_sales(series_id)),
    )


def _fresh(sales: list[queries.SalesFigure]) -> list[queries.SalesFigure]:
    newest = max((int(figure.period[:4]) for figure in sales), default=0)
    return [figure for figure in sales if int(figure.period[:4]) >= newest - FRESH_YEARS]


def facts_document(rows: SeriesRows) -> ShippedDocument:
    """The document of one series; a pure function of its rows."""
    name = rows.head.branded_name
    summary = _summary(rows, name)
    sections = [
        ("价格与版本", [*_versions(rows, name), *_prices(rows, name)]),
        *((heading, _figures(rows, name, keys)) for heading, keys in SECTIONS),
        ("驱动与座位", list(_choices(rows, name))),
        ("配置", list(_features(rows, name))),
        ("销量", list(_sales(rows, name))),
    ]
    told = [f"## {name}的{heading}\n\n{''.join(said)}" for heading, said in sections if said]
    sources = sorted({spec.source.name for spec in rows.specs} | {s.source for s in rows.sales})
    months = [spec.source.captured for spec in rows.specs] + [s.period for s in rows.sales]
    return ShippedDocument(
        id=f"series-{rows.head.id}",
        collection=FACTS_COLLECTION,
        title=f"{name}的价格、参数与销量",
        summary=summary,
        text="\n\n".join([summary, *told]) + "\n",
        source="、".join(sources),
        author=None,
        date=max(months, default=None),
        topic=None,
        series=rows.head.name,
    )


def _summary(rows: SeriesRows, name: str) -> str:
    head = rows.head
    kind = f"{head.size or ''}{head.body or ''}" or "车系"
    maker = f"，由{head.maker}生产" if head.maker else ""
    energies = "、".join(ENERGY_LABELS[energy] for energy in _energies(rows.trims))
    offered = f"，能源类型有{energies}" if energies else ""
    return f"{name}是{head.brand}的{kind}{maker}{offered}。"


def _energies(trims: Sequence[queries.TrimRow]) -> list[str]:
    present = {trim.energy for trim in trims}
    return [energy for energy in ENERGIES if energy in present]


def _versions(rows: SeriesRows, name: str) -> Iterator[str]:
    years = sorted({trim.model_year for trim in rows.trims if trim.model_year})
    of_years = f"，年款有{'、'.join(f'{year}款' for year in years)}" if years else ""
    yield f"车知收录{name}的{_versions_meant(rows)} {len(rows.trims)} 个{of_years}。"
    if newest := max((trim.launch or "" for trim in rows.trims), default=""):
        yield f"{name}最近一次有版本上市是 {month(newest)}。"


def _versions_meant(rows: SeriesRows) -> str:
    return "在售版本" if all(trim.status == "在售" for trim in rows.trims) else "版本"


def _prices(rows: SeriesRows, name: str) -> Iterator[str]:
    priced = sorted(
        (trim.price_fen, trim.id, trim.title) for trim in rows.trims if trim.price_fen is not None
    )
    if not priced:
        return
    (low, _, cheapest), (high, _, dearest) = priced[0], priced[-1]
    source = _source([spec for spec in rows.specs if spec.key == PRICE])
    if low == high:
        yield f"{name}的厂商指导价为 {wan(low)} 万元（{source}）。"
        return
    yield (
        f"{name}的厂商指导价为 {wan(low)} 至 {wan(high)} 万元（{source}），"
        f"最低的是{cheapest}，最高的是{dearest}。"
    )
    if len(priced) <= MANY:
        listed = "，".join(f"{title} {wan(fen)} 万元" for fen, _, title in priced)
        yield f"{name}各版本的厂商指导价是：{listed}。"


def _figures(rows: SeriesRows, name: str, keys: Sequence[str]) -> list[str]:
    """Sentences over these parameters, and at the end where they come from."""
    said: list[str] = []
    used: list[queries.Spec] = []
    for key in keys:
        specs = [spec for spec in rows.specs if spec.key == key]
        sentences = list(_words(rows, name, specs) if key == BATTERY else _spans(rows, name, specs))
        said += sentences
        used += specs if sentences else []
    return [*said, f"{name}的以上数据出自{_source(used)}。"] if said else []


def _spans(rows: SeriesRows, name: str, specs: Sequence[queries.Spec]) -> Iterator[str]:
    """One sentence a kind of energy: figures of different kinds are not one span."""
    titles = {trim.id: trim.title for trim in rows.trims}
    said = {}
    for subject, ids in _subjects(rows, name).items():
        # A stated 0 is a gap in the source, not a figure.
        known = [(spec.number, spec) for spec in specs if spec.trim_id in ids and spec.number]
        if known:
            said[subject] = _span(known, titles)
    for subject, span in _merged(rows, name, said):
        yield f"{subject}的{specs[0].label}为 {span}。"


def _span(known: Sequence[tuple[float, queries.Spec]], titles: dict[int, str]) -> str:
    """“470 至 545 km，最长的是…”."""
    low, high = min(figure for figure, _ in known), max(figure for figure, _ in known)
    first = known[0][1]
    span = number(low) if low == high else f"{number(low)} 至 {number(high)}"
    if first.unit:
        span += f" {first.unit}"
    if low == high or first.key not in EXTREMES:
        return span
    wanted = low if first.better == "low" else high
    best = [titles[spec.trim_id] for figure, spec in known if figure == wanted]
    return f"{span}，{EXTREMES[first.key]}的是{'、'.join(best)}" if len(best) <= MANY_BEST else span


def _words(rows: SeriesRows, name: str, specs: Sequence[queries.Spec]) -> Iterator[str]:
    said = {}
    for subject, ids in _subjects(rows, name).items():
        words = [
            spec.text
            for spec in specs
            if spec.trim_id in ids and spec.text and spec.fitted in (None, "standard")
        ]
        if words:
            said[subject] = "、".join(dict.fromkeys(words))
    for subject, listed in _merged(rows, name, said):
        yield f"{subject}的{specs[0].label}为{listed}。"


def _merged(rows: SeriesRows, name: str, said: dict[str, str]) -> list[tuple[str, str]]:
    """What is said alike of every kind of energy is said of the series."""
    if len(said) == len(_subjects(rows, name)) and len(set(said.values())) == 1:
        return [(name, next(iter(said.values())))]
    return list(said.items())


def _subjects(rows: SeriesRows, name: str) -> dict[str, set[int]]:
    """Whom a sentence speaks of, and the trims meant: the series, or each kind of energy."""
    energies = _energies(rows.trims)
    if len(energies) < 2:
        return {name: {trim.id for trim in rows.trims}}
    return {
        f"{name}{ENERGY_LABELS[energy]}版": {t.id for t in rows.trims if t.energy == energy}
        for energy in energies
    }


def _choices(rows: SeriesRows, name: str) -> Iterator[str]:
    drives, gearboxes, seats = {}, {}, {}
    for subject, ids in _subjects(rows, name).items():
        trims = [trim for trim in rows.trims if trim.id in ids]
        counts = sorted({trim.seats for trim in trims if trim.seats})
        drives[subject] = _listed(trim.drive for trim in trims)
        gearboxes[subject] = _listed(trim.gearbox for trim in trims)
        seats[subject] = "、".join(f"{count} 座" for count in counts)
    for said, form in ((drives, "驱动方式有"), (gearboxes, "变速箱为"), (seats, "座位数为 ")):
        yield from (f"{who}的{form}{words}。" for who, words in _merged(rows, name, said) if words)


def _listed(words: Iterable[str | None]) -> str:
    return "、".join(sorted({word for word in words if word}))


def _features(rows: SeriesRows, name: str) -> Iterator[str]:
    """Features that the same trims have are told together."""
    groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for feature in FEATURES:
        known = [t for t in rows.trims if feature in rows.features.get(t.id, {})]
        there = tuple(t.title for t in known if rows.features[t.id][feature])
        absent = tuple(t.title for t in known if not rows.features[t.id][feature])
        if known:
            groups.setdefault((there, absent), []).append(feature)
    meant = _versions_meant(rows)
    for (there, absent), features in groups.items():
        listed = "、".join(features)
        if len(there) == len(rows.trims):
            yield f"{name}的全部{meant}都有{listed}，标配或选装。"
        elif len(absent) == len(rows.trims):
            yield f"{name}的全部{meant}都没有{listed}。"
        else:
            having = f"有{listed}（标配或选装）的是{_named(there)}" if there else ""
            lacking = f"没有{listed}的是{_named(absent)}" if absent else ""
            yield f"{name}的{meant}中，{'，'.join(filter(None, (having, lacking)))}。"


def _named(titles: Sequence[str]) -> str:
    return "、".join(titles) if len(titles) <= MANY else f"其中 {len(titles)} 个版本"


def _sales(rows: SeriesRows, name: str) -> Iterator[str]:
    for figure in rows.sales:
        yield (
            f"{name} {month(figure.period)}的{SCOPE_LABELS[figure.scope]}销量为 "
            f"{thousands(figure.units)} 辆（{figure.source}）。"
        )


def _source(specs: Sequence[queries.Spec]) -> str:
    """“汽车之家参数配置页，2025 年 11 月”; more than one source or month are all named."""
    said = sorted({(spec.source.name, spec.source.captured) for spec in specs})
    return "；".join(f"{name}，{month(captured)}" for name, captured in said)
