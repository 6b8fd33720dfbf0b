"""Documents for the tests of the knowledge base, taken in and indexed by words."""

from __future__ import annotations

import pytest
from flask import Flask

from webapp.knowledge import service
from webapp.knowledge.drafts import Draft

LEAF = (
    "叶片冬天的续航会打七折左右。零下十度时建议先插着枪预热再出发。座椅加热比空调省电。"
    "高速上开到一百二，表显掉电明显快于市区。回家慢充一晚能充满。"
)


def draft(id_: str, text: str, **fields: str) -> Draft:
    """A plain document with its id for a title unless told otherwise."""
    return Draft(id=id_, text=text, **{"title": id_, "source": "示例", **fields})  # type: ignore[arg-type]


@pytest.fixture
def documents(app: Flask) -> list[Draft]:
    """Two reviews of made-up series and a page, indexed."""
    drafts = [
        draft("r1", LEAF, series="叶片"),
        draft(
            "r2", "云雀的后备箱放得下两个大行李箱，后排放倒更大。冬天续航没测过。", series="云雀"
        ),
        draft("p1", "轮胎气压每月检查一次，冷态时测量。花纹深度低于一点六毫米就要更换。"),
    ]
    service.ingest(collection="samples", drafts=drafts)
    service.build_words()
    return drafts
