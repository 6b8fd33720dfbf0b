"""What staff do with deposits and offers in the console, each with its line in the audit log."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.deposits.conftest import FEN, STAFF, Desk
from webapp import clock
from webapp.accounts.models import Account
from webapp.audit import AuditEntry
from webapp.deposits.models import Incident, Offer
from webapp.deposits.offers import queries as offers
from webapp.deposits.offers import service
from webapp.extensions import db
from webapp.transactions import transaction

WORDS = {
    "title": "北斗 到店看车",
    "kind": "booking",
    "amount": "199",
    "seller": "东门店",
    "store": "东门路 1 号",
    "promise": "留好试驾车。",
    "stock_number": "",
    "places": "0",
    "hold_days": "7",
    "visited_days": "21",
    "cooling_hours": "24",
    "closes_on": "",
}


@pytest.fixture
def staff(app: Flask, desk: Desk) -> FlaskClient:
    person = account("o-staff")
    with transaction():
        person.role = "operator"
    return signed_in(app, person)


def audited(action: str) -> list[str]:
    found = select(AuditEntry.subject).where(AuditEntry.action == action).order_by(AuditEntry.id)
    return list(db.session.scalars(found))


def test_a_visit_a_sale_and_a_return_are_one_press_each(desk: Desk, staff: FlaskClient) -> None:
    bought, declined = desk.paid(), desk.paid()
    for act in ("visited", "visited", "done"):
        assert staff.post(f"/console/deposits/{bought.number}/{act}").status_code == 303
    assert desk.state(bought) == "done"
    path = f"/console/deposits/{declined.number}/decline"
    assert staff.post(path, data={"reason": " "}).status_code == 422
    assert desk.state(declined) == "held"
    assert staff.post(path, data={"reason": "车况有变"}).status_code == 303
    assert desk.state(declined) == "returning"
    assert audited("deposit visited") == [f"deposit {bought.number}"]
    assert audited("deposit declined") == [f"deposit {declined.number}"]


def test_money_goes_back_by_hand_up_to_what_is_left(desk: Desk, staff: FlaskClient) -> None:
    deposit = desk.paid()
    path = f"/console/deposits/{deposit.number}/refund"
    for amount in ("99.01", "0", "-5", "5e1", ""):
        answer = staff.post(path, data={"amount": amount, "reason": "等候补偿"})
        assert answer.status_code == 422, amount
        assert "等候补偿" in answer.get_data(True)
    assert staff.post(path, data={"amount": "50"}).status_code == 422
    assert not desk.refunds(deposit)
    for amount, status in (("50", 303), ("49.50", 422), ("49", 303), ("1", 422)):
        answer = staff.post(path, data={"amount": amount, "reason": "等候补偿"})
        assert answer.status_code == status, amount
    assert [refund.amount_fen for refund in desk.refunds(deposit)] == [5000, 4900]


def test_a_part_that_went_back_is_not_offered_again(
    app: Flask, desk: Desk, staff: FlaskClient
) -> None:
    deposit = desk.paid()
    form = {"amount": "50", "reason": "等候补偿"}
    staff.post(f"/console/deposits/{deposit.number}/refund", data=form)
    owner = db.session.get_one(Account, deposit.account_id)
    html = signed_in(app, owner).get(f"/deposits/{deposit.number}").get_data(True)
    assert "申请退款 49 元" in html
    assert "等候补偿" in html


def test_a_deposit_is_found_by_number_or_title(desk: Desk, staff: FlaskClient) -> None:
    deposit = desk.paid()
    desk.paid(desk.offer(title="别的车"))
    for words in (deposit.number.lower(), "示例车"):
        html = staff.get("/console/deposits", query_string={"q": words}).get_data(True)
        assert f'data-deposit="{deposit.number}"' in html
        assert "别的车" not in html
    assert staff.get("/console/deposits/D261201NOTTHERE1").status_code == 404


def test_an_offer_is_made_shown_on_the_cars_page_changed_and_ended(
    desk: Desk, staff: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", 0.0)
    trim = catalogue.trim("甲")
    with transaction():
        db.session.add(trim)
    page = f"/cars/trims/{trim.id}"
    made = staff.post("/console/offers", data=WORDS | {"car": f"http://localhost{page}?x=1#top"})
    assert made.status_code == 303
    (offer,) = db.session.scalars(select(Offer)).all()
    assert (offer.amount_fen, offer.trim_id) == (19_900, trim.id)
    assert "预约看车 · 订金 199 元，随时可退" in client.get(page).get_data(True)
    path = f"/console/offers/{offer.id}"
    assert 'value="199"' in staff.get(path).get_data(True)
    staff.post(path, data=WORDS | {"car": page, "amount": "88.50", "closes_on": "2030-01-31"})
    db.session.refresh(offer)
    assert offer.amount_fen == 8850
    assert offer.closes_at is not None
    assert offer.closes_at.isoformat() == "2030-01-31T16:00:00+00:00"
    assert 'value="2030-01-31"' in staff.get(path).get_data(True)
    staff.post(f"{path}/end")
    assert "预约看车" not in client.get(page).get_data(True)
    assert audited("save offer") == [f"offer {offer.id}"] * 3


def test_what_is_wrong_with_an_offer_is_said_and_the_rest_is_kept(
    desk: Desk, staff: FlaskClient
) -> None:
    answer = staff.post("/console/offers", data=WORDS | {"car": "/cars/trims/1", "amount": "一百"})
    html = answer.get_data(True)
    assert answer.status_code == 422
    assert "有 1 处要改" in html
    assert 'href="#f-amount"' in html
    assert "东门路 1 号" in html
    assert db.session.scalar(select(Offer.id)) is None


def test_an_offer_for_a_car_that_is_not_there_is_refused(desk: Desk, staff: FlaskClient) -> None:
    answer = staff.post("/console/offers", data=WORDS | {"car": "/cars/series/77"})
    assert answer.status_code == 400
    assert "没有编号是 77 的车系" in answer.get_data(True)


def test_a_single_car_has_one_offer(desk: Desk, staff: FlaskClient) -> None:
    trim = catalogue.trim("甲")
    with transaction():
        db.session.add(trim)
    form = WORDS | {"car": f"/cars/trims/{trim.id}", "stock_number": "A-1"}
    assert staff.post("/console/offers", data=form).status_code == 303
    again = staff.post("/console/offers", data=form)
    assert again.status_code == 409
    assert "A-1 已经有一项预约" in again.get_data(True)


def test_a_car_that_was_sold_returns_everybodys_money(desk: Desk, staff: FlaskClient) -> None:
    offer = desk.offer(stock_number="A-2")
    deposit = desk.paid(offer)
    assert staff.post(f"/console/offers/{offer.id}/sold").status_code == 303
    assert desk.state(deposit) == "returning"
    assert staff.post(f"/console/offers/{desk.offer().id}/sold").status_code == 404


def test_what_cannot_be_taken_back_is_told_before_it_is_done(
    desk: Desk, staff: FlaskClient
) -> None:
    offer = desk.offer(stock_number="A-3", places=1)
    deposit = desk.paid(offer)
    desk.open(offer, wait=True)
    page = staff.get(f"/console/deposits/{deposit.number}").get_data(True)
    assert "不再自动退回，买家会收到通知，不能撤回。同一台车的其他人" in page
    assert "/done" not in staff.get("/console/deposits").get_data(True)
    page = staff.get("/console/offers").get_data(True)
    assert "已付的 1 人全额退回，未付的 1 人取消，项目结束，不能撤回。" in page


def test_incidents_failed_refunds_and_bills_stand_on_one_page(
    desk: Desk, staff: FlaskClient
) -> None:
    deposit = desk.paid()
    desk.wechatpay.refuses("refund", "TRADE_STATE_ERROR", "refused")
    staff.post(f"/console/deposits/{deposit.number}/decline", data={"reason": "不卖了"})
    desk.tend()
    (refund,) = desk.refunds(deposit)
    html = staff.get("/console/money").get_data(True)
    assert f'data-refund="{refund.number}"' in html
    incident = db.session.scalars(select(Incident)).one()
    path = f"/console/money/incidents/{incident.id}/resolve"
    assert staff.post(path, data={"note": ""}).status_code == 400
    assert staff.post(path, data={"note": "已联系渠道"}).status_code == 303
    assert staff.post(f"/console/money/refunds/{refund.id}/retry").status_code == 303
    desk.tend()
    assert desk.state(deposit) == "returned"
    assert staff.get("/console/money/wechatpay/2026-11-30").status_code == 404
    assert audited("resolve incident") == [f"incident {incident.id}"]


def test_examples_are_made_once_and_marked(desk: Desk, client: FlaskClient) -> None:
    trim = catalogue.trim("甲")
    with transaction():
        db.session.add(trim)
    assert service.make_examples(now=clock.now()) == 2
    assert service.make_examples(now=clock.now()) == 0
    html = client.get(f"/cars/trims/{trim.id}").get_data(True)
    assert html.count("data-offer=") == 2
    assert html.count('class="sample">示例') == 2


def test_examples_of_before_get_the_words_of_now_unless_staff_changed_them(desk: Desk) -> None:
    with transaction():
        db.session.add(catalogue.trim("甲"))
    service.make_examples(now=clock.now())
    assert service.refresh_examples() == 0
    visit, single = db.session.scalars(select(Offer).order_by(Offer.id)).all()
    shipped = visit.promise
    service.end(actor=STAFF, offer_id=single.id)
    with transaction():
        visit.promise = single.promise = "从前的话。"
    assert [service.refresh_examples() for _ in range(2)] == [1, 0]
    assert (visit.promise, single.promise) == (shipped, "从前的话。")


def version() -> int:
    return db.session.execute(offers.VERSION).scalar_one()


def test_pages_of_cars_follow_offers_that_begin_and_end_by_themselves(desk: Desk) -> None:
    before = version()
    desk.clock.forward(seconds=1)
    offer = desk.offer(amount_fen=FEN)
    made = version()
    with transaction():
        offer.closes_at = desk.now.replace(microsecond=0)
    desk.clock.forward(hours=1)
    assert before < made < version()


def test_of_two_changes_at_once_the_later_number_may_be_saved_first(desk: Desk) -> None:
    seen = [version()]
    for number in (2_000_000_002, 2_000_000_001):
        with transaction():
            line = {
                "at": desk.now,
                "role": "operator",
                "action": "save offer",
                "subject": "offer 1",
            }
            db.session.add(AuditEntry(id=number, **line))
        seen.append(version())
    assert seen[0] < seen[1] < seen[2]
