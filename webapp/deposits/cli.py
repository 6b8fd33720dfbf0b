"""The `deposits` commands."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click

from webapp.commands import Commands
from webapp.deposits import queries
from webapp.deposits.models import Deposit

deposits = Commands("deposits", help="Look at deposits and the money in them.")


@deposits.command("show")
@click.argument("number")
def show(number: str) -> None:
    """Print a deposit as one JSON object: state, attempts, refunds, notices, money in fen."""
    found = queries.deposit_by_number(number.strip())
    if found is None:
        raise click.ClickException(f"没有编号为 {number} 的订金")
    click.echo(json.dumps(told(found), ensure_ascii=False))


def told(deposit: Deposit) -> dict[str, Any]:
    """What is known of a deposit, without a word of whose it is."""
    money = queries.money(deposit.id)
    return {
        "number": deposit.number,
        "state": deposit.state,
        "kind": deposit.kind,
        "amount_fen": deposit.amount_fen,
        "stock_number": deposit.stock_number,
        "terms_sha256": deposit.terms_sha256,
        "reason": deposit.reason,
        "created_at": _time(deposit.created_at),
        "pay_until": _time(deposit.pay_until),
        "paid_at": _time(deposit.paid_at),
        "refundable_until": _time(deposit.refundable_until),
        "returns_at": _time(deposit.returns_at),
        "ended_at": _time(deposit.ended_at),
        "attempts": [
            {
                "number": one.number,
                "channel": one.channel,
                "scene": one.scene,
                "state": one.state,
                "amount_fen": one.amount_fen,
                "paid_fen": one.paid_fen,
                "trade": one.trade,
                "settled_at": _time(one.settled_at),
            }
            for one in queries.attempts(deposit.id)
        ],
        "refunds": [
            {
                "number": one.number,
                "attempt": one.attempt.number,
                "state": one.state,
                "amount_fen": one.amount_fen,
                "cause": one.cause,
                "tries": one.tries,
                "problem": one.problem,
                "done_at": _time(one.done_at),
            }
            for one in queries.refunds(deposit.id)
        ],
        "notices": [
            {
                "channel": one.channel,
                "event": one.event,
                "received_at": _time(one.received_at),
                "verdict": one.verdict,
                "effect": one.effect,
            }
            for one in queries.notices(deposit.id)
        ],
        "events": [
            {"at": _time(one.at), "event": one.event} for one in queries.timeline(deposit.id)
        ],
        "money": {
            "in_fen": money.received,
            "out_fen": money.returned,
            "returning_fen": money.returning,
            "held_fen": money.held,
        },
    }


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
