"""Facts of a series: sentences made from its rows, and nothing that is not in them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask import Flask

from tests.catalogue import catalogue
from webapp.catalogue.models import Trim
from webapp.catalogue.service import seed_catalogue
from webapp.catalogue.vocabulary import FEATURES
from webapp.knowledge.facts import SeriesRows, facts_document, series_facts, series_rows
from webapp.knowledge.shipped import FACTS_COLLECTION

NUMERAL = re.compile(r"\d+(?:\.\d+)?")


def numerals(text: str) -> set[float]:
    return {float(numeral) for numeral in NUMERAL.findall(text.replace(",", ""))}


def numerals_given(rows: SeriesRows) -> set[float]:
    """Every number the rows hold, in figures and in names, rounded as it is shown."""
    given = [str(rows.head), str(rows.trims), str(rows.specs), str(rows.sales)]
    found = numerals(" ".join(given))
    found |= {trim.price_fen / 1_000_000 for trim in rows.trims if trim.price_fen is not None}
    found |= numerals(" ".join(FEATURES))  # 360影像
    return {round(figure, digits) for figure in found for digits in (2, 4)}


def counts(rows: SeriesRows) -> set[float]:
    return {float(count) for count in range(1, len(rows.trims) + 1)}


@pytest.fixture
def beidou(app: Flask) -> list[Trim]:
    """北斗: a petrol and two electric trims; one of the latter's range is unknown."""
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元")
    length = catalogue.parameter("length_mm", "长度", unit="mm")
    reach = catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km", better="high")
    heated, hud = 1 << FEATURES.index("座椅加热"), 1 << FEATURES.index("抬头显示")
    made = []
    for n, (name, energy, far) in enumerate(
        [("甲", "BEV", 500), ("乙", "BEV", None), ("丙", "ICE", None)]
    ):
        car = catalogue.trim(
            name,
            name=f"{name}版",
            energy=energy,
            seats=5,
            features=heated | (hud if n else 0),
            features_known=heated | hud,
            price_fen=(10 + n) * 1_000_000,
            launch="2025-10",
        )
        catalogue.value(car, price, number=10.0 + n)
        catalogue.value(car, length, number=4700.0)
        if far:
            catalogue.value(car, reach, number=float(far))
        made.append(car)
    owner = catalogue.series()
    catalogue.sales(owner, "2022-05", 111, scope="wholesale")
    for period, units in (("2026-03", 1), ("2026-04", 2), ("2026-05", 3), ("2026-06", 1234)):
        catalogue.sales(owner, period, units)
    catalogue.publish()
    return made


def text_of(trims: list[Trim]) -> str:
    rows = series_rows(trims[0].series_id)
    assert rows is not None
    return facts_document(rows).text


def test_a_series_is_told_with_price_source_and_month(beidou: list[Trim]) -> None:
    text = text_of(beidou)
    assert "星河北斗的厂商指导价为 10.00 至 12.00 万元（星河官网，2025 年 11 月）" in text
    assert "最低的是2025款 甲版，最高的是2025款 丙版" in text
    assert "车知收录星河北斗的在售版本 3 个" in text


def test_kinds_of_energy_are_told_apart_only_where_they_differ(beidou: list[Trim]) -> None:
    text = text_of(beidou)
    assert "星河北斗的长度为 4700 mm。" in text
    assert "星河北斗纯电版的CLTC纯电续航里程为 500 km。" in text
    assert "星河北斗燃油版的CLTC" not in text


def test_the_trims_that_have_a_feature_and_those_that_have_not_are_named(
    beidou: list[Trim],
) -> None:
    text = text_of(beidou)
    assert "星河北斗的全部在售版本都有座椅加热，标配或选装。" in text
    assert (
        "有抬头显示（标配或选装）的是2025款 乙版、2025款 丙版，没有抬头显示的是2025款 甲版" in text
    )


def test_what_is_unknown_is_not_mentioned(beidou: list[Trim]) -> None:
    text = text_of(beidou)
    assert "激光雷达" not in text
    assert "未知" not in text
    assert "None" not in text


def test_the_newest_three_months_are_told_and_old_ones_are_not(beidou: list[Trim]) -> None:
    text = text_of(beidou)
    assert "星河北斗 2026 年 6 月的零售销量为 1,234 辆（星河官网）。" in text
    assert "2026 年 4 月" in text
    assert "2026 年 3 月" not in text
    assert "2022" not in text


def test_trims_no_longer_sold_are_left_out_while_others_are(beidou: list[Trim]) -> None:
    beidou[2].status = "停售"
    catalogue.publish()
    assert "丙版" not in text_of(beidou)
    for trim in beidou:
        trim.status = "停售"
    catalogue.publish()
    assert "车知收录星河北斗的版本 3 个" in text_of(beidou)


def test_a_heading_stands_only_over_what_is_known(app: Flask) -> None:
    bare = catalogue.trim("裸", launch="2025-10", energy=None, body=None, size=None)
    catalogue.publish()
    text = text_of([bare])
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "## 星河北斗的价格与版本"
    ]


def test_a_series_without_trims_has_no_document(beidou: list[Trim]) -> None:
    catalogue.series("空")
    catalogue.publish()
    assert [document.series for document in series_facts()] == ["北斗"]
    assert list(series_facts([404])) == []


def test_a_figure_that_no_row_holds_would_be_found(beidou: list[Trim]) -> None:
    rows = series_rows(beidou[0].series_id)
    assert rows is not None
    other = replace(rows, specs=[replace(spec, number=987.0) for spec in rows.specs])
    assert numerals(facts_document(other).text) - numerals_given(rows) - counts(rows) == {987.0}


def test_every_seed_series_has_facts_whose_every_numeral_is_in_its_rows(app: Flask) -> None:
    seeded = seed_catalogue()
    assert seeded is not None
    documents = list(series_facts())
    assert len(documents) == 100
    assert len({document.id for document in documents}) == 100
    for document in documents:
        rows = series_rows(int(document.id.removeprefix("series-")))
        assert rows is not None
        assert document == facts_document(rows)
        assert numerals(document.text) - numerals_given(rows) - counts(rows) == set(), document.id
        assert document.collection == FACTS_COLLECTION
        assert document.summary in document.text
        assert "汽车之家参数配置页，2025 年 11 月" in document.text
        assert "未知" not in document.text
