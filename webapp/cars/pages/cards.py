"""What the cards of shared links say: of a series, of a trim, of a comparison."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp.cars.cards import Card
from webapp.cars.pages.figures import Yardsticks, drawing_of, key_figures
from webapp.catalogue.queries import SeriesHead, TrimRow
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.formatting import NOT_APPLICABLE, wan_span

FIGURES: Final = 3
_NO_CLASS: Final[Yardsticks] = {}


def series_card(head: SeriesHead, trims: Sequence[TrimRow]) -> Card:
    """Drawn and measured is the cheapest trim of the newest year, as on its page."""
    words = [head.size, head.body, f"{len(trims)} 款车型" if trims else "还没有车型"]
    lead = trims[:1]
    return Card(
        title=head.branded_name,
        subtitle="，".join(word for word in words if word),
        figures=(
            ("厂商指导价", wan_span(head.price_min_fen, head.price_max_fen)),
            *(figure for trim in lead for figure in _figures(trim)),
        ),
        cars=tuple(drawing_of(trim) for trim in lead),
    )


def trim_card(trim: TrimRow) -> Card:
    words = [trim.title, ENERGY_LABELS.get(trim.energy or ""), trim.body]
    return Card(
        title=trim.branded_name.removesuffix(trim.title).strip(),
        subtitle="，".join(word for word in words if word),
        figures=(("厂商指导价", _price(trim)), *_figures(trim)),
        cars=(drawing_of(trim),),
    )


def comparison_card(trims: Sequence[TrimRow]) -> Card:
    series = list(dict.fromkeys(trim.series for trim in trims))
    return Card(
        title=" 对比 ".join(series),
        subtitle=f"{len(trims)} 款车的参数并排，同一比例，前轴对齐",
        figures=(),
        cars=tuple(drawing_of(trim) for trim in trims),
        names=tuple(f"{trim.full_name} {_price(trim)}" for trim in trims),
    )


def _price(trim: TrimRow) -> str:
    return wan_span(trim.price_fen, trim.price_fen)


def _figures(trim: TrimRow) -> list[tuple[str, str]]:
    """The first of those that matter for its kind and are known."""
    known = [
        (figure.label, f"{figure.text} {figure.unit}".strip())
        for figure in key_figures(trim, _NO_CLASS)
        if figure.text not in (None, NOT_APPLICABLE) and figure.field != "price_wan"
    ]
    return known[:FIGURES]
