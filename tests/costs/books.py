"""Small rule books for sums: figures of the law as tests need them, without the shipped files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from webapp.costs import Car, Figure, Source
from webapp.rules import Observation, Rule, Term, Vehicle
from webapp.rules.book import Book
from webapp.rules.records import Scope, Tables

TODAY = date(2026, 12, 1)
PAPER = Source("catalogue", "综合油耗 · 星河官网 · 2025 年 11 月", "trim:1:x")


def figure(value: str | int) -> Figure:
    return Figure(Decimal(value), PAPER)


def car(energy: str = "BEV", price: str | int | None = 129_800, **known: Any) -> Car:
    """A car of this energy and list price; `seats`, `displacement_ml` and `ranges` are asked of
    by rules."""
    asked = {name: known.pop(name) for name in ("displacement_ml", "ranges") if name in known}
    vehicle = Vehicle(energy=energy, seats=known.pop("seats", 5), **asked)
    paid = None if price is None else figure(price)
    return replace(Car(name="北斗", energy=energy, price=paid, vehicle=vehicle), **known)


def rule(code: str, title: str) -> Rule:
    return Rule(
        code=code,
        kind="tax",
        jurisdiction="CN",
        authority="税务总局",
        document=f"{title}第 1 号",
        title=title,
        address=f"https://example.org/{code}",
        published=None,
        verified_on=date(2026, 11, 1),
        verified_by="车知编辑部",
        review_by=None,
        superseded_by=None,
    )


def term(of: str, name: str, since: str, until: str = "", *scopes: str, **says: Any) -> Term:
    """A term of a rule; scopes as “energy in BEV|FCEV” or “range_electric_km >= 100 WLTC”."""
    says.setdefault("form", "rate" if "rate" in says else "amount")
    values = dict.fromkeys(
        ("rate", "amount_fen", "floor_fen", "cap_fen", "limit", "unit", "text", "note")
    )
    return Term(
        id=f"{of}/{name}",
        rule=rule(of, TITLES[of]),
        valid_from=date.fromisoformat(since),
        valid_to=date.fromisoformat(until) if until else None,
        basis=says.pop("basis", "any"),
        scopes=tuple(Scope(*words.split()) for words in scopes),
        **(values | says),
    )


TITLES = {
    "plates-shanghai-bev": "上海纯电动车额度",
    "plates-shanghai-phev": "上海插混额度",
    "purchase-tax": "车辆购置税",
    "vat": "增值税",
    "purchase-tax-relief-nev": "新能源汽车购置税减免",
    "compulsory-insurance": "交强险基础保费",
    "vessel-tax": "车船税",
    "trade-in-scrap-nev": "报废更新补贴（新能源）",
    "trade-in-scrap-petrol": "报废更新补贴（燃油）",
    "trade-in-swap-nev": "置换更新补贴（新能源）",
    "trade-in-swap-petrol": "置换更新补贴（燃油）",
}
PURE, PLUG = "energy in BEV|FCEV", "energy in PHEV|EREV"
RELIEF = "purchase-tax-relief-nev"
D = Decimal
TERMS = (
    term("plates-shanghai-bev", "2021", "2021-03-01", form="text", text="不用拍牌"),
    term("plates-shanghai-phev", "2023", "2023-01-01", form="text", text="要拍牌"),
    term("purchase-tax", "2019", "2019-07-01", rate=D("0.1"), basis="invoice"),
    term("vat", "2019", "2019-04-01", rate=D("0.13"), basis="invoice"),
    term(RELIEF, "24", "2024-01-01", "2025-12-31", PURE, rate=D(1), cap_fen=3_000_000),
    term(
        RELIEF,
        "24-plug",
        "2024-01-01",
        "2025-12-31",
        PLUG,
        "range_electric_km >= 43 WLTC",
        rate=D(1),
        cap_fen=3_000_000,
    ),
    term(RELIEF, "26", "2026-01-01", "2027-12-31", PURE, rate=D("0.5"), cap_fen=1_500_000),
    term(
        RELIEF,
        "26-plug",
        "2026-01-01",
        "2027-12-31",
        PLUG,
        "range_electric_km >= 100 WLTC",
        rate=D("0.5"),
        cap_fen=1_500_000,
    ),
    term("compulsory-insurance", "few", "2020-09-19", "", "seats < 6", amount_fen=95_000),
    term("compulsory-insurance", "many", "2020-09-19", "", "seats >= 6", amount_fen=110_000),
    term("vessel-tax", "pure", "2012-01-01", "", PURE, amount_fen=0),
    term(
        "vessel-tax",
        "to-1600",
        "2012-01-01",
        "",
        "energy in ICE|HEV",
        "displacement_ml <= 1600",
        floor_fen=30_000,
        cap_fen=54_000,
    ),
    *(
        term(
            f"trade-in-{kind}",
            "2026",
            "2026-01-01",
            "2026-12-31",
            *([] if kind.endswith("nev") else ["displacement_ml <= 2000"]),
            rate=D(rate),
            cap_fen=cap,
        )
        for kind, rate, cap in (
            ("scrap-nev", "0.12", 2_000_000),
            ("scrap-petrol", "0.1", 1_500_000),
            ("swap-nev", "0.08", 1_500_000),
            ("swap-petrol", "0.06", 1_300_000),
        )
    ),
)
PETROL = Observation(
    item="petrol-92",
    region="CN-31",
    unit="元/升",
    value=D("7.11"),
    valid_from=date(2026, 11, 20),
    valid_to=date(2026, 12, 31),
    source="上海市发展改革委",
    address="https://example.org/oil",
    captured=date(2026, 11, 20),
)


def book(*without: str) -> Book:
    """The rules above but for those named."""
    kept = [t for t in TERMS if t.rule.code not in without]
    rules = {t.rule.code: t.rule for t in kept}
    return Book(
        Tables(rules, {t.id: t for t in kept}, {PETROL.key: PETROL}, {}),
    )
