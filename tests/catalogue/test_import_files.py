"""Files as they come: encodings, headers, broken records. Nothing may be half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.catalogue.import_files import CAR, Run, car, csv_text, import_bytes, import_rows
from webapp.catalogue.models import Brand, CatalogueVersion, Trim
from webapp.catalogue.reading.csvfile import MAX_LINE
from webapp.extensions import db

pytestmark = pytest.mark.database


def keys() -> list[str]:
    return list(db.session.scalars(select(Trim.key).order_by(Trim.key)))


def assert_refused(run: Run) -> None:
    assert run.counts.refused
    assert run.counts.rejected == len(run.rejected) > 0
    assert run.counts.rows == 0
    for model in (Trim, Brand, CatalogueVersion):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_the_usual_encodings_are_recognised(app: Flask, tmp_path: Path, encoding: str) -> None:
    run = import_bytes(tmp_path, csv_text(CAR).encode(encoding))
    assert run.outcome() == (1, 0, 0, 0)
    assert db.session.scalar(select(Brand.name)) == "星河"


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_either_line_break_will_do(app: Flask, tmp_path: Path, line_break: str) -> None:
    text = csv_text(CAR, car(key="A2", name="标准版")).replace("\r\n", line_break)
    assert import_bytes(tmp_path, text.encode()).outcome() == (2, 0, 0, 0)


def test_a_file_that_mixes_encodings_is_refused(app: Flask, tmp_path: Path) -> None:
    lines = csv_text(CAR, car(key="A2"), car(key="A3")).splitlines(keepends=True)
    content = b"".join(
        line.encode("gbk" if number == 2 else "utf-8") for number, line in enumerate(lines)
    )
    run = import_bytes(tmp_path, content)
    assert_refused(run)
    ((line, _, reason),) = run.reasons
    assert line == 3
    assert "混用两种编码" in reason
    bad_byte = len("".join(lines[:2]).encode()) + len(b"A2,") + 1
    assert f"第 {bad_byte} 字节" in reason


def test_bytes_of_no_known_encoding_are_refused_by_position(app: Flask, tmp_path: Path) -> None:
    content = csv_text(CAR).encode("gbk") + b"\xff\xff,\r\n"
    run = import_bytes(tmp_path, content)
    assert_refused(run)
    assert f"第 {len(content) - 4} 字节" in run.reasons[0][2]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (csv_text(CAR).encode().replace(b"A1", b"A\x001"), "NUL"),
        (csv_text(CAR).encode("utf-16")[:-1], "UTF-16"),
        (b"", "空的"),
        (b"key," * (MAX_LINE // 4 + 1), "超过"),
        (csv_text(CAR).replace("\r\n", "\r").encode(), "回车符"),
        (b"PK\x03\x04\x14\x00\x06", "读不了的 Excel 工作簿，请在表格软件里另存为"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "旧版 Excel"),
        (b"\r\n\r\n" + csv_text(CAR).encode(), "列名要写在第一行"),
        ("編號,品牌,車系".encode("big5"), "如果读到的是乱码，请把文件另存为 UTF-8"),
    ],
    ids=[
        "nul",
        "utf-16",
        "empty",
        "one-endless-line",
        "old-mac",
        "xlsx",
        "xls",
        "blank first line",
        "big5",
    ],
)
def test_what_is_no_text_table_is_refused(
    app: Flask, tmp_path: Path, content: bytes, reason: str
) -> None:
    run = import_bytes(tmp_path, content)
    assert_refused(run)
    assert reason in run.reasons[0][2]


def test_chinese_headers_labels_and_labels_with_units_will_do(app: Flask, tmp_path: Path) -> None:
    row = {
        "编号": "A1",
        "品牌": "星河",
        "车系": "北斗",
        "车型": "长续航版",
        "来源": "官网",
        "采集月份": "2025年11月",
        "厂商指导价": "17.98万",
        "轴距（mm）": "2825",
        "长度(mm)": "4.9m",
        "年款": "2025款",
        "状态": "在售",
        "可信度": "官方公布",
    }
    assert import_rows(tmp_path, row).outcome() == (1, 0, 0, 0)
    trim = db.session.scalars(select(Trim)).one()
    assert (trim.price_fen, trim.wheelbase_mm, trim.length_mm) == (17_980_000, 2825, 4900)
    assert (trim.model_year, trim.status) == (2025, "在售")


def test_everything_wrong_with_a_header_is_told_at_once(app: Flask, tmp_path: Path) -> None:
    text = "key,品牌,brand,series,轴拒,name,source\r\n"
    run = import_bytes(tmp_path, text.encode())
    assert_refused(run)
    assert [(line, field) for line, field, _ in run.reasons] == [
        (1, "brand"),
        (1, "轴拒"),
        (1, "captured"),
    ]
    repeated, unknown, missing = (reason for _, _, reason in run.reasons)
    assert "与第 2 列重复" in repeated
    assert "“轴拒”（第 5 列）" in unknown
    assert "“轴距”（wheelbase_mm）" in unknown
    assert "采集月份" in missing


def test_an_unknown_column_is_named_with_the_known_one_that_is_near(
    app: Flask, tmp_path: Path
) -> None:
    text = "key,brand,series,name,source,captured,官方0-100加速,price_wna,,门店地址\r\n"
    reasons = [reason for _, _, reason in import_bytes(tmp_path, text.encode()).reasons]
    assert reasons == [
        "不认识列名“官方0-100加速”（第 7 列），最接近的是“官方0-100km/h加速”（accel_0_100_s）",
        "不认识列名“price_wna”（第 8 列），最接近的是“厂商指导价”（price_wan）",
        "第 9 列没有列名",
        "不认识列名“门店地址”（第 10 列）",
    ]


def test_of_a_table_of_another_kind_a_few_columns_are_named(app: Flask, tmp_path: Path) -> None:
    text = csv_text(CAR | {f"另一张表的第{n}栏": "1" for n in range(60)})
    reasons = [reason for _, _, reason in import_bytes(tmp_path, text.encode()).reasons]
    assert len(reasons) == 21
    assert reasons[-1] == "另有 40 列不认识"


def test_units_of_a_column_may_be_words_and_are_told_in_words(app: Flask, tmp_path: Path) -> None:
    named = car(**{"官方0-100km/h加速（秒）": "7.9", "官方0-100km/h加速": ""})
    assert import_rows(tmp_path, car(**{"官方0-100km/h加速（秒）": "7.9"})).outcome() == (
        1,
        0,
        0,
        0,
    )
    assert "重复" in import_rows(tmp_path, named).reasons[0][2]
    for wrong, said in (
        ("快", "不是数字（单位 秒）：请只写数字，可带单位；不知道就留空"),
        ("79", "79秒 超出合理范围 1 至 60秒，请核对数值和单位"),
        ("7.9光年", "不认识单位“光年”，本列的单位是 秒"),
        ("7.9km", "单位“km”是长度，本列要求时间（秒）"),
    ):
        run = import_rows(tmp_path, car(key="A2", accel_0_100_s=wrong))
        assert [reason for _, _, reason in run.reasons] == [said]


def test_a_file_without_a_header_is_refused(app: Flask, tmp_path: Path) -> None:
    rows = csv_text(CAR).split("\r\n", 1)[1]
    run = import_bytes(tmp_path, rows.encode())
    assert_refused(run)
    assert "不是表头" in run.reasons[0][2]


def test_another_separator_is_named(app: Flask, tmp_path: Path) -> None:
    run = import_bytes(tmp_path, csv_text(CAR).replace(",", ";").encode())
    assert_refused(run)
    assert "逗号" in run.reasons[0][2]


def test_empty_rows_and_empty_columns_of_a_spreadsheet_are_passed_over(
    app: Flask, tmp_path: Path
) -> None:
    lines = csv_text(CAR).splitlines()
    content = f"{lines[0]},,\r\n\r\n{lines[1]},,\r\n,,,,,\r\n"
    assert import_bytes(tmp_path, content.encode()).outcome() == (1, 0, 0, 0)


def test_a_file_cut_within_a_row_loses_that_row_and_says_so(app: Flask, tmp_path: Path) -> None:
    content = csv_text(CAR, car(key="A2"), car(key="A3")).encode()
    cut = content[: content.rindex(b"A3") + 4]
    run = import_bytes(tmp_path, cut)
    assert run.outcome() == (2, 0, 0, 1)
    assert run.reasons[0][0] == 4
    assert "中断" in run.reasons[0][2]
    assert keys() == ["A1", "A2"]


def test_a_file_cut_within_a_character_loses_that_row_and_says_so(
    app: Flask, tmp_path: Path
) -> None:
    text = csv_text(CAR, car(key="A2", engine="电机"))
    for encoding in ("utf-8", "gbk"):
        content = text.encode(encoding)
        run = import_bytes(tmp_path, content[: -len("机\r\n".encode(encoding)) + 1])
        assert run.counts.rejected == 1
        assert "字符中间" in run.reasons[0][2]
        assert keys() == ["A1"]


def test_a_file_cut_within_quotes_loses_that_row_and_says_so(app: Flask, tmp_path: Path) -> None:
    content = csv_text(CAR, car(key="A2", engine='2.0T, "四缸"')).encode()
    run = import_bytes(tmp_path, content[: content.rindex(b"2.0T") + 6])
    assert run.outcome() == (1, 0, 0, 1)
    assert run.reasons == [(3, None, "引号没有闭合，文件可能在此处中断")]


def test_a_last_line_without_its_end_is_imported_with_a_warning(app: Flask, tmp_path: Path) -> None:
    run = import_bytes(tmp_path, csv_text(CAR).encode().rstrip())
    assert run.outcome() == (1, 0, 0, 0)
    assert "换行符" in run.warnings[0]


def test_a_stray_quote_costs_its_own_row_only(app: Flask, tmp_path: Path) -> None:
    rows = [car(key=f"A{number}", engine=f"{number}缸") for number in range(1, 7)]
    lines = csv_text(*rows).splitlines(keepends=True)
    lines[2] = lines[2].replace("2缸", '"2缸')
    lines[5] = lines[5].replace("5缸", '5缸"')
    run = import_bytes(tmp_path, "".join(lines).encode())
    assert [line for line, _, _ in run.reasons] == [3]
    assert keys() == ["A1", "A3", "A4", "A5", "A6"]


def test_stray_quotes_in_two_rows_do_not_make_them_one(app: Flask, tmp_path: Path) -> None:
    rows = [car(key=f"A{number}", engine="四缸", drive="前驱") for number in range(1, 5)]
    lines = csv_text(*rows).splitlines(keepends=True)
    lines[2] = lines[2].replace("四缸", '"四缸')
    lines[3] = lines[3].replace("四缸", '四缸"')
    run = import_bytes(tmp_path, "".join(lines).encode())
    assert [line for line, _, _ in run.reasons] == [3]
    assert keys() == ["A1", "A3", "A4"]


def test_a_quoted_cell_may_hold_commas_quotes_and_line_breaks(app: Flask, tmp_path: Path) -> None:
    run = import_rows(
        tmp_path, car(name='北斗 2025款 "行政",\n加长版'), car(key="A2", name="标准版")
    )
    assert run.outcome() == (2, 0, 0, 0)
    assert db.session.scalar(select(Trim.name).where(Trim.key == "A1")) == '"行政", 加长版'


def test_a_row_with_more_cells_than_columns_is_rejected(app: Flask, tmp_path: Path) -> None:
    content = csv_text(CAR, car(key="A2")).rstrip() + ",多出\r\n"
    run = import_bytes(tmp_path, content.encode())
    assert run.outcome() == (1, 0, 0, 1)
    assert "表头只有 7 列" in run.reasons[0][2]
