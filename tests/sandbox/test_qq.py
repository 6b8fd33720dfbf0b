"""QQ login as a provider would answer it, driven over HTTP."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest

from scripts.sandbox import qq as sandbox
from scripts.sandbox import serving
from scripts.sandbox.qq import QQ
from scripts.sandbox.qq.faults import NAMED
from scripts.sandbox.qq.state import APPS
from scripts.sandbox.together import Providers

OWN, WITHOUT_UNIONID = APPS.values()
CALLBACK = "http://127.0.0.1:8000/accounts/qq/callback"


class Visitor:
    """The website and the person at once: what each of them sends to QQ."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http = http
        self.base = base

    def page(self, method: str = "GET", app: Any = OWN, **changed: str) -> httpx.Response:
        """The authorise page; a parameter changed to "" is left out."""
        form = {key: changed.pop(key) for key in ("user", "decision", "fault") if key in changed}
        wanted = {"response_type": "code", "client_id": app.client_id, "redirect_uri": CALLBACK}
        query = urlencode({k: v for k, v in (wanted | {"state": "s-1"} | changed).items() if v})
        return self.http.request(
            method, f"{self.base}/oauth2.0/authorize?{query}", data=form or None
        )

    def approve(self, app: Any = OWN, **changed: str) -> dict[str, str]:
        """Approve as 张测试 unless another user is named; gives what the callback receives."""
        answer = self.page("POST", app, **({"user": "zhang", "decision": "approve"} | changed))
        assert answer.status_code == 302
        query = parse_qs(urlsplit(answer.headers["Location"]).query)
        return {name: values[0] for name, values in query.items()}

    def get(self, path: str, **query: str) -> str:
        answer = self.http.get(f"{self.base}{path}", params={k: v for k, v in query.items() if v})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/html"
        return answer.content.decode("utf-8")

    def token_text(self, code: str, app: Any = OWN, **changed: str) -> str:
        sent = {
            "grant_type": "authorization_code",
            "client_id": app.client_id,
            "client_secret": app.secret,
            "code": code,
            "redirect_uri": CALLBACK,
            "fmt": "json",
        }
        return self.get("/oauth2.0/token", **(sent | changed))

    def token(self, code: str, app: Any = OWN, **changed: str) -> dict[str, Any]:
        parsed: dict[str, Any] = json.loads(self.token_text(code, app, **changed))
        return parsed

    def refresh(self, token: str) -> dict[str, Any]:
        return self.token("", grant_type="refresh_token", refresh_token=token, redirect_uri="")

    def me(self, access_token: str, **more: str) -> dict[str, Any]:
        sent = {"access_token": access_token, "fmt": "json", "unionid": "1"} | more
        parsed: dict[str, Any] = json.loads(self.get("/oauth2.0/me", **sent))
        return parsed

    def profile(self, access_token: str, openid: str, **changed: str) -> dict[str, Any]:
        sent = {"access_token": access_token, "oauth_consumer_key": OWN.client_id}
        text = self.get("/user/get_user_info", **(sent | {"openid": openid} | changed))
        parsed: dict[str, Any] = json.loads(text)
        return parsed

    def login(self, app: Any = OWN, **changed: str) -> dict[str, Any]:
        """Openid and profile together, at the end of a whole login."""
        access = self.token(self.approve(app, **changed)["code"], app)["access_token"]
        me = self.me(access, unionid="1" if app.unionid_right else "")
        return me | self.profile(access, me["openid"], oauth_consumer_key=app.client_id)


@pytest.fixture
def qq(providers: Providers) -> QQ:
    return providers.qq


@pytest.fixture
def visitor(providers: Providers, http: httpx.Client) -> Visitor:
    return Visitor(http, f"{providers.url}/qq")


def test_a_whole_login_gives_identity_and_profile(visitor: Visitor) -> None:
    found = visitor.login()
    assert (found["ret"], found["nickname"], found["gender"]) == (0, "张测试", "男")
    assert found["client_id"] == OWN.client_id
    assert len(found["openid"]) == 32
    assert found["unionid"].startswith("UID_")
    assert visitor.http.get(found["figureurl_qq_2"]).content.startswith(b"\x89PNG")
    other = visitor.login(WITHOUT_UNIONID)
    assert other["openid"] != found["openid"]
    assert visitor.login()["openid"] == found["openid"] != visitor.login(user="li")["openid"]


def test_the_token_comes_as_a_form_unless_json_is_asked_for(visitor: Visitor) -> None:
    form = parse_qs(visitor.token_text(visitor.approve()["code"], fmt=""))
    assert form["expires_in"] == ["7776000"]
    assert set(form) == {"access_token", "expires_in", "refresh_token"}
    token = visitor.token(visitor.approve()["code"], need_openid="1")
    assert token["expires_in"] == "7776000"
    assert token["openid"] == visitor.me(token["access_token"])["openid"]


def test_other_answers_are_jsonp_unless_json_is_asked_for(visitor: Visitor) -> None:
    access = visitor.token(visitor.approve()["code"])["access_token"]
    text = visitor.get("/oauth2.0/me", access_token=access)
    assert text.startswith("callback( {")
    assert text.endswith("} );\n")
    assert "unionid" not in text
    wrong = visitor.token_text("guessed", fmt="")
    assert wrong.startswith('callback( {"error":100019,')


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"response_type": "token"}, 100000),
        ({"client_id": ""}, 100001),
        ({"client_id": "1"}, 100008),
        ({"redirect_uri": "https://evil.example/"}, 100010),
        ({"redirect_uri": "https://127.0.0.1.evil.example/"}, 100010),
        ({"redirect_uri": ""}, 100010),
        ({"state": ""}, 100029),
    ],
)
def test_a_wrong_request_stays_on_a_page_of_qqs(
    visitor: Visitor, changed: dict[str, str], code: int
) -> None:
    for method in ("GET", "POST"):
        page = visitor.page(method, **changed)
        assert page.status_code == 200
        assert f"（{code}）" in page.text


def test_a_registered_domain_covers_those_below_it(http: httpx.Client) -> None:
    made = QQ(redirect_hosts=("cars.example",), local=())
    with serving.running(sandbox.create_app(made)) as base:
        visitor = Visitor(http, base)
        for refused in (CALLBACK, "https://evilcars.example/", "https://cars.example:8443/"):
            assert "100010" in visitor.page(redirect_uri=refused).text
        assert "同意登录" in visitor.page(redirect_uri="https://www.cars.example/x").text


def test_refusing_closes_the_page_and_leads_nowhere(visitor: Visitor) -> None:
    page = visitor.page("POST", decision="refuse")
    assert page.status_code == 200
    assert "window.close()" in page.text
    assert "演示环境" in visitor.page(display="mobile").text


@pytest.mark.parametrize(("fault", "state"), [("state-wrong", "1-s0"), ("state-missing", None)])
def test_the_state_can_come_back_wrong(visitor: Visitor, fault: str, state: str | None) -> None:
    assert visitor.approve(fault=fault).get("state") == state


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_id": ""}, 100001),
        ({"client_secret": ""}, 100002),
        ({"grant_type": "password"}, 100004),
        ({"code": ""}, 100005),
        ({"client_id": "1"}, 100008),
        ({"client_secret": "wrong"}, 100009),
        ({"redirect_uri": CALLBACK + "?x"}, 100010),
        ({"code": "guessed"}, 100019),
    ],
)
def test_a_wrong_token_call_names_its_error_as_a_number_and_uses_up_nothing(
    visitor: Visitor, changed: dict[str, str], code: int
) -> None:
    given = visitor.approve()["code"]
    answer = visitor.token(**({"code": given} | changed))
    assert answer["error"] == code
    assert answer["error_description"]
    assert "access_token" in visitor.token(given)


def test_a_code_is_for_its_own_application(visitor: Visitor) -> None:
    code = visitor.approve()["code"]
    assert visitor.token(code, WITHOUT_UNIONID)["error"] == 100019


def test_a_code_works_once_however_many_ask_at_once(visitor: Visitor) -> None:
    code = visitor.approve()["code"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: visitor.token(code), range(8)))
    assert sorted(answer.get("error", 0) for answer in answers) == [0, *[100020] * 7]


def test_a_code_expires(visitor: Visitor, qq: QQ) -> None:
    early, late = visitor.approve()["code"], visitor.approve()["code"]
    qq.clock.advance(595)
    assert "access_token" in visitor.token(early)
    qq.clock.advance(10)
    assert visitor.token(late)["error"] == 100019


def test_only_get_is_answered(visitor: Visitor) -> None:
    assert visitor.http.post(f"{visitor.base}/oauth2.0/token").status_code == 405


def test_each_refresh_token_works_once(visitor: Visitor, qq: QQ) -> None:
    first = visitor.token(visitor.approve()["code"])
    second = visitor.refresh(first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert visitor.refresh(first["refresh_token"])["error"] == 100022
    assert visitor.me(second["access_token"])["openid"]
    assert visitor.me(first["access_token"])["error"] == 100016
    assert visitor.refresh("")["error"] == 100006
    qq.clock.advance(7_776_001)
    assert visitor.me(second["access_token"])["error"] == 100014
    assert "access_token" in visitor.refresh(second["refresh_token"])


def test_the_unionid_needs_a_right(visitor: Visitor) -> None:
    access = visitor.token(visitor.approve(WITHOUT_UNIONID)["code"], WITHOUT_UNIONID)[
        "access_token"
    ]
    assert visitor.me(access)["error"] == 100048
    assert visitor.me(access, unionid="")["openid"]


def test_a_token_is_checked_for_openid_and_profile(visitor: Visitor) -> None:
    access = visitor.token(visitor.approve()["code"])["access_token"]
    openid = visitor.me(access)["openid"]
    assert visitor.me("")["error"] == 100007
    assert visitor.me("guessed") == {
        "error": 100016,
        "error_description": "access token check failed",
    }
    assert visitor.profile(access, openid, oauth_consumer_key="")["ret"] == 100001
    assert visitor.profile(access, openid, oauth_consumer_key="1")["ret"] == 100016
    assert visitor.profile(access, "0" * 32)["ret"] < 0
    assert visitor.profile("guessed", openid)["ret"] == 100016


@pytest.mark.parametrize(
    ("fault", "code"), [("code-used", 100020), ("code-invalid", 100019), ("secret-wrong", 100009)]
)
def test_a_fault_of_the_token_call_meets_its_login_once(
    visitor: Visitor, fault: str, code: int
) -> None:
    troubled, other = visitor.approve(fault=fault)["code"], visitor.approve()["code"]
    assert "access_token" in visitor.token(other)
    assert visitor.token(troubled)["error"] == code


@pytest.mark.parametrize(
    ("fault", "code"),
    [("token-invalid", 100016), ("token-revoked", 100015), ("no-unionid", 100048)],
)
def test_the_openid_call_can_fail(visitor: Visitor, fault: str, code: int) -> None:
    access = visitor.token(visitor.approve(fault=fault)["code"])["access_token"]
    assert visitor.me(access)["error"] == code


@pytest.mark.parametrize(
    ("fault", "name"), [("other-client", "client_id"), ("openid-differs", "openid")]
)
def test_the_openid_call_can_speak_of_somebody_else(
    visitor: Visitor, fault: str, name: str
) -> None:
    right = visitor.me(visitor.token(visitor.approve()["code"])["access_token"])
    access = visitor.token(visitor.approve(fault=fault)["code"])["access_token"]
    assert visitor.me(access)[name] != right[name]


@pytest.mark.parametrize(("fault", "ret"), [("profile-failed", -1), ("profile-forbidden", 100030)])
def test_the_profile_can_be_refused(visitor: Visitor, fault: str, ret: int) -> None:
    assert visitor.login(fault=fault)["ret"] == ret


def test_the_large_avatar_can_be_missing(visitor: Visitor) -> None:
    found = visitor.login(fault="small-avatar-only")
    assert "figureurl_qq_2" not in found
    assert found["figureurl_qq_1"]
    assert not visitor.login(fault="no-avatar")["figureurl_qq_1"]
    gone = visitor.login(fault="avatar-missing")["figureurl_qq_2"]
    assert visitor.http.get(gone).status_code == 404


def test_answers_can_be_jsonp_or_padded_in_spite_of_what_was_asked(visitor: Visitor) -> None:
    for fault, start, end in (("jsonp", "callback( {", "} );\n"), ("blanks", " \r\n\t{", " \n\n")):
        text = visitor.token_text(visitor.approve(fault=fault)["code"])
        access = json.loads(text[text.index("{") : text.rindex("}") + 1])["access_token"]
        me = visitor.get("/oauth2.0/me", access_token=access, fmt="json")
        openid = json.loads(me[me.index("{") : me.rindex("}") + 1])["openid"]
        sent = {"access_token": access, "oauth_consumer_key": OWN.client_id, "openid": openid}
        profile = visitor.get("/user/get_user_info", **sent)
        for answer in (text, me, profile):
            assert answer.startswith(start)
            assert answer.endswith(end)


def test_answers_can_be_broken_in_every_way(visitor: Visitor) -> None:
    def token(fault: str) -> httpx.Response:
        sent = {"client_id": OWN.client_id, "client_secret": OWN.secret, "fmt": "json"}
        sent |= {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
        sent["code"] = visitor.approve(fault=fault)["code"]
        return visitor.http.get(f"{visitor.base}/oauth2.0/token", params=sent, timeout=0.5)

    assert token("token-500").status_code == 502
    assert token("token-html").text.startswith("<!doctype html>")
    with pytest.raises(json.JSONDecodeError):
        token("token-truncated").json()
    for lost in ("token-drop", "token-lost"):
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            token(lost)
    with pytest.raises(httpx.ReadTimeout):
        token("token-slow")


@pytest.mark.parametrize("name", NAMED)
def test_every_fault_can_be_set_by_name(visitor: Visitor, qq: QQ, name: str) -> None:
    answer = visitor.http.post(f"{visitor.base}/_sandbox/faults", json={"name": name})
    assert answer.status_code == 201
    assert {rule["name"] for rule in qq.faults.list()} == {name}


def test_faults_are_set_by_hand_on_a_page(visitor: Visitor) -> None:
    page = f"{visitor.base}/"
    visitor.http.post(page, data={"do": "fault", "fault": "other-client"})
    assert "/me 里是别家应用：" in visitor.http.get(page).text
    assert "演示环境" in visitor.page().text
