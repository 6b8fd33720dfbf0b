"""帮我选: five questions, each answered by one tap, that end in the list with its conditions.

Every answer is a link, and all that is known stands in the address: nothing is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from webapp.cars.drawing import Outline, outline
from webapp.catalogue import addresses, queries
from webapp.catalogue.filters import Selection, read_selection
from webapp.catalogue.vocabulary import BODIES
from webapp.formatting import number

ANY: Final = "any"
WINTER: Final = 0.7
"""What is left of a range in winter, and below it `USED` of the battery is used."""
USED: Final = 0.8
DAYS_APART: Final = {"home": 1, "public": 2}
"""How many days one charge has to last."""
LONGEST_ON_CHARGE: Final = {"home": 150, "public": 80}
"""Kilometres a day beyond which no range is asked for: what can be refuelled is as good."""

Pairs = tuple[tuple[str, str], ...]


class UnreadableAnswer(ValueError):
    """The message, in Chinese, says which answer is none."""


@dataclass(frozen=True)
class Question:
    key: str
    short: str
    text: str
    hint: str
    answers: Mapping[str, str]
    """Labels by value."""


@dataclass(frozen=True)
class Option:
    """One answer: where it leads, and how many trims are left with it."""

    label: str
    url: str
    trims: int
    drawing: Outline | None = None


@dataclass(frozen=True)
class Given:
    label: str
    url: str
    """Where it is answered anew; the others are kept."""


@dataclass(frozen=True)
class GuidePage:
    question: Question
    number: int
    options: list[Option]
    given: list[Given]
    reason: str
    """Why a range is asked for, where one is."""
    url: str
    """The list by what was answered up to here, of so many `trims`."""
    trims: int


def _budgets() -> dict[str, str]:
    ends = [None, *queries.PRICE_STEPS, None]
    found = {}
    for low, high in pairwise(ends):
        value = f"{number(low) if low else ''}-{number(high) if high else ''}"
        if low and high:
            found[value] = f"{number(low)}–{number(high)} 万"
        else:
            found[value] = f"{number(low)} 万以上" if low else f"{number(high)} 万以内"
    return found


QUESTIONS: Final = (
    Question(
        "people",
        "人数",
        "平时坐几个人？",
        "按坐满的时候算",
        {"2": "一两个人", "4": "三四个人", "5": "常坐满五个人", "7": "六七个人"},
    ),
    Question(
        "km",
        "里程",
        "一天开多少公里？",
        "上下班来回加起来",
        {"30": "30 公里以内", "80": "30–80 公里", "150": "80–150 公里", "300": "150 公里以上"},
    ),
    Question(
        "charge",
        "充电",
        "充电方便吗？",
        "决定纯电、插混还是油车",
        {"home": "家里或单位能天天充", "public": "要去公共桩充", "none": "不方便充"},
    ),
    Question("budget", "预算", "预算多少？", "按厂商指导价", _budgets()),
    Question("body", "车身", "要哪种车身？", "点一下就看结果", {body: body for body in BODIES}),
)
BY_KEY: Final = {question.key: question for question in QUESTIONS}


def read_answers(args: MultiDict[str, str]) -> dict[str, str]:
    """The answers of an address by question. Raises `UnreadableAnswer`."""
    for key, value in args.items():
        if key not in BY_KEY:
            raise UnreadableAnswer(f"不认识参数 {key[:40]}")
        if value != ANY and value not in BY_KEY[key].answers:
            raise UnreadableAnswer(f"参数 {key}={value[:40]}：没有这个答案")
    return {question.key: args[question.key] for question in QUESTIONS if question.key in args}


def selection_of(answers: Mapping[str, str]) -> Selection:
    """The conditions that these answers mean."""
    pairs = [*_seats(answers.get("people", ANY)), *_energy(answers)]
    low, _, high = answers.get("budget", ANY).partition("-")
    if answers.get("budget", ANY) != ANY:
        pairs += [("price_wan_min", low)] if low else []
        pairs += [("price_wan_max", number(float(high) - 0.01))] if high else []
    if answers.get("body", ANY) != ANY:
        pairs.append(("body", answers["body"]))
    return read_selection(MultiDict(pairs))


def guide_page(answers: Mapping[str, str]) -> GuidePage | None:
    """The first question that is open; None where all are answered."""
    question = next((q for q in QUESTIONS if q.key not in answers), None)
    if question is None:
        return None
    choices = {**question.answers, ANY: "都行"}
    further = [{**answers, question.key: value} for value in choices]
    selections = [selection_of(answers), *(selection_of(one) for one in further)]
    trims = queries.counts_of(selections)
    return GuidePage(
        question,
        QUESTIONS.index(question) + 1,
        [
            Option(label, _address(one), count, _drawing(question, value))
            for (value, label), one, count in zip(choices.items(), further, trims[1:], strict=True)
        ],
        [
            Given(
                _label(key, value),
                addresses.guide() + _query({k: v for k, v in answers.items() if k != key}),
            )
            for key, value in answers.items()
        ],
        _reason(answers),
        selections[0].url(),
        trims[0],
    )


def _seats(people: str) -> Pairs:
    if people == "5":
        return (("seats_min", "5"), ("wheelbase_mm_min", "2800"))
    return {"4": (("seats_min", "4"),), "7": (("seats_min", "6"),)}.get(people, ())


def _energy(answers: Mapping[str, str]) -> Pairs:
    charge, km = answers.get("charge", ANY), answers.get("km", ANY)
    if charge == ANY:
        return ()
    if charge == "none":
        return (("energy", "HEV"), ("energy", "ICE"))
    refuels = (("energy", "PHEV"), ("energy", "EREV"))
    if km == ANY:
        return (("energy", "BEV"), *refuels)
    if int(km) <= LONGEST_ON_CHARGE[charge]:
        return (("energy", "BEV"), *refuels, ("range_km_min", str(_range(int(km), charge))))
    return (("energy", "BEV" if charge == "home" else "HEV"), *refuels)


def _range(km: int, charge: str) -> int:
    """The range in km that lasts from one charge to the next in winter."""
    return ceil(km * DAYS_APART[charge] / WINTER / USED / 10) * 10


def _reason(answers: Mapping[str, str]) -> str:
    asked = dict(_energy(answers)).get("range_km_min")
    if asked is None:
        return ""
    days = {"home": "天天充", "public": "两天充一次"}[answers["charge"]]
    return f"续航 {asked} km 起：{days}，冬天按七折算，再留两成电。"


def _drawing(question: Question, value: str) -> Outline | None:
    if question.key != "body" or value == ANY:
        return None
    return outline(value, length_mm=None, height_mm=None, wheelbase_mm=None)


def _label(key: str, value: str) -> str:
    question = BY_KEY[key]
    return f"{question.short}都行" if value == ANY else question.answers[value]


def _address(answers: Mapping[str, str]) -> str:
    """The next question, or the list once none is left."""
    if len(answers) == len(QUESTIONS):
        return selection_of(answers).url()
    return addresses.guide() + _query(answers)


def _query(answers: Mapping[str, str]) -> str:
    return f"?{urlencode(answers)}" if answers else ""
