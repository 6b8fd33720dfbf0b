"""One value of one car: from its row, with source and month; unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.called import NAMED, called, names_of
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.fits import fits, keys_of
from webapp.assistant.answering.nearest import compose_unknown
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.phrases import spoken
from webapp.assistant.answering.portrait import portrait
from webapp.assistant.answering.several import (
    grouped,
    instead_of,
    is_short,
    keys_asked,
    told,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.unused import not_used
from webapp.assistant.answering.yes_no import answered
from webapp.assistant.events import Asks, Links
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.measures import applies
from webapp.catalogue.projection import feature_parameters
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.vocabulary import FEATURES
from webapp.catalogue.wording import spec_text

GROUPS: Final = 6


def compose_lookup(task: Task) -> Draft:
    trims = _trims(task)
    if not trims:
        return compose_unknown(task)
    garage = Garage([trim.id for trim in trims])
    if (unmet := _unmet(task, trims)) is not None:
        return _without(unmet, compose_lookup(replace(task, conditions=())))
    if said := fits(task.text, garage):
        return _fitting(task, garage, said)
    asked = keys_asked(task, garage)
    if sum(map(len, asked)) > 1 and len({trim.series for trim in trims}) == 1:
        known = [key for keys in asked for key in keys if grouped(garage, key)]
        if len(asked) == 1 and len(known) == 1:
            return _value_answer(task, garage, known[0])
        return _several_answer(task, garage, asked)
    if features := _features(task):
        return _feature_answer(task, garage, features)
    key = garage.key_of(task.field) if task.field else None
    if key is None:
        return _overview(task, garage)
    return _value_answer(task, garage, key)


def _fitting(task: Task, garage: Garage, said: list[Part]) -> Draft:
    """Whether it goes into the place that is said, and what else was asked."""
    keys = [key for keys in keys_asked(task, garage) for key in keys]
    other = [key for key in dict.fromkeys(keys) if key not in keys_of(task.text)]
    known = [fact for key in other if (fact := garage.fact(garage.trims[0], key)) is not None]
    if known:
        labels = [say("{label} {fact}", label=garage.label_part(k), fact=f)
                  for k, f in zip(other, known, strict=False)]  # fmt: skip
        said = [*said, say("{facts}。", facts=join(labels, "，"))]
    return _draft(task, garage, said, [])


def _trims(task: Task) -> list[TrimRow]:
    """The trims asked about."""
    if task.trims:
        found = {trim.id: trim for trim in once.trims_by_id(task.trims)}
        trims = [found[trim_id] for trim_id in task.trims if trim_id in found]
        # “有没有四驱” asks of the series, though one version of it was shown.
        if len(trims) == 1 and task.wanted and task.field != "features":
            return trims_of(trims[0].series, ())
        return trims
    for name in task.series:
        return trims_of(name, task.conditions)
    return []


def _unmet(task: Task, trims: list[TrimRow]) -> Condition | None:
    """The version asked for, where no trim of the series is one: `trims_of` then gives all."""
    for read in () if task.trims else task.conditions:
        condition = read.condition
        kind = condition.operator in ("==", "in") and condition.field not in ("series", "brand")
        has = any(getattr(trim, condition.field, None) in condition.values for trim in trims)
        if kind and not has and not read.inferred:
            return condition
    return None


def _without(unmet: Condition, draft: Draft) -> Draft:
    sentence = say("没有{what}的版本，下面说的是全部版本。", what=spoken(unmet, "", nudge=True))
    return replace(draft, lead=(paragraph(sentence), *draft.lead))


def _features(task: Task) -> list[str]:
    """The features a yes-no question names, in its order; else those that stand in it."""
    if task.field != "features":
        return []
    named = [str(value) for condition in task.wanted for value in condition.values]
    return list(dict.fromkeys(named)) or [name for name in FEATURES if name in task.text][:1]


# --- one value ----------------------------------------------------------------------------


def _value_answer(task: Task, garage: Garage, key: str) -> Draft:
    groups: dict[str, list[TrimRow]] = defaultdict(list)
    for trim in garage.trims:
        if applies(key, trim.energy):
            fact = garage.fact(trim, key)
            groups[fact.text if fact else ""].append(trim)
    label = garage.label_part(key)
    if not groups:
        lead = [say("{car}没有{label}这一项。", car=called(garage), label=label)]
        lead += instead_of(garage, key) or [words("它的能源类型用不到。")]
        return _draft(task, garage, lead, [])
    known = [trim for text, trims in groups.items() if text for trim in trims]
    unknown = groups.get("", [])
    if not known:
        lead = [say("{car}的{label}：未知，车库里的资料没有写。", car=called(garage), label=label)]
        return _draft(task, garage, lead, [], refused=True)
    lead = [*answered(task, garage, key, known), _headline(garage, key, groups, label)]
    if key == "price_wan":
        lead.append(words("这是厂商指导价，实际成交价以经销商的报价为准。"))
    if key == "range_km":
        lead.append(words("这是工况测试的数字，低温和高速行驶时会短一些。"))
    if (source := garage.source_sentence(known[0], key)) is not None:
        lead.append(source)
    if unknown:
        names = names_of(garage, unknown)
        lead.append(say("{names}的{label}未知。", names=names, label=label))
    points = []
    if len([text for text in groups if text]) > 1:
        ordered = sorted(known, key=lambda t: (garage.number_of(t, key) or 0, t.price_fen or 0))
        points = _group_points(garage, key, groups, ordered)
    return _draft(task, garage, lead, points)


def _headline(garage: Garage, key: str, groups: dict[str, list[TrimRow]], label: Part) -> Part:
    known = [trim for text, trims in groups.items() if text for trim in trims]
    subject = called(garage, known)
    if len([text for text in groups if text]) == 1:
        value = garage.fact(known[0], key, own_ref=True)
        assert value is not None
        return say("{car}的{label}是 {value}。", car=subject, label=label, value=value)
    numbers = [(garage.number_of(trim, key), trim) for trim in known]
    if all(n is not None for n, _ in numbers):
        low = min(numbers, key=lambda pair: pair[0] or 0)[1]
        high = max(numbers, key=lambda pair: pair[0] or 0)[1]
        ends = [garage.fact(trim, key, own_ref=True) for trim in (low, high)]
        assert ends[0] is not None
        assert ends[1] is not None
        return say(
            "{car}的{label}随版本不同，从 {low} 到 {high}。",
            car=subject,
            label=label,
            low=ends[0],
            high=ends[1],
        )
    return say("{car}的{label}随版本不同。", car=subject, label=label)


def _group_points(
    garage: Garage, key: str, groups: dict[str, list[TrimRow]], ordered: list[TrimRow]
) -> list[Part]:
    """One point a value, with the versions that have it."""
    points = []
    several = len({trim.series for trim in garage.trims}) > 1
    texts = list(dict.fromkeys(f.text for t in ordered if (f := garage.fact(t, key)) is not None))
    for text in texts[:GROUPS]:
        trims = groups[text]
        value = garage.fact(trims[0], key, own_ref=True)
        assert value is not None
        names = names_of(garage, trims, series=several)
        points.append(say("{value}：{names}。", value=value, names=names))
    return points


# --- several values -----------------------------------------------------------------------


def _several_answer(task: Task, garage: Garage, asked: list[list[str]]) -> Draft:
    features = _features(replace(task, field="features")) if ["features"] in asked else []
    known, unknown = told(garage, [keys for keys in asked if keys != ["features"]])
    lead: list[Part] = []
    points: tuple[Part, ...] = ()
    if known and is_short(known):
        lead.append(say("{car}的{facts}。", car=called(garage), facts=join(known, "，")))
    elif known:
        lead.append(say("{car}的这几项如下。", car=called(garage)))
        points = tuple(join([part, words("。")]) for part in known)
    else:
        lead.append(say("{car}：", car=called(garage)))
    for feature in features:
        lead += feature_said(garage, feature)
    lead += unknown
    pairs = ((trim, key) for keys in asked for key in keys for trim in garage.trims)
    sources = (s for trim, key in pairs if (s := garage.source_sentence(trim, key)) is not None)
    if known and (source := next(sources, None)) is not None:
        lead.append(source)
    return _draft(task, garage, lead, list(points), refused=not known and not features)


# --- a feature ----------------------------------------------------------------------------


def _feature_answer(task: Task, garage: Garage, features: list[str]) -> Draft:
    said: list[Part] = []
    known: list[tuple[str, TrimRow]] = []
    for feature in features:
        said += feature_said(garage, feature)
        told = (_with_feature(garage, feature, negative=negative) for negative in (False, True))
        known += [(feature, trims[0]) for trims in told if trims][:1]
    if known:
        said += _feature_source(garage, *known[0])
    return _draft(task, garage, said, [], refused=not known)


def feature_said(garage: Garage, feature: str) -> list[Part]:
    """Which versions have a feature, which have not, and of which nobody knows."""
    has, lacks = (_with_feature(garage, feature, negative=negative) for negative in (False, True))
    unknown = [trim for trim in garage.trims if trim not in has and trim not in lacks]
    label = bound(feature, "computed:label of features")
    refs = _feature_refs(garage, feature, has or lacks)
    if not has and not lacks:
        return [
            say("{car}有没有{label}：未知，车库里的资料没有写。", car=called(garage), label=label)
        ]
    said = {"label": label, "refs": refs}
    extra = [trim for trim in has if _optional(garage, feature, trim) is not None]
    has = [trim for trim in has if trim not in extra]
    if extra and not has:
        lead = [_as_options(garage, feature, extra, refs)]
    elif has and not lacks and not unknown and not extra:
        lead = [say("有，{car}带{label}{refs}。", car=called(garage), **said)]
    elif has:
        lead = [say("有，{names}带{label}{refs}。", names=names_of(garage, has), **said)]
    else:
        lead = [say("没有，{names}不带{label}{refs}。", names=names_of(garage, lacks), **said)]
    if extra and has:
        lead.append(_as_options(garage, feature, extra, words("")))
    if (has or extra) and lacks:
        lead.append(say("{names}不带。", names=names_of(garage, lacks)))
    if unknown:
        lead.append(say("{names}未知。", names=names_of(garage, unknown)))
    return lead


def _optional(garage: Garage, feature: str, trim: TrimRow) -> Part | None:
    """“选装 1,100 元” where the trim has the feature at a surcharge only; None where it comes with
    the car, or no row says."""
    specs = [garage.spec(trim.id, key) for key in feature_parameters(feature)]
    said = [spec for spec in specs if spec is not None]
    if any(spec.fitted == "standard" or (spec.number or 0) > 0 for spec in said):
        return None
    option = next((spec for spec in said if spec.fitted == "optional"), None)
    if option is None:
        return None
    return bound(spec_text(option), f"trim:{trim.id}:{option.key}")


def _as_options(garage: Garage, feature: str, trims: list[TrimRow], refs: Part) -> Part:
    """Which versions have it as an option, and what the row says of it."""
    label = bound(feature, "computed:label of features")
    told = {part.text: part for t in trims if (part := _optional(garage, feature, t)) is not None}
    names = names_of(garage, trims)
    how = join(list(told.values()), "，")
    return say(
        "{names}没有标配{label}，要{how}{refs}。", names=names, label=label, how=how, refs=refs
    )


def _with_feature(garage: Garage, feature: str, *, negative: bool) -> list[TrimRow]:
    ids = {trim.id for trim in garage.trims}
    series = tuple({trim.series for trim in garage.trims})
    of_feature = Condition("features", "not in" if negative else "in", (feature,))
    conditions = (Condition("series", "in", series), of_feature)
    matching = {
        trim_id for _, found in once.series_in_order(Selection(conditions)) for trim_id in found
    }
    return [trim for trim in garage.trims if trim.id in ids & matching]


def _feature_refs(garage: Garage, feature: str, trims: list[TrimRow]) -> Part:
    refs = [garage.ref(trim, _feature_key(garage, feature, trim)) for trim in trims[:NAMED]]
    return Part("", (), tuple(refs))


def _feature_source(garage: Garage, feature: str, trim: TrimRow) -> list[Part]:
    key = _feature_key(garage, feature, trim)
    source = garage.source_sentence(trim, key) if key else None
    return [source] if source else []


def _feature_key(garage: Garage, feature: str, trim: TrimRow) -> str | None:
    """The parameter that says so of this trim."""
    keys = feature_parameters(feature)
    return next((key for key in keys if garage.spec(trim.id, key) is not None), None)


# --- the rest -----------------------------------------------------------------------------


def _overview(task: Task, garage: Garage) -> Draft:
    """A car without a question about it: its portrait."""
    blocks, _ = portrait(garage)
    said: list[Part] = []
    if task.field is not None:
        asked = bound(task.field, "question")
        said.append(say("车库里没有“{asked}”这一项的资料。", asked=asked))
    if task.intent == "lookup" and (unread := not_used(task)):
        said.append(say("没有看懂{what}。", what=unread))
    drawn = _draft(task, garage, [], [], refused=task.field is not None)
    lead = (*((paragraph(*said),) if said else ()), *blocks)
    return replace(drawn, lead=lead)


def _draft(
    task: Task,
    garage: Garage,
    lead: list[Part],
    points: list[Part],
    *,
    refused: bool = False,
) -> Draft:
    trims = garage.trims
    one = trims[0]
    links = [(f"{one.full_name} 的全部参数", f"/cars/trims/{one.id}")]
    if len(trims) > 1:
        links = [(f"{one.series} 的全部版本", f"/cars/series/{one.series_id}"), *links]
    blocks: tuple[DraftBlock, ...] = (Points(tuple(points)),) if points else ()
    following = Asks(("它的优缺点是什么", "同价位还有什么车"))
    return Draft(
        "lookup",
        lead=(paragraph(*lead), *blocks),
        tail=(Links(tuple(links)), following),
        trims=task.trims or tuple(trim.id for trim in trims[:GROUPS]),
        conditions=tuple(read.as_dict() for read in task.conditions),
        refused=refused,
    )
