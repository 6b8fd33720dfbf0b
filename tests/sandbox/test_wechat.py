"""WeChat login as a provider would answer it, driven over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from scripts.sandbox import serving, wechat
from scripts.sandbox.together import Providers
from scripts.sandbox.wechat import WeChat
from scripts.sandbox.wechat.faults import NAMED
from scripts.sandbox.wechat.state import APPS

WEBSITE, SERVICE, FOREIGN = APPS.values()
CALLBACK = "http://127.0.0.1:8000/accounts/wechat/callback"
MICROMESSENGER = {"User-Agent": "Mozilla/5.0 MicroMessenger/8.0.50"}
PATHS = {"website": "/connect/qrconnect", "service": "/connect/oauth2/authorize"}


class Visitor:
    """The website and the person at once: what each of them sends to WeChat."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http = http
        self.base = base

    def page(self, app: Any = WEBSITE, method: str = "GET", **changed: str) -> httpx.Response:
        """The authorise page; a parameter changed to "" is left out, "data" goes into the form."""
        scope = "snsapi_login" if app.kind == "website" else "snsapi_userinfo"
        wanted = {
            "appid": app.appid,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": scope,
            "state": "a1b2c3",
        }
        form = {key: changed.pop(key) for key in ("user", "decision", "fault") if key in changed}
        query = urlencode({k: v for k, v in (wanted | changed).items() if v})
        headers = MICROMESSENGER if app.kind == "service" else {}
        url = f"{self.base}{PATHS[app.kind]}?{query}"
        return self.http.request(method, url, data=form or None, headers=headers)

    def approve(self, app: Any = WEBSITE, **changed: str) -> dict[str, str]:
        """Approve as 张测试 unless another user is named; gives what the callback receives."""
        given = {"user": "zhang", "decision": "approve"} | changed
        return callback(self.page(app, "POST", **given))

    def call(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.http.get(f"{self.base}/sns/{path}", params=query)
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/plain"
        parsed: dict[str, Any] = json.loads(answer.content.decode("utf-8"))
        return parsed

    def token(self, code: str, app: Any = WEBSITE, **changed: str) -> dict[str, Any]:
        sent = {"appid": app.appid, "secret": app.secret, "code": code}
        sent |= {"grant_type": "authorization_code"} | changed
        return self.call("oauth2/access_token", **{k: v for k, v in sent.items() if v})

    def refresh(self, token: str, app: Any = WEBSITE) -> dict[str, Any]:
        grant = {"grant_type": "refresh_token", "refresh_token": token}
        return self.call("oauth2/refresh_token", appid=app.appid, **grant)

    def profile(self, token: dict[str, Any]) -> dict[str, Any]:
        return self.call(
            "userinfo", access_token=token["access_token"], openid=token["openid"], lang="zh_CN"
        )

    def login(self, app: Any = WEBSITE, **changed: str) -> dict[str, Any]:
        """The profile at the end of a whole login."""
        return self.profile(self.token(self.approve(app, **changed)["code"], app))


def callback(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


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
    "query", ["redirect_uri={c}&appid={a}&response_type=code&scope=snsapi_login&state=1",
              "appid={a}&appid={a}&redirect_uri={c}&response_type=code&scope=snsapi_login&state=1"]
)  # fmt: skip
def test_parameters_in_another_order_are_refused(visitor: Visitor, query: str) -> None:
    filled = query.format(a=WEBSITE.appid, c=CALLBACK)
    page = visitor.http.get(f"{visitor.base}/connect/qrconnect?{filled}")
    assert "参数顺序" in page.text


def test_beyond_loopback_only_the_registered_host_without_port_may_be_led_to(
    http: httpx.Client,
) -> None:
    made = WeChat(redirect_hosts=("cars.example",), loopback=False)
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


@pytest.mark.parametrize(("fault", "state"), [("state-wrong", "3c2b1a0"), ("state-missing", None)])
def test_the_state_can_come_back_wrong(visitor: Visitor, fault: str, state: str | None) -> None:
    assert visitor.approve(fault=fault).get("state") == state


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


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("code-expired", 42003),
        ("code-invalid", 40029),
        ("code-used", 40163),
        ("secret-wrong", 40125),
        ("appid-wrong", 40013),
        ("blocked", 40226),
        ("too-frequent", 45011),
        ("busy-once", -1),
    ],
)
def test_a_fault_of_the_token_call_comes_once_and_leaves_the_code_good(
    visitor: Visitor, fault: str, code: int
) -> None:
    given = visitor.approve(fault=fault)["code"]
    assert visitor.token(given)["errcode"] == code
    assert "openid" in visitor.token(given)


def test_a_fault_chosen_on_the_page_meets_that_login_only(visitor: Visitor) -> None:
    troubled, other = visitor.approve(fault="busy")["code"], visitor.approve()["code"]
    assert "openid" in visitor.token(other)
    assert [visitor.token(troubled)["errcode"] for _ in range(3)] == [-1] * 3


def test_a_snapshot_account_says_so(visitor: Visitor) -> None:
    assert visitor.token(visitor.approve(fault="snapshot")["code"])["is_snapshotuser"] == 1
    assert "is_snapshotuser" not in visitor.token(visitor.approve()["code"])


def test_a_unionid_can_be_missing_first_and_come_later(visitor: Visitor) -> None:
    token = visitor.token(visitor.approve(fault="no-unionid")["code"])
    assert "unionid" not in token
    assert "unionid" not in visitor.profile(token)
    later = visitor.login()
    assert (later["openid"], bool(later["unionid"])) == (token["openid"], True)


@pytest.mark.parametrize("name", ["openid", "unionid"])
def test_the_profile_can_be_somebody_elses(visitor: Visitor, name: str) -> None:
    token = visitor.token(visitor.approve(fault=f"{name}-differs")["code"])
    assert visitor.profile(token)[name] != token[name]


def test_the_profile_can_be_forbidden(visitor: Visitor) -> None:
    assert visitor.login(fault="profile-forbidden")["errcode"] == 48001


@pytest.mark.parametrize(
    ("user", "nickname"),
    [
        ("emoji", "🚗小王👨‍👩‍👧🎉"),
        ("empty", ""),
        ("long", "长" * 200),
        ("html", "<script>alert(1)</script><b>粗</b>&amp;"),
    ],
)
def test_nicknames_come_as_they_are(visitor: Visitor, user: str, nickname: str) -> None:
    profile = visitor.login(user=user)
    assert profile["nickname"] == nickname
    assert bool(profile["headimgurl"]) == (user != "empty")


@pytest.mark.parametrize(
    ("fault", "status"),
    [("", 200), ("missing", 404), ("huge", 200), ("bomb", 200), ("text", 200)],
)
def test_avatars_are_pictures_or_what_a_product_must_survive(
    visitor: Visitor, fault: str, status: int
) -> None:
    profile = visitor.login(fault=f"avatar-{fault}" if fault else "")
    answer = visitor.http.get(profile["headimgurl"])
    assert answer.status_code == status
    if fault == "huge":
        assert len(answer.content) > 10 * 1024 * 1024
    elif fault == "bomb":
        assert len(answer.content) < 1024 * 1024
        assert answer.content[16:24] == (10_000).to_bytes(4, "big") * 2
    elif fault == "text":
        assert not answer.content.startswith(b"\x89PNG")
    elif not fault:
        assert answer.content.startswith(b"\x89PNG\r\n\x1a\n")
        assert answer.content[16:24] == (132).to_bytes(4, "big") * 2
        assert bytes((7, 193, 96)) in answer.content


@pytest.mark.parametrize("call", ["token", "profile"])
def test_an_answer_can_be_broken_in_every_way(visitor: Visitor, call: str) -> None:
    address = {"token": "oauth2/access_token", "profile": "userinfo"}[call]

    def get(fault: str) -> httpx.Response:
        code = visitor.approve(fault=f"{call}-{fault}")["code"]
        sent = {"appid": WEBSITE.appid, "secret": WEBSITE.secret, "code": code}
        sent["grant_type"] = "authorization_code"
        if call == "profile":
            token = visitor.token(code)
            sent = {"access_token": token["access_token"], "openid": token["openid"]}
        return visitor.http.get(f"{visitor.base}/sns/{address}", params=sent, timeout=0.5)

    assert get("500").status_code == 502
    assert get("html").text.startswith("<!doctype html>")
    with pytest.raises(json.JSONDecodeError):
        json.loads(get("truncated").content.decode("utf-8", "replace"))
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        get("drop")
    with pytest.raises(httpx.ReadTimeout):
        get("slow")


def test_an_answer_that_is_lost_has_used_up_the_code(visitor: Visitor) -> None:
    code = visitor.approve(fault="token-lost")["code"]
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        visitor.token(code)
    assert visitor.token(code)["errcode"] == 40163


@pytest.mark.parametrize("name", NAMED)
def test_every_fault_can_be_set_by_name(visitor: Visitor, wx: WeChat, name: str) -> None:
    answer = visitor.http.post(f"{visitor.base}/_sandbox/faults", json={"name": name})
    assert answer.status_code == 201
    assert {rule["name"] for rule in wx.faults.list()} == {name}


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
