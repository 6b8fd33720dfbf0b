"""Files with titles of their own, cells that say nothing, and what an import changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.catalogue.import_files import (
    CAR,
    car,
    csv_text,
    import_bytes,
    import_rows,
    import_sales_rows,
)
from tests.catalogue.test_import_cli import run as command
from webapp.catalogue import cli
from webapp.catalogue import queries as cars
from webapp.catalogue.models import Series, Trim
from webapp.catalogue.reading.reports import Change
from webapp.catalogue.vocabulary import FEATURES
from webapp.extensions import db

pytestmark = pytest.mark.database

KNOWN = {"brand": "丰田", "series": "凯美瑞"}


def told(result: Result) -> str:
    return result.stderr.splitlines()[-1]


def features(key: str = "A1") -> dict[str, str | None]:
    id = db.session.scalars(select(Trim.id).where(Trim.key == key)).one()
    return {spec.key: spec.fitted for spec in cars.specs_of([id])}


def test_a_column_is_read_as_what_was_said_and_another_left_out(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cars.csv"
    file.write_text(csv_text(car(**KNOWN, **{"价目表(元)": "129800", "颜值": "高"})), "utf-8")
    result, lines = command(app, "import", file)
    assert (result.exit_code, lines[-1]["refused"]) == (1, True)
    assert "--map" in told(result)
    assert "--skip-unknown" in told(result)
    result, lines = command(app, "import", file, "--map", "价目表(元)=price_wan", "--skip-unknown")
    assert result.exit_code == 0
    assert lines[0]["warning"] == "略过第 9 列“颜值”，没有导入"
    assert db.session.scalar(select(Trim.price_fen)) == 12_980_000


def test_a_field_without_a_column_is_said_once(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cars.csv"
    file.write_text("ID,车系名称,车型名称\n1,凯美瑞,甲\n2,凯美瑞,乙\n", "utf-8")
    fixed = ("--set", "品牌=丰田", "--set", "source=官网 a=b", "--set", "采集月份=2025-11")
    result, lines = command(app, "import", file, *fixed)
    assert (result.exit_code, lines[-1]["added"]) == (0, 2)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (("--map", "价目"), "“价目”应写作 TITLE=FIELD"),
        (("--map", "价目=价前"), "没有字段“价前”"),
        (("--set", "编号=1"), "每款车不同"),
    ],
)
def test_an_option_that_cannot_be_is_one_clear_line(
    app: Flask, tmp_path: Path, options: tuple[str, str], reason: str
) -> None:
    file = tmp_path / "cars.csv"
    file.write_text(csv_text(CAR), "utf-8")
    result, lines = command(app, "import", file, *options)
    assert (result.exit_code, lines) == (2, [])
    assert reason in result.stderr


def test_a_flag_that_says_nothing_known_is_told_and_the_row_is_imported(
    app: Flask, tmp_path: Path
) -> None:
    run = import_rows(tmp_path, car(**KNOWN, hud="仅顶配", fridge="√", v2l="×", air_suspension="0"))
    assert run.outcome() == (1, 0, 0, 0)
    (warned,) = run.warned
    assert (warned.line, warned.key) == (2, "A1")
    assert warned.problem is not None
    assert (warned.problem.field, warned.problem.value) == ("hud", "仅顶配")
    assert warned.warning.startswith("HUD抬头数字显示“仅顶配”：")
    assert features() == {"fridge": "standard", "v2l": "absent", "air_suspension": "absent"}
    assert db.session.scalar(select(Trim.features)) == 1 << FEATURES.index("冰箱")


@pytest.mark.parametrize(
    "blank", ["nan", "None", "NULL", "\\N", "N/A", "undefined", "/", "--", "-"]
)
def test_no_row_is_lost_for_a_blank_of_a_machine(app: Flask, tmp_path: Path, blank: str) -> None:
    optional = ("maker", "model_year", "status", "launch", "source_url", "confidence")
    values = ("price_wan", "seats", "engine", "energy", "gearbox", "front_tyres")
    run = import_rows(tmp_path, car(**KNOWN, **dict.fromkeys((*optional, *values), blank)))
    assert (run.outcome(), run.warnings) == ((1, 0, 0, 0), [])
    assert features() == {}


def test_what_a_row_changes_is_told_with_old_and_new(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(**KNOWN, name="长续航版", price_wan="30.99", hud="○ (2000元)"))
    new = car(
        **KNOWN | {"series": "卡罗拉"},
        price_wan="29.99",
        hud="标配",
        seats="5",
        name="改名版",
        captured="2026-01",
    )
    run = import_rows(tmp_path, new, dry_run=True)
    assert run.counts.changed == 1
    ((line, key, changes),) = [(one.line, one.key, one.changes) for one in run.changed]
    assert (line, key) == (2, "A1")
    assert set(changes) == {
        Change("series_id", "车系", None, "凯美瑞", "卡罗拉"),
        Change("name", "车型", None, "长续航版", "改名版"),
        Change("price_wan", "厂商指导价", "万元", "30.99", "29.99"),
        Change("hud", "HUD抬头数字显示", None, "选装 (2000元)", "标配"),
        Change("seats", "座位数", "个", None, "5"),
    }
    assert db.session.scalars(select(Series.name)).all() == ["凯美瑞"]
    assert import_rows(tmp_path, car(**KNOWN, name="长续航版")).changed == []


def test_changes_are_printed_up_to_a_number(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "CHANGES_SHOWN", 1)
    file = tmp_path / "cars.csv"
    for price in ("30.99", "29.99"):
        rows = [car(**KNOWN, key=f"A{n}", name=f"{n} 型", price_wan=price) for n in range(3)]
        file.write_text(csv_text(*rows), "utf-8")
        result, lines = command(app, "import", file)
    shown, counts = lines
    assert shown == {
        "line": 2,
        "key": "A0",
        "changes": [
            {
                "field": "price_wan",
                "label": "厂商指导价",
                "unit": "万元",
                "old": "30.99",
                "new": "29.99",
            }
        ],
    }
    assert counts["changed"] == 3
    assert "改动先列 1 款" in result.stderr


def test_tabs_part_columns_as_commas_do(app: Flask, tmp_path: Path) -> None:
    row = car(**KNOWN, price_wan="12.98", engine="2.0T, 四缸")
    text = "\t".join(row) + "\r\n" + "\t".join(row.values()) + "\r\n"
    assert import_bytes(tmp_path, text.encode("utf-16")).outcome() == (1, 0, 0, 0)
    short = import_bytes(tmp_path, (text + "A2\t丰田\n").encode())
    assert "只有 2 列" in short.reasons[0][2]


def test_mixed_line_breaks_lose_no_row(app: Flask, tmp_path: Path) -> None:
    lines = csv_text(*(car(**KNOWN, key=f"A{n}", name=f"{n} 型") for n in range(4))).split("\r\n")
    text = "\r\n".join(lines[:2]) + "\n" + "\n".join(lines[2:4]) + "\r\n" + lines[4] + "\n"
    assert import_bytes(tmp_path, text.encode()).outcome() == (4, 0, 0, 0)


def test_a_file_of_a_header_alone_says_so(app: Flask, tmp_path: Path) -> None:
    run = import_bytes(tmp_path, csv_text(CAR).splitlines(keepends=True)[0].encode())
    assert run.warnings == ["文件只有表头，没有数据行"]


def test_a_machine_blank_is_no_scope_of_sales(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(**KNOWN))
    sold = {
        "品牌名称": "丰田",
        "车系名称": "凯美瑞",
        "月份": "2025-10",
        "口径": "零售",
        "销量": "7",
    }
    assert import_sales_rows(tmp_path, sold | {"来源": "乘联会"}).outcome() == (1, 0, 0, 0)
    assert import_sales_rows(tmp_path, sold | {"来源": "nan"}).reasons == [
        (2, "source", "必填，不能为空")
    ]
