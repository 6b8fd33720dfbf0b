"""Logging in through WeChat and QQ, against stand-ins that behave like them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from scripts.sandbox.together import Providers
from tests.accounts.conftest import SENT, WECHAT, Browser, parameters
from webapp.accounts import service
from webapp.accounts.models import Account, Avatar, Identity, LoginSession
from webapp.accounts.providers import base, clients
from webapp.accounts.service.profile import NoAvatar
from webapp.extensions import db

MakeBrowser = Callable[..., Browser]
WAYS = ["wechat", "qq"]
CALLS = {"wechat": ("wechat", "access_token"), "qq": ("qq", "token")}


def count(table: type[Account] | type[Identity] | type[LoginSession]) -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def token_calls(providers: Providers, way: str) -> int:
    sandbox, endpoint = CALLS[way]
    return len(getattr(providers, sandbox).log.entries(endpoint))


@pytest.mark.parametrize("way", WAYS)
def test_a_first_login_asks_for_consent_and_goes_on_to_where_it_began(
    browser: MakeBrowser, way: str
) -> None:
    person = browser()
    answer = person.come_back(way, following="/cars/?energy=BEV")
    assert answer.location == "/accounts/welcome"
    assert count(Account) == 0
    page = person.get("/accounts/welcome")
    assert "你好，张测试" in page.text
    unread = person.post("/accounts/welcome")
    assert unread.status_code == 422
    assert "要勾选" in unread.text
    answer = person.post("/accounts/welcome", agree="yes")
    assert answer.location == "/cars/?energy=BEV"
    assert person.is_signed_in
    assert "张测试" in person.get("/accounts/_menu").text
    assert SENT[0][0] == "tasks.accounts.fetch_avatar"


@pytest.mark.parametrize("way", WAYS)
def test_the_second_login_takes_two_clicks(browser: MakeBrowser, way: str) -> None:
    browser().log_in(way)
    again = browser()
    assert again.come_back(way, following="/cars/brands").location == "/cars/brands"
    assert again.is_signed_in
    assert count(Account) == 1
    assert count(LoginSession) == 2


def test_inside_wechat_the_service_account_is_asked_and_knows_the_same_person(
    browser: MakeBrowser,
) -> None:
    browser().log_in("wechat")
    phone = browser(WECHAT)
    assert "wechat-mp" in phone.get("/accounts/login").text
    assert phone.come_back("wechat-mp").location == "/"
    assert phone.is_signed_in
    assert count(Account) == 1
    assert count(Identity) == 2


def test_an_address_to_the_provider_says_what_it_must(browser: MakeBrowser) -> None:
    page = browser().start("wechat")
    assert page.endswith("#wechat_redirect")
    sent = parameters(page)
    assert list(sent) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert sent["redirect_uri"].endswith("/accounts/callback/wechat")
    assert len(sent["state"]) == 32
    assert "wxsandbox00website-secret" not in page


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", ["state-wrong", "state-missing"])
def test_an_answer_with_another_state_is_refused_before_anyone_is_asked(
    browser: MakeBrowser, providers: Providers, way: str, fault: str
) -> None:
    person = browser()
    answer = person.come_back(way, fault=fault)
    assert answer.status_code == 400
    assert "重新登录" in answer.text
    assert token_calls(providers, way) == 0
    assert not person.is_signed_in


@pytest.mark.parametrize("way", WAYS)
def test_a_state_serves_once_and_in_its_own_browser(
    browser: MakeBrowser, providers: Providers, way: str
) -> None:
    person, other = browser(), browser()
    page = person.start(way)
    address = person.approve(page)
    for _ in range(2):  # and it takes nothing from who began
        assert other.get(address).status_code == 400
    assert token_calls(providers, way) == 0
    assert person.get(address).location == "/accounts/welcome"
    second = person.approve(page)  # another code, the same state
    assert person.get(second).status_code == 400
    third = person.approve(page)
    assert person.get(third).status_code == 400
    assert token_calls(providers, way) == 1


@pytest.mark.parametrize("code", ["", "&code=authdeny"])
def test_everyone_who_declines_is_told_that_nothing_happened(
    browser: MakeBrowser, code: str
) -> None:
    browser().get(f"/accounts/callback/wechat?state=none{code}")  # nor does it keep the next one
    person = browser()
    state = parameters(person.start("wechat"))["state"]
    answer = person.get(f"/accounts/callback/wechat?state={state}{code}")
    assert answer.status_code == 400
    assert "没有同意" in answer.text
    assert person.get("/accounts/login").status_code == 200


@pytest.mark.parametrize("way", WAYS)
def test_a_callback_loaded_twice_asks_once_and_shows_no_error(
    browser: MakeBrowser, providers: Providers, way: str
) -> None:
    browser().log_in(way)
    person = browser()
    address = person.approve(person.start(way))
    assert person.get(address).location == "/"
    again = person.get(address)
    assert again.status_code == 303
    assert again.location == "/accounts/"
    assert person.is_signed_in
    assert token_calls(providers, way) == 2  # one for each login


def test_a_hundred_parallel_callbacks_make_one_session(
    browser: MakeBrowser, providers: Providers
) -> None:
    browser().log_in("wechat")
    person = browser()
    address = person.approve(person.start("wechat"))
    with person.site.session_transaction() as session:
        kept = dict(session)
    before = count(LoginSession)
    answers: list[int] = []

    def load() -> None:
        twin = browser()
        with twin.site.session_transaction() as session:
            session.update(kept)
        answers.append(twin.get(address).status_code)

    threads = [threading.Thread(target=load) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {303}
    assert count(LoginSession) == before + 1
    assert token_calls(providers, "wechat") == 2


@pytest.mark.parametrize(
    ("way", "fault", "status", "says"),
    [
        ("wechat", "code-expired", 400, "没有完成"),
        ("wechat", "code-invalid", 400, "没有完成"),
        ("wechat", "code-used", 400, "没有完成"),
        ("wechat", "secret-wrong", 503, "暂时不可用"),
        ("wechat", "appid-wrong", 503, "暂时不可用"),
        ("wechat", "blocked", 403, "不能登录"),
        ("wechat", "too-frequent", 503, "没有响应"),
        ("wechat", "busy", 503, "没有响应"),
        ("wechat", "snapshot", 400, "完整页面"),
        ("wechat", "openid-differs", 400, "没有完成"),
        ("wechat", "unionid-differs", 400, "没有完成"),
        ("wechat", "profile-forbidden", 503, "暂时不可用"),
        ("wechat", "token-500", 503, "没有响应"),
        ("wechat", "token-html", 503, "没有响应"),
        ("wechat", "token-truncated", 503, "没有响应"),
        ("wechat", "token-drop", 503, "没有响应"),
        ("wechat", "token-lost", 503, "没有响应"),
        ("wechat", "profile-500", 503, "没有响应"),
        ("wechat", "profile-html", 503, "没有响应"),
        ("wechat", "profile-truncated", 503, "没有响应"),
        ("wechat", "profile-drop", 503, "没有响应"),
        ("qq", "code-used", 400, "没有完成"),
        ("qq", "code-invalid", 400, "没有完成"),
        ("qq", "secret-wrong", 503, "暂时不可用"),
        ("qq", "token-invalid", 400, "没有完成"),
        ("qq", "token-revoked", 400, "没有完成"),
        ("qq", "other-client", 400, "没有完成"),
        ("qq", "openid-differs", 400, "没有完成"),
        ("qq", "profile-forbidden", 400, "没有登录"),
        ("qq", "token-500", 503, "没有响应"),
        ("qq", "token-html", 503, "没有响应"),
        ("qq", "token-truncated", 503, "没有响应"),
        ("qq", "token-drop", 503, "没有响应"),
        ("qq", "token-lost", 503, "没有响应"),
        ("qq", "me-500", 503, "没有响应"),
        ("qq", "profile-500", 503, "没有响应"),
        ("qq", "profile-html", 503, "没有响应"),
    ],
)
def test_a_fault_of_the_provider_makes_no_account_and_says_what_to_do(
    browser: MakeBrowser, way: str, fault: str, status: int, says: str
) -> None:
    person = browser()
    answer = person.come_back(way, fault=fault)
    assert answer.status_code == status
    assert says in answer.text
    assert "/accounts/login" in answer.text
    assert count(Account) == 0
    assert not person.is_signed_in


@pytest.mark.parametrize(
    ("way", "fault"),
    [
        ("wechat", "busy-once"),
        ("wechat", "no-unionid"),
        ("qq", "no-unionid"),
        ("qq", "profile-failed"),
        ("qq", "small-avatar-only"),
        ("qq", "no-avatar"),
        ("qq", "jsonp"),
        ("qq", "blanks"),
    ],
)
def test_a_provider_in_a_mood_is_understood_all_the_same(
    browser: MakeBrowser, way: str, fault: str
) -> None:
    person = browser()
    person.log_in(way, fault=fault)
    assert person.is_signed_in
    assert count(Account) == 1


@pytest.mark.parametrize("fault", ["token-slow", "profile-slow"])
def test_a_slow_provider_is_given_up_in_time(
    browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(base, "READ_SECONDS", 0.2)
    answer = browser().come_back("wechat", fault=fault)
    assert answer.status_code == 503


@pytest.mark.parametrize("user", ["emoji", "empty", "long", "html"])
@pytest.mark.parametrize("way", WAYS)
def test_odd_nicknames_are_stored_and_escaped(browser: MakeBrowser, way: str, user: str) -> None:
    person = browser()
    person.log_in(way, user=user)
    own = db.session.scalars(select(Account)).one()
    assert 0 < len(own.nickname) <= 20
    page = person.get("/accounts/").text
    assert "<script>alert(1)</script>" not in page


@pytest.mark.parametrize("fault", ["avatar-missing", "avatar-huge", "avatar-bomb", "avatar-text"])
def test_a_picture_that_is_none_leaves_the_first_character(
    browser: MakeBrowser, fault: str
) -> None:
    person = browser()
    person.log_in("wechat", fault=fault)
    ((_, args),) = SENT
    with pytest.raises(NoAvatar):
        service.fetch_avatar(account_id=int(str(args[0])), url=str(args[1]))
    assert '<span class="face' in person.get("/accounts/").text


def test_the_picture_is_copied_and_served_by_us(browser: MakeBrowser) -> None:
    person = browser()
    person.log_in("wechat")
    ((_, args),) = SENT
    service.fetch_avatar(account_id=int(str(args[0])), url=str(args[1]))
    assert db.session.scalars(select(Avatar)).one().webp.startswith(b"RIFF")
    page = person.get("/accounts/").text
    assert "/accounts/avatars/" in page
    assert "/wechat/avatar" not in page


def test_the_session_that_was_there_before_is_replaced(browser: MakeBrowser) -> None:
    """Whoever plants a session in someone's browser must not share the login."""
    planted = browser()
    planted.get("/accounts/login")
    victim = browser()
    with planted.site.session_transaction() as session:
        session["planted"] = "yes"
        kept = dict(session)
    with victim.site.session_transaction() as session:
        session.update(kept)
    victim.log_in("wechat")
    with victim.site.session_transaction() as session:
        assert "planted" not in session
    assert not planted.is_signed_in


@pytest.mark.parametrize(
    "following", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_a_login_leads_to_no_other_site(browser: MakeBrowser, following: str) -> None:
    browser().log_in("wechat")
    assert browser().come_back("wechat", following=following).location == "/"


def test_a_second_provider_is_linked_by_its_own_login(browser: MakeBrowser) -> None:
    person = browser()
    person.log_in("wechat")
    answer = person.come_back("qq", following="/accounts/", link="1")
    assert answer.location == "/accounts/?linked=qq"
    assert count(Account) == 1
    other = browser()
    assert other.come_back("qq").location == "/"
    assert "张测试" in other.get("/accounts/").text


def test_a_way_in_that_is_another_accounts_is_asked_about_and_merged(
    browser: MakeBrowser,
) -> None:
    other = browser()
    other.log_in("qq", user="li")
    person = browser()
    person.log_in("wechat")
    answer = person.come_back("qq", user="li", link="1")
    assert answer.location == "/accounts/collision"
    page = person.get("/accounts/collision").text
    assert "李不符" in page
    assert count(Account) == 2
    assert person.post("/accounts/merge").status_code == 303
    assert count(Account) == 1
    assert not other.is_signed_in
    assert person.post("/accounts/merge").status_code == 404  # asked about once


def test_a_link_begun_by_one_account_does_not_end_at_another(browser: MakeBrowser) -> None:
    person = browser()
    person.log_in("wechat")
    address = person.approve(person.start("qq", link="1"), "li")
    person.post("/accounts/logout")
    person.log_in("wechat", user="html")
    assert person.get(address).status_code == 400
    assert count(Identity) == 2


def test_a_suspended_account_stays_out_and_is_told(browser: MakeBrowser) -> None:
    browser().log_in("wechat")
    db.session.scalars(select(Account)).one().state = "suspended"
    db.session.commit()
    person = browser()
    answer = person.come_back("wechat")
    assert answer.status_code == 403
    assert "停用" in answer.text
    assert not person.is_signed_in


def test_no_secret_and_no_person_reaches_the_log(
    browser: MakeBrowser, providers: Providers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    browser().log_in("wechat")
    browser().come_back("wechat", fault="token-500")
    browser().come_back("qq", fault="profile-html")
    secrets = [v for k, v in providers.settings().items() if k.endswith(("SECRET", "KEY"))]
    people = [i.openid for i in db.session.scalars(select(Identity))]
    for word in (*secrets, *people, "张测试"):
        assert word not in caplog.text, word


def test_without_redis_login_is_closed_and_reading_goes_on(
    app: Flask, providers: Providers
) -> None:
    app.config.update(providers.settings())

    clients.init_app(app)
    client = app.test_client()
    answer = client.get("/accounts/login/wechat")
    assert answer.status_code == 503
    assert "不受影响" in answer.text
    assert client.get("/cars/brands").status_code == 200
