"""WeChat login as a provider would answer it, driven over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from scripts.sandbox import serving, wechat
from scripts.sandbox.together import Providers
from scripts.sandbox.wechat import WeChat
from tests.sandbox.wechat_visitor import (
    CALLBACK,
    FOREIGN,
    PATHS,
    SERVICE,
    WEBSITE,
    Visitor,
    callback,
)


@pytest.fixture
def wx(providers: Providers) -> WeChat:
    return providers.wechat


@pytest.fixture
def visitor(providers: Providers, http: httpx.Client) -> Visitor:
    return Visitor(http, f"{providers.url}/wechat")


def test_a_whole_login_gives_identity_and_profile(visitor: Visitor) -> None:
    back = visitor.approve()
    assert back["state"] == "a1b2c3"
    token = visitor.token(back["code"])
    assert (token["expires_in"], token["scope"]) == (7200, "snsapi_login")
    profile = visitor.profile(token)
    assert profile["nickname"] == "张测试"
    assert (profile["openid"], profile["unionid"]) == (token["openid"], token["unionid"])
    assert profile["sex"] == 0
    assert len(profile["openid"]) == 28


def test_one_person_has_one_unionid_over_the_apps_of_one_account(visitor: Visitor) -> None:
    website, service, foreign = (visitor.login(app) for app in (WEBSITE, SERVICE, FOREIGN))
    assert len({website["openid"], service["openid"], foreign["openid"]}) == 3
    assert website["unionid"] == service["unionid"] != foreign["unionid"]
    assert visitor.login(user="li")["unionid"] != website["unionid"]


def test_silent_approval_gives_the_openid_of_the_last_user_and_no_more(visitor: Visitor) -> None:
    visitor.approve(user="li")
    back = callback(visitor.page(SERVICE, scope="snsapi_base"))
    token = visitor.token(back["code"], SERVICE)
    assert "unionid" not in token
    assert token["openid"] == visitor.login(SERVICE, user="li")["openid"]
    assert visitor.profile(token)["errcode"] == 48001


def test_outside_wechat_its_own_page_does_not_open(visitor: Visitor, http: httpx.Client) -> None:
    shown = http.get(f"{visitor.base}{PATHS['service']}")
    assert "请在微信客户端打开链接" in shown.text


@pytest.mark.parametrize(
    ("app", "changed", "shown"),
    [
        (WEBSITE, {"appid": "wxunknown"}, "10001"),
        (WEBSITE, {"appid": SERVICE.appid}, "10001"),
        (WEBSITE, {"redirect_uri": "https://evil.example/callback"}, "10003"),
        (WEBSITE, {"redirect_uri": "https://127.0.0.1@evil.example/"}, "10003"),
        (WEBSITE, {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"}, "10003"),
        (WEBSITE, {"redirect_uri": "http://[::1"}, "10003"),
        (WEBSITE, {"redirect_uri": "http://somebody@127.0.0.1/"}, "10003"),
        (WEBSITE, {"redirect_uri": ""}, "10003"),
        (WEBSITE, {"response_type": "token"}, "10004"),
        (WEBSITE, {"scope": "snsapi_userinfo"}, "10005"),
        (SERVICE, {"scope": "snsapi_login"}, "10005"),
        (SERVICE, {"state": "a-b"}, "state"),
        (SERVICE, {"state": "a" * 129}, "state"),
    ],
)
def test_a_wrong_request_stays_on_a_page_of_wechats(
    visitor: Visitor, app: Any, changed: dict[str, str], shown: str
) -> None:
    for method in ("GET", "POST"):
        page = visitor.page(app, method, **changed)
        assert page.status_code == 200
        assert "该链接无法访问" in page.text
        assert shown in page.text


@pytest.mark.parametrize(
    "query",
    [
        "redirect_uri={c}&appid={a}&response_type=code&scope=snsapi_login&state=1",
        "appid={a}&appid={a}&redirect_uri={c}&response_type=code&scope=snsapi_login&state=1",
    ],
)
def test_parameters_in_another_order_are_refused(visitor: Visitor, query: str) -> None:
    filled = query.format(a=WEBSITE.appid, c=CALLBACK)
    page = visitor.http.get(f"{visitor.base}/connect/qrconnect?{filled}")
    assert "参数顺序" in page.text


def test_beyond_loopback_only_the_registered_host_without_port_may_be_led_to(
    http: httpx.Client,
) -> None:
    made = WeChat(redirect_hosts=("cars.example",), local=())
    with serving.running(wechat.create_app(made)) as base:
        visitor = Visitor(http, base)
        for refused in (CALLBACK, "https://cars.example:8443/x", "https://www.cars.example/x"):
            assert "10003" in visitor.page(redirect_uri=refused).text
        assert "同意登录" in visitor.page(redirect_uri="https://cars.example/x").text


def test_the_page_offers_people_refusals_and_faults(visitor: Visitor) -> None:
    page = visitor.page().text
    for shown in ("演示环境", "张测试", "李不符", "同意登录", "拒绝并跳回", "快照页虚拟账号"):
        assert shown in page
    assert "#wechat_redirect" in visitor.page(SERVICE).text


def test_refusing_leads_nowhere_or_back_with_the_state_alone(visitor: Visitor) -> None:
    page = visitor.page(WEBSITE, "POST", decision="refuse")
    assert page.status_code == 200
    assert "已取消登录" in page.text
    assert visitor.approve(decision="refuse-redirect") == {"state": "a1b2c3"}


def test_a_code_works_once_however_many_ask_at_once(visitor: Visitor) -> None:
    code = visitor.approve()["code"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: visitor.token(code), range(8)))
    assert sorted(answer.get("errcode", 0) for answer in answers) == [0, *[40163] * 7]


@pytest.mark.parametrize(("app", "life"), [(WEBSITE, 600), (SERVICE, 300)])
def test_a_code_expires(visitor: Visitor, wx: WeChat, app: Any, life: int) -> None:
    early, late = (visitor.approve(app)["code"] for _ in range(2))
    wx.clock.advance(life - 5)
    assert "openid" in visitor.token(early, app)
    wx.clock.advance(10)
    assert visitor.token(late, app)["errcode"] == 42003


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
        ({"code": ""}, 41008),
        ({"appid": "wxunknown"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"appid": FOREIGN.appid, "secret": FOREIGN.secret}, 40029),
        ({"code": "guessed"}, 40029),
        ({"grant_type": "client_credential"}, 40002),
    ],
)
def test_a_wrong_token_call_is_an_error_with_status_200_and_uses_up_nothing(
    visitor: Visitor, changed: dict[str, str], code: int
) -> None:
    given = visitor.approve()["code"]
    answer = visitor.token(**({"code": given} | changed))
    assert answer["errcode"] == code
    assert ", rid: " in answer["errmsg"]
    assert "openid" in visitor.token(given)


def test_a_post_is_told_that_parameters_are_missing(visitor: Visitor) -> None:
    sent = {"client_id": WEBSITE.appid, "client_secret": WEBSITE.secret}
    answer = visitor.http.post(f"{visitor.base}/sns/oauth2/access_token", data=sent)
    assert answer.status_code == 200
    assert json.loads(answer.content)["errcode"] == 41002


def test_tokens_expire_and_are_refreshed(visitor: Visitor, wx: WeChat) -> None:
    first = visitor.token(visitor.approve()["code"])
    wx.clock.advance(7000)
    again = visitor.refresh(first["refresh_token"])
    assert again["access_token"] == first["access_token"]
    wx.clock.advance(7000)
    assert visitor.profile(first)["nickname"] == "张测试"
    wx.clock.advance(300)
    assert visitor.profile(first)["errcode"] == 42001
    new = visitor.refresh(first["refresh_token"])
    assert new["access_token"] != first["access_token"]
    assert visitor.profile(new)["openid"] == first["openid"]
    assert visitor.profile(first)["errcode"] == 40001
    assert visitor.refresh(first["refresh_token"], SERVICE)["errcode"] == 40030
    assert visitor.refresh("guessed")["errcode"] == 40030
    wx.clock.advance(30 * 86400)
    assert visitor.refresh(first["refresh_token"])["errcode"] == 42002


def test_a_token_is_checked_against_its_openid(visitor: Visitor) -> None:
    token = visitor.token(visitor.approve()["code"])
    access = token["access_token"]
    assert visitor.call("auth", access_token=access, openid=token["openid"])["errcode"] == 0
    assert visitor.call("auth", access_token=access, openid="o1")["errcode"] == 40003
    assert visitor.call("auth", access_token=access)["errcode"] == 41009
    assert visitor.call("userinfo", openid="o1")["errcode"] == 41001


def test_the_log_tells_what_was_asked_and_how_it_was_judged(visitor: Visitor) -> None:
    visitor.token("guessed")
    (entry,) = visitor.http.get(f"{visitor.base}/_sandbox/log").json()
    assert (entry["endpoint"], entry["verdict"]) == ("access_token", "40029")
    assert entry["query"]["code"] == "guessed"


def test_codes_repeat_with_a_seed_and_never_without(http: httpx.Client) -> None:
    def first(seed: str | None) -> str:
        made = WeChat(seed=seed).grants.approve(
            app="a", user="zhang", scope="s", redirect_uri=CALLBACK, life=1
        )
        return made.code

    assert first("x") == first("x")
    assert first(None) != first(None)


@pytest.fixture
def page(providers: Providers) -> str:
    return f"{providers.url}/wechat/"


def test_faults_and_clock_are_set_by_hand_on_a_page(
    page: str, wx: WeChat, http: httpx.Client
) -> None:
    before = wx.clock.now()
    for form in ({"do": "fault", "fault": "busy"}, {"do": "advance", "seconds": "600"}):
        assert http.post(page, data=form).status_code == 303
    shown = http.get(page).text
    assert "一直系统繁忙（-1）：" in shown
    assert wx.clock.now() - before > 599
    http.post(page, data={"do": "clear"})
    assert wx.faults.list() == []
    http.post(page, data={"do": "reset"})
    assert wx.clock.now() - before < 300
    for wrong in ({"do": "nothing"}, {"do": "fault", "fault": "nonsense"}):
        assert http.post(page, data=wrong).status_code == 400
    assert (
        http.post(page, data={"do": "clear"}, headers={"Host": "evil.example"}).status_code == 403
    )
