"""Brand and series in one breath."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from webapp.catalogue.naming import with_brand
from webapp.knowledge.facts import series_facts


@pytest.mark.parametrize(
    ("brand", "series", "spoken"),
    [
        ("比亚迪", "秦L", "比亚迪秦L"),
        ("特斯拉", "Model 3", "特斯拉Model 3"),
        ("理想汽车", "理想L6", "理想L6"),
        ("吉利银河", "银河E5", "吉利银河E5"),
        ("吉利银河", "星愿", "吉利银河星愿"),
        ("奇瑞风云", "风云A9L", "奇瑞风云A9L"),
        ("大众", "一汽-大众CC", "一汽-大众CC"),
        ("长安启源", "长安启源Q07", "长安启源Q07"),
        ("广汽传祺", "传祺GS3", "广汽传祺GS3"),
        ("MINI", "电动Mini Cooper", "电动Mini Cooper"),
        ("BMW", "X5", "BMW X5"),
        ("AITO", "TO7", "AITO TO7"),
        ("长安", "安睿", "长安安睿"),
        ("上汽大通MAXUS", "大通G10", "上汽大通G10"),
        ("SWM斯威汽车", "SWM斯威G01", "SWM斯威G01"),
    ],
)
def test_no_word_is_said_twice(brand: str, series: str, spoken: str) -> None:
    assert with_brand(brand, series) == spoken


@pytest.mark.parametrize(
    ("brand", "series", "spoken"),
    [
        ("吉利汽车", "帝豪", "吉利帝豪"),
        ("五菱汽车", "宏光MINIEV", "五菱宏光MINIEV"),
        ("北京汽车", "魔方", "北京魔方"),
        ("吉利汽车", "吉利ICON", "吉利ICON"),
        ("SWM斯威汽车", "钢铁侠", "SWM斯威钢铁侠"),
        ("睿蓝汽车", "X3 PRO", "睿蓝X3 PRO"),
        ("汽车", "甲", "汽车甲"),
    ],
)
def test_a_brand_is_called_short_where_a_series_follows(
    brand: str, series: str, spoken: str
) -> None:
    assert with_brand(brand, series) == spoken


def test_pages_and_facts_call_a_series_alike(app: Flask, client: FlaskClient) -> None:
    car = catalogue.trim(
        "e5", name="远航版", series_name="银河E5", brand_name="吉利银河", price_fen=10_980_000
    )
    catalogue.publish()
    (facts,) = series_facts([car.series_id])
    series = client.get(f"/cars/series/{car.series_id}").text
    trim = client.get(f"/cars/trims/{car.id}").text
    for text in (facts.title, facts.text, series, trim):
        assert "吉利银河E5" in text
        assert "银河银河" not in text.replace(" ", "")
