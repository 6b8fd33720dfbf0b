"""The two vendors of the real-name check and the gateway before them, driven over HTTP."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from scripts.sandbox.idcheck import IdCheck
from scripts.sandbox.idcheck.app import APPCODE
from scripts.sandbox.idcheck.numbers import check_character, is_number
from scripts.sandbox.idcheck.outcomes import OUTCOMES
from scripts.sandbox.together import Providers

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "idcard.json").read_text("utf-8"))
NUMBER = VECTORS["made_up_valid"][0]["id"]
REAL_LOOKING = VECTORS["standard_examples"][0]


class Site:
    """What the website sends to the vendors."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http = http
        self.base = base

    def ask(self, vendor: str, name: str, number: str = NUMBER, **sent: Any) -> httpx.Response:
        sent = {"headers": {"Authorization": f"APPCODE {APPCODE}"}} | sent
        if vendor == "a":
            query = {"idCard": number, "name": name}
            return self.http.get(f"{self.base}/idcard", params=query, **sent)
        form = {"idNo": number, "name": name}
        return self.http.post(f"{self.base}/idenAuthentication", data=form, **sent)

    def code(self, vendor: str, name: str, number: str = NUMBER) -> str:
        answer = self.ask(vendor, name, number)
        assert answer.status_code == 200
        assert answer.headers["X-Ca-Request-Id"]
        assert "X-Ca-Error-Code" not in answer.headers
        return str(answer.json()["status" if vendor == "a" else "respCode"])

    def control(self, path: str, method: str = "POST", **sent: Any) -> httpx.Response:
        return self.http.request(method, f"{self.base}/_sandbox/{path}", json=sent)


@pytest.fixture
def site(providers: Providers, http: httpx.Client) -> Site:
    return Site(http, f"{providers.url}/idcheck")


@pytest.fixture
def idcheck(providers: Providers) -> IdCheck:
    return providers.idcheck


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [
        ("张测试", "01", "0000"),
        ("李不符", "02", "0008"),
        ("王无录", "202", "0007"),
        ("赵异常", "203", "0099"),
        ("钱格式", "204", "0002"),
        ("没听说过", "202", "0007"),
    ],
)
def test_the_name_decides_the_result(site: Site, name: str, a: str, b: str) -> None:
    assert (site.code("a", name), site.code("b", name)) == (a, b)


def test_a_match_comes_with_what_the_number_says_and_a_mismatch_with_nothing(site: Site) -> None:
    a, b = site.ask("a", "张测试").json(), site.ask("b", "张测试").json()
    assert (a["birthday"], a["sex"], a["idCard"]) == ("1990-01-01", "男", NUMBER)
    assert (b["birthday"], b["sex"], b["respMessage"]) == ("19900101", "M", "身份证信息匹配")
    assert 36 <= int(b["age"]) < 130
    wrong = site.ask("a", "李不符").json()
    assert set(wrong) == set(a)
    assert not any(wrong[key] for key in ("idCard", "name", "sex", "birthday"))


@pytest.mark.parametrize(
    ("name", "message", "code"),
    [
        ("郑配额", "Quota Exhausted", "B403MQ"),
        ("冯欠费", "User Arrears", "B403MO"),
        ("陈限流", "Throttled by API Flow Control", "T403AF"),
    ],
)
@pytest.mark.parametrize("vendor", ["a", "b"])
def test_the_gateway_refuses_with_headers_and_an_empty_body(
    site: Site, vendor: str, name: str, message: str, code: str
) -> None:
    answer = site.ask(vendor, name)
    assert (answer.status_code, answer.content) == (403, b"")
    assert answer.headers["X-Ca-Error-Message"] == message
    assert answer.headers["X-Ca-Error-Code"] == code
    assert answer.headers["X-Ca-Request-Id"]


@pytest.mark.parametrize("vendor", ["a", "b"])
def test_a_vendor_can_be_slow_garbled_or_away(site: Site, idcheck: IdCheck, vendor: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        site.ask(vendor, "孙超时", timeout=0.2)
    with pytest.raises(UnicodeDecodeError):
        site.ask(vendor, "周乱码").content.decode("utf-8")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        site.ask(vendor, "吴断开")
    backend = site.ask(vendor, "褚后端")
    assert backend.status_code == 502
    assert "X-Ca-Error-Code" not in backend.headers
    # Nobody waits 30 s for a client that has gone.
    assert idcheck.log.wait_for(lambda entries: entries[0].outcome == "closed by client", 2)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (None, "Empty Signature"),
        ("APPCODE wrong", "Invalid AppCode"),
        (APPCODE, "Invalid AppCode"),
        (f"Bearer {APPCODE}", "Invalid AppCode"),
        (f"APPCODE  {APPCODE}", "Invalid AppCode"),
    ],
)
def test_the_appcode_is_checked_to_the_letter(site: Site, header: str | None, message: str) -> None:
    answer = site.ask("a", "张测试", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["X-Ca-Error-Message"] == message


def test_a_wrong_path_method_or_parameter_is_refused_by_the_gateway(site: Site) -> None:
    headers = {"Authorization": f"APPCODE {APPCODE}"}
    for answer in (
        site.http.get(f"{site.base}/idcards", headers=headers),
        site.http.post(f"{site.base}/idcard", headers=headers),
        site.http.get(f"{site.base}/idenAuthentication", headers=headers),
    ):
        assert (answer.status_code, answer.content) == (404, b"")
        assert answer.headers["X-Ca-Error-Message"] == "Api not found"
    lacking = site.http.get(f"{site.base}/idcard", params={"name": "张测试"}, headers=headers)
    assert (lacking.status_code, lacking.content) == (400, b"")
    assert site.code("b", "", NUMBER) == "0001"
    assert site.code("b", "张测试", "") == "0003"


def test_numbers_are_judged_by_the_standard(site: Site) -> None:
    for vector in VECTORS["made_up_valid"]:
        assert is_number(vector["id"])
        assert site.code("a", "张测试", vector["id"]) == "01"
    for vector in VECTORS["invalid"]:
        assert not is_number(vector["id"]), vector["why"]
        if vector["id"]:
            assert site.code("a", "张测试", vector["id"]) == "205", vector["why"]
            assert site.code("b", "张测试", vector["id"]) == "0004", vector["why"]
    for number in VECTORS["standard_examples"]:
        assert check_character(number[:17]) == number[17]


@pytest.mark.parametrize("name", ["张", "张测试1", "Zhang San", "张<b>", "张" * 31])
def test_names_are_judged_by_their_letters(site: Site, name: str) -> None:
    assert (site.code("a", name), site.code("b", name)) == ("204", "0002")
    assert site.code("a", "买买提·测试") == "202"


def test_a_number_that_could_be_somebodys_is_refused_and_not_kept(
    site: Site, idcheck: IdCheck
) -> None:
    assert site.code("a", "张测试", REAL_LOOKING) == "205"
    assert site.code("b", "张测试", REAL_LOOKING) == "0004"
    kept = json.dumps(idcheck.log.as_json(), ensure_ascii=False)
    assert REAL_LOOKING not in kept
    assert "张测试" not in kept


def test_matches_and_mismatches_are_billed_and_nothing_else(site: Site) -> None:
    for name in ("张测试", "李不符", "王无录", "钱格式", "郑配额", "周乱码"):
        site.ask("a", name)
    site.code("b", "张测试")
    assert site.control("billed", "GET").json() == {"a": 2, "b": 1}


def test_a_package_can_be_used_up(site: Site) -> None:
    assert site.control("quota", vendor="a", left=1).status_code == 204
    assert site.code("a", "张测试") == "01"
    assert site.ask("a", "张测试").headers["X-Ca-Error-Code"] == "B403MQ"
    assert site.code("b", "张测试") == "0000"
    site.control("quota", vendor="a", left=None)
    assert site.code("a", "张测试") == "01"
    assert site.control("quota", vendor="c", left=1).status_code == 400


def test_the_vendors_can_be_made_to_disagree(site: Site) -> None:
    assert site.control("people", name="张测试", b="mismatch").status_code == 204
    assert (site.code("a", "张测试"), site.code("b", "张测试")) == ("01", "0008")
    assert site.control("people", name="孙超时", b="match").status_code == 204
    assert site.code("b", "孙超时") == "0000"
    assert site.control("people", name="张测试", b="nonsense").status_code == 400
    assert site.control("people", b="match").status_code == 400


@pytest.mark.parametrize("name", OUTCOMES)
def test_every_outcome_can_be_set_for_the_next_call(
    site: Site, idcheck: IdCheck, name: str
) -> None:
    assert site.control("faults", name=name).status_code == 201
    if name not in ("slow", "drop"):
        site.ask("a", "张测试")
        (entry,) = idcheck.log.entries("a")
        assert entry.faults == [name]
        assert site.code("a", "张测试") == "01"


def test_results_are_changed_by_hand_on_a_page(site: Site) -> None:
    page = f"{site.base}/"
    form = {"do": "decide", "name": "李不符", "a": "match", "b": "drop"}
    assert site.http.post(page, data=form).status_code == 303
    assert site.code("a", "李不符") == "01"
    shown = site.http.get(page).text
    assert "演示环境" in shown
    assert "计费次数：甲商 1，乙商 0" in shown
    assert site.http.post(page, data=form | {"a": "nonsense"}).status_code == 400
