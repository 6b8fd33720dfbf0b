"""Every fault of WeChat login, driven over HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

from scripts.sandbox.together import Providers
from scripts.sandbox.wechat import WeChat
from scripts.sandbox.wechat.faults import NAMED, OF_ACCOUNT
from tests.sandbox.wechat_visitor import WEBSITE, Visitor


@pytest.fixture
def wx(providers: Providers) -> WeChat:
    return providers.wechat


@pytest.fixture
def visitor(providers: Providers, http: httpx.Client) -> Visitor:
    return Visitor(http, f"{providers.url}/wechat")


@pytest.mark.parametrize(("fault", "state"), [("state-wrong", "3c2b1a0"), ("state-missing", None)])
def test_the_state_can_come_back_wrong(visitor: Visitor, fault: str, state: str | None) -> None:
    assert visitor.approve(fault=fault).get("state") == state


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


@pytest.mark.parametrize("name", [*NAMED, *OF_ACCOUNT])
def test_every_fault_can_be_set_by_name(visitor: Visitor, wx: WeChat, name: str) -> None:
    answer = visitor.http.post(f"{visitor.base}/_sandbox/faults", json={"name": name})
    assert answer.status_code == 201
    assert {rule["name"] for rule in wx.faults.list()} == {name}
