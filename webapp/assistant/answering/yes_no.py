"""Yes or no, where a question names a value: “有四驱吗”, “坐得下七个人吗”."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from webapp.assistant.answering.called import names_of
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.parts import QUESTION, Part, bound, join, say, words
from webapp.assistant.answering.phrases import spoken
from webapp.assistant.answering.task import Task
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.catalogue.queries import TrimRow
from webapp.formatting import number

_WHETHER_IS: Final = re.compile("是(?!否有)[^有]*[吗么嘛]|是不是")
_PEOPLE: Final = re.compile("[坐装载拉挤].{0,6}人|人.{0,4}[坐装挤]")
_FRONT: Final = 2
"""Seats of the first row, for who asks how many fit behind it."""


def answered(task: Task, garage: Garage, key: str, known: list[TrimRow]) -> list[Part]:
    """“有，都是四驱。”, “没有 7 座的版本。”; nothing where the question names no value."""
    if not task.wanted:
        return []
    wanted = _asked(task.wanted[0])
    if key == "seats" and _PEOPLE.search(task.text):
        return _seated(task, garage, wanted, known)
    yes = [trim for trim in known if _holds(wanted, garage, trim, key)]
    row = FIELDS_BY_NAME[key]
    if row.kind == "number":
        label = spoken(wanted, task.said)
    else:
        label = join([bound(row.label_of(v), QUESTION) for v in _found(wanted, yes, key)], "、")
    if not yes:
        return [say("没有 {label}的版本。", label=label)]
    whether_is = _WHETHER_IS.search(task.text) is not None
    is_, all_ = ("", "各版本") if wanted.operator in (">=", "<=") else ("是", "都")
    if len(yes) == len(known):
        return [
            say(
                "{yes}，{all_}{is_} {label}。",
                yes="是" if whether_is else "有",
                all_=all_,
                is_=is_,
                label=label,
            )
        ]
    return [
        say(
            "{yes}，{names}{is_} {label}。",
            yes="部分版本是" if whether_is else "有",
            names=names_of(garage, yes),
            is_=is_,
            label=label,
        )
    ]


def _asked(wanted: Condition) -> Condition:
    """What is asked about: “不是有混动吗” and “没有混动吗” ask about 混动."""
    positive = {"!=": "==", "not in": "in"}
    return replace(wanted, operator=positive.get(wanted.operator, wanted.operator))


def _found(wanted: Condition, yes: list[TrimRow], key: str) -> list[Any]:
    """Of several values that a word stands for those that these trims have: of 混动, 油混."""
    has = {getattr(trim, key, None) for trim in yes}
    return [value for value in wanted.values if value in has] or list(wanted.values)


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
    return value in condition.values


def _seated(task: Task, garage: Garage, wanted: Condition, known: list[TrimRow]) -> list[Part]:
    """Whether so many people find a seat, in the whole car or behind the first row."""
    many = int(float(wanted.values[-1]))
    people = bound(f" {many} 个人", QUESTION)
    behind = says(task.text, "behind")
    room = {trim.id: (trim.seats or 0) - (_FRONT if behind else 0) for trim in known}
    yes = [trim for trim in known if room[trim.id] >= many]
    if len(yes) == len(known):
        said = [say("坐得下{people}。", people=people)]
    elif yes:
        names = names_of(garage, yes)
        said = [say("{names}坐得下{people}，别的版本坐不下。", names=names, people=people)]
    else:
        said = [say("坐不下{people}。", people=people)]
    if not behind:
        return said
    front = bound(str(_FRONT), "computed:seats of the first row")
    if len(set(room.values())) == 1:
        seats = (known[0].seats or 0) - _FRONT
        left = bound(number(seats, 0), f"computed:{known[0].seats}-{_FRONT}")
        said.append(say("除去前排 {front} 个座位，后面有 {left} 个。", front=front, left=left))
    else:
        said.append(say("这里按前排 {front} 个座位算。", front=front))
    return [*said, words("坐着挤不挤要看后排有多宽，车库里没有这一项。")]
