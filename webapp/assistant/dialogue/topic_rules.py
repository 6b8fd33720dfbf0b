"""The part of the table of rules that goes on with the last answer, whatever it was: `rules` has it
in its place."""

from __future__ import annotations

from typing import Final

from webapp.assistant.dialogue import absent, going_on, topics
from webapp.assistant.dialogue.list_rules import LIST
from webapp.assistant.dialogue.rule import Needs, Rule

BOTH: Final = "{a}和{b}对比"

OF_TOPICS: Final = (
    Rule(
        "why, of what was said last",
        Needs(cues=("why",), named=False, bare=True),
        topics.why,
        ((LIST, "为什么"), (BOTH, "为什么呢"), ("冬天电车续航为什么会短", "凭什么")),
    ),
    Rule(
        "the amount of the topic",
        Needs(cues=("amount_of",)),
        topics.amount_of,
        (
            ("{b}多少钱", "新能源车购置税怎么收", "那这车要交多少"),
            ("{a}多少钱", "购置税减免政策是什么", "它能减多少"),
            (LIST, "购置税怎么收", "那第二个要交多少"),
        ),
    ),
)

OF_ABSENT: Final = (
    Rule(
        "of a car that is not there",
        Needs(),
        absent.of_absent,
        (
            ("唐L多少钱", "它续航多少"),
            ("极氪007和{b}哪个好", "前者多少钱"),
            ("极氪007和蔚来ET5哪个好", "哪个充电快"),
        ),
    ),
    Rule(
        "beside a car that is not there",
        Needs(),
        absent.beside,
        (
            ("极氪007和{b}哪个好", "哪个快"),
            ("岚图梦想家多少钱", "和{b}比呢"),
            ("极氪007和{b}哪个好", "续航呢"),
        ),
    ),
)

OF_COMPARISONS: Final = (
    Rule(
        "what a comparison is for",
        Needs(
            after=("compare",),
            named=False,
            points=False,
            without=("judges", "compares", "why", "asks", "costs", "how_much"),
        ),
        going_on.compared_for,
        (
            (BOTH, "我家在哈尔滨"),
            (BOTH, "我常跑高速"),
            (BOTH, "家里有两个孩子"),
        ),
    ),
)
