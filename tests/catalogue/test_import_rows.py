"""Rows that are wrong are rejected whole; rows that look wrong are imported with a warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.catalogue.import_files import CAR, car, import_rows
from webapp.catalogue.models import Brand, Series, Trim, Value
from webapp.extensions import db

pytestmark = pytest.mark.database


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", ""),
        ("key", "k" * 61),
        ("brand", ""),
        ("series", ""),
        ("name", ""),
        ("source", ""),
        ("captured", ""),
        ("captured", "2026-04"),
        ("captured", "2025"),
        ("model_year", "1989"),
        ("model_year", "2029"),
        ("model_year", "明年"),
        ("status", "热卖"),
        ("launch", "2025"),
        ("confidence", "听说"),
        ("source_url", "javascript:alert(1)"),
        ("brand", "\ufffdj驰"),
        ("series", "濂旈┌"),
        ("brand", "å¥”é©°"),
        ("price_wan", "179800"),
        ("length_mm", "4915kg"),
        ("seats", "很多"),
        ("energy", "未来能源"),
        ("body", "飞船"),
        ("gearbox", "魔法"),
        ("engine", "\x01"),
    ],
)
def test_a_row_with_a_bad_field_is_rejected_whole_and_the_field_is_named(
    app: Flask, tmp_path: Path, field: str, value: str
) -> None:
    run = import_rows(tmp_path, CAR | {"key": "good"}, car(**{field: value}))
    assert run.outcome() == (1, 0, 0, 1)
    (rejected,) = run.rejected
    assert rejected.line == 3
    assert {problem.field for problem in rejected.problems} == {field}
    assert all(problem.label for problem in rejected.problems)
    assert db.session.scalars(select(Trim.key)).all() == ["good"]


def test_all_problems_of_a_row_are_told_at_once(app: Flask, tmp_path: Path) -> None:
    run = import_rows(tmp_path, car(series="", price_wan="-1", seats="?"))
    assert [field for _, field, _ in run.reasons] == ["series", "price_wan", "seats"]
    assert run.counts.rejected == 1


def test_a_key_used_twice_in_a_file_is_rejected_the_second_time(app: Flask, tmp_path: Path) -> None:
    run = import_rows(tmp_path, car(seats="5"), car(series="南斗", seats="7"))
    assert run.outcome() == (1, 0, 0, 1)
    assert run.reasons == [(3, "key", "编号重复：第 2 行已经用过")]
    assert db.session.scalar(select(Trim.seats)) == 5


def test_a_price_not_yet_known_is_unknown_and_no_error(app: Flask, tmp_path: Path) -> None:
    assert import_rows(tmp_path, car(price_wan="暂无报价")).outcome() == (1, 0, 0, 0)
    assert db.session.scalar(select(Trim.price_fen)) is None
    assert db.session.scalar(select(func.count()).select_from(Value)) == 0


@pytest.mark.parametrize(
    ("full", "name", "year"),
    [
        ("北斗 2025款 长续航版", "长续航版", 2025),
        ("星河 北斗 2025款 长续航版", "长续航版", 2025),
        ("2025款 长续航版", "长续航版", 2025),
        ("北斗2025款 长续航版", "长续航版", 2025),
        ("长续航版", "长续航版", None),
        ("北斗星版", "北斗星版", None),
        ("北斗", "北斗", None),
    ],
)
def test_a_trim_is_named_without_series_and_year(
    app: Flask, tmp_path: Path, full: str, name: str, year: int | None
) -> None:
    import_rows(tmp_path, car(name=full))
    assert db.session.execute(select(Trim.name, Trim.model_year)).one() == (name, year)


def test_a_brand_comes_with_what_the_brand_table_knows(app: Flask, tmp_path: Path) -> None:
    run = import_rows(tmp_path, car(brand="丰田", series="凯美瑞"))
    assert run.warnings == []
    brand = db.session.scalars(select(Brand)).one()
    assert (brand.origin, brand.initial) == ("日本", "F")


def test_an_unknown_brand_is_imported_with_a_warning_and_no_origin(
    app: Flask, tmp_path: Path
) -> None:
    run = import_rows(tmp_path, CAR, car(key="A2", name="标准版"))
    assert run.outcome() == (2, 0, 0, 0)
    assert run.warnings == ["品牌“星河”不在品牌表中，产地未知"]
    brand = db.session.scalars(select(Brand)).one()
    assert (brand.origin, brand.initial, brand.pinyin) == (None, "X", "xinghe")
    assert db.session.scalar(select(Series.pinyin)) == "beidou"


@pytest.mark.parametrize(
    ("brand", "one", "other"),
    [
        ("大众", "速腾", "大众-速腾"),
        ("长安", "长安CS75PLUS", "长安CS75 PLUS"),
        ("丰田", "丰田bZ4X", "丰田BZ4X"),
    ],
)
def test_series_whose_names_differ_in_spelling_only_are_pointed_out(
    app: Flask, tmp_path: Path, brand: str, one: str, other: str
) -> None:
    run = import_rows(
        tmp_path, car(brand=brand, series=one), car(key="A2", brand=brand, series=other)
    )
    assert run.outcome() == (2, 0, 0, 0)
    (warned,) = run.warned
    assert (warned.line, warned.key) == (3, "A2")
    assert one in warned.warning
    assert other in warned.warning
    again = import_rows(tmp_path, car(key="A2", brand=brand, series=other))
    assert "已有的" in again.warnings[0]


def test_short_model_codes_of_two_brands_are_no_doubt(app: Flask, tmp_path: Path) -> None:
    run = import_rows(
        tmp_path,
        car(brand="问界", maker="赛力斯", series="问界M7"),
        car(key="A2", brand="东风风行", maker="东风", series="风行M7"),
    )
    assert run.warnings == []


def test_an_untranslated_series_among_chinese_ones_is_pointed_out(
    app: Flask, tmp_path: Path
) -> None:
    names = ("现代伊兰特", "现代途胜", "现代Mistra", "现代ix35", "现代库斯途Plus")
    rows = [car(key=f"A{number}", brand="现代", series=name) for number, name in enumerate(names)]
    run = import_rows(tmp_path, *rows)
    assert [warning for warning in run.warnings if "未翻译" in warning] == [
        "车系“现代Mistra”没有中文名，同品牌其他车系有：可能未翻译"
    ]


def test_doubtful_rows_are_imported_and_pointed_out(app: Flask, tmp_path: Path) -> None:
    known = {"brand": "丰田", "series": "凯美瑞"}
    run = import_rows(
        tmp_path,
        car(**known, key="A1", name="凯美瑞 2025款 标准版", model_year="2024"),
        car(**known, key="A2", name="电动版", energy="BEV", fuel_l_100km="6.1"),
        car(**known, key="A3", name="燃油版", energy="ICE", range_cltc_km="500"),
        car(**known, key="A4", name="电动版", energy="BEV"),
    )
    assert run.outcome() == (4, 0, 0, 0)
    assert [(event.key, event.warning) for event in run.warned] == [
        ("A1", "车型名写 2025款，年款列写 2024"),
        ("A2", "能源类型是纯电，却有油耗 6.1"),
        ("A3", "能源类型是燃油，却有纯电续航 500"),
        ("A4", "与编号 A2 的年款和车型名相同，可能重复"),
    ]
    again = import_rows(tmp_path, car(**known, key="A5", name="燃油版"))
    assert again.warnings == ["与编号 A3 的年款和车型名相同，可能重复"]
