"""Changes of offers, each with its line in the audit log in the same transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.audit import COMMAND_LINE, Actor, record
from webapp.catalogue import queries as catalogue
from webapp.catalogue.models import Series, Trim
from webapp.deposits.forms import CarGiven, OfferGiven
from webapp.deposits.models import Offer
from webapp.deposits.offers import queries
from webapp.errors import BadInput, Conflict, NotFound
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.transitions import step

_EXAMPLE_CARS: Final = 3


def save(*, actor: Actor, offer_id: int | None, given: OfferGiven) -> int:
    """Make an offer, or change one; its number. Deposits there are keep what was offered then.

    Raises NotFound, BadInput for a car that does not exist, and Conflict where the single car has
    another offer already.
    """
    try:
        with transaction():
            _check(given.car)
            offer = _load(offer_id) if offer_id else Offer()
            return _write(actor, offer, given.columns())
    except IntegrityError as error:
        raise Conflict(
            f"车辆编号 {given.stock_number} 已经有一项预约，请改那一项，或先结束它。",
            title="这台车已经有预约",
        ) from error


def end(*, actor: Actor, offer_id: int) -> None:
    """Take no more deposits for it; repeated, nothing more happens. Raises NotFound."""
    _move(actor, offer_id, "open", "ended")


def reopen(*, actor: Actor, offer_id: int) -> None:
    """Raises NotFound, and Conflict where its last day has passed."""
    offer = _load(offer_id)
    if offer.closes_at is not None and offer.closes_at <= clock.now():
        raise Conflict("截止日期已经过了，请先改日期。", title="这项预约已经到期")
    _move(actor, offer_id, "ended", "open")


def make_examples(*, now: datetime) -> int:
    """Offers marked 示例, for the cars that sell best; how many were made: none where some are
    there already, or no car is."""
    if queries.has_examples():
        return 0
    sellers = catalogue.best_sellers(limit=_EXAMPLE_CARS)
    rows = [(row.series_id, row.series) for row in sellers.rows] if sellers else _some_series()
    with transaction():
        made = [Offer(opens_at=now, is_demo=True, **columns) for columns in _examples(rows)]
        db.session.add_all(made)
        db.session.flush()
        record(COMMAND_LINE, "save offer", "offers", after={"examples": len(made)})
    return len(made)


def refresh_examples() -> int:
    """Bring the offers marked 示例 up to what is shipped now, but for those that staff have
    changed; how many were changed. Deposits keep what was offered to them."""
    changed = 0
    with transaction():
        for offer, series in queries.untouched_examples():
            assert offer.series_id is not None
            for columns in _examples([(offer.series_id, series)] * _EXAMPLE_CARS):
                same = columns["kind"] == offer.kind
                if same and columns.get("stock_number") == offer.stock_number:
                    changed += any(getattr(offer, name) != columns[name] for name in columns)
                    _write(COMMAND_LINE, offer, columns)
    return changed


def _examples(rows: list[tuple[int, str]]) -> list[dict[str, object]]:
    shop = {"seller": "车知示例店", "store": "示例市示例路 1 号（演示地址，并不存在）"}
    kept = "到店时间由你定；试驾车和一位接待的人给你留好，不因为付了钱催你签合同。"
    kinds = (("booking", 9_900), ("intention", 5_000), ("earnest", 50_000))
    found = [
        shop
        | {"series_id": series_id, "title": f"{name} 到店看车", "kind": kind, "amount_fen": fen}
        | {"promise": kept}
        for (series_id, name), (kind, fen) in zip(rows, kinds, strict=False)
    ]
    for series_id, name in rows[:1]:
        single = {"series_id": series_id, "title": f"{name} 现车一台", "stock_number": "DEMO-001"}
        kept = "这台现车保留期内只留给你，不卖给别人，也不涨价。"
        found.append(
            shop | single | {"kind": "booking", "amount_fen": 20_000, "places": 3, "promise": kept}
        )
    return found


def _some_series() -> list[tuple[int, str]]:
    rows = db.session.execute(select(Series.id, Series.name).order_by(Series.id))
    return [(number, name) for number, name in rows.fetchmany(_EXAMPLE_CARS)]


def _move(actor: Actor, offer_id: int, from_: str, to: str) -> None:
    _load(offer_id)
    with transaction():
        if step(Offer, offer_id, from_, to):
            told = {"before": {"state": from_}, "after": {"state": to}}
            record(actor, "save offer", f"offer {offer_id}", **told)


def _write(actor: Actor, offer: Offer, columns: dict[str, object]) -> int:
    before = {name: getattr(offer, name) for name in columns} if offer.id else None
    for name, value in columns.items():
        setattr(offer, name, value)
    db.session.add(offer)
    db.session.flush()
    changed = {
        name: value for name, value in columns.items() if before is None or before[name] != value
    }
    if changed:
        old = before and {name: _kept(before[name]) for name in changed}
        new = {name: _kept(value) for name, value in changed.items()}
        record(actor, "save offer", f"offer {offer.id}", before=old, after=new)
    return offer.id


def _kept(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _load(offer_id: int) -> Offer:
    found = queries.offer(offer_id)
    if found is None:
        raise NotFound("没有这项预约。")
    return found


def _check(car: CarGiven) -> None:
    if car.trim_id is not None and db.session.get(Trim, car.trim_id) is None:
        raise BadInput(f"没有编号是 {car.trim_id} 的车型。")
    if car.series_id is not None and db.session.get(Series, car.series_id) is None:
        raise BadInput(f"没有编号是 {car.series_id} 的车系。")
