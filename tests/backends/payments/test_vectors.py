"""Signatures and sealed texts are those of the vectors, byte for byte."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.backends.payments.given import alipay, merchant, vectors, wechat
from webapp.backends.payments import alipay_signing, keys
from webapp.backends.payments.port import BadNotice
from webapp.backends.payments.wechat_signing import fault_of

WX, ALI = vectors("wechatpay"), vectors("alipay")


def named(found: dict[str, Any]) -> str:
    return str(found.get("why") or found.get("url_path_and_query") or found.get("mode"))


@pytest.mark.parametrize("request_", WX["requests"], ids=named)
def test_requests_to_wechat_pay_are_signed_as_they_are_sent(request_: dict[str, Any]) -> None:
    header = merchant().authorization(
        request_["method"],
        request_["url_path_and_query"],
        request_["body"],
        at=int(request_["timestamp"]),
        nonce=request_["nonce"],
    )
    assert header == request_["authorization"]


def test_what_wechat_itself_is_given_is_signed() -> None:
    given = WX["jsapi"]["params"]
    own = merchant().bridge(
        given["appId"],
        given["package"].removeprefix("prepay_id="),
        at=int(given["timeStamp"]),
        nonce=given["nonceStr"],
    )
    assert own == given


@pytest.mark.parametrize("answer", WX["responses"], ids=named)
def test_answers_of_both_modes_verify_for_five_minutes(answer: dict[str, Any]) -> None:
    at = int(answer["headers"]["Wechatpay-Timestamp"])
    body = answer["body"].encode()
    faults = [
        fault_of(wechat().keys, answer["headers"], body, partial(float, now))
        for now in (at, at + 299, at + 300, at - 300)
    ]
    assert faults[:2] == ["", ""]
    assert faults[2] == faults[3] == "not of the last five minutes"


@pytest.mark.parametrize("told", WX["callbacks"], ids=named)
def test_a_notice_of_wechat_pay_is_opened(told: dict[str, Any]) -> None:
    at = float(told["headers"]["Wechatpay-Timestamp"])
    found = wechat(at=at).read_notice(told["headers"], told["body"].encode())
    assert found.event.startswith("EV-")
    assert found.kind == told["event"]
    assert found.payment is not None
    assert found.payment.number == "D20261122000001"
    assert found.payment.state == "paid"
    assert (found.refund is not None) == told["event"].startswith("REFUND")


def test_the_amount_of_a_notice_is_what_the_channel_says() -> None:
    at = float(WX["callbacks"][3]["headers"]["Wechatpay-Timestamp"])
    told = WX["callbacks"][3]
    found = wechat(at=at).read_notice(told["headers"], told["body"].encode())
    assert found.payment is not None
    assert found.payment.fen == 1


@pytest.mark.parametrize("told", WX["bad_callbacks"], ids=named)
def test_a_notice_that_was_not_signed_so_is_refused(told: dict[str, Any]) -> None:
    at = float(told["headers"]["Wechatpay-Timestamp"])
    with pytest.raises(BadNotice, match="wrong signature"):
        wechat(at=at).read_notice(told["headers"], told["body"].encode())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"Wechatpay-Serial": "0000"}, "an unknown key"),
        ({"Wechatpay-Signature-Type": "WECHATPAY2-SM2-WITH-SM3"}, "another kind"),
        ({"Wechatpay-Timestamp": "１２３"}, "five minutes"),
        ({"Wechatpay-Signature": "not base64!"}, "wrong signature"),
    ],
)
def test_odd_heads_are_refused_without_asking_anybody(change: dict[str, str], said: str) -> None:
    told = WX["callbacks"][0]
    at = float(told["headers"]["Wechatpay-Timestamp"])
    with pytest.raises(BadNotice, match=said):
        wechat(at=at).read_notice(told["headers"] | change, told["body"].encode())


def test_a_notice_without_a_kind_of_signature_is_of_the_usual_one() -> None:
    told = WX["callbacks"][0]
    headers = {k.lower(): v for k, v in told["headers"].items() if not k.endswith("Type")}
    at = float(told["headers"]["Wechatpay-Timestamp"])
    assert wechat(at=at).read_notice(headers, told["body"].encode()).payment


def test_a_notice_that_another_secret_sealed_is_refused() -> None:
    told = WX["callbacks"][0]
    at = float(told["headers"]["Wechatpay-Timestamp"])
    other = wechat(at=at)
    object.__setattr__(other, "secret", b"x" * 32)
    with pytest.raises(BadNotice, match="cannot be read"):
        other.read_notice(told["headers"], told["body"].encode())


def test_a_request_to_alipay_is_signed_in_the_order_of_its_keys() -> None:
    url = ALI["request"]["url"]
    sent = dict(parse_qsl(urlsplit(url).query))
    text = alipay_signing.request_text(sent)
    assert keys.sign(alipay().key, text) == sent["sign"]


def test_the_very_text_of_an_answer_of_alipay_is_what_verifies() -> None:
    given = ALI["sync_response"]
    found = alipay_signing.sealed(given["raw"].encode(), "alipay.trade.query")
    assert found.text == given["signed_substring"]
    assert keys.verifies(alipay().keys[""], found.text.encode(), found.sign)


def test_an_error_of_the_gateway_comes_without_a_signature() -> None:
    found = alipay_signing.sealed(ALI["unsigned_error"].encode(), "alipay.trade.query")
    assert (found.sign, found.found["sub_code"]) == ("", "isv.invalid-signature")


@pytest.mark.parametrize("told", ALI["notifications"], ids=named)
def test_notices_of_alipay_verify_or_are_refused(told: dict[str, Any]) -> None:
    body = told["form_body"].encode()
    if not told["signature_valid"]:
        with pytest.raises(BadNotice):
            alipay().read_notice({}, body)
        return
    found = alipay().read_notice({}, body)
    assert found.event == told["params"]["notify_id"]
    assert found.payment is not None
    foreign = {"other app_id": "application", "other seller": "merchant"}
    assert found.foreign == next((v for k, v in foreign.items() if k in told["why"]), "")


def test_closed_by_time_and_closed_by_a_refund_are_told_apart() -> None:
    by = {told["why"]: told for told in ALI["notifications"]}
    states = {}
    for why, told in by.items():
        if told["signature_valid"] and told["params"]["trade_status"] == "TRADE_CLOSED":
            found = alipay().read_notice({}, told["form_body"].encode())
            assert found.payment is not None
            states[why.split(":")[0]] = (found.payment.state, found.payment.returned_fen)
    assert states == {"full refund": ("paid", 9900), "unpaid timeout": ("closed", 0)}


def test_a_field_that_comes_twice_is_refused() -> None:
    told = ALI["notifications"][0]["form_body"] + "&trade_status=TRADE_SUCCESS"
    with pytest.raises(BadNotice, match="twice"):
        alipay().read_notice({}, told.encode())


def test_certificates_have_the_numbers_that_alipay_gives_them() -> None:
    given = ALI["certificate_mode"]
    (own,) = keys.certificates(given["app_cert"])
    assert alipay_signing.certificate_number(own) == given["app_cert_sn"]
    assert alipay_signing.root_number(given["alipay_root_cert"]) == given["alipay_root_cert_sn"]


def test_keys_are_read_as_a_line_and_as_pem() -> None:
    pem = ALI["alipay_public_key"]
    line = "".join(pem.splitlines()[1:-1])
    assert keys.public_key(line) == keys.public_key(pem)
    for wrong in ("", "AAAA", "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----"):
        with pytest.raises(ValueError):  # noqa: PT011 - of several libraries
            keys.public_key(wrong)
