"""What the operator reads once the product serves."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts import welcome
from webapp import config

KEY = "0123456789abcdef0123456789abcdef"


def told(tmp_path: Path, **environ: str) -> list[str]:
    return welcome.lines(config.load({"VAR_DIR": str(tmp_path)} | environ))


def test_development_names_the_stand_ins_and_the_command_for_staff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    login, staff = told(tmp_path, PORT="8123")
    assert login.startswith("登录：http://127.0.0.1:8123/accounts/login（开发环境")
    assert "张测试" in login
    assert f"VAR_DIR={tmp_path} scripts/manage accounts staff 昵称 --role admin" in staff
    assert "http://127.0.0.1:8123/console/" in staff
    monkeypatch.delenv("VAR_DIR")
    assert "运行 scripts/manage accounts staff" in told(tmp_path)[1]


def test_production_names_its_own_login_or_what_is_missing(tmp_path: Path) -> None:
    given = {"APP_ENV": "production", "SECRET_KEY": KEY, "BASE_URL": "https://cars.example"}
    assert "设置 WECHAT_APP_ID 或 QQ_APP_ID" in told(tmp_path, **given)[0]
    assert "scripts/manage accounts invite --role admin" in told(tmp_path, **given)[1]
    login, staff = told(tmp_path, **given, QQ_APP_ID="101", QQ_APP_KEY="k")
    assert "accounts staff 昵称" in staff
    assert login == "登录：https://cars.example/accounts/login"


def test_the_state_of_the_indexes_is_told_as_far_as_it_is_known() -> None:
    search = {"state": "ok", "done": 544, "total": 544}
    knowledge = {"state": "ok", "done": 1824, "total": 2239}
    told = welcome.index_line({"checks": {"search": search, "knowledge": knowledge}})
    assert told == "索引：搜索 544 / 544 款车型，知识库 1,824 / 2,239 段，后台继续"
    told = welcome.index_line({"checks": {"search": {"state": "down"}, "knowledge": knowledge}})
    assert told.startswith("索引：搜索还没有建好（后台会补")
    assert "知识库还没有建好" in welcome.index_line(None)


def test_a_server_that_does_not_answer_is_no_failure() -> None:
    assert welcome.ask("http://127.0.0.1:1", host="cars.example") is None
