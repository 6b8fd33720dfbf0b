"""What visitors and staff send about deposits, read into plain values; errors by field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from webapp.clock import CHINA, day_in_china
from webapp.deposits.models import KINDS, LEAST_FEN, MOST_DAYS, MOST_FEN, MOST_PLACES, Offer
from webapp.deposits.terms import yuan
from webapp.errors import BadInput

LONGEST_REASON: Final = 100
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
_CAR: Final = re.compile(
    r"(?:https?://[^/\s]+)?/cars/(trims|series)/([1-9][0-9]{0,8})(?:[/?#]\S*)?"
)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_STOCK: Final = re.compile(r"[0-9A-Za-z\-_.]{1,40}", re.ASCII)
_MONEY: Final = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?", re.ASCII)
_WORDS: Final = {
    "title": ("预约的内容", 80, True),
    "seller": ("收款方", 80, True),
    "store": ("地点", 160, False),
    "promise": ("承诺", 1000, True),
}
"""Label, longest, and whether it must be given."""


@dataclass(frozen=True)
class CarGiven:
    """Which car an address is of."""

    series_id: int | None = None
    trim_id: int | None = None


@dataclass(frozen=True)
class OfferGiven:
    """An offer as staff want it, within the bounds of the table."""

    title: str
    kind: str
    amount_fen: int
    seller: str
    store: str
    promise: str
    car: CarGiven
    stock_number: str | None
    places: int
    hold_days: int
    visited_days: int
    cooling_hours: int
    closes_at: datetime | None

    def columns(self) -> dict[str, object]:
        """By the columns of the table."""
        own = vars(self) | vars(self.car)
        del own["car"]
        return own


def read_number(text: str) -> int | None:
    return int(text) if _NUMBER.fullmatch(text.strip()) else None


def read_agreed(form: Mapping[str, str], kind: str) -> dict[str, str]:
    """What is not ticked that has to be, by field."""
    wrong = {}
    if form.get("agree") != "yes":
        wrong["agree"] = "请先看条款，再勾选同意。"
    if kind == "earnest" and form.get("earnest") != "yes":
        wrong["earnest"] = "这是定金，请确认你知道它和订金不同。"
    return wrong


def read_digest(text: str) -> str:
    """SHA-256 in hex as a form sends it; empty for anything else."""
    return text if _DIGEST.fullmatch(text) else ""


def read_reason(text: str, *, needed: bool = False) -> str:
    """One line. Raises BadInput where it is missing or too long."""
    reason = " ".join(text.replace("\0", "").split())
    if needed and not reason:
        raise BadInput("请写明理由，对方和操作记录里都会看到。")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"理由最多 {LONGEST_REASON} 个字，现在有 {len(reason)} 个字。")
    return reason


def read_money(text: str, least: int, most: int) -> int:
    """Yuan as typed to fen. Raises BadInput."""
    plain = text.strip().replace(",", "").replace("，", "").removesuffix("元").strip()
    try:
        if not _MONEY.fullmatch(plain):
            raise InvalidOperation
        fen = int(Decimal(plain) * 100)
    except InvalidOperation as error:
        raise BadInput("请写成数字，如 99 或 99.50。") from error
    if not least <= fen <= most:
        raise BadInput(f"金额要在 {yuan(least)} 到 {yuan(most)} 元之间。")
    return fen


def filled(offer: Offer | None, car: str = "") -> dict[str, str]:
    """The form as it is opened: of an offer there is, or with what most offers have."""
    if offer is None:
        given = {"kind": "booking", "amount": "99", "hold_days": "7", "visited_days": "21"}
        return given | {"cooling_hours": "24", "places": "0", "car": car}
    closes = offer.closes_at
    return {
        "title": offer.title,
        "kind": offer.kind,
        "amount": yuan(offer.amount_fen),
        "seller": offer.seller,
        "store": offer.store,
        "promise": offer.promise,
        "car": address_of(offer),
        "stock_number": offer.stock_number or "",
        "places": str(offer.places),
        "hold_days": str(offer.hold_days),
        "visited_days": str(offer.visited_days),
        "cooling_hours": str(offer.cooling_hours),
        "closes_on": day_in_china(closes - timedelta(seconds=1)).isoformat() if closes else "",
    }


def address_of(offer: Offer) -> str:
    """Where the offer is shown; empty for one of a seller alone."""
    if offer.trim_id:
        return f"/cars/trims/{offer.trim_id}"
    return f"/cars/series/{offer.series_id}" if offer.series_id else ""


def read_offer(form: Mapping[str, str]) -> tuple[OfferGiven | None, dict[str, str]]:
    """The offer, or what is wrong by field."""
    reading = _Reading(form)
    words = {name: reading.words(name) for name in _WORDS}
    if (kind := form.get("kind", "")) not in KINDS:
        reading.wrong["kind"] = "请选择一种性质。"
    hold = reading.count("hold_days", 1, MOST_DAYS, "天")
    visited = reading.count("visited_days", 1, MOST_DAYS, "天")
    if visited < hold and not {"hold_days", "visited_days"} & reading.wrong.keys():
        reading.wrong["visited_days"] = "到店以后不能比没到店退得更早。"
    given = OfferGiven(
        **words,
        kind=kind,
        amount_fen=reading.money("amount"),
        car=reading.car("car"),
        stock_number=reading.stock("stock_number"),
        places=reading.count("places", 0, MOST_PLACES, "个"),
        hold_days=hold,
        visited_days=visited,
        cooling_hours=reading.count("cooling_hours", 1, max(hold, 1) * 24, "小时"),
        closes_at=reading.end_of("closes_on"),
    )
    return (None if reading.wrong else given), reading.wrong


class _Reading:
    """Reads fields and keeps what is wrong with them."""

    def __init__(self, form: Mapping[str, str]) -> None:
        self._form = form
        self.wrong: dict[str, str] = {}

    def words(self, name: str) -> str:
        label, longest, needed = _WORDS[name]
        text = " ".join(self._form.get(name, "").replace("\0", "").split())
        if needed and not text:
            self.wrong[name] = f"请填写{label}。"
        elif len(text) > longest:
            self.wrong[name] = f"{label}最多 {longest} 个字，现在有 {len(text)} 个字。"
        return text

    def count(self, name: str, least: int, most: int, unit: str) -> int:
        text = self._form.get(name, "").strip()
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1
        if not least <= number <= most:
            self.wrong[name] = f"请填 {least} 到 {most} 之间的整数（{unit}）。"
        return number

    def money(self, name: str) -> int:
        try:
            return read_money(self._form.get(name, ""), LEAST_FEN, MOST_FEN)
        except BadInput as error:
            self.wrong[name] = error.message
            return 0

    def car(self, name: str) -> CarGiven:
        text = self._form.get(name, "").strip()
        match = _CAR.fullmatch(text)
        if match is None:
            self.wrong[name] = "请粘贴车型或车系页面的地址，如 /cars/trims/1。"
            return CarGiven()
        number = int(match[2])
        return CarGiven(trim_id=number) if match[1] == "trims" else CarGiven(series_id=number)

    def stock(self, name: str) -> str | None:
        text = self._form.get(name, "").strip()
        if text and not _STOCK.fullmatch(text):
            self.wrong[name] = "车辆编号只能用字母、数字和 - _ .，最多 40 个。"
        return text or None

    def end_of(self, name: str) -> datetime | None:
        text = self._form.get(name, "").strip()
        if not text:
            return None
        try:
            day = date.fromisoformat(text)
        except ValueError:
            self.wrong[name] = "日期写成 2026-12-31 这样。"
            return None
        return datetime.combine(day + timedelta(days=1), time(), CHINA)
