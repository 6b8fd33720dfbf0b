"""Conditions as they are spoken."""

from __future__ import annotations

import pytest

from webapp.assistant.answering.phrases import spoken_all
from webapp.catalogue.filters import Condition
from webapp.search.understanding.result import ReadCondition


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        (
            (("price_wan", ">=", 18.0), ("body", "==", "SUV"), ("price_wan", "<=", 22.0)),
            "指导价 18 到 22 万元、SUV",
        ),
        (
            (("price_wan", ">=", 22.0), ("price_wan", "<=", 18.0)),
            "指导价不低于 22 万元、指导价不超过 18 万元",
        ),
        ((("energy", "in", ("PHEV", "EREV")),), "插混或增程"),
        ((("brand", "not in", ("宝马", "奔驰")),), "不要宝马、奔驰"),
        ((("seats", "in", (6, 7)),), "6 或 7 座"),
        ((("origin", "!=", "中国"),), "非国产品牌"),
        ((("origin", "==", "日本"), ("gearbox", "==", "自动")), "日本品牌、自动挡"),
    ],
)
def test_conditions_read_like_chinese(
    conditions: tuple[tuple[str, str, object], ...], words: str
) -> None:
    read = tuple(ReadCondition(Condition(*one), False, ()) for one in conditions)  # type: ignore[arg-type]

    assert spoken_all(read, "").text == words
