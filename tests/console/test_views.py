"""The console: who may do what, and that every change leaves its line."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.accounts.people import NOON, account, signed_in
from tests.catalogue.import_files import CAR, import_rows
from webapp.accounts import service as people
from webapp.accounts.models import Account, LoginSession
from webapp.accounts.roles import PERMISSIONS
from webapp.audit import COMMAND_LINE, Actor, AuditEntry, record
from webapp.catalogue.models import Trim
from webapp.config import SETTINGS
from webapp.console import service, telling
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.operations import runs
from webapp.operations.models import TaskRun
from webapp.transactions import transaction

PAGES = {
    "/console/": "console",
    "/console/accounts": "accounts",
    "/console/knowledge": "knowledge",
    "/console/rules": "rules",
    "/console/tasks": "tasks",
    "/console/settings": "settings",
    "/console/audit": "audit",
}


def staff(app: Flask, role: str, openid: str = "o-staff") -> FlaskClient:
    own = account(openid)
    own.role = role
    db.session.commit()
    return signed_in(app, own)


def lines() -> list[tuple[str, str, str | None, str | None]]:
    rows = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(row.action, row.subject, row.before, row.after) for row in rows]


@pytest.mark.parametrize("role", sorted(PERMISSIONS))
def test_staff_open_what_their_role_allows_and_nothing_else(app: Flask, role: str) -> None:
    client = staff(app, role)
    for page, permission in PAGES.items():
        expected = 200 if permission in PERMISSIONS[role] else 403
        assert client.get(page).status_code == expected, page


def test_visitors_and_people_without_a_role_stay_outside(app: Flask, client: FlaskClient) -> None:
    ordinary = signed_in(app, account("o-1"))
    for page in PAGES:
        answer = client.get(page)
        assert answer.status_code == 303
        assert answer.location.startswith("/accounts/login?next=")
        assert ordinary.get(page).status_code == 403


def test_pages_of_the_console_are_kept_nowhere(app: Flask) -> None:
    answer = staff(app, "admin").get("/console/")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_an_admin_gives_a_role_and_the_log_says_so(app: Flask) -> None:
    other = account("o-2")
    people.open_session(account_id=other.id, provider="wechat", user_agent="", address="", now=NOON)
    client = staff(app, "admin")
    answer = client.post(f"/console/accounts/{other.id}/role", data={"role": "editor"})
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Account, other.id).role == "editor"
    assert lines() == [("set role", f"account {other.id}", None, '"editor"')]
    left = db.session.scalars(select(LoginSession).filter_by(account_id=other.id)).all()
    assert left == []


def test_a_forged_field_gives_nobody_a_role(app: Flask) -> None:
    own = account("o-1")
    client = signed_in(app, own)
    client.post("/accounts/profile", data={"nickname": "新", "role": "admin", "state": "active"})
    client.post(f"/console/accounts/{own.id}/role", data={"role": "admin"})
    moderator = staff(app, "moderator")
    assert (
        moderator.post(f"/console/accounts/{own.id}/role", data={"role": "admin"}).status_code
        == 403
    )
    db.session.expire_all()
    assert db.session.get_one(Account, own.id).role is None
    assert lines() == []


def test_an_admin_cannot_step_down_alone(app: Flask) -> None:
    own = account("o-admin")
    own.role = "admin"
    db.session.commit()
    answer = signed_in(app, own).post(f"/console/accounts/{own.id}/role", data={"role": ""})
    assert answer.status_code == 409
    assert "自己的角色" in answer.text


def test_an_unknown_role_is_refused_by_name(app: Flask) -> None:
    other = account("o-2")
    answer = staff(app, "admin").post(f"/console/accounts/{other.id}/role", data={"role": "owner"})
    assert answer.status_code == 400
    assert "owner" in answer.text


def test_a_suspended_account_is_signed_out_and_can_be_restored(app: Flask) -> None:
    other = account("o-2")
    theirs = signed_in(app, other)
    moderator = staff(app, "moderator")
    assert theirs.get("/accounts/").status_code == 200
    moderator.post(f"/console/accounts/{other.id}/suspend", data={"do": "suspend"})
    assert theirs.get("/accounts/").status_code == 303
    moderator.post(f"/console/accounts/{other.id}/suspend", data={"do": "restore"})
    assert [line[0] for line in lines()] == ["suspend account", "restore account"]
    db.session.expire_all()
    assert db.session.get_one(Account, other.id).state == "active"


def test_accounts_are_found_by_nickname_and_number_and_show_no_identity(app: Flask) -> None:
    other = account("o-very-secret", nickname="百分之%_")
    client = staff(app, "admin")
    found = client.get("/console/accounts", query_string={"q": "%_"})
    assert "百分之%_" in found.text
    assert "o-very-secret" not in found.text
    assert "百分之%_" in client.get(f"/console/accounts?q=%23{other.id}").text
    assert "没有找到" in client.get("/console/accounts?q=无此人").text


def test_an_account_that_two_suspend_at_once_is_suspended_once(app: Flask) -> None:
    other = account("o-other")
    assert other.state == "active"  # as this request has read it
    with db.engine.begin() as meanwhile:
        meanwhile.execute(update(Account).values(state="suspended"))
    with pytest.raises(Conflict, match="刚刚变了"):
        service.suspend(actor=Actor(7, "admin"), account_id=other.id, suspended=True)
    assert lines() == []


def test_a_line_of_the_log_can_be_neither_changed_nor_removed(app: Flask) -> None:
    with transaction():
        record(COMMAND_LINE, "end sessions", "account 1")
    for statement in (update(AuditEntry).values(subject="x"), delete(AuditEntry)):
        with pytest.raises(DBAPIError, match="append-only"):
            db.session.execute(statement)
        db.session.rollback()
    assert len(lines()) == 1


def test_the_log_reads_as_words_and_not_as_json(app: Flask) -> None:
    was = {"text": "12", "batch": 3}
    with transaction():
        record(COMMAND_LINE, "set role", "account 7", before=None, after="editor")
        record(Actor(7, "editor"), "set value", "trim 1 price_wan", before=was)
    page = staff(app, "operator").get("/console/audit").text
    assert '<td class="console-diff" data-label="对象">账号 7</td>' in page
    assert '<td class="console-diff" data-label="之后">编辑</td>' in page
    assert "值 12；批次 3" in page
    assert "车型 1 厂商指导价" in page
    assert "#7 编辑" in page


WRITTEN = [
    ("set value", "trim 1 range_cltc_km", {"confidence": "listed"}, "可信度 平台登载"),
    ("set value", "trim 1 range_cltc_km", {"parameter": "range_cltc_km"}, "参数 CLTC纯电续航里程"),
    ("set value", "trim 1 steering_wheel_heating", "standard 前排", "标配 前排"),
    ("save alias", "brand 菱子", {"kind": "brand", "members": ""}, "种类 品牌；成员 –"),
    ("save alias", "group 甲", {"kind": "group"}, "种类 一组品牌"),
    ("upload cars", "batch 2", "failed", "failed"),
    ("run task again", "tasks.cars.import_upload", "failed", "失败"),
    ("suspend account", "account 3", "suspended", "已停用"),
]


@pytest.mark.parametrize(("action", "subject", "stored", "said"), WRITTEN)
def test_words_of_the_log_are_those_of_the_pages(
    app: Flask, action: str, subject: str, stored: object, said: str
) -> None:
    with transaction():
        record(COMMAND_LINE, action, subject, after=stored)
    page = staff(app, "operator").get("/console/audit").text
    assert f'data-label="之后">{said}<' in page
    (kept,) = db.session.scalars(select(AuditEntry.after)).all()
    assert json.loads(kept or "") == stored


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("trim 3 price_wan", "车型 3 厂商指导价"),
        ("account 7", "账号 7"),
        ("search", "车型搜索"),
        ("tasks.cars.import_upload", "导入车库文件"),
        ("document 5 of handbook", "文档 5，集合 handbook"),
        ("synonym 菜篮子 车", "同义词 菜篮子 车"),
    ],
)
def test_a_subject_is_read_and_searched_in_the_same_words(
    app: Flask, subject: str, said: str
) -> None:
    assert telling.subject_told(subject) == said
    assert telling.subject_asked(said) == subject
    assert telling.subject_asked(subject) == subject


def test_the_log_is_searched_by_action_subject_and_actor(app: Flask) -> None:
    with transaction():
        for number in range(60):
            record(COMMAND_LINE, "end sessions", f"account {number}")
        record(COMMAND_LINE, "set role", "account 7", after="editor")
    client = staff(app, "operator")
    page = client.get("/console/audit").text
    assert "共 61 条" in page
    assert "{" not in page.partition("<main")[0].rpartition("<header")[2]
    assert "共 1 条" in client.get("/console/audit?action=set+role").text
    assert "共 1 条" in client.get("/console/audit?subject=account+59").text
    assert "共 1 条" in client.get("/console/audit?subject=账号+59").text
    assert "没有符合" in client.get("/console/audit?actor=12").text
    assert client.get("/console/audit?page=2").status_code == 200


def test_a_failed_task_is_shown_with_its_reason_and_run_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[object, ...]] = []

    def enqueue(task: str, *args: object) -> bool:
        sent.append((task, *args))
        return True

    monkeypatch.setattr(service, "send_now", enqueue)
    runs.begin(key="k1", task="tasks.cars.refresh_catalogue", args=[1, "二"])
    runs.end(key="k1", task="tasks.cars.refresh_catalogue", state="failed", reason="没有磁盘空间")
    client = staff(app, "operator")
    assert "没有磁盘空间" in client.get("/console/tasks").text
    (row,) = db.session.scalars(select(TaskRun)).all()
    assert client.post(f"/console/tasks/{row.id}/again").status_code == 303
    assert sent == [("tasks.cars.refresh_catalogue", 1, "二")]
    assert lines()[0][0] == "run task again"
    assert client.post(f"/console/tasks/{row.id}/again").status_code == 404  # a double click
    assert len(sent) == 1
    assert "没有磁盘空间" not in client.get("/console/tasks").text


def test_a_failed_task_that_two_browsers_run_again_at_once_is_sent_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = staff(app, "operator"), staff(app, "operator")
    runs.begin(key="k1", task="tasks.cars.refresh_catalogue", args=[])
    runs.end(key="k1", task="tasks.cars.refresh_catalogue", state="failed")
    (row,) = db.session.scalars(select(TaskRun)).all()
    address = f"/console/tasks/{row.id}/again"
    run_by_id, sent, refused = runs.run_by_id, [], []

    def read_together(number: int) -> TaskRun | None:
        """The second browser's request comes when the first one has read the run."""
        monkeypatch.setattr(runs, "run_by_id", run_by_id)
        found = run_by_id(number)
        refused.append(second.post(address).status_code)
        return found

    monkeypatch.setattr(runs, "run_by_id", read_together)
    monkeypatch.setattr(service, "send_now", lambda *task: bool(sent.append(task)) or True)
    answers = [first.post(address).status_code, *refused]
    assert sorted(answers) == [303, 409]
    assert len(sent) == 1
    assert [line[0] for line in lines()] == ["run task again"]


def test_a_failed_task_that_could_not_be_sent_can_be_run_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.begin(key="k1", task="tasks.cars.refresh_catalogue", args=[])
    runs.end(key="k1", task="tasks.cars.refresh_catalogue", state="failed")
    (number,) = db.session.scalars(select(TaskRun.id))
    client = staff(app, "operator")
    for sent, status in ((False, 503), (True, 303), (True, 404)):
        monkeypatch.setattr(service, "send_now", lambda *_, sent=sent: sent)
        assert client.post(f"/console/tasks/{number}/again").status_code == status


def test_a_task_with_personal_arguments_is_not_run_by_hand(app: Flask) -> None:
    runs.begin(key="k1", task="tasks.accounts.fetch_avatar", args=[1, "https://secret"])
    runs.end(key="k1", task="tasks.accounts.fetch_avatar", state="failed")
    row = db.session.scalar(select(TaskRun))
    assert row is not None
    assert row.args is None
    client = staff(app, "operator")
    assert "https://secret" not in client.get("/console/tasks").text
    assert client.post(f"/console/tasks/{row.id}/again").status_code == 409


def test_settings_are_shown_without_their_secrets(app: Flask) -> None:
    page = staff(app, "operator").get("/console/settings").text
    assert "SECRET_KEY" in page
    assert app.config["SECRET_KEY"] not in page
    assert app.config["DATABASE_URL"] not in page


def test_settings_are_explained_in_chinese(app: Flask) -> None:
    page = unescape(staff(app, "operator").get("/console/settings").text)
    for setting in SETTINGS:
        explained = setting.help_chinese
        assert re.search("[\u4e00-\u9fff]{3}", explained), setting.name
        assert explained.endswith("。"), setting.name
        assert explained in page, setting.name
        assert setting.help not in page, setting.name


def test_the_overview_stands_without_redis_and_refreshes_itself(app: Flask) -> None:
    client = staff(app, "operator")
    page = client.get("/console/").text
    assert "降级" in page
    fragment = client.get("/console/", headers={"HX-Request": "true"}).text
    assert fragment.lstrip().startswith('<div id="console-overview"')
    assert "<html" not in fragment


def test_a_run_that_repeats_takes_its_own_row_and_successes_do_not_pile_up(app: Flask) -> None:
    for key in ("a", "b", "b", "c"):
        runs.begin(key=key, task="tasks.operations.heartbeat", args=[])
        runs.end(key=key, task="tasks.operations.heartbeat", state="done")
    rows = db.session.execute(text("SELECT key, args FROM task_run")).all()
    assert [tuple(row) for row in rows] == [("c", json.dumps([]))]


def test_a_line_of_the_log_names_what_it_is_about_and_leads_there(
    app: Flask, tmp_path: Path
) -> None:
    import_rows(tmp_path, CAR)
    number = db.session.scalars(select(Trim.id)).one()
    admin = staff(app, "admin")
    own = db.session.scalars(select(Account.id).where(Account.role == "admin")).one()
    with transaction():
        record(Actor(own, "admin"), "set value", f"trim {number} price_wan")
        record(COMMAND_LINE, "set value", "trim 99999 price_wan")
    page = admin.get("/console/audit").text
    address = f"/console/catalogue/trims/{number}/values/price_wan"
    assert f'<a href="{address}">北斗 2025款 长续航版 · 厂商指导价</a>' in page
    assert "车型 99999 厂商指导价" in page
    assert re.search(rf"#{own} [^<]+，管理员<", page)
    assert address not in staff(app, "operator", "o-other").get("/console/audit").text
