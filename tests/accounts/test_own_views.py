"""The own account's pages: who sees them, what each form does, what stays private."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from tests.accounts.people import account, profile, signed_in
from webapp import create_app
from webapp.accounts import service
from webapp.accounts.models import Account, Avatar, DataExport, LoginSession
from webapp.extensions import db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webapp.queue._send", lambda task, args: None)


def reload(person: Account) -> Account:
    db.session.expire_all()
    return db.session.get_one(Account, person.id)


def make_stale() -> None:
    """As if everybody had logged in an hour ago."""
    earlier = datetime.now(UTC) - timedelta(hours=1)
    db.session.execute(update(LoginSession).values(fresh_at=earlier))
    db.session.commit()


def test_a_guest_is_led_to_the_login_and_back(client: FlaskClient) -> None:
    answer = client.get("/accounts/?linked=qq")
    assert answer.status_code == 303
    assert answer.location == "/accounts/login?next=/accounts/?linked%3Dqq"
    fragment = client.get("/accounts/_export", headers={"HX-Request": "true"})
    assert fragment.status_code == 401
    assert fragment.headers["HX-Redirect"].startswith("/accounts/login?next=")


def test_a_form_sent_after_the_session_ended_is_not_lost_on_a_dead_page(
    client: FlaskClient,
) -> None:
    answer = client.post(
        "/accounts/profile",
        data={"nickname": "x"},
        headers={"Referer": "http://localhost/accounts/"},
    )
    assert answer.location == "/accounts/login?next=/accounts/"


def test_website_and_in_app_identities_show_as_one_way_in(app: Flask) -> None:
    own = account("o-site", unionid="u-1")
    app.config["WECHAT_MP_APP_ID"] = "wx-mp"
    app.config["WECHAT_APP_ID"] = "wx-site"
    service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    html = signed_in(app, own).get("/accounts/").text
    section = html.split('id="identities"')[1].split("</section>")[0]
    assert section.count("微信 · ") == 1
    assert re.search(r"网站 \d{4} 年.*绑定，微信里 \d{4} 年", section)
    assert "解除绑定" not in section


def test_the_own_page_shows_ways_in_devices_and_switches(app: Flask) -> None:
    own = account("o-1")
    page = signed_in(app, own).get("/accounts/")
    assert page.status_code == 200
    for words in ("张测试", "微信", "这一台", "个性化", "带走我的数据", "删除账号"):
        assert words in page.text
    assert "o-1" not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_staff_and_nobody_else_find_the_console_from_their_own_page(app: Flask) -> None:
    person = account()
    client = signed_in(app, person)
    assert 'href="/console/"' not in client.get("/accounts/").text
    person.role = "editor"
    db.session.commit()
    assert 'href="/console/"' in client.get("/accounts/").text


def test_the_menu_is_a_fragment_of_its_own_and_pages_stay_the_same(
    app: Flask, client: FlaskClient
) -> None:
    mine = signed_in(app, account(nickname="<b>我</b>"))
    assert "我的" in client.get("/accounts/_menu").text
    menu = mine.get("/accounts/_menu").text
    assert "&lt;b&gt;我&lt;/b&gt;" in menu
    assert mine.get("/cars/brands").data == client.get("/cars/brands").data


def test_staff_get_the_way_to_edit_a_trim_with_their_menu_and_nobody_else(app: Flask) -> None:
    editor = account("o-editor")
    editor.role = "editor"
    db.session.commit()
    on_trim = {"HX-Current-URL": "http://localhost/cars/trims/7?x=1"}
    menu = signed_in(app, editor).get("/accounts/_menu", headers=on_trim).text
    assert re.search(
        r'id="staff-act" class="staff-act" hx-swap-oob="true"><a [^>]*/console/catalogue/trims/7"',
        menu,
    )
    for headers in ({"HX-Current-URL": "http://localhost/cars/trims/7/x"}, {}):
        menu = signed_in(app, editor).get("/accounts/_menu", headers=headers).text
        assert "staff-act" not in menu
    for role, seen in ((None, False), ("moderator", False), ("operator", True)):
        other = account(f"o-{role}")
        other.role = role
        db.session.commit()
        menu = signed_in(app, other).get("/accounts/_menu", headers=on_trim).text
        assert "/console/catalogue" not in menu
        assert ("/console/offers/" in menu) == ("staff-act" in menu) == seen


def test_a_demonstration_says_that_its_providers_are_stand_ins(
    app: Flask, environ: dict[str, str]
) -> None:
    person = account()
    made = create_app(environ | {"APP_ENV": "development"})
    for client, path in (
        (made.test_client(), "/accounts/login"),
        (signed_in(made, person), "/accounts/realname"),
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "演示环境" in answer.text
    assert "演示环境" not in app.test_client().get("/accounts/login").text


def test_signing_out_ends_the_session_on_the_server(app: Flask) -> None:
    client = signed_in(app, account())
    with client.session_transaction() as session:
        stolen = dict(session)
    assert client.post("/accounts/logout").status_code == 303
    assert client.get("/accounts/").status_code == 303
    thief = app.test_client()
    with thief.session_transaction() as session:
        session.update(stolen)
    assert thief.get("/accounts/").status_code == 303


def test_signing_out_everywhere_ends_every_browser(app: Flask) -> None:
    own = account()
    here, there = signed_in(app, own), signed_in(app, own)
    here.post("/accounts/sessions/end-all")
    assert here.get("/accounts/").status_code == 303
    assert there.get("/accounts/").status_code == 303


def test_one_device_is_ended_and_not_someone_elses(app: Flask) -> None:
    own, other = account("o-1"), account("o-2")
    here, there, theirs = signed_in(app, own), signed_in(app, own), signed_in(app, other)
    rows = db.session.scalars(select(LoginSession).order_by(LoginSession.id)).all()
    numbers = [row.id for row in rows]
    assert here.post(f"/accounts/sessions/{numbers[2]}/end").status_code == 404
    here.post(f"/accounts/sessions/{numbers[1]}/end")
    assert there.get("/accounts/").status_code == 303
    assert theirs.get("/accounts/").status_code == 200
    assert here.get("/accounts/").status_code == 200


def test_a_request_from_another_site_changes_nothing(app: Flask) -> None:
    own = account()
    client = signed_in(app, own)
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    for address in ("profile", "privacy", "leave", "logout", "sessions/end-all", "merge"):
        assert client.post(f"/accounts/{address}", headers=foreign).status_code == 403
    assert reload(own).state == "active"
    assert client.get("/accounts/").status_code == 200


def test_sensitive_forms_ask_who_it_is_once_more(app: Flask) -> None:
    own = account()
    client = signed_in(app, own)
    make_stale()
    for address in ("export", "leave", "identities/1/unlink", "merge"):
        answer = client.post(f"/accounts/{address}", data={"sure": "yes"})
        assert answer.location.startswith("/accounts/login?next="), address
    assert reload(own).state == "active"
    assert client.get("/accounts/").status_code == 200  # the rest stays open


def test_a_changed_browser_is_no_longer_fresh(app: Flask) -> None:
    client = signed_in(app, account())
    client.get("/accounts/", headers={"User-Agent": "one"})
    with client.session_transaction() as session:
        session["_id"] = "made in another browser"
    answer = client.post("/accounts/leave", data={"sure": "yes"})
    assert answer.location.startswith("/accounts/login?next=")


def test_leaving_is_announced_and_can_be_taken_back(app: Flask) -> None:
    own = account()
    client = signed_in(app, own)
    answer = client.post("/accounts/leave")
    assert answer.status_code == 422
    assert "请先勾选" in answer.text
    client.post("/accounts/leave", data={"sure": "yes"})
    assert reload(own).state == "leaving"
    assert re.search(r"账号将在 \d+ 年 \d+ 月 \d+ 日删除", client.get("/accounts/").text)
    client.post("/accounts/stay")
    assert reload(own).state == "active"


def test_who_does_not_log_in_is_not_led_to_the_login_again(app: Flask) -> None:
    guest = app.test_client()
    assert 'href="/">不登录，继续浏览' in guest.get("/accounts/login").text
    assert 'href="/cars/">不登录' in guest.get("/accounts/login?next=/cars/").text
    client = signed_in(app, account())
    page = client.get("/accounts/login?next=/accounts/realname").text
    assert "再确认一次是你" in page
    assert 'href="/accounts/">不登录，回到我的账号' in page
    page = client.get("/accounts/login").text
    assert "你已经登录为" in page
    assert "再确认一次" not in page


def test_what_was_saved_is_said_where_it_was_changed(app: Flask) -> None:
    client = signed_in(app, account())
    answer = client.post("/accounts/profile", data={"nickname": "新名"}, follow_redirects=True)
    assert "资料已保存" in answer.text
    answer = client.post("/accounts/privacy", follow_redirects=True)
    assert "隐私设置已保存" in answer.text
    assert "已保存" not in client.get("/accounts/").text


def test_switches_and_names_are_saved(app: Flask) -> None:
    own = account()
    client = signed_in(app, own)
    client.post("/accounts/privacy", data={"personalised": "yes"})
    client.post("/accounts/profile", data={"nickname": " 新 名 "})
    found = reload(own)
    assert (found.personalised, found.keeps_history, found.nickname) == (True, False, "新 名")
    answer = client.post("/accounts/profile", data={"nickname": "  "})
    assert answer.status_code == 422
    assert 'name="nickname" value="  "' in answer.text
    assert "昵称不能为空" in answer.text


def test_the_data_is_packed_and_taken_home_by_its_owner_only(app: Flask) -> None:
    own, other = account("o-1"), account("o-2")
    client, nosy = signed_in(app, own), signed_in(app, other)
    client.post("/accounts/export")
    waiting = client.get("/accounts/_export")
    assert waiting.status_code == 200
    assert "every 2s" in waiting.text
    row = db.session.scalars(select(DataExport)).one()
    service.build_export(export_id=row.id, now=datetime.now(UTC))
    ready = client.get("/accounts/_export")
    assert ready.status_code == 286
    assert "下载" in ready.text
    download = client.get("/accounts/export.zip")
    assert download.data.startswith(b"PK")
    assert nosy.get("/accounts/export.zip").status_code == 404


def test_an_avatar_is_found_by_its_digest_only(app: Flask, client: FlaskClient) -> None:
    own = account()
    db.session.add(Avatar(account_id=own.id, webp=b"RIFF....WEBP", digest="0123456789abcdef"))
    db.session.commit()
    found = client.get(f"/accounts/avatars/{own.id}/0123456789abcdef.webp")
    assert found.mimetype == "image/webp"
    assert "immutable" in found.headers["Cache-Control"]
    assert client.get(f"/accounts/avatars/{own.id}/ffffffffffffffff.webp").status_code == 404
    mine = signed_in(app, own)
    assert "0123456789abcdef.webp" in mine.get("/accounts/_menu").text
    mine.post("/accounts/profile", data={"nickname": "我", "remove_avatar": "yes"})
    assert client.get(f"/accounts/avatars/{own.id}/0123456789abcdef.webp").status_code == 404


def test_the_last_way_in_has_no_button_and_a_second_one_does(app: Flask) -> None:
    own = account("o-1")
    client = signed_in(app, own)
    assert "解除绑定" not in client.get("/accounts/").text
    service.link_identity(account_id=own.id, profile=profile("q", provider="qq", app_id="101"))
    page = client.get("/accounts/").text
    assert page.count("解除绑定") == 2
    number = reload(own).identities[1].id
    assert client.post(f"/accounts/identities/{number}/unlink").status_code == 303
    assert len(reload(own).identities) == 1


def test_the_comparison_follows_the_account(app: Flask) -> None:
    own = account()
    own.basket = "3 4"
    db.session.commit()
    client = signed_in(app, own)
    client.post("/cars/basket", data={"trim": "999"})  # no such trim: nothing changes
    assert reload(own).basket == "3 4"
    client.post("/cars/basket", data={"trim": "3", "do": "remove"})
    assert reload(own).basket == ""  # what this browser holds is what the account keeps


def test_without_a_provider_the_login_page_says_so(client: FlaskClient) -> None:
    page = client.get("/accounts/login?next=/cars/")
    assert "还没有开通登录" in page.text
    assert 'href="/cars/"' in page.text
    assert client.get("/accounts/login/wechat").status_code == 404
    assert client.get("/accounts/login/github").status_code == 404


def test_the_notice_can_be_read_by_everyone(client: FlaskClient) -> None:
    page = client.get("/accounts/privacy")
    assert page.status_code == 200
    assert "不保存什么" in page.text
