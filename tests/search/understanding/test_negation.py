"""What a negation is about: the nearest noun phrase, in hundreds of combinations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest

from tests.search.understanding.expected import conditions, expected
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]

NEGATORS = (
    "不要",
    "不想要",
    "不考虑",
    "不买",
    "别",
    "除了",
    "不喜欢",
    "别给我推荐",
    "别再推荐",
    "不打算买",
    "不接受",
    "我不要",
    "千万别推",
    "没打算买",
    "坚决不要",
    "不想再看",
    "别老推荐",
    "不愿意买",
)
NOUNS = {
    "纯电": ("energy", {"BEV"}),
    "增程": ("energy", {"EREV"}),
    "油车": ("energy", {"ICE"}),
    "特斯拉": ("brand", {"特斯拉"}),
    "比亚迪": ("brand", {"比亚迪"}),
    "日系": ("origin", {"日本"}),
    "SUV": ("body", {"SUV"}),
    "四驱": ("drive", {"四驱"}),
    "七座": ("seats", {"7"}),
}
OTHERS = {
    "MPV": ("body", {"MPV"}),
    "小鹏": ("brand", {"小鹏"}),
    "插混": ("energy", {"PHEV"}),
    "德系": ("origin", {"德国"}),
}
WANTING = ("，要{}", " 要{}", "，想买{}", " 想买{}", "要{}", "，只看{}")
REFUSING = (
    "不要{}",
    "，不要{}",
    "，也不要{}",
    "也不要{}",
    " 不要{}",
    "和{}",
    "、{}",
    "或者{}",
    "也别给我推荐{}",
)
BEHIND = ("不要", "不考虑", "除外", "就算了", "不要了")


def sides(understood: Understanding) -> dict[tuple[str, str], bool]:
    """Each value that a condition names, and whether it is wanted."""
    return {
        (one.condition.field, str(value)): one.condition.operator in ("==", "in")
        for one in understood.conditions
        if one.condition.operator in ("==", "in", "!=", "not in")
        for value in one.condition.values
    }


def reversals(read: Read, text: str, wanted: tuple[str, ...], refused: tuple[str, ...]) -> str:
    """The sentence where a wish was turned round; empty where none was."""
    known = NOUNS | OTHERS
    said = sides(read(text))
    for noun, side in [(n, True) for n in wanted] + [(n, False) for n in refused]:
        field, values = known[noun]
        if any(said.get((field, value), side) is not side for value in values):
            return f"{text}: {noun} should be {'wanted' if side else 'refused'}"
    return ""


def test_no_negation_turns_a_wish_round(read: Read) -> None:
    """Negator, noun, joiner, and a comma or none."""
    texts = []
    for number, (negator, noun) in enumerate(product(NEGATORS, NOUNS)):
        others = [other for other in OTHERS if OTHERS[other][0] != NOUNS[noun][0]]
        other, another = others[number % len(others)], others[(number + 1) % len(others)]
        wanting, refusing = WANTING[number % len(WANTING)], REFUSING[number % len(REFUSING)]
        texts.append((f"{negator}{noun}{wanting.format(other)}", (other,), (noun,)))
        texts.append((f"{negator}{noun}{refusing.format(another)}", (), (noun, another)))
    for number, (noun, behind, other) in enumerate(product(NOUNS, BEHIND, OTHERS)):
        if OTHERS[other][0] != NOUNS[noun][0]:
            joiner = ("，要{}", " 要{}")[number % 2]
            texts.append((f"{noun}{behind}{joiner.format(other)}", (other,), (noun,)))
    assert len(texts) >= 400
    turned = [reversals(read, *one) for one in texts]
    assert [one for one in turned if one] == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("没有地库 想买电车", "energy == BEV"),
        ("不是，我是说电动的", "energy == BEV"),
        ("不是 我问的是插混的", "energy == PHEV"),
        ("家里没有充电条件 想买混动", "energy in PHEV/EREV/HEV"),
        ("既不要比亚迪也不要特斯拉", "brand not in 比亚迪/特斯拉"),
        ("不要日系不要韩系", "origin not in 日本/韩国"),
        ("别给我推荐纯电的", "energy != BEV"),
        ("不用插电的那种混动", "energy == HEV"),
        ("非纯电不买 20万以内", "energy == BEV; price_wan <= 20"),
        ("没有四驱的不要", "drive == 四驱"),
        ("电车不考虑 插混可以", "energy == PHEV; energy != BEV"),
        ("没结婚 买个两座小跑车", "seats == 2; body == 跑车"),
        ("对特斯拉没兴趣", "brand != 特斯拉"),
        ("不买贵的 只买10万以内的", "price_wan <= 10"),
        ("手动挡的不要七八万", "gearbox != 手动; price_wan >= 7; price_wan <= 8.99"),
        ("20万，不对，25万以内", "price_wan <= 25"),
    ],
)
def test_a_negation_is_about_the_nearest_noun(read: Read, text: str, wanted: str) -> None:
    assert conditions(read(text)) == expected(wanted)
