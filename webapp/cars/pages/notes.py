"""What the list says about a sentence beyond its chips: what it did not use, what contradicts
itself, and where a question that is no search is answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from webapp.catalogue import addresses, queries
from webapp.catalogue.filters import FIELDS_BY_NAME, Selection
from webapp.catalogue.filters.words import phrase
from webapp.catalogue.queries import Listing, TrimRow
from webapp.catalogue.wording import left_out, ranked_last, spec_text
from webapp.formatting import number, wan_span
from webapp.search.explicit import LONGEST, honoured
from webapp.search.understanding.result import Understanding

MAX_COMPARED: Final = 6
MAX_VALUES: Final = 3


class Note(NamedTuple):
    text: str
    links: tuple[tuple[str, str], ...] = ()


def notes(
    selection: Selection,
    understood: Understanding,
    found: Listing,
    first: Sequence[TrimRow],
    *,
    typed: str,
    assistant: str,
) -> list[Note]:
    """`first` are the trims the rows begin with; `typed` is the whole sentence, `assistant`
    where the assistant would be asked it. At most one statement."""
    said = [*_too_long(typed), *_beyond_reach(understood), *_absent(understood)]
    answered = [*_answered(understood, found, first, assistant)]
    told = understood.unsupported or understood.conditions or understood.sort
    read = selection.conditions or told
    return said + (answered if answered or read else [*_nothing_read(selection)])


def contradictions(selection: Selection) -> list[Note]:
    """Bounds of one field that no value can keep."""
    lows = [c for c in selection.conditions if c.operator == ">="]
    highs = {c.field: c for c in selection.conditions if c.operator == "<="}
    return [
        Note(f"“{phrase(high)}”和“{phrase(low)}”不能同时成立，去掉或放宽一个就有结果。")
        for low in lows
        if (high := highs.get(low.field)) and float(low.values[0]) > float(high.values[0])
    ]


def left_out_notes(selection: Selection, found: Listing) -> list[Note]:
    """What the list leaves out, or ranks last, because it is not known. At most one statement."""
    said = left_out(found), ranked_last(selection, queries.unplaced(selection))
    return [Note(text) for text in said if text]


def _too_long(typed: str) -> Iterable[Note]:
    if len(typed) > LONGEST:
        yield Note(f"这句话有 {len(typed):,} 个字，只读了前 {LONGEST} 个字；后面的还在搜索框里。")


def _beyond_reach(understood: Understanding) -> Iterable[Note]:
    for item in understood.conditions:
        if not honoured(item.condition):
            yield Note(f"“{phrase(item.condition)}”超出能筛选的范围，没有用上。")


def _absent(understood: Understanding) -> Iterable[Note]:
    """A car that is not there is said, with those called most alike."""
    for one in understood.unsupported:
        if one.kind == "absent":
            links = tuple((name, addresses.listing(series=name)) for name in one.near)
            like = "。名字相近的有：" if links else "。"
            yield Note(f"车库里没有“{one.text}”，没有用别家同名的车代替{like}", links)


def _nothing_read(selection: Selection) -> Iterable[Note]:
    if selection.text:
        yield Note("没有从这句话里读出条件，先按文字找。")
    else:
        yield Note("没有从这句话里读出找车的条件，下面是全部车型。可以说预算、能源、座位或品牌。")


def _answered(
    understood: Understanding, found: Listing, first: Sequence[TrimRow], assistant: str
) -> Iterable[Note]:
    if understood.intent == "compare":
        yield from _comparison(understood.entities, first)
    elif understood.intent == "lookup" and first and understood.entities:
        yield from _lookup(understood, found, first)
    elif understood.intent == "consult":
        below = "，下面列出说到的车" if understood.entities else ""
        ask = (("问问助手", assistant),) if assistant else ()
        yield Note(f"这像是在问经验或建议，参数表答不了{below}。", ask)


def _comparison(names: Sequence[str], first: Sequence[TrimRow]) -> Iterable[Note]:
    if len(first) < 2:
        yield Note("想比的车里，这里没有收录两款以上。")
        return
    place = {name: n for n, name in enumerate(names)}
    cars = sorted(first[:MAX_COMPARED], key=lambda trim: place.get(trim.series, len(place)))
    address = addresses.compare(trim.id for trim in cars)
    series = "、".join(trim.series for trim in cars)
    yield Note(f"想把 {series} 放在一起看？", (("并排对比", address),))


def _lookup(understood: Understanding, found: Listing, first: Sequence[TrimRow]) -> Iterable[Note]:
    trim = first[0]
    table = (("看参数和出处", addresses.trim(trim.id)),)
    name = "、".join(dict.fromkeys(row.series for row in first))
    field = FIELDS_BY_NAME.get(understood.field or "")
    label = field.label if field else (understood.field or "参数")
    if field is None:
        values = _parameter_values(label, first) if understood.field else ""
    else:
        values = _field_values(field.name, found, first)
    known = values or "没有收录这一项，或各版本不同"
    yield Note(f"{name}的{label}：{known}。", table)


def _field_values(name: str, found: Listing, first: Sequence[TrimRow]) -> str:
    """“2,900–2,920 mm”: from the lowest to the highest of the trims that match."""
    field = FIELDS_BY_NAME[name]
    if name == "price_wan":
        span = found.spans.get("price_fen")
        return wan_span(int(span[0]), int(span[1])) if span else ""
    if name in found.spans:
        ends = dict.fromkeys(number(end, 2) for end in found.spans[name])
        cycles = {trim.range_cycle for trim in first if trim.range_cycle}
        cycle = f" {cycles.pop()}" if name == "range_km" and len(cycles) == 1 else ""
        return f"{'–'.join(ends)} {field.unit}{cycle}"
    if name in found.facets and name != "features":
        values = [field.label_of(facet.value) for facet in found.facets[name] if facet.count]
        return "、".join(values) + (f" {field.unit}" if field.unit and values else "")
    return ""


def _parameter_values(label: str, first: Sequence[TrimRow]) -> str:
    specs = queries.specs_called(label, [trim.id for trim in first])
    units = {spec.unit for spec in specs if spec.unit}
    texts = list(dict.fromkeys(spec_text(spec) for spec in specs))
    if not texts or len(texts) > MAX_VALUES:
        return ""
    return "、".join(texts) + (f" {units.pop()}" if len(units) == 1 else "")
