"""The commands for other programs: one answer a line, a broken line does not stop the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from flask import Flask


@pytest.fixture
def file(tmp_path: Path) -> Path:
    lines = [
        {"id": 7, "title": "轮胎", "text": "轮胎花纹低于一点六毫米要更换。", "source": "示例"},
        {"id": "b", "title": "坏日期", "text": "文字。", "source": "示例", "date": "明天"},
        {"id": "c", "title": "空", "text": " ", "source": "示例"},
    ]
    path = tmp_path / "documents.jsonl"
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(f"{text}\nnot json\n", encoding="utf-8")
    return path


def test_ingest_reports_counts_and_each_rejected_line(app: Flask, file: Path) -> None:
    result = app.test_cli_runner().invoke(
        args=["knowledge", "ingest", str(file), "--collection", "x"]
    )
    assert result.exit_code == 1
    *rejected, counts = map(json.loads, result.stdout.splitlines())
    assert [line["line"] for line in rejected] == [2, 3, 4]
    assert "明天" in rejected[0]["reason"]
    assert (counts["added"], counts["rejected"]) == (1, 3)


def test_search_answers_every_line_in_order(app: Flask, file: Path) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["knowledge", "ingest", str(file), "--collection", "x"])
    asked = '{"id": 1, "q": "轮胎花纹多深要更换"}\nbroken\n{"id": 2, "q": 3}\n'
    result = runner.invoke(args=["knowledge", "search"], input=asked)
    first, second, third = map(json.loads, result.stdout.splitlines())
    assert first["id"] == 1
    assert first["passages"][0] | {"score": 0, "id": 0} == {
        "id": 0,
        "document": "7",
        "collection": "x",
        "score": 0,
    }
    assert first["answerable"] is True
    assert "error" in second
    assert sorted(third) == ["error", "id"]
