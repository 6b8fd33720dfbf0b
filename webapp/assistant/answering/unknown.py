"""Names the catalogue has no series for: cars of other makers, and a brand as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from webapp.assistant.answering.cues import says
from webapp.assistant.answering.task import Task
from webapp.catalogue.filters import Condition
from webapp.catalogue.reading.reference import brands
from webapp.search.names import all_names, fold
from webapp.search.service import read_sentence
from webapp.search.understanding.result import ReadCondition

_MODEL: Final = "[ ·-]*[A-Za-z0-9+]*(?:[ -]+[A-Za-z0-9+]{1,4}(?![A-Za-z0-9]))?"
"""What follows a brand as the name of a model: ES6, Model X."""
_ONLY_ASKS: Final = re.compile(
    "(?:为什么|为啥|怎么)没有|有没有|有无|有卖|[有卖][吗么嘛]|怎么样|如何|好不好|推荐|介绍|"
    "优缺点|优点|缺点|口碑|毛病|质量|是什么|有什么|"
    "[?？。！!的吗呢 ]"
)
_SHORT_NAME: Final = 3
_SHORT_REST: Final = 2


def of_unknown_car(task: Task) -> Task | None:
    """The sentence as a question on a car that is not there: “蔚来ES6多少钱”, “有没有法拉利”,
    “特斯拉Model X续航”. None where it is about something else."""
    if task.series or task.intent == "compare":
        return None
    if task.absent and task.intent == "consult" and task.field is None:
        rest = _ONLY_ASKS.sub("", "".join(task.text.split(task.absent[0])))
        if len(rest) > _SHORT_REST and not task.series:
            return None  # 飞度烧机油怎么办: of any car
    if task.absent:
        # A model of its own, or a maker with another maker's code, 智己L6: never that maker's car.
        return replace(task, intent="lookup", unread=task.absent, conditions=(), sort=None)
    name = _of_letter(task) or _behind_brand(task) or _of_other_maker(task) or _of_family(task)
    if name is None:
        return None
    if (meant := _by_sound(name, task.brands)) is not None:
        return replace(task, intent="lookup", series=(meant,), unread=(), conditions=(), sort=None)
    rest = task.text.replace(name, " ")
    asks = _field_of(rest) is not None
    if not asks and len(_ONLY_ASKS.sub("", rest)) > _SHORT_REST:
        return None
    return replace(task, intent="lookup", unread=(name,), conditions=(), sort=None, series=())


def _by_sound(name: str, own: tuple[str, ...]) -> str | None:
    """The series of these brands whose pinyin is typed behind the brand: byd han."""
    letters = fold(name)
    for known in all_names():
        if known.kind == "series" and known.brand in own and known.pinyin:
            makers = (f for n in all_names() if n.text == known.brand for f in n.forms)
            if any(letters == form + known.pinyin for form in makers):
                return known.text
    return None


def of_brand(task: Task) -> Task | None:
    """“小米汽车多少钱”: the value asked for is shown for every series of the brand."""
    if task.intent != "consult" or not task.brands or task.series or task.unread:
        return None
    rest = task.text
    for name in all_names():
        if name.kind == "brand" and name.text in task.brands:
            for form in sorted(name.forms, key=len, reverse=True):
                rest = re.sub(re.escape(form), " ", rest, flags=re.IGNORECASE)
    if _field_of(rest) is None:
        return None
    operator = "==" if len(task.brands) == 1 else "in"
    value = task.brands[0] if len(task.brands) == 1 else task.brands
    own = ReadCondition(Condition("brand", operator, value), False, ())
    return replace(task, intent="search", conditions=(own,))


def _of_letter(task: Task) -> str | None:
    """A class by its letter behind a brand that has no such series: 奔驰C级, which is no size."""
    for name in all_names():
        if name.kind == "brand" and name.text in task.brands:
            for form in name.forms:
                if found := re.search(re.escape(form) + " ?[a-z]级", task.text, re.IGNORECASE):
                    return found[0]
    return None


def _behind_brand(task: Task) -> str | None:
    """A model behind a brand of the catalogue that has no such series: 比亚迪唐."""
    others = {r.condition.field for r in task.conditions if not r.inferred} - {"brand"}
    if task.intent not in ("search", "consult") or not task.brands or says(task.text, "lists"):
        return None
    forms = {form for n in all_names() if n.kind in ("brand", "group") for form in n.forms}
    asks = not others or "多少钱" in task.text or _field_of(task.text) is not None
    for word in task.unread if asks else ():
        folded = fold(word)
        for form in sorted((f for f in forms if folded.startswith(f)), key=len, reverse=True):
            model = folded.removeprefix(form)
            if model and (model.isascii() or len(model) <= _SHORT_NAME):
                return word
    return None


def _of_other_maker(task: Task) -> str | None:
    """A brand that is known, but not in the catalogue, with the model behind it."""
    if task.brands or not task.unread:
        return None
    here = {form for name in all_names() for form in name.forms}
    for form in _makers():
        if fold(form) in here or form not in task.text.lower():
            continue
        found = re.search(re.escape(form) + _MODEL, task.text, re.IGNORECASE)
        if found and task.conditions and len(found[0]) == len(form):
            return None  # 30万的蔚来: a search that says what it could not read
        if found and any(word in found[0] or found[0] in word for word in task.unread):
            return found[0].strip()
    return None


def _of_family(task: Task) -> str | None:
    """The name that several series begin with, of which none is called so: 海豹 of 海豹06."""
    if task.brands or task.conditions:
        return None
    known = {form for name in all_names() if name.kind == "series" for form in name.forms}
    for word in task.unread:
        folded = fold(word)
        if len(folded) > 1 and any(f.startswith(folded) and f != folded for f in known):
            return word
    return None


@cache
def _makers() -> tuple[str, ...]:
    """Names of all brands there are, the longest first."""
    return tuple(sorted(set(_names_of_brands()), key=len, reverse=True))


def _names_of_brands() -> Iterator[str]:
    for row in brands().values():
        for name in (row.name, *row.aliases.split()):
            if len(name) > 1:
                yield name.lower()


def _field_of(text: str) -> str | None:
    """What a question on a car asks for: 多少钱, 续航."""
    any_series = next((name.text for name in all_names() if name.kind == "series"), "")
    reading = read_sentence(f"{any_series} {text}")
    return reading.field if reading.intent == "lookup" else None
