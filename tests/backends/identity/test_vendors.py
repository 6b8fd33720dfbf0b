"""One contract for both vendors of the real-name check, against their stand-ins over HTTP."""

from __future__ import annotations

import importlib
import socket
from typing import Any

import pytest

from scripts.sandbox.frame import Rule
from scripts.sandbox.together import Providers
from webapp.backends.identity import IdentityVendor, Person, VendorAway, vendors

NUMBER = "990101199001010019"


@pytest.fixture(params=["A", "B"])
def vendor(providers: Providers, request: pytest.FixtureRequest) -> IdentityVendor:
    return named(request.param, providers.settings())


def named(name: str, settings: dict[str, Any]) -> IdentityVendor:
    return next(vendor for vendor in vendors(settings) if vendor.name == name)


def away(vendor: IdentityVendor, name: str) -> VendorAway:
    with pytest.raises(VendorAway) as caught:
        vendor.check(Person(name, NUMBER))
    assert name not in str(caught.value)
    assert NUMBER not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("张测试", "verified"),
        ("李不符", "mismatch"),
        ("王无录", "review"),
        ("赵异常", "unknown"),
        ("钱格式", "input"),
    ],
)
def test_each_result_means_the_same_from_both(
    vendor: IdentityVendor, name: str, outcome: str
) -> None:
    verdict = vendor.check(Person(name, NUMBER))
    assert (verdict.outcome, verdict.vendor) == (outcome, vendor.name)
    assert NUMBER not in str(verdict)


@pytest.mark.parametrize(
    ("name", "alert"),
    [("郑配额", True), ("冯欠费", True), ("陈限流", False), ("褚后端", False), ("周乱码", False)],
)
def test_an_error_says_whether_only_the_operator_can_mend_it(
    vendor: IdentityVendor, name: str, alert: bool
) -> None:
    assert away(vendor, name).alert is alert


def test_a_question_that_may_have_been_paid_for_is_not_asked_again(
    vendor: IdentityVendor, providers: Providers
) -> None:
    assert not away(vendor, "吴断开").alert
    assert len(providers.idcheck.log.entries()) == 1


def test_a_slow_vendor_is_given_up(vendor: IdentityVendor, monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("webapp.backends.identity.vendors")
    monkeypatch.setattr(module, "READ_SECONDS", 0.1)
    assert not away(vendor, "孙超时").alert


@pytest.mark.parametrize("name", ["A", "B"])
def test_a_wrong_appcode_and_a_vendor_that_is_not_there(providers: Providers, name: str) -> None:
    settings = providers.settings()
    assert away(named(name, settings | {"IDCHECK_APPCODE": "wrong"}), "张测试").alert
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"
        gone = dict.fromkeys(("IDCHECK_A_URL", "IDCHECK_B_URL"), nowhere)
        assert not away(named(name, settings | gone), "张测试").alert


@pytest.mark.parametrize("broken", [{"answer": {}}, {"truncate": True}, {"html": True}])
def test_an_answer_without_a_code_is_no_verdict(
    vendor: IdentityVendor, providers: Providers, broken: dict[str, Any]
) -> None:
    providers.idcheck.faults.add(Rule({}, broken))
    assert not away(vendor, "张测试").alert


def test_a_code_nobody_listed_is_a_verdict_that_could_not_be_told(
    vendor: IdentityVendor, providers: Providers
) -> None:
    providers.idcheck.faults.add(Rule({}, {"set": {"status": 7, "respCode": 7}}))
    verdict = vendor.check(Person("张测试", NUMBER))
    assert (verdict.outcome, verdict.code) == ("unknown", "7")
