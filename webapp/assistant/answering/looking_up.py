"""One value of one car: from its row, with source and month; unknown stays unknown."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from webapp.assistant.answering.cars import Garage, known_facts, label_part
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.cars import queries
from webapp.cars.filters import FIELDS_BY_NAME, Condition, Selection
from webapp.cars.pages.figures import applies
from webapp.cars.projection import feature_parameters
from webapp.cars.queries import TrimRow
from webapp.cars.vocabulary import FEATURES
from webapp.search.names import all_names

GROUPS: Final = 6
NAMED: Final = 3
KEY_FIELDS: Final = (
    "price_wan", "energy", "range_km", "fuel_l_100km", "accel_0_100_s", "seats", "drive",
)  # fmt: skip


def compose_lookup(task: Task) -> Draft:
    trims, series = _trims(task)
    if not trims:
        return _unknown_car(task)
    garage = Garage([trim.id for trim in trims])
    feature = _feature(task)
    if feature:
        return _feature_answer(task, garage, feature, series)
    key = _key(task, garage)
    if key is None:
        return _overview(task, garage)
    return _value_answer(task, garage, key, series)


def _trims(task: Task) -> tuple[list[TrimRow], str]:
    """The trims asked about and the name of their series."""
    if task.trims:
        found = {trim.id: trim for trim in queries.trims_by_id(task.trims)}
        trims = [found[trim_id] for trim_id in task.trims if trim_id in found]
        # “有没有四驱” asks of the series, though one version of it was shown.
        if len(trims) == 1 and task.wanted and task.field != "features":
            return trims_of(trims[0].series, ()), trims[0].series
        return trims, trims[0].series if trims else ""
    for name in task.series:
        return trims_of(name, task.conditions), name
    return [], ""


def _key(task: Task, garage: Garage) -> str | None:
    if task.field is None:
        return None
    if task.field in FIELDS_BY_NAME:
        return task.field
    return garage.key_of_label(task.field)


def _feature(task: Task) -> str | None:
    if task.field != "features":
        return None
    named = [str(value) for condition in task.wanted for value in condition.values]
    return next((name for name in (*named, *FEATURES) if name in named or name in task.text), None)


# --- one value ----------------------------------------------------------------------------


def _value_answer(task: Task, garage: Garage, key: str, series: str) -> Draft:
    groups: dict[str, list[TrimRow]] = defaultdict(list)
    for trim in garage.trims:
        if applies(key, trim.energy):
            fact = garage.fact(trim, key)
            groups[fact.text if fact else ""].append(trim)
    label = label_part(key, garage.labels.get(key))
    if not groups:
        lead = [say("{car}没有{label}这一项：它的能源类型用不到。", car=_of(garage), label=label)]
        return _draft(task, garage, lead, [])
    known = [trim for text, trims in groups.items() if text for trim in trims]
    unknown = groups.get("", [])
    if not known:
        lead = [say("{car}的{label}：未知，车库里的资料没有写。", car=_of(garage), label=label)]
        return _draft(task, garage, lead, [], refused=True)
    lead = [*_answered(task, garage, key, known), _headline(garage, key, groups, label)]
    if key == "price_wan":
        lead.append(words("这是厂商指导价，实际成交价以经销商的报价为准。"))
    if key == "range_km":
        lead.append(words("这是工况测试的数字，低温和高速行驶时会短一些。"))
    if (source := garage.source_sentence(known[0], key)) is not None:
        lead.append(source)
    if unknown:
        names = _names(garage, unknown)
        lead.append(say("{names}的{label}未知。", names=names, label=label))
    points = []
    if len([text for text in groups if text]) > 1:
        ordered = sorted(known, key=lambda t: (garage.number_of(t, key) or 0, t.price_fen or 0))
        points = _group_points(garage, key, groups, ordered)
    return _draft(task, garage, lead, points)


def _headline(garage: Garage, key: str, groups: dict[str, list[TrimRow]], label: Part) -> Part:
    known = [trim for text, trims in groups.items() if text for trim in trims]
    subject = _of(garage, known)
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
            car=subject, label=label, low=ends[0], high=ends[1],
        )  # fmt: skip
    return say("{car}的{label}随版本不同。", car=subject, label=label)


def _answered(task: Task, garage: Garage, key: str, known: list[TrimRow]) -> list[Part]:
    """Yes or no first, where a value was named: “有，…是四驱。”"""
    if not task.wanted:
        return []
    wanted = task.wanted[0]
    yes = [trim for trim in known if _holds(wanted, garage, trim, key)]
    label = join([bound(FIELDS_BY_NAME[key].label_of(v), "question") for v in wanted.values], "、")
    if not yes:
        return [say("没有{label}的版本。", label=label)]
    if len(yes) == len(known):
        return [say("有，都是{label}。", label=label)]
    return [say("有，{names}是{label}。", names=_names(garage, yes), label=label)]


def _holds(condition: Condition, garage: Garage, trim: TrimRow, key: str) -> bool:
    figure = garage.number_of(trim, key)
    if condition.operator in (">=", "<="):
        bound_ = float(condition.values[0])
        if figure is None:
            return False
        return figure >= bound_ if condition.operator == ">=" else figure <= bound_
    value = figure if figure is not None else getattr(trim, key, None)
    if value is None:
        return False
    return (value in condition.values) != (condition.operator in ("!=", "not in"))


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
        names = _names(garage, trims, series=several)
        points.append(say("{value}：{names}。", value=value, names=names))
    return points


# --- a feature ----------------------------------------------------------------------------


def _feature_answer(task: Task, garage: Garage, feature: str, series: str) -> Draft:
    has, lacks = (_with_feature(garage, feature, negative=negative) for negative in (False, True))
    unknown = [trim for trim in garage.trims if trim not in has and trim not in lacks]
    label = bound(feature, "computed:label of features")
    refs = _feature_refs(garage, feature, has or lacks)
    if not has and not lacks:
        lead = [say("{car}有没有{label}：未知，车库里的资料没有写。", car=_of(garage), label=label)]
        return _draft(task, garage, lead, [], refused=True)
    if has and not lacks and not unknown:
        lead = [say("有，{car}带{label}{refs}。", car=_of(garage), label=label, refs=refs)]
    elif has:
        lead = [say("有，{names}带{label}{refs}。", names=_names(garage, has), label=label,
                    refs=refs)]  # fmt: skip
    else:
        lead = [say("没有，{names}不带{label}{refs}。", names=_names(garage, lacks), label=label,
                    refs=refs)]  # fmt: skip
    if has and lacks:
        lead.append(say("{names}不带。", names=_names(garage, lacks)))
    if unknown:
        lead.append(say("{names}未知。", names=_names(garage, unknown)))
    lead += _feature_source(garage, feature, (has or lacks)[0])
    return _draft(task, garage, lead, [])


def _with_feature(garage: Garage, feature: str, *, negative: bool) -> list[TrimRow]:
    ids = {trim.id for trim in garage.trims}
    series = tuple({trim.series for trim in garage.trims})
    of_feature = Condition("features", "not in" if negative else "in", (feature,))
    conditions = (Condition("series", "in", series), of_feature)
    matching = {
        trim_id for _, found in queries.series_in_order(Selection(conditions))
        for trim_id in found
    }  # fmt: skip
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
    """A car without a question about it: its main figures."""
    trim = garage.trims[len(garage.trims) // 2]
    facts = known_facts(garage, trim, KEY_FIELDS, len(KEY_FIELDS))
    lead = [say("{car}：{facts}。", car=garage.name(trim), facts=join(facts, "，"))]
    if task.unread and task.intent == "lookup":
        unread = bound("、".join(task.unread), "question")
        lead.insert(0, say("没有看懂“{what}”。", what=unread))
    if task.field is not None:
        asked = bound(task.field, "question")
        lead.insert(0, say("车库里没有“{asked}”这一项的资料。", asked=asked))
    return _draft(task, garage, lead, [], refused=task.field is not None)


def _unknown_car(task: Task) -> Draft:
    """The car is not in the catalogue: what there is of its brand, or near names."""
    asked = bound("、".join(task.unread) or task.text, "question")
    lead = [say("车库里没有找到“{asked}”。", asked=asked)]
    links: list[tuple[str, str]] = []
    names = {name.text: name for name in all_names()}
    for brand in task.brands:
        own = [name for name in names.values() if name.kind == "series" and name.brand == brand]
        if own:
            lead.append(say("{brand}在车库里有 {n} 个车系。", brand=bound(brand, "question"),
                            n=count(len(own))))  # fmt: skip
            links += [(name.text, f"/cars/series/{name.series_id}") for name in own[:GROUPS]]
    if not links:
        near = queries.near_names(task.unread[0] if task.unread else task.text, limit=4)
        links = [(n.text, f"/cars/series/{n.series_id}") for n in near if n.series_id]
    blocks: list[DraftBlock] = [paragraph(*lead)]
    links.append(("看全部品牌", "/cars/brands"))
    return Draft("lookup", lead=tuple(blocks), tail=(Links(tuple(links)),), refused=True)


def _of(garage: Garage, trims: list[TrimRow] | None = None) -> Part:
    """How the cars asked about are called: one by its full name, several by their series."""
    trims = trims or garage.trims
    if len(trims) == 1:
        return garage.name(trims[0])
    first = trims[0]
    name = bound(first.series, f"trim:{first.id}:series")
    if len({trim.series for trim in trims}) > 1:
        return _names(garage, trims)
    years = {trim.model_year for trim in trims}
    if len(years) == 1 and first.model_year:
        year = bound(f"{first.model_year}款", f"trim:{first.id}:model_year")
        return join([name, words(" "), year])
    return name


def _names(garage: Garage, trims: list[TrimRow], *, series: bool | None = None) -> Part:
    """The first names, with their series where they are of several."""
    several = len({trim.series for trim in trims}) > 1 if series is None else series
    named = join([garage.name(trim, series=several) for trim in trims[:NAMED]], "、")
    if len(trims) > NAMED:
        return say("{named}等 {n} 款", named=named, n=count(len(trims)))
    return named


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
