"""`cars pictures`: the names of the files say what they are of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.catalogue import catalogue
from tests.media.drawn import drawn, encoded
from webapp.catalogue.models import Trim
from webapp.pictures import queries
from webapp.pictures.models import Subject


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "pictures"
    made.mkdir()
    return made


def run(app: Flask, folder: Path, *options: str) -> tuple[Result, dict[str, dict[str, str]]]:
    said = ["--source", "厂商媒体图库", "--licence", "厂商授权使用"]
    result = app.test_cli_runner().invoke(args=["cars", "pictures", str(folder), *said, *options])
    lines = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    return result, {line["file"]: line for line in lines}


@pytest.fixture
def trim(app: Flask) -> Trim:
    made = catalogue.trim("T-01")
    catalogue.trim("x", series_name="同名", brand_name="甲")
    catalogue.trim("y", series_name="同名", brand_name="乙")
    catalogue.publish()
    return made


def test_pictures_are_added_by_name_in_their_order(app: Flask, folder: Path, trim: Trim) -> None:
    for seed, name in enumerate(
        ("北斗-2-内饰.jpg", "星河 北斗-1-左前方.png", "T-01-1-车尾.webp", "甲同名-1-侧面.jpg")
    ):
        (folder / name).write_bytes(encoded(drawn(160, 100, seed)))
    (folder / ".DS_Store").write_bytes(b"x")
    for expected in ("added", "kept"):
        result, answers = run(app, folder)
        assert result.exit_code == 0
        assert {line["state"] for line in answers.values()} == {expected}
        rows = queries.pictures_of(Subject("series", trim.series_id))
        assert [row.alt for row in rows] == ["左前方", "内饰"]
        assert {row.licence for row in rows} == {"厂商授权使用"}
        assert len(queries.pictures_of(Subject("trim", trim.id))) == 1


def test_what_cannot_be_taken_is_told_and_the_rest_goes_on(
    app: Flask, folder: Path, trim: Trim
) -> None:
    good = encoded(drawn(160, 100))
    names = {
        "同名-1-侧面.jpg": "加上品牌",
        "没有-1-侧面.jpg": "没有叫“没有”的车系",
        "北斗.jpg": "文件名要写作",
        "北斗-1-左.jpg": "写明图片里是什么",
        "北斗-1-\U0001f697.jpg": "写明图片里是什么",
        "北斗-3-侧面.jpg": "",
    }
    for name in names:
        (folder / name).write_bytes(good)
    (folder / "北斗-4-矢量图.svg").write_bytes(b"<svg/>")
    result, answers = run(app, folder)
    assert result.exit_code == 1
    for name, said in names.items():
        assert said in answers[name].get("problem", ""), name
    assert "SVG" in answers["北斗-4-矢量图.svg"]["problem"]
    assert answers["北斗-3-侧面.jpg"]["state"] == "added"
    assert len(queries.used_digests()) == 1


def test_a_dry_run_changes_nothing(app: Flask, folder: Path, trim: Trim) -> None:
    (folder / "北斗-1-左前方.jpg").write_bytes(encoded(drawn(160, 100)))
    _, answers = run(app, folder, "--dry-run")
    assert answers["北斗-1-左前方.jpg"]["state"] == "checked"
    assert queries.used_digests() == frozenset()


def test_source_and_licence_must_be_given(app: Flask, folder: Path) -> None:
    result = app.test_cli_runner().invoke(args=["cars", "pictures", str(folder)])
    assert result.exit_code == 2
    assert "--source" in result.stderr


def test_a_file_that_looks_like_a_picture_of_another_car_is_told(
    app: Flask, folder: Path, trim: Trim
) -> None:
    (folder / "T-01-1-左前方.jpg").write_bytes(encoded(drawn(320, 200)))
    (folder / "甲同名-1-侧面.jpg").write_bytes(encoded(drawn(320, 200).resize((240, 150))))
    _, answers = run(app, folder)
    assert answers["T-01-1-左前方.jpg"] == {"file": "T-01-1-左前方.jpg", "state": "added"}
    assert answers["甲同名-1-侧面.jpg"]["alike"] == ["星河北斗 2025款 T-01 版：左前方"]
