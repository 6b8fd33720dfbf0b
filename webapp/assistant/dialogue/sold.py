"""The rule for sales: of cars that are named, or the first places of a ranking."""

from __future__ import annotations

from webapp import clock
from webapp.assistant.answering.sold_words import (
    asks_of_sales,
    period_in,
    places_in,
    slices_of,
    without_sales,
)
from webapp.assistant.calls import Call, Cars, Sales
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.wishes import wants_of
from webapp.search.service import parse_sentence
from webapp.search.understanding.reading import interpret


def sold(said: Said) -> Call | None:
    """“星愿上个月卖了多少”, “6月中型SUV销量前五”, “星愿和海鸥谁卖得好”."""
    if not (asks_of_sales(said.text) or places_in(said.text)) or said.pointed.trims:
        return None
    period, words = period_in(said.text, clock.today_in_china())
    if said.own_series:
        return Sales(Cars(series=said.own_series), period)
    top = places_in(said.text)
    if not top:
        return None
    read = interpret(parse_sentence(without_sales(said.text, words)), expecting="search")
    wants = wants_of(one for one in read.conditions if not one.inferred)
    # The list of cars has what a ranking lacks, ordered by sales.
    if slices_of(one.condition for one in wants) is None:
        return None
    return Sales(period=period, top=top, wants=wants)
