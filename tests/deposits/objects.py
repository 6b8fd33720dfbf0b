"""Number 1 of what addresses of deposits name."""

from __future__ import annotations

import json
from datetime import datetime

from webapp.deposits.models import Deposit, Offer
from webapp.extensions import db

NUMBER = "D261201AAAAAAAAA"


def deposit_of_another(now: datetime) -> None:
    """An offer and a deposit of the account with number 1, which is not paid."""
    offer = Offer(title="到店看车", seller="东门店", amount_fen=9900, opens_at=now, series_id=1)
    db.session.add(offer)
    db.session.flush()
    db.session.add(
        Deposit(
            number=NUMBER,
            account_id=1,
            offer_id=offer.id,
            offer_snapshot=json.dumps(offer.snapshot()),
            terms="条款",
            terms_sha256="0" * 64,
            title=offer.title,
            kind=offer.kind,
            amount_fen=offer.amount_fen,
            pay_until=now,
        )
    )
