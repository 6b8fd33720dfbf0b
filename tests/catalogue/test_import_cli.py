"""The `cars` commands as other programs see them: JSON Lines and exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from tests.catalogue.import_files import CAR, car, csv_text
from webapp.catalogue.models import Trim
from webapp.extensions import db

pytestmark = pytest.mark.database


def run(app: Flask, *arguments: str | Path) -> tuple[Result, list[dict[str, Any]]]:
    """The result of a command, and the objects it printed."""
    result = app.test_cli_runner().invoke(args=["cars", *map(str, arguments)])
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def write(folder: Path, text: str) -> Path:
    path = folder / "cars.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_an_import_prints_its_counts_and_ends_with_nought(app: Flask, tmp_path: Path) -> None:
    known = car(brand="丰田", series="凯美瑞")
    result, lines = run(app, "import", write(tmp_path, csv_text(known)))
    assert result.exit_code == 0
    assert lines == [
        {
            "rows": 1,
            "added": 1,
            "changed": 0,
            "unchanged": 0,
            "rejected": 0,
            "warnings": 0,
            "dry_run": False,
            "refused": False,
        }
    ]
    assert "新增 1" in result.stderr


def test_rejections_and_warnings_are_a_line_each_and_end_with_one(
    app: Flask, tmp_path: Path
) -> None:
    text = csv_text(CAR, car(key="A2", seats="很多", power_kw="12N·m"))
    result, lines = run(app, "import", write(tmp_path, text))
    assert result.exit_code == 1
    warning, rejected, counts = lines
    assert warning == {"line": 2, "key": "A1", "warning": "品牌“星河”不在品牌表中，产地未知"}
    assert rejected == {
        "line": 3,
        "key": "A2",
        "field": "seats",
        "label": "座位数",
        "value": "很多",
        "reason": "不是数字（单位 个）：请只写数字，可带单位；不知道就留空",
        "also": [
            {
                "field": "power_kw",
                "label": "最大功率",
                "value": "12N·m",
                "reason": "单位“N·m”是扭矩，本列要求功率（kW）",
            }
        ],
    }
    assert (counts["added"], counts["rejected"], counts["warnings"]) == (1, 1, 1)


def test_a_refused_file_is_reported_on_line_one(app: Flask, tmp_path: Path) -> None:
    result, lines = run(app, "import", write(tmp_path, "key,brand,颜值\r\n"))
    assert result.exit_code == 1
    *problems, counts = lines
    assert {problem["line"] for problem in problems} == {1}
    assert problems[0]["field"] == "颜值"
    assert (counts["refused"], counts["rows"]) == (True, 0)
    assert "未导入" in result.stderr


def test_a_dry_run_says_so_and_writes_nothing(app: Flask, tmp_path: Path) -> None:
    result, lines = run(app, "import", write(tmp_path, csv_text(CAR)), "--dry-run")
    assert result.exit_code == 0
    assert lines[-1]["dry_run"] is True
    assert lines[-1]["added"] == 1
    assert db.session.scalar(select(Trim.id)) is None


def test_a_file_that_is_not_there_is_one_clear_line(app: Flask, tmp_path: Path) -> None:
    result, lines = run(app, "import", tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert lines == []
    assert "nowhere.csv" in result.stderr


def test_a_database_that_fails_is_one_clear_line(app: Flask, tmp_path: Path) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("INSERT", {}, Exception("disk I/O error"))

    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        result, lines = run(app, "import", write(tmp_path, csv_text(CAR)))
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)
    assert (result.exit_code, lines) == (1, [])
    assert len(result.stderr.splitlines()) == 1
    assert "disk I/O error" in result.stderr


def test_sales_are_imported_by_their_own_command(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write(tmp_path, csv_text(CAR)))
    sales = "品牌,车系,月份,口径,销量,来源\n星河,北斗,2025-10,零售,7,乘联会\n"
    result, lines = run(app, "import-sales", write(tmp_path, sales))
    assert result.exit_code == 0
    assert lines[-1]["added"] == 1


def test_a_refresh_prints_what_it_did(app: Flask, tmp_path: Path) -> None:
    row = car(status="未上市", launch="2024-01")
    run(app, "import", write(tmp_path, csv_text(row)))
    result, lines = run(app, "refresh")
    assert result.exit_code == 0
    assert lines == [{"launched": 1, "series": 1, "class_figures": False, "corrected": 0}]
    assert run(app, "refresh", "--all")[1][0]["series"] == 0


def test_a_filled_catalogue_is_not_seeded(app: Flask, tmp_path: Path) -> None:
    run(app, "import", write(tmp_path, csv_text(CAR)))
    result, lines = run(app, "seed")
    assert (result.exit_code, lines) == (0, [])
