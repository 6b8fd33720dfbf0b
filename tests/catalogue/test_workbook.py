"""Excel workbooks as import files: what comes along, what is told, and what is not opened."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue.import_files import CAR, import_bytes
from webapp.catalogue.models import Trim
from webapp.catalogue.reading import workbook
from webapp.catalogue.reading.reports import FileError
from webapp.extensions import db

HEADER = ["编号", "品牌", "车系", "车型", "来源", "采集月份", "指导价（元）", "HUD抬头数字显示"]
ROW = ["A1", "比亚迪", "海豹", "2025款 甲", "官网", datetime(2025, 6, 1), 129800, "√"]  # noqa: DTZ001


def book(*rows: list[Any], **cells: Any) -> Any:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for place, value in cells.items():
        made.active[place] = value
    return made


def saved(made: Any) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def written(folder: Path, content: bytes) -> tuple[list[list[str]], list[tuple[int, str]]]:
    """The rows and remarks that a workbook with this content comes to."""
    path = folder / "cars.csv"  # uploads are not called by their kind
    path.write_bytes(content)
    assert workbook.is_workbook(path)
    out = io.BytesIO()
    notes = workbook.write_as_csv(path, out)
    return list(csv.reader(io.StringIO(out.getvalue().decode(), newline=""))), notes


def refusal(folder: Path, content: bytes) -> str:
    with pytest.raises(FileError) as caught:
        written(folder, content)
    return str(caught.value)


def test_a_workbook_is_imported_like_a_table_of_text(app: Flask, tmp_path: Path) -> None:
    short = ["A2", "比亚迪", "海豹", "2025款 乙", "官网", "2025-06"]
    run = import_bytes(tmp_path, saved(book(HEADER, ROW, [], short)))
    assert run.outcome() == (2, 0, 0, 0)
    assert run.warnings == []
    first = db.session.scalars(select(Trim).where(Trim.key == "A1")).one()
    assert (first.price_fen, first.model_year) == (12_980_000, 2025)
    wrong = import_bytes(tmp_path, saved(book(HEADER, [], [*ROW[:6], "贵"])))
    assert [line for line, _, _ in wrong.reasons] == [3]


def test_cells_are_written_as_people_see_them(tmp_path: Path) -> None:
    made = book(
        ["a"], [30.99, 610.0, True, False, 0.1 + 0.2, 0.8, "甲\n乙", 1.9e18, "1e5", None, "末"]
    )
    made.active["F2"].number_format = "0.0%"
    rows, notes = written(tmp_path, saved(made))
    assert rows[1] == [
        "30.99",
        "610",
        "TRUE",
        "FALSE",
        "0.3",
        "80%",
        "甲 乙",
        "1.9e+18",
        "1e5",
        "",
        "末",
    ]
    assert notes == []


def test_a_key_that_a_spreadsheet_has_cut_is_refused_as_damaged(app: Flask, tmp_path: Path) -> None:
    for content in (
        saved(book(HEADER, [1900000000000000000, *ROW[1:]])),
        ",".join(CAR).encode()
        + b"\r\n"
        + ",".join([*CAR.values()]).replace("A1", "1.9E+18").encode(),
    ):
        run = import_bytes(tmp_path, content)
        assert [field for _, field, _ in run.reasons] == ["key"]
        assert "科学计数法" in run.reasons[0][2]


def test_a_formula_without_its_saved_result_is_told_and_empty(tmp_path: Path) -> None:
    rows, notes = written(tmp_path, saved(book(HEADER, ROW, G3="=G2*2")))
    assert rows[2][6] == ""
    ((line, note),) = notes
    assert line == 3
    assert "第 7 列（G3）是公式" in note


def test_a_formula_with_its_saved_result_is_that_result(tmp_path: Path) -> None:
    content = _edited(
        saved(book(HEADER, ROW, G3="=G2*2")), b"<f>G2*2</f><v></v>", b"<f>G2*2</f><v>259600</v>"
    )
    rows, notes = written(tmp_path, content)
    assert (rows[2][6], notes) == ("259600", [])


def test_merged_cells_refuse_a_header_and_are_told_elsewhere(tmp_path: Path) -> None:
    made = book(HEADER, ROW, ROW)
    made.active.merge_cells("B2:B3")
    assert "B2:B3 是合并的单元格" in written(tmp_path, saved(made))[1][0][1]
    made.active.merge_cells("C1:D1")
    assert "表头有合并的单元格（C1:D1）" in refusal(tmp_path, saved(made))


def test_the_first_visible_sheet_is_read_and_the_others_named(tmp_path: Path) -> None:
    made = book(["藏"])
    made.active.sheet_state = "hidden"
    made.create_sheet("车").append(["甲"])
    made.create_sheet("说明").append(["乙"])
    rows, ((_, note),) = written(tmp_path, saved(made))
    assert rows == [["甲"]]
    assert "只读第一张工作表“车”，没有读：说明等 1 张" in note


@pytest.mark.parametrize(
    ("limit", "least", "reason"),
    [
        ("MOST_UNPACKED", 100, "超过 512 MB"),
        ("MOST_STRINGS", 300, "超过 128 MB"),
        ("MOST_PARTS", 3, "部件过多"),
        ("MOST_ROWS", 1, "超过 1 行"),
        ("MOST_COLUMNS", 2, "超过 2 列"),
        ("MOST_CELL", 5, "超过 5 个字符"),
        ("MOST_CELLS", 9, "超过 9 格"),
    ],
)
def test_a_workbook_beyond_a_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, least: int, reason: str
) -> None:
    monkeypatch.setattr(workbook, limit, least)
    assert reason in refusal(tmp_path, saved(book(HEADER, ROW)))


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (workbook.SMALL + 1))
    assert "压缩得异常" in refusal(tmp_path, out.getvalue())


def test_damaged_and_hostile_workbooks_are_refused_in_words(tmp_path: Path) -> None:
    good = saved(book(HEADER, ROW))
    assert "已损坏" in refusal(tmp_path, _edited(good, b"</sheetData>", b"</wrong>"))
    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet'
    hostile = _edited(good, b"<worksheet", entities, b"<v>129800</v>", b"<v>&b;</v>")
    assert "工作簿" in refusal(tmp_path, hostile)


def test_an_archive_that_is_no_workbook_is_told_as_one(app: Flask, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("cars.csv", "编号")
    run = import_bytes(tmp_path, out.getvalue())
    assert "压缩文件" in run.reasons[0][2]


SPREADSHEETML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def with_a_table_of_texts(sheet: str, *texts: str) -> bytes:
    """A workbook as Excel itself writes it: cells refer to texts by number."""
    kinds = ("worksheet", "sharedStrings")
    targets = ("worksheets/sheet1.xml", "sharedStrings.xml")
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(zip(kinds, targets, strict=True), start=1)
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPE}.sharedStrings+xml"/>'
        "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{SPREADSHEETML}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="车" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{SPREADSHEETML}"><dimension ref="A1"/>'
        f"<sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f'<sst xmlns="{SPREADSHEETML}">'
        + "".join(f"<si><t>{text}</t></si>" for text in texts)
        + "</sst>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def test_texts_of_a_table_and_rows_that_are_left_out_are_read(tmp_path: Path) -> None:
    sheet = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>'
        '<row r="4"><c r="C4" t="e"><v>#N/A</v></c></row>'
    )
    rows, notes = written(tmp_path, with_a_table_of_texts(sheet, "编号", "轴距"))
    assert rows[0] == ["编号", "", "轴距"]
    assert rows[3] == ["", "", "#N/A"]
    assert notes == []


def _edited(content: bytes, *changes: bytes) -> bytes:
    """A workbook with bytes of its sheet exchanged: old, new, old, new."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.startswith("xl/worksheets/"):
                for was, now in zip(changes[::2], changes[1::2], strict=True):
                    assert was in data, data
                    data = data.replace(was, now, 1)
            new.writestr(part, data)
    return out.getvalue()
