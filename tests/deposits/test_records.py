"""What is said of a deposit elsewhere: the command, the log, the person's own data."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.deposits.conftest import FEN, Desk
from webapp.deposits import personal_data, queries, service
from webapp.deposits.errors import ChannelAway
from webapp.transactions import transaction


def test_the_command_prints_one_object_with_the_money(app: Flask, desk: Desk) -> None:
    deposit = desk.paid()
    service.ask_refund(deposit_id=deposit.id, now=desk.now)
    desk.tend()
    ran = app.test_cli_runner().invoke(args=["deposits", "show", deposit.number])
    told = json.loads(ran.output)
    assert told["state"] == "returned"
    assert told["money"] == {
        "in_fen": FEN,
        "out_fen": FEN,
        "returning_fen": 0,
        "held_fen": 0,
    }
    assert [one["state"] for one in told["attempts"]] == ["settled"]
    assert [one["state"] for one in told["refunds"]] == ["done"]
    assert "account" not in ran.output


def test_the_command_says_that_a_number_is_unknown(app: Flask, desk: Desk) -> None:
    ran = app.test_cli_runner().invoke(args=["deposits", "show", "D-none"])
    assert ran.exit_code == 1
    assert "没有编号为 D-none 的订金" in ran.output


def test_no_line_of_the_log_says_who_pays(
    app: Flask, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    deposit = desk.open()
    desk.wechatpay.away("create", "query", "refund", times=2)
    given = {"back": "", "payer": "oSecretPayer", "address": "203.0.113.77"}
    with pytest.raises(ChannelAway):
        service.start_payment(
            deposit_id=deposit.id, channel="wechatpay", scene="wechat", now=desk.now, **given
        )
    desk.tend()
    held = desk.paid()
    service.ask_refund(deposit_id=held.id, now=desk.now, reason="我叫张三，电话 13800000000")
    desk.tend()
    body = b'{"event": "E", "buyer_logon_id": "139****0000"}'
    app.test_client().post("/deposits/notices/alipay", data=body)
    said = caplog.text
    assert "payment not opened" in said
    assert "notice refused" in said
    for secret in ("oSecretPayer", "203.0.113.77", "张三", "13800000000", "139****0000"):
        assert secret not in said


def test_a_person_has_their_deposits_and_hands_them_over(desk: Desk) -> None:
    deposit, other = desk.paid(), desk.buyer()
    owner = deposit.account_id
    assert owner
    (told,) = personal_data.DEPOSITS.export(owner)
    assert (told["number"], told["amount_fen"]) == (deposit.number, FEN)
    assert told["terms"] == deposit.terms
    with transaction():
        personal_data.DEPOSITS.merge(owner, other)
    assert queries.own_deposit(deposit.number, owner) is None
    assert queries.own_deposit(deposit.number, other) is not None
