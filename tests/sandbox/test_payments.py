"""The stand-ins of both payment channels: what they refuse, and the cashier by hand."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest

from scripts.sandbox import alipay, wechatpay
from scripts.sandbox.alipay import faults as alipay_faults
from scripts.sandbox.paying import KEYS, Order, PaySandbox
from scripts.sandbox.rsa import private, public
from scripts.sandbox.together import Providers
from scripts.sandbox.wechatpay import faults as wechatpay_faults

NUMBER = "D2026120100000001"


@pytest.fixture(params=["wechatpay", "alipay"])
def sandbox(request: pytest.FixtureRequest, providers: Providers) -> Iterator[PaySandbox]:
    """With one order that the payer has before them; nothing listens for its notices."""
    found: PaySandbox = getattr(providers, request.param)
    native = request.param == "wechatpay"
    now = found.clock.now()
    scene, state = ("native", "NOTPAY") if native else ("alipay.trade.page.pay", "")
    sent = {"amount": {"total": 9900}}
    found.orders[NUMBER] = Order(
        NUMBER, scene, 9900, "看车订金", "http://127.0.0.1:9/n", now + 600, now, sent, state=state
    )
    return found


def base(providers: Providers, sandbox: PaySandbox) -> str:
    return f"{providers.url}/{'wechatpay' if sandbox is providers.wechatpay else 'alipay'}"


@pytest.mark.parametrize(
    ("decision", "paid", "attempts"),
    [("pay", True, 1), ("refuse", False, 0), ("duplicate", True, 3), ("delay", True, 0)],
)
def test_the_cashier_pays_refuses_repeats_and_delays(
    providers: Providers,
    sandbox: PaySandbox,
    http: httpx.Client,
    decision: str,
    paid: bool,
    attempts: int,
) -> None:
    page = f"{base(providers, sandbox)}/cashier/{NUMBER}"
    assert "看车订金" in http.get(page).text
    done = http.post(page, data={"decision": decision})
    assert done.status_code == 303
    assert (sandbox.orders[NUMBER].paid_at is not None) == paid
    made = [len(notice.attempts) for notice in sandbox.notices.of(NUMBER)]
    assert sum(made) == attempts
    sandbox.clock.advance(61)
    assert bool(sandbox.notices.of(NUMBER)) == paid
    assert all(notice.attempts for notice in sandbox.notices.of(NUMBER))


def test_paying_twice_says_so_on_the_page(
    providers: Providers, sandbox: PaySandbox, http: httpx.Client
) -> None:
    page = f"{base(providers, sandbox)}/cashier/{NUMBER}"
    http.post(page, data={"decision": "pay"})
    again = http.post(page, data={"decision": "pay"})
    shown = http.get(urljoin(page, again.headers["Location"])).text
    assert '<p role="alert"><b>订单已' in shown
    assert len(sandbox.notices.of(NUMBER)) == 1
    assert NUMBER in http.get(f"{base(providers, sandbox)}/").text


def test_it_is_steered_by_its_control_api(
    providers: Providers, sandbox: PaySandbox, http: httpx.Client
) -> None:
    control = f"{base(providers, sandbox)}/_sandbox"
    http.post(f"{control}/settings", json={"silent": True})
    assert http.post(f"{control}/pay", json={"order": NUMBER}).json()["due"] is None
    [order] = http.get(f"{control}/orders").json()
    assert order["paid_at"] is not None
    assert http.post(f"{control}/pay", json={"order": NUMBER}).status_code == 400
    http.post(f"{control}/settings", json={"silent": False})
    told = http.post(f"{control}/notify", json={"order": NUMBER, "fault": "wrong-signature"})
    assert told.json()["attempts"][0]["status"] is None
    assert len(http.get(f"{control}/notices").json()) == 2
    assert http.post(f"{control}/notify", json={"order": NUMBER, "fault": "x"}).status_code == 400


def test_notices_go_to_this_machine_only(sandbox: PaySandbox) -> None:
    sandbox.orders[NUMBER].notify_url = "https://shop.example/notices"
    with pytest.raises(ValueError, match="on this machine"):
        sandbox.pay(NUMBER)


def test_wechat_pay_says_what_should_have_been_signed(
    providers: Providers, http: httpx.Client
) -> None:
    address = f"{providers.url}/wechatpay/v3/pay/transactions/out-trade-no/{NUMBER}?mchid=1"
    at = int(time.time())
    header = (
        'WECHATPAY2-SHA256-RSA2048 mchid="1900000001",nonce_str="n",signature="AAAA",'
        f'timestamp="{at}",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"'
    )
    for sent in ("", "Basic x", header):
        refused = http.get(address, headers={"Authorization": sent})
        assert (refused.status_code, refused.json()["code"]) == (401, "SIGN_ERROR")
    told = refused.json()["detail"]["sign_information"]
    assert told["truncated_sign_message"].startswith("GET\n/v3/pay/transactions/")
    assert refused.headers["Wechatpay-Signature"]


def test_alipay_looks_at_the_application_before_the_signature(
    providers: Providers, http: httpx.Client
) -> None:
    gateway = f"{providers.url}/alipay/gateway.do"
    refused = http.post(gateway, data={"app_id": "1", "method": "alipay.trade.query"})
    assert refused.json()["error_response"]["sub_code"] == "isv.invalid-app-id"
    own = {"app_id": "2021000000000001", "method": "alipay.trade.query", "sign_type": "RSA"}
    refused = http.post(gateway, data=own)
    assert "isv.invalid-signature-type" in refused.text
    assert 'sign":' not in refused.text


def test_every_fault_has_a_name_and_meets_a_call() -> None:
    calls = set(wechatpay.create_app().view_functions)
    for _, parts in wechatpay_faults.NAMED.values():
        assert {endpoint for endpoint, _, _ in parts} <= calls
    known = set(alipay.app.CALLS)
    for name in alipay_faults.NAMED:
        assert {rule.match["method"] for rule in alipay_faults.named(name)} <= known


def test_signatures_are_verified_by_arithmetic() -> None:
    key = private(KEYS["alipay"]["private_key"])
    signature = key.sign(b"message")
    other = public(KEYS["alipay"]["app_public_key"])
    own = type(other)(key.p * key.q, 65537)
    assert own.verifies(b"message", signature)
    assert not own.verifies(b"massage", signature)
    assert not other.verifies(b"message", signature)
    assert not any(
        own.verifies(b"message", text) for text in ("", "不", "AAAA", signature + "AAAA")
    )


def test_what_nobody_takes_comes_as_often_as_the_channel_says(sandbox: PaySandbox) -> None:
    notice = sandbox.pay(NUMBER)
    assert (notice.taken, notice.attempts[0].status) == (False, None)
    sandbox.clock.advance(24 * 3600 * 2)
    assert len(notice.attempts) == len(sandbox.waits) + 1
    assert notice.due is None


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        (wechatpay.WeChatPay, {(200, "FAIL"), (204, ""), (200, "success")}),
        (alipay.Alipay, {(200, "success")}),
    ],
)
def test_only_the_exact_answer_is_taken(
    kind: type[PaySandbox], taken: set[tuple[int, str]]
) -> None:
    answers = {(200, "FAIL"), (204, ""), (200, "success"), (302, "success"), (401, "FAIL")}
    if kind is alipay.Alipay:
        answers |= {(200, "success\n"), (200, '"success"'), (200, "SUCCESS")}
    assert {answer for answer in answers if kind().takes(*answer)} == taken


def test_an_answer_that_comes_too_late_is_none(sandbox: PaySandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sandbox.orders[NUMBER].notify_url = f"http://127.0.0.1:{silent.getsockname()[1]}/n"
        sandbox.notices.limit, usual = 0.05, sandbox.notices.limit
        try:
            notice = sandbox.pay(NUMBER)
        finally:
            sandbox.notices.limit = usual
    assert (usual, notice.taken, notice.attempts[0].status) == (5.0, False, None)
    assert notice.attempts[0].seconds >= 0.05
    assert notice.due is not None


@pytest.mark.parametrize("kind", [wechatpay.WeChatPay, alipay.Alipay])
def test_one_started_anew_repeats_no_number_of_the_one_before(kind: type[PaySandbox]) -> None:
    sandbox = kind()
    before = [next(sandbox.numbers) for _ in range(1000)]
    assert next(kind().numbers) not in before
