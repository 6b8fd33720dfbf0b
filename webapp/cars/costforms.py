"""What visitors fill in to have costs worked out, parsed from the address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.cars.forms import UnreadableIds
from webapp.costs import BOUNDS, Charge, Deal, OutOfBounds, Plan, Use
from webapp.costs.bounds import check_day
from webapp.costs.onroad import check_region, check_trade

SHARED: Final = (
    *("day", "region", "trade"),
    *("way", "down", "months", "rate", "tail"),
    *("km", "home", "home_price", "public_price", "electric", "fuel_price"),
    *("plate", "years", "over"),
)
"""Fields that mean the same for every car."""
OF_ONE: Final = (
    *("price", "eligible", "insurance", "vessel"),
    *("fuel_use", "power_use", "upkeep", "keeps", "kw", "charge_from", "charge_to"),
)
"""Fields of one car alone; the first two stand at the head of the form."""
OF_BUDGET: Final = ("payment", "cash", "way", "down", "months", "rate", "tail")
CASH: Final = "cash"
"""The way of paying without a loan."""
TEN_THOUSAND: Final = 10_000
MOST_TYPED: Final = 20
_NUMBER: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,6})?)(万?)(.*)")

Made = TypeVar("Made")


@dataclass
class Asked:
    """What was typed, by field, and what is wrong with it in words; figures of fields without
    fault."""

    texts: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.texts.get(name, "")

    @property
    def ordered(self) -> Mapping[str, str]:
        return {name: self.errors[name] for name in self.texts if name in self.errors}

    def number(self, name: str) -> Decimal | None:
        """The figure of a field; None where it is empty or wrong."""
        if not self.text(name):
            return None
        value = figure(self.text(name), BOUNDS[name].unit)
        if value is None:
            shown = self.text(name)[:MOST_TYPED]
            self.errors[name] = f"{BOUNDS[name].label}要填数字，“{shown}”不是"
            return None
        try:
            BOUNDS[name].check(value)
        except OutOfBounds as error:
            self.errors[name] = str(error)
            return None
        return value

    def choice(self, name: str, usual: str, check: Callable[[str], None]) -> str:
        """What was picked from a list; the usual where nothing was, or something unknown."""
        picked = self.text(name) or usual
        try:
            check(picked)
        except OutOfBounds as error:
            self.errors[name] = str(error)
            return usual
        return picked

    def make(self, kind: Callable[..., Made], **values: Any) -> Made | None:
        """The object, or None with the fault of the field it names."""
        if self.errors.keys() & values.keys():
            return None
        try:
            return kind(**values)
        except OutOfBounds as error:
            self.errors.setdefault(error.field, str(error))
            return None


@dataclass(frozen=True)
class Inputs:
    """All that sums start from. `plan` is None where the car is paid at once."""

    deal: Deal
    use: Use = field(default_factory=Use)
    plan: Plan | None = field(default_factory=Plan)
    charge: Charge = field(default_factory=Charge)


@dataclass(frozen=True)
class CostForm:
    """Everything read; `inputs` is None where something is wrong, and then nothing is computed."""

    asked: Asked
    inputs: Inputs | None

    @property
    def errors(self) -> Mapping[str, str]:
        """By field, in the order of the form."""
        return self.asked.ordered

    def text(self, name: str) -> str:
        return self.asked.text(name)


@dataclass(frozen=True)
class BudgetForm:
    """A monthly payment in fen, None until one is asked about; `plan` None where something is
    wrong."""

    asked: Asked
    payment_fen: int | None
    cash_fen: int
    plan: Plan | None

    @property
    def errors(self) -> Mapping[str, str]:
        """By field, in the order of the form."""
        return self.asked.ordered

    def text(self, name: str) -> str:
        return self.asked.text(name)


def read_costs(args: MultiDict[str, str], today: date, *, one: bool) -> CostForm:
    """The form of one car, or of several. Raises `UnreadableIds` for an unknown parameter."""
    known = (*OF_ONE[:2], *SHARED, *OF_ONE[2:]) if one else (*SHARED, "ids")
    asked = _asked(args, known)
    figures = [name for name in (*SHARED, *OF_ONE) if name in BOUNDS]
    numbers: dict[str, Any] = {name: asked.number(name) for name in figures}
    price = numbers["price"]
    values: dict[str, Any] = {
        "day": _day(asked, today),
        "price": None if price is None else price * TEN_THOUSAND,
        "region": asked.choice("region", "CN", check_region),
        "trade": asked.choice("trade", "none", check_trade),
        "eligible": _eligible(asked),
        **{name: numbers[name] for name in ("insurance", "plate", "vessel")},
    }
    plan = _plan(asked)
    use = asked.make(Use, **{name: numbers[name] for name in Use.__dataclass_fields__})
    charge = asked.make(Charge, **{name: numbers[name] for name in Charge.__dataclass_fields__})
    if asked.errors or use is None or charge is None:
        return CostForm(asked, None)
    return CostForm(asked, Inputs(Deal(**values), use, plan, charge))


def read_budget(args: MultiDict[str, str]) -> BudgetForm:
    """The question what a monthly payment buys. Raises `UnreadableIds`."""
    asked = _asked(args, OF_BUDGET)
    payment, cash = asked.number("payment"), asked.number("cash")
    if asked.text("way") == CASH:
        asked.errors["way"] = "全款没有月供，请选一种贷款"
    plan = _plan(asked)
    return BudgetForm(
        asked,
        None if payment is None else int(payment * 100),
        int((cash or 0) * TEN_THOUSAND * 100),
        plan,
    )


def filled(args: MultiDict[str, str]) -> MultiDict[str, str]:
    """The parameters without the empty ones that a form sends too."""
    return MultiDict((name, value) for name, value in args.items(True) if value.strip())


def figure(text: str, unit: str) -> Decimal | None:
    """A typed figure in the unit of its field, None where it is none: “1.2 万公里” is 12000 公里,
    “129，800 元” 12.98 万元."""
    plain = re.sub(r"[,\s]", "", unicodedata.normalize("NFKC", text))
    found = _NUMBER.fullmatch(plain)
    if found is None or found[3] not in ("", unit, unit.removeprefix("万"), unit.partition("/")[0]):
        return None
    value, in_wan = Decimal(found[1]), unit.startswith("万")
    if found[2]:
        return value if in_wan else value * TEN_THOUSAND
    return value / TEN_THOUSAND if in_wan and found[3] else value


def _asked(args: MultiDict[str, str], known: tuple[str, ...]) -> Asked:
    for name in args:
        if name not in known:
            raise UnreadableIds(f"不认识参数 {name[:40]}")
    return Asked({name: args.get(name, "").strip() for name in known})


def _day(asked: Asked, today: date) -> date:
    text = asked.text("day")
    if not text:
        return today
    try:
        day = date.fromisoformat(unicodedata.normalize("NFKC", text))
        check_day(day)
    except OutOfBounds as error:
        asked.errors["day"] = str(error)
    except ValueError:
        asked.errors["day"] = f"“{text[:MOST_TYPED]}”不是日期，请按 2026-12-01 这样填"
    else:
        return day
    return today


def _eligible(asked: Asked) -> bool | None:
    text = asked.text("eligible")
    if text not in ("", "yes", "no"):
        asked.errors["eligible"] = "请从列表里选：没查过、在目录里、不在目录里"
    return {"yes": True, "no": False}.get(text)


def _plan(asked: Asked) -> Plan | None:
    way = asked.text("way") or "equal"
    if way == CASH:
        return None
    fields = ("down", "months", "rate", "tail")
    return asked.make(Plan, way=way, **{name: asked.number(name) for name in fields})
