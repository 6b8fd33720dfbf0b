"""Two to six cars side by side: what differs and matters first, computed from rows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.about import keys_about, uses_told
from webapp.assistant.answering.cars import WIDE, Garage, known_facts
from webapp.assistant.answering.choosing import RULE, trims_of
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.nearest import nearest_told, standing_for
from webapp.assistant.answering.pairing import fairly
from webapp.assistant.answering.parts import (
    DraftBlock,
    Grid,
    GridCell,
    GridRow,
    Part,
    Points,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.several import keys_asked
from webapp.assistant.answering.task import AGAINST, Task
from webapp.assistant.answering.tradeoffs import (
    different_kinds,
    differently_measured,
    trade_offs,
)
from webapp.assistant.answering.versions import said_near, versions_called
from webapp.assistant.events import Asks, Links
from webapp.basket import MAX_TRIMS
from webapp.catalogue.measures import MEASURES, ORDER, applies, comparable
from webapp.catalogue.queries import TrimRow
from webapp.formatting import NOT_APPLICABLE, number

_COLD: Final = ("冬天", "冬季", "零下", "低温", "天冷")
_NO_WINTER: Final = "这是常温工况的数；冬天各剩多少，车库里没有实测，看有没有热泵、电池大不大。"
_NOT_ASKED: Final = frozenset({"features", "dealer_price_wan"})
"""Not compared: features are no figures, and what dealers ask is not the guide price."""
SENTENCES: Final = 5
ROWS: Final = 12
KINDS: Final = {
    "range_km": "纯电和插混的纯电续航用法不同，不排先后：{stated}。",
    "battery_kwh": "纯电和插混的电池用法不同，不排先后：{stated}。",
    "fuel_l_100km": "插混的综合油耗按用电的里程加权，不能和燃油车直接比：{stated}。",
    "": "这几款车的种类不同，不能直接比：{stated}。",
}
"""Why figures of cars of different kinds are named and not ranked."""
WORTH_SAYING: Final = 0.02
"""Figures that differ by less of the larger one make no difference worth a sentence."""


def compose_compare(task: Task) -> Draft:
    trims, chosen, missing = _trims(task)
    if len(trims) < 2:
        return _single(task, trims, missing)
    garage = Garage([trim.id for trim in trims])
    names = _names(garage)
    weighed = trade_offs(garage, names, decides=task.decides)
    lead = [weighed or words("查得到的主要参数几乎一样，差别在外观、渠道和店里的报价。")]
    if missing:
        # What is not there is said before what is.
        what = bound("、".join(missing), "question")
        lead.insert(0, say("车库里没有找到“{what}”。", what=what))
    about = [_opening(garage, names)]
    if chosen:
        about.append(say("每个车系取{rule}，能源和驱动有相同的先取相同的。", rule=RULE))
    if (kinds := different_kinds(garage, names)) is not None:
        about.append(kinds)
    if re.search("为(?:什么|啥|何)", task.text):
        about.append(words("为什么是这样，车库里没有资料，下面是查得到的差别。"))
    asked = _asked(task, garage)
    uses, measured = ((), ()) if asked else uses_told(task.text)
    asked = asked or tuple(key for key in measured if _told_of(garage, key))
    order = list(dict.fromkeys([*asked, *ORDER]))
    answers = [bound(f"{use}。", "computed:what to look at for a use") for use in uses]
    answers += [part for key in asked if (part := _asked_for(garage, names, key)) is not None]
    if any(word in task.text for word in _COLD):
        answers.append(words(_NO_WINTER))
    sentences = _sentences(garage, names, [key for key in order if key not in asked])
    same = _same(garage, [key for key in order if key not in asked])
    if not sentences:
        sentences = [words("别的主要参数没有拉开差距。" if answers else "主要参数没有拉开差距。")]
    material = Material()
    for sentence in (*answers, *sentences):
        material.computed(sentence)
    for trim, name in zip(garage.trims, names, strict=True):
        for key in order[:ROWS]:
            if (fact := garage.fact(trim, key)) is not None:
                material.row(trim.id, f"{name.text} 的{garage.label(key)}", fact, trim.series)
    ids = ",".join(str(trim.id) for trim in garage.trims)
    address = f"/cars/compare?ids={ids}"
    prose: list[DraftBlock] = [Points(tuple(sentences))]
    prose += [paragraph(same)] if same else []
    tail: list[DraftBlock] = [_table(garage, names, order, address)]
    tail.append(Links((("逐项对比全部参数", address),)))
    tail.append(Asks(("哪个后备厢更大", "它们的优缺点是什么")))
    return Draft(
        "compare",
        # What was asked is said by code, whatever a model chooses to write of the rest.
        lead=(
            *((paragraph(*answers),) if answers else ()),
            paragraph(*lead),
            paragraph(*about),
        ),
        prose=tuple(prose),
        tail=tuple(tail),
        material=tuple(material.items),
        trims=tuple(trim.id for trim in garage.trims),
        conditions=tuple(read.as_dict() for read in task.conditions),
        absent=standing_for(task, missing),
    )


def _trims(task: Task) -> tuple[list[TrimRow], bool, tuple[str, ...]]:
    """The cars to compare, whether the rule chose some, and names that are not there."""
    found = {trim.id: trim for trim in once.trims_by_id(task.trims)}
    trims = [found[trim_id] for trim_id in task.trims if trim_id in found]
    groups = [[trim] for trim in trims]
    named = [name for name in task.series if all(trim.series != name for trim in trims)]
    groups += [own for name in named if (own := _own(task, name))]
    chosen = bool(named)
    if chosen:
        trims = fairly(groups)
    # Of what was not read only a name can be missing: it stands beside another.
    beside = tuple(
        word
        for word in task.unread
        if re.search(f"{AGAINST} *{re.escape(word)}|{re.escape(word)} *{AGAINST}", task.text)
    )
    return trims[:MAX_TRIMS], chosen, beside if len(trims) > 1 else beside or task.unread


def _own(task: Task, series: str) -> list[TrimRow]:
    """The versions of a series that are named beside it, “海豹06 EV”; else those that fit."""
    own = trims_of(series, task.conditions)
    found, _ = versions_called(said_near(task.text, series, task.series), series)
    named = [trim for trim in own if trim in found]
    return named if named else (found if found and len(task.series) == 1 else own)


def _alone(missing: tuple[str, ...]) -> Part:
    """Why one car is shown where several were to be compared."""
    if not missing:
        return words("只有这一款车可以比，再说一款的名字。")
    return say(
        "车库里没有找到“{what}”，没法并排比，先看找到的这一款。",
        what=bound("、".join(missing), "question"),
    )


def _single(task: Task, trims: list[TrimRow], missing: tuple[str, ...]) -> Draft:
    """Nothing to compare: which car is not there, names that are near, and the other car."""
    single = compose_lookup(replace(task, trims=tuple(t.id for t in trims)))
    if not trims:
        return replace(single, intent="compare")
    garage = Garage([trim.id for trim in trims])
    asked = _asked(task, garage)
    facts = join(known_facts(garage, trims[0], asked, len(asked)), "，")
    said = [_has(garage, trims[0], facts)] if facts.text else []
    if asked and not facts.text:
        label = garage.label_part(asked[0])
        said = [say("{car}的{label}未知。", car=garage.name(trims[0]), label=label)]
    return replace(
        single,
        intent="compare",
        lead=(
            paragraph(_alone(missing), *said),
            *(() if facts.text else single.lead),
            *nearest_told(task, missing),
        ),
        absent=standing_for(task, missing),
    )


def _has(garage: Garage, trim: TrimRow, facts: Part) -> Part:
    of = "：" if facts.text[0].isdigit() else "的"
    return say("{car}{of}{facts}。", car=garage.name(trim), of=of, facts=facts)


def _names(garage: Garage) -> list[Part]:
    """The shortest names that tell the cars apart: the series, that of the version where all are
    of one series and year, else the full name."""
    series = [trim.series for trim in garage.trims]
    if _one_series(garage):
        return [bound(trim.name, f"trim:{trim.id}:name") for trim in garage.trims]
    return [
        bound(trim.series, f"trim:{trim.id}:series")
        if series.count(trim.series) == 1
        else garage.name(trim)
        for trim in garage.trims
    ]


def _one_series(garage: Garage) -> bool:
    """Versions of one series and year, whose names tell them apart."""
    alike = len({(trim.series, trim.model_year) for trim in garage.trims}) == 1
    return alike and len({trim.name for trim in garage.trims}) == len(garage.trims)


def _opening(garage: Garage, names: list[Part]) -> Part:
    first = garage.trims[0]
    if not _one_series(garage):
        return say("{names} 的主要差别如下。", names=join(names, "、"))
    series = bound(first.series, f"trim:{first.id}:series")
    return say(
        "{series} 的这几个版本：{names}，主要差别如下。", series=series, names=join(names, "、")
    )


def _asked(task: Task, garage: Garage) -> tuple[str, ...]:
    """Fields the question is about; they come first, however small the difference."""
    named = [key for keys in keys_asked(task, garage) for key in keys]
    keys = [*keys_about(task.text)]
    if task.field in ORDER:
        keys.insert(0, task.field)
    elif task.field and (key := garage.key_of(task.field)):
        keys.insert(0, key)
    return tuple(dict.fromkeys(key for key in (*named, *keys) if key not in _NOT_ASKED))


def _told_of(garage: Garage, key: str) -> bool:
    """Whether the figure is known of two of the cars."""
    return sum(garage.fact(trim, key) is not None for trim in garage.trims) > 1


def _asked_for(garage: Garage, names: list[Part], key: str) -> Part | None:
    """What was asked about: the difference, that there is none, or what each has."""
    trims = garage.trims
    facts = [garage.fact(trim, key) if applies(key, trim.energy) else None for trim in trims]
    known = [fact for fact in facts if fact is not None]
    label = garage.label_part(key)
    if len(known) == len(trims) and len({fact.text for fact in known}) == 1:
        return say("{label}都是 {value}。", label=label, value=known[0])
    figures = _figures(garage, names, key, asked=True) if key in MEASURES else None
    if figures is not None:
        return figures
    if not known and any(applies(key, trim.energy) for trim in trims):
        return say("{label}：各款都未知，车库里的资料没有写。", label=label)
    each = [
        say("{name} {fact}", name=name, fact=fact or _missing(garage, trim, key))
        for name, fact, trim in zip(names, facts, trims, strict=True)
    ]
    return say("{label}：{each}。", label=label, each=join(each, "，"))


def _sentences(garage: Garage, names: list[Part], order: list[str]) -> list[Part]:
    said: list[Part] = []
    for key in order:
        if len(said) == SENTENCES:
            break
        if key in MEASURES:
            sentence = _figures(garage, names, key, asked=False)
        elif key in WIDE:
            sentence = _choices(garage, names, key)
        else:
            sentence = None
        if sentence is not None:
            said.append(sentence)
    return said


def _figures(garage: Garage, names: list[Part], key: str, *, asked: bool) -> Part | None:
    """“指导价：A 26.35 万元，B 29.55 万元，A便宜 3.2 万元。”"""
    trims = garage.trims
    known = [
        (value, place)
        for place, trim in enumerate(trims)
        if applies(key, trim.energy) and (value := garage.number_of(trim, key)) is not None
    ]
    if key == "range_km" and len({trims[place].range_cycle for _, place in known}) > 1:
        return _stated(garage, names, known, key, "纯电续航的测试工况不同，不能直接比：{stated}。")
    if not comparable(key, (trims[place].energy for _, place in known)):
        return _stated(garage, names, known, key, KINDS.get(key, KINDS[""]))
    if key == "trunk_l" and differently_measured([value for value, _ in known]):
        return _stated(
            garage,
            names,
            known,
            key,
            "后备厢容积看来有的是后排放倒后的，不能直接比：{stated}。",
        )
    if len(known) < 2:
        return None
    measure = MEASURES[key]
    low, high = min(known), max(known)
    if high[0] - low[0] <= (0 if asked else WORTH_SAYING) * high[0]:
        return None
    first, last = (low, high) if measure.low_is_better else (high, low)
    word = measure.more if first is high else measure.less
    facts = [garage.fact(trims[place], key) for _, place in (first, last)]
    assert facts[0] is not None
    assert facts[1] is not None
    gap = _difference(first[0], last[0], key, measure.said_unit)
    parts = {
        "label": garage.label_part(key),
        "a": names[first[1]],
        "b": names[last[1]],
        "x": facts[0],
        "y": facts[1],
        "gap": gap,
        "word": words(word),
    }
    if len(known) == 2:
        return say("{label}：{a} {x}，{b} {y}，{a} {word} {gap}。", **parts)
    extreme = words({"便宜": "最低", "快": "最快"}.get(word, f"最{word}"))
    tied = [names[place] for value, place in known if value == first[0]]
    parts["a"] = join(tied, "、")
    return say("{label}：{a} {best}，{x}，{b} {y}，相差 {gap}。", best=extreme, **parts)


def _difference(one: float, other: float, key: str, unit: str) -> Part:
    high, low = max(one, other), min(one, other)
    text = f"{number(round(high - low, 2))} {unit}"
    return bound(text, f"computed:{number(high, 4)}-{number(low, 4)}")


def _stated(
    garage: Garage, names: list[Part], known: list[tuple[float, int]], key: str, form: str
) -> Part:
    """Figures that are named, not ranked."""
    stated = []
    for _, place in known:
        fact = garage.fact(garage.trims[place], key)
        assert fact is not None
        stated.append(say("{name} {fact}", name=names[place], fact=fact))
    return say(form, stated=join(stated, "，"))


def _choices(garage: Garage, names: list[Part], key: str) -> Part | None:
    """“座位数：A 5 座，B 7 座。” where they differ and all are known."""
    facts = [garage.fact(trim, key) for trim in garage.trims]
    known = [fact for fact in facts if fact is not None]
    if len(known) < len(facts) or len({fact.text for fact in known}) == 1:
        return None
    stated = [
        say("{name} {fact}", name=name, fact=fact) for name, fact in zip(names, known, strict=True)
    ]
    return say("{label}：{stated}。", label=garage.label(key), stated=join(stated, "，"))


def _same(garage: Garage, order: list[str]) -> Part | None:
    """What is known of all and equal, in one sentence."""
    equal = []
    for key in order:
        facts = [garage.fact(trim, key) for trim in garage.trims]
        known = [fact for fact in facts if fact is not None]
        if len(known) == len(facts) and len({fact.text for fact in known}) == 1:
            equal.append(join([words(f"{garage.label(key)}（"), known[0], words("）")]))
    if not equal:
        return None
    return say("{equal}相同。", equal=join(equal[:4], "、"))


def _table(garage: Garage, names: list[Part], order: list[str], address: str) -> Grid:
    rows: list[GridRow] = []
    for key in order:
        facts = [garage.fact(trim, key) for trim in garage.trims]
        if not any(facts) or len(rows) == ROWS:
            continue
        best = extreme_of(garage, key)
        cells = tuple(
            GridCell(
                fact or _missing(garage, trim, key),
                best is not None and garage.number_of(trim, key) == best,
            )
            for fact, trim in zip(facts, garage.trims, strict=True)
        )
        rows.append(GridRow(garage.label_part(key), cells))
    head = tuple(garage.name(trim) for trim in garage.trims)
    return Grid(say("{names}参数对比", names=join(names, "、")), head, tuple(rows), address)


def _missing(garage: Garage, trim: TrimRow, key: str) -> Part:
    return garage.fact_or_unknown(trim, key) if applies(key, trim.energy) else words(NOT_APPLICABLE)


def extreme_of(garage: Garage, key: str, *, best: bool = True) -> float | None:
    """The best figure of all, or the worst; None where they do not differ or cannot be ranked."""
    measure = MEASURES.get(key)
    cycles = {trim.range_cycle for trim in garage.trims if trim.range_km is not None}
    if measure is None or measure.low_is_better is None or (key == "range_km" and len(cycles) > 1):
        return None
    known = [t for t in garage.trims if garage.number_of(t, key) is not None]
    if not comparable(key, (trim.energy for trim in known)):
        return None
    values = [v for trim in known if (v := garage.number_of(trim, key)) is not None]
    if len(set(values)) < 2 or (key == "trunk_l" and differently_measured(values)):
        return None
    return min(values) if measure.low_is_better is best else max(values)
