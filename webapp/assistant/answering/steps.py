"""The versions of one car by price: what each adds to the one below, and which step is worth it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import (
    Part,
    Points,
    Remark,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.cars.pages.comparison import Step, version_steps
from webapp.catalogue import queries
from webapp.catalogue.measures import applies
from webapp.catalogue.queries import TrimRow
from webapp.catalogue.vocabulary import FEATURES, FITTED_LABELS
from webapp.formatting import number

MOST: Final = 8
NAMED: Final = 5
"""Features of a step that are named."""
_FIGURES: Final = ("range_km", "fuel_l_100km", "accel_0_100_s", "seats", "drive")
_SHARE: Final = 0.1
"""So much more range, or so much more money, counts as one."""
_WORTH: Final = 1.0
"""What a tenth of the price has to bring, in features, to be worth it."""
_WITH: Final = FITTED_LABELS["standard"]
_WITHOUT: Final = FITTED_LABELS["absent"]
_OF_DRIVE: Final = 2.0
_FEN: Final = 1_000_000


@dataclass(frozen=True)
class _Gain:
    """What one version has more than another, and has not, and how much that counts."""

    parts: tuple[Part, ...]
    lost: tuple[Part, ...]
    worth: float


def compose_steps(task: Task) -> Draft | None:
    """None where the car has not two versions with a price."""
    if not task.steps or len(task.series) != 1:
        return None
    found = [t for t in trims_of(task.series[0], task.conditions) if t.price_fen is not None]
    garage = Garage([trim.id for trim in found])
    if len(garage.trims) < 2:
        return None
    features = queries.features_of([trim.id for trim in garage.trims])
    specs = [spec for trim in garage.trims for spec in garage.specs(trim.id)]
    steps = version_steps(garage.trims, specs)
    best = _best(garage, steps, features)
    entry = steps[0].trim
    series = bound(entry.series, f"trim:{entry.id}:series")
    lead = [_judged(garage, best, features), _entry(garage, steps, features)]
    if task.steps == "entry":
        lead.reverse()
    elif task.steps == "ends":
        lead.insert(0, _between(garage, steps[0].trim, steps[-1].trim, features))
    listed = tuple(_told(garage, step, features) for step in steps[:MOST])
    address = f"/cars/series/{entry.series_id}#part-steps"
    return Draft(
        "lookup",
        lead=(
            paragraph(*lead),
            paragraph(say("{car} 按价格从低到高有 {n} 个版本：", car=series, n=count(len(steps)))),
            Points(listed),
        ),
        tail=(
            Remark(words("这是按参数表和指导价的判断，手感和做工要试驾，成交价看店里的报价。")),
            Links(((f"{entry.series} 各版本差在哪", address),)),
            Asks(("顶配和低配差多少", "它的优缺点是什么")),
        ),
        trims=tuple(step.trim.id for step in steps[:MOST]),
        conditions=tuple(read.as_dict() for read in task.conditions),
    )


Features = dict[int, dict[str, bool]]


def _gain(garage: Garage, base: TrimRow, trim: TrimRow, features: Features) -> _Gain:
    parts: list[Part] = []
    worth = 0.0
    for key in _FIGURES:
        facts = [garage.fact(one, key) for one in (base, trim)]
        if facts[0] is None or facts[1] is None or facts[0].text == facts[1].text:
            continue
        if applies(key, trim.energy) and applies(key, base.energy):
            label = words("") if key in ("seats", "drive") else say("{l} ", l=garage.label(key))
            parts.append(say("{l}{a} → {b}", l=label, a=facts[0], b=facts[1]))
            worth += _worth_of(garage, base, trim, key)
    own, other = features.get(trim.id, {}), features.get(base.id, {})
    added = [f for f in FEATURES if own.get(f) is True and other.get(f) is False]
    lost = [f for f in FEATURES if own.get(f) is False and other.get(f) is True]
    parts += [bound(f"多{f}" if at == 0 else f, "computed:label of features")
              for at, f in enumerate(added[:NAMED])]  # fmt: skip
    gone = tuple(bound(f, "computed:label of features") for f in lost[:NAMED])
    return _Gain(tuple(parts), gone, worth + len(added) - len(lost))


def _worth_of(garage: Garage, base: TrimRow, trim: TrimRow, key: str) -> float:
    if key == "drive":
        return _OF_DRIVE if trim.drive == "四驱" else 0.0
    before, after = garage.number_of(base, key), garage.number_of(trim, key)
    if key != "range_km" or not before or not after or base.range_cycle != trim.range_cycle:
        return 0.0
    return (after - before) / before / _SHARE


def _best(garage: Garage, steps: Sequence[Step], features: Features) -> Step:
    """The step with most for its price; the cheapest version where none brings enough."""
    ratios: dict[int, float] = {}
    for at, step in enumerate(steps):
        if step.base is None or step.extra_fen is None or not step.base.price_fen:
            continue
        worth = _gain(garage, step.base, step.trim, features).worth
        share = max(step.extra_fen / step.base.price_fen, _SHARE / 10) / _SHARE
        if worth / share >= _WORTH:
            ratios[at] = worth / share
    return steps[max(ratios, key=lambda at: (ratios[at], -at))] if ratios else steps[0]


def _judged(garage: Garage, best: Step, features: Features) -> Part:
    """“按差价和多出来的东西比，410km 自由版最划算：7.58 万元，比…贵 0.7 万元，续航 …。”"""
    name, price = garage.name(best.trim, series=False), _price(garage, best.trim)
    if best.base is None:
        return say("各版本比下来，最便宜的 {name} 最划算（{price}）："
                   "往上加的钱没有换来相称的续航和配置。", name=name, price=price)  # fmt: skip
    return say("按差价和多出来的东西比，{name} 这一步最划算（{price}）：{step}。", name=name,
               price=price, step=_step(garage, best.base, best.trim, features))  # fmt: skip


def _entry(garage: Garage, steps: Sequence[Step], features: Features) -> Part:
    """What the cheapest version lacks of what the dearer ones of its kind have."""
    entry = steps[0].trim
    others = [s.trim for s in steps[1:] if s.trim.energy == entry.energy]
    own = features.get(entry.id, {})
    lacks = [f for f in FEATURES if own.get(f) is False
             and any(features.get(t.id, {}).get(f) for t in others)]  # fmt: skip
    name = garage.name(entry, series=False)
    if not lacks:
        return say("入门的 {name} 不缺参数表里的主要配置，代步够用，差别在下面几项。", name=name)
    what = join([bound(f, "computed:label of features") for f in lacks[:NAMED]], "、")
    return say("入门的 {name} 没有{what}，用不上这些就够用。", name=name, what=what)


def _between(garage: Garage, low: TrimRow, high: TrimRow, features: Features) -> Part:
    return say("最贵的 {high} 比最便宜的 {low} {step}。", high=garage.name(high, series=False),
               low=garage.name(low, series=False),
               step=_step(garage, low, high, features, named=False))  # fmt: skip


def _told(garage: Garage, step: Step, features: Features) -> Part:
    name, price = garage.name(step.trim, series=False), _price(garage, step.trim)
    if step.base is None:
        return say("{name}：{price}。", name=name, price=price)
    told = _step(garage, step.base, step.trim, features)
    rest = [gain.label for gain in step.gains if gain.before is not None]
    more = say("，参数表里共 {n} 处不同", n=count(len(rest))) if rest else words("")
    added = [g.label for g in step.gains if g.before == _WITHOUT and g.after.startswith(_WITH)]
    if added and rest:
        named = join([bound(one, "computed:label of values") for one in added[:NAMED]], "、")
        more = say("{more}，例如加了{named}", more=more, named=named)
    return say("{name}：{price}，{told}{more}。", name=name, price=price, told=told, more=more)


def _step(
    garage: Garage, base: TrimRow, trim: TrimRow, features: Features, *, named: bool = True
) -> Part:
    """“比 自由版 贵 0.7 万元，纯电续航 310 公里 → 410 公里，多倒车影像，少天窗”."""
    gain = _gain(garage, base, trim, features)
    pieces = [_dearer(garage, base, trim, named=named), *gain.parts]
    if gain.lost:
        pieces.append(say("少{what}", what=join(gain.lost, "、")))
    if len(pieces) == 1:
        pieces.append(words("续航和主要配置一样"))
    return join(pieces, "，")


def _dearer(garage: Garage, base: TrimRow, trim: TrimRow, *, named: bool) -> Part:
    ends = [(one.price_fen or 0) / _FEN for one in (base, trim)]
    than = say("比 {base} ", base=garage.name(base, series=False)) if named else words("")
    if ends[0] == ends[1]:
        return say("{than}价格一样", than=than)
    low, high = sorted(ends)
    by = bound(f"{number(round(high - low, 4), 4)} 万元",
               f"computed:{number(high, 4)}-{number(low, 4)}")  # fmt: skip
    word = "贵" if ends[1] > ends[0] else "便宜"
    return say("{than}{word} {by}", than=than, word=word, by=by)


def _price(garage: Garage, trim: TrimRow) -> Part:
    return garage.fact(trim, "price_wan", own_ref=True) or words("指导价未知")
