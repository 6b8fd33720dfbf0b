"""The part of the table of rules that changes a list: `rules` has it in its place."""

from __future__ import annotations

from typing import Final

from webapp.assistant.dialogue import lists
from webapp.assistant.dialogue.rule import Needs, Rule

LIST: Final = "30万以内的SUV"
"""The list that examples go on with."""

OF_LISTS: Final = (
    Rule(
        "a bare number",
        Needs(base=True, bare=True),
        lists.bare_number,
        (
            ("续航500公里的SUV", "那400呢"),
            ("续航500公里的SUV", "600呢"),
            ("续航500公里的SUV", "换成300"),
        ),
    ),
    Rule(
        "dropped",
        Needs(base=True, cues=("drops", "takes_out", "leaves"), bare=True),
        lists.dropped,
        ((LIST, "价格不限"), (LIST, "SUV不是必须的"), (LIST, "五座的", "座位算了")),
    ),
    Rule(
        "a sum more or less",
        Needs(base=True, bare=True),
        lists.summed,
        (("15万左右的SUV", "再加5万"), (LIST, "预算加3万"), (LIST, "少5万")),
    ),
    Rule(
        "as well",
        Needs(base=True, cues=("as_well",), bare=True),
        lists.as_well,
        (("5座SUV", "7座也行"), ("5座SUV", "七座也可以"), ("纯电SUV", "插混也行")),
    ),
    Rule(
        "moved",
        Needs(named=False),
        lists.moved,
        ((LIST, "再便宜点"), (LIST, "太贵了"), ("{b}多少钱", "有没有便宜点的")),
    ),
    Rule(
        "an energy weighed with what is known",
        Needs(base=True, bare=True, named=False, cues=("one_that", "judges", "wonders")),
        lists.weighed,
        (
            ("我在哈尔滨，30万以内的SUV", "纯电行吗"),
            ("家里没有充电桩，30万以内的SUV", "那纯电能买吗"),
            ("我跑网约车，30万以内的车", "插混合适吗"),
        ),
    ),
    Rule(
        "narrowed or changed",
        Needs(base=True),
        lists.narrowed,
        ((LIST, "那七座的呢"), (LIST, "只看四驱的"), (LIST, "换成插混")),
    ),
    Rule(
        "a fact for the list",
        Needs(base=True, bare=True),
        lists.told_a_fact,
        ((LIST, "家里没有充电桩"), (LIST, "小区不让装桩"), (LIST, "没有固定车位")),
    ),
    Rule(
        "the list before",
        Needs(base=True, bare=True),
        lists.of_those,
        ((LIST, "推荐一个"), (LIST, "推荐一款"), (LIST, "给我推荐一辆")),
    ),
)
