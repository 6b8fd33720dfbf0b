"""What a person sees of deposits: reading, confirming, paying, asking for the money back."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import account, signed_in, verify
from tests.catalogue import catalogue
from tests.deposits.conftest import FEN, Desk
from webapp.accounts.models import Account
from webapp.backends.payments.port import Action, Order, Scene
from webapp.deposits import queries
from webapp.deposits.models import Deposit, Offer
from webapp.deposits.terms import digest_of, text_of
from webapp.transactions import transaction

PHONE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile"}
INSIDE = {"User-Agent": "Mozilla/5.0 (Linux; Android 14) Mobile MicroMessenger/8.0"}


def verified(name: str = "o-own") -> Account:
    person = account(name)
    with transaction():
        verify(person)
    return person


@pytest.fixture
def buyer(desk: Desk) -> Account:
    return verified()


@pytest.fixture
def browser(app: Flask, buyer: Account) -> FlaskClient:
    return signed_in(app, buyer)


def sent(offer: Offer, **more: str) -> dict[str, str]:
    """The form of the second step, as its page sends it."""
    given = {"offer": str(offer.id), "terms": digest_of(text_of(offer.snapshot()))}
    return given | {"agree": "yes", "channel": "wechatpay"} | more


def newest(buyer: Account) -> Deposit:
    return queries.own_deposits(buyer.id)[0]


def test_the_first_step_needs_no_login_and_shows_the_terms_as_they_will_be_stored(
    desk: Desk, client: FlaskClient
) -> None:
    trim = catalogue.trim("甲")
    offer = desk.offer(promise="留好试驾车。", trim_id=trim.id)
    html = client.get(f"/deposits/new?offer={offer.id}").get_data(True)
    terms = text_of(offer.snapshot())
    assert all(line in html for line in terms.splitlines())
    assert digest_of(terms) in html
    assert "随时全额退" in html
    assert "/deposits/confirm" in html
    assert f'href="/cars/trims/{trim.id}"' in html


def test_confirming_asks_for_a_login_then_for_the_real_name(
    app: Flask, desk: Desk, client: FlaskClient
) -> None:
    path = f"/deposits/confirm?offer={desk.offer().id}"
    assert "/accounts/login" in client.get(path).location
    unchecked = signed_in(app, account("o-unchecked"))
    assert "/accounts/realname" in unchecked.get(path).location


def test_a_deposit_is_paid_by_a_code_and_the_page_then_says_so(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    answer = browser.post("/deposits/", data=sent(desk.offer()))
    assert answer.status_code == 303
    html = browser.get(answer.location).get_data(True)
    deposit = newest(buyer)
    assert f'data-deposit="{deposit.number}" data-state="unpaid"' in html
    assert 'class="qr"' in html
    desk.wechatpay.pay(desk.attempt(deposit).number)
    browser.post(f"/deposits/{deposit.number}/check")
    html = browser.get(answer.location).get_data(True)
    assert 'data-state="held"' in html
    assert "申请退款 99 元" in html
    assert deposit.terms == text_of(deposit.offered)


def test_a_second_press_opens_no_second_deposit_and_no_second_payment(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    form = sent(desk.offer())
    first, second = browser.post("/deposits/", data=form), browser.post("/deposits/", data=form)
    assert first.location == second.location
    assert len(queries.own_deposits(buyer.id)) == 1
    assert len(queries.attempts(newest(buyer).id)) == 1


def test_another_way_to_pay_closes_the_first(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer()))
    number = newest(buyer).number
    assert browser.post(f"/deposits/{number}/pay", data={"channel": "alipay"}).status_code == 303
    first, second = queries.attempts(newest(buyer).id)
    assert (first.state, second.state) == ("closed", "open")
    assert desk.wechatpay.calls[-1] == "close"


def test_other_terms_than_those_offered_now_are_not_agreed_to(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    offer = desk.offer()
    for terms in ("", "0" * 64, "条款", "x" * 1000):
        answer = browser.post("/deposits/", data=sent(offer, terms=terms))
        assert answer.status_code == 409
        assert "没有付任何钱" in answer.get_data(True)
    assert not queries.own_deposits(buyer.id)


def test_an_amount_in_the_form_is_not_read(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer(), amount="1", amount_fen="1"))
    assert newest(buyer).amount_fen == FEN
    assert desk.attempt(newest(buyer)).amount_fen == FEN


def test_what_was_not_ticked_is_said_and_nothing_is_opened(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    offer = desk.offer(kind="earnest")
    answer = browser.post("/deposits/", data=sent(offer))
    assert answer.status_code == 422
    assert "请确认你知道它和订金不同" in answer.get_data(True)
    assert not queries.own_deposits(buyer.id)
    assert browser.post("/deposits/", data=sent(offer, earnest="yes")).status_code == 303


def test_an_offer_that_ended_meanwhile_says_so(desk: Desk, browser: FlaskClient) -> None:
    offer = desk.offer()
    form = sent(offer)
    with transaction():
        offer.state = "ended"
    for answer in (
        browser.get(f"/deposits/new?offer={offer.id}"),
        browser.post("/deposits/", data=form),
    ):
        assert answer.status_code == 409
        assert "已经结束" in answer.get_data(True)


def test_an_offer_that_is_none_is_not_found(client: FlaskClient) -> None:
    for offer in ("", "0", "99", "x", "1e3", "9999999999999"):
        answer = client.get("/deposits/new", query_string={"offer": offer})
        assert answer.status_code == 404, offer


ROUTES = ("", "/watch", "/go", "/back", "/receipt", "/evidence.zip")
POSTS = ("pay", "check", "cancel", "refund")


def test_somebody_elses_deposit_is_not_there(
    app: Flask, desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer()))
    number = newest(buyer).number
    stranger = signed_in(app, verified("o-stranger"))
    for route in ROUTES:
        assert stranger.get(f"/deposits/{number}{route}").status_code == 404, route
    for route in POSTS:
        data = {"channel": "alipay"}
        assert stranger.post(f"/deposits/{number}/{route}", data=data).status_code == 404, route
    assert [one.state for one in queries.attempts(newest(buyer).id)] == ["open"]


def test_pages_of_deposits_are_kept_by_no_cache(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer()))
    for path in ("/deposits/", *(f"/deposits/{newest(buyer).number}{one}" for one in ROUTES)):
        assert "no-store" in browser.get(path).headers["Cache-Control"], path


def test_a_refund_asked_for_twice_is_one(desk: Desk, browser: FlaskClient, buyer: Account) -> None:
    deposit = desk.paid(desk.offer())
    with transaction():
        deposit.account_id = buyer.id
    for _ in range(2):
        answer = browser.post(f"/deposits/{deposit.number}/refund", data={"reason": "不买了"})
        assert answer.status_code == 303
    (refund,) = desk.refunds(deposit)
    assert (refund.amount_fen, refund.reason) == (FEN, "不买了")


def test_a_reason_too_long_is_kept_in_the_form_and_nothing_goes_back(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    deposit = desk.paid(desk.offer())
    with transaction():
        deposit.account_id = buyer.id
    answer = browser.post(f"/deposits/{deposit.number}/refund", data={"reason": "长" * 101})
    assert answer.status_code == 422
    assert "长" * 101 in answer.get_data(True)
    assert desk.state(deposit) == "held"


def test_earnest_money_cannot_be_asked_back_after_its_cooling_off(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    deposit = desk.paid(desk.offer(kind="earnest", cooling_hours=1))
    with transaction():
        deposit.account_id = buyer.id
    path = f"/deposits/{deposit.number}"
    assert "申请退款" in browser.get(path).get_data(True)
    desk.clock.forward(hours=2)
    html = browser.get(path).get_data(True)
    assert "冷静期已过" in html
    assert "申请退款" not in html
    assert browser.post(f"{path}/refund").status_code == 409


def test_a_forged_return_proves_nothing(desk: Desk, browser: FlaskClient, buyer: Account) -> None:
    browser.post("/deposits/", data=sent(desk.offer(), channel="alipay"))
    deposit = newest(buyer)
    forged = f"/deposits/{deposit.number}/back?trade_status=TRADE_SUCCESS&total_amount=99.00"
    assert browser.get(forged).status_code == 303
    assert desk.state(deposit) == "unpaid"
    desk.alipay.pay(desk.attempt(deposit).number)
    desk.clock.forward(seconds=10)
    browser.get(forged)
    assert desk.state(deposit) == "held"


def test_the_page_asks_again_until_something_changed(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer()))
    deposit = newest(buyer)
    html = browser.get(f"/deposits/{deposit.number}").get_data(True)
    address = html.split('id="deposit-clock"')[1].split('hx-get="')[1].split('"')[0]
    assert "/watch?seen=unpaid-" in address
    same = browser.get(address, headers={"HX-Request": "true"})
    assert (same.status_code, "还剩 30 分" in same.get_data(True)) == (200, True)
    browser.post(f"/deposits/{deposit.number}/pay", data={"channel": "alipay"})
    switched = browser.get(address, headers={"HX-Request": "true"})
    desk.alipay.pay(desk.attempt(deposit).number)
    desk.settle(desk.attempt(deposit))
    paid = browser.get(address, headers={"HX-Request": "true"})
    for changed in (switched, paid):
        assert changed.status_code == 286
        assert changed.headers["HX-Redirect"] == f"/deposits/{deposit.number}"


def test_a_payment_that_cannot_be_closed_now_is_not_shown_and_reloads_nothing(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    browser.post("/deposits/", data=sent(desk.offer()))
    path = f"/deposits/{newest(buyer).number}"
    desk.wechatpay.away("query")
    answer = browser.post(f"{path}/pay", data={"channel": "alipay"})
    assert answer.status_code == 503
    assert "没有打开新的" in answer.get_data(True)
    html = browser.get(path).get_data(True)
    assert 'class="qr"' not in html
    address = html.split('id="deposit-clock"')[1].split('hx-get="')[1].split('"')[0]
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 200


def test_a_channel_that_leads_elsewhere_is_left_by_a_link(
    desk: Desk, browser: FlaskClient, buyer: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = Action("redirect", "https://openapi.alipay.com/gateway.do?a=1&b=2")
    monkeypatch.setattr(desk.alipay, "create", lambda order, scene: away)
    answer = browser.post("/deposits/", data=sent(desk.offer(), channel="alipay"))
    assert answer.location.endswith("/go")
    html = browser.get(answer.location).get_data(True)
    assert 'href="https://openapi.alipay.com/gateway.do?a=1&amp;b=2"' in html
    desk.clock.forward(hours=1)
    desk.tend()
    assert browser.get(answer.location).location == f"/deposits/{newest(buyer).number}"


def test_inside_wechat_alipay_is_not_offered(desk: Desk, browser: FlaskClient) -> None:
    path = f"/deposits/confirm?offer={desk.offer().id}"
    assert "支付宝 99 元" in browser.get(path, headers=PHONE).get_data(True)
    inside = browser.get(path, headers=INSIDE).get_data(True)
    assert "支付宝 99 元" not in inside
    assert "微信里打不开支付宝" in inside


def test_inside_wechat_its_own_cashier_gets_what_the_channel_gave(
    app: Flask, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    given = {"package": "prepay_id=1", "paySign": 'a"b<c'}

    def create(order: Order, scene: Scene) -> Action:
        asked.append((scene, order.payer))
        return Action("bridge", parameters=given)

    monkeypatch.setattr(desk.wechatpay, "create", create)
    browser = signed_in(app, verified("o-payer"))
    for app_id in ("wx-other", "wx-site"):
        app.config["WXPAY_APPID"] = app_id
        answer = browser.post("/deposits/", data=sent(desk.offer()), headers=INSIDE)
        html = browser.get(answer.location, headers=INSIDE).get_data(True)
        found = html.split('data-bridge="')[1].split('"')[0]
        assert json.loads(unescape(found)) == given
    # Who never logged in to the merchant's application pays by a code with another phone.
    assert asked == [("desktop", ""), ("wechat", "o-payer")]


def test_a_channel_that_is_away_is_said_with_the_way_back(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    desk.wechatpay.away("create", times=2)
    answer = browser.post("/deposits/", data=sent(desk.offer()))
    assert answer.status_code == 503
    assert "没有被扣款" in answer.get_data(True)
    assert f"/deposits/{newest(buyer).number}" in answer.get_data(True)


def test_who_comes_second_for_a_single_car_pays_nothing_and_may_queue(
    app: Flask, desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    offer = desk.offer(stock_number="A-1", places=1)
    first = signed_in(app, verified("o-first"))
    first.post("/deposits/", data=sent(offer))
    late = browser.post("/deposits/", data=sent(offer))
    assert late.status_code == 409
    assert "还有 1 个位置" in late.get_data(True)
    assert not queries.own_deposits(buyer.id)
    page = browser.get(f"/deposits/confirm?offer={offer.id}").get_data(True)
    assert "排队" in page
    assert 'name="channel"' not in page
    answer = browser.post("/deposits/", data=sent(offer, wait="yes"))
    html = browser.get(answer.location).get_data(True)
    assert 'data-state="queued"' in html
    assert "第 1 位" in html
    ended = browser.post(f"{answer.location}/cancel").location
    assert f'href="/deposits/new?offer={offer.id}">重新预约' in browser.get(ended).get_data(True)


def test_whoever_comes_back_to_an_offer_is_led_to_the_own_deposit(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    offer = desk.offer(stock_number="A-1", places=1)
    browser.post("/deposits/", data=sent(offer))
    own = f"/deposits/{newest(buyer).number}"
    page = browser.get(f"/deposits/new?offer={offer.id}").get_data(True)
    assert f'href="{own}"' in page
    assert "有人订着" not in page
    assert browser.get(f"/deposits/confirm?offer={offer.id}").location == own


def test_the_evidence_pack_holds_terms_order_notices_and_their_digests(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    deposit = desk.paid(desk.offer())
    with transaction():
        deposit.account_id = buyer.id
    answer = browser.get(f"/deposits/{deposit.number}/evidence.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    lines = held.pop("manifest.sha256").decode().splitlines()
    assert lines == [f"{sha256(content).hexdigest()}  {name}" for name, content in held.items()]
    assert sha256(held["terms.txt"]).hexdigest() == deposit.terms_sha256
    assert desk.attempt(deposit).number in held["payments.json"].decode()
    assert "付款成功" in held["messages.txt"].decode()


def test_the_receipt_says_what_was_paid_or_that_nothing_was(
    desk: Desk, browser: FlaskClient, buyer: Account
) -> None:
    for deposit, paid in ((desk.paid(), True), (desk.open(), False)):
        with transaction():
            deposit.account_id = buyer.id
        html = browser.get(f"/deposits/{deposit.number}/receipt").get_data(True)
        assert ("没有收到付款" in html) != paid
        assert deposit.terms_sha256 in html


def test_without_deposits_the_list_leads_to_the_cars(browser: FlaskClient) -> None:
    html = browser.get("/deposits/").get_data(True)
    assert "还没有订金" in html
    assert 'href="/cars/"' in html
