"""What is written down of a rule: its document, its terms, what they apply to, who is eligible."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

KIND_LABELS: Final = {
    "tax": "税",
    "relief": "减免",
    "subsidy": "补贴",
    "tariff": "收费标准",
    "standard": "国家标准",
    "licence": "牌照与准入",
    "inspection": "检验",
    "right": "权利",
    "definition": "认定条件",
}
BASIS_LABELS: Final = {
    "invoice": "开票日",
    "registration": "注册登记日",
    "application": "申请日",
    "accident": "事故发生日",
    "type-approval-new": "新申请型式批准的车型",
    "type-approval-existing": "已获型式批准的车型",
    "any": "任何情形",
}
"""What the day is that decides whether a term applies."""
FORM_LABELS: Final = {"rate": "比例", "amount": "金额", "limit": "界限", "text": "文字"}
ANSWER_LABELS: Final = {"yes": "在目录里", "no": "不在目录里", "unknown": "不清楚"}

KINDS: Final = tuple(KIND_LABELS)
BASES: Final = tuple(BASIS_LABELS)
FORMS: Final = tuple(FORM_LABELS)
ANSWERS: Final = tuple(ANSWER_LABELS)
OPERATORS: Final = ("in", "<", "<=", "=", ">=", ">")
ANY: Final = "any"

FIELD_LABELS: Final = {
    "energy": "能源类型",
    "displacement_ml": "排量",
    "seats": "座位数",
    "range_electric_km": "纯电续航",
}
"""What a scope can ask of a car."""
MEASURED: Final = frozenset({"range_electric_km"})
"""Fields whose figure depends on the test cycle, which a scope then names."""

REGIONS: Final = {
    "CN": "全国",
    "CN-11": "北京",
    "CN-12": "天津",
    "CN-13": "河北",
    "CN-14": "山西",
    "CN-15": "内蒙古",
    "CN-21": "辽宁",
    "CN-22": "吉林",
    "CN-23": "黑龙江",
    "CN-31": "上海",
    "CN-32": "江苏",
    "CN-33": "浙江",
    "CN-34": "安徽",
    "CN-35": "福建",
    "CN-36": "江西",
    "CN-37": "山东",
    "CN-41": "河南",
    "CN-42": "湖北",
    "CN-43": "湖南",
    "CN-44": "广东",
    "CN-45": "广西",
    "CN-46": "海南",
    "CN-50": "重庆",
    "CN-51": "四川",
    "CN-52": "贵州",
    "CN-53": "云南",
    "CN-54": "西藏",
    "CN-61": "陕西",
    "CN-62": "甘肃",
    "CN-63": "青海",
    "CN-64": "宁夏",
    "CN-65": "新疆",
}
"""Provinces by their code in GB/T 2260; a city of its own has the province's with more digits."""


@dataclass(frozen=True)
class Rule:
    """One rule and the document it stands in. `code` is its stable name.

    `jurisdiction` is CN or a province's or city's code; `verified_on` the day it was last
    compared with the text of the document, None where there was none to compare with;
    `superseded_by` the code of the rule that took its place.
    """

    code: str
    kind: str
    jurisdiction: str
    authority: str
    document: str
    title: str
    address: str | None
    published: date | None
    verified_on: date | None
    verified_by: str
    review_by: date | None
    superseded_by: str | None


@dataclass(frozen=True)
class Scope:
    """One condition on the car a term applies to; `value` as written, `cycle` of MEASURED ones."""

    field: str
    operator: str
    value: str
    cycle: str | None = None


@dataclass(frozen=True)
class Term:
    """What a rule says from `valid_from` to `valid_to`, both days included.

    By `form` it is a `rate` of one, an amount in fen, a limit in `unit`, or a text. `floor_fen`
    and `cap_fen` bound what a rate comes to.
    """

    id: str
    rule: Rule
    valid_from: date
    valid_to: date | None
    basis: str
    form: str
    rate: Decimal | None
    amount_fen: int | None
    floor_fen: int | None
    cap_fen: int | None
    limit: Decimal | None
    unit: str | None
    text: str | None
    note: str | None
    scopes: tuple[Scope, ...] = ()

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def says(self) -> tuple[object, ...]:
        """What it comes to, to be compared with another term."""
        values = (self.rate, self.amount_fen, self.floor_fen, self.cap_fen, self.limit)
        return (self.form, *values, self.unit, self.text)


@dataclass(frozen=True)
class Observation:
    """What something cost, or how much of it there was, in a region between two days."""

    item: str
    region: str
    unit: str
    value: Decimal
    valid_from: date
    valid_to: date | None
    source: str
    address: str | None
    captured: date

    @property
    def key(self) -> str:
        return f"{self.item}@{self.region}/{self.valid_from.isoformat()}"


@dataclass(frozen=True)
class Eligibility:
    """Whether a trim (its key in the catalogue) is in the list a rule goes by, and which batch
    of that list says so."""

    trim: str
    rule: str
    answer: str
    batch: str
    source: str
    captured: date

    @property
    def key(self) -> str:
        return f"{self.trim}@{self.rule}"


@dataclass(frozen=True)
class Vehicle:
    """What scopes ask of a car; None where it is not known. `ranges` are its electric ranges in
    km by test cycle; `key` is the trim's in the catalogue, empty for a car that is only
    described."""

    energy: str | None = None
    displacement_ml: float | None = None
    seats: int | None = None
    ranges: dict[str, float] = field(default_factory=dict)
    key: str = ""


@dataclass(frozen=True)
class Tables:
    """All rows by their keys."""

    rules: dict[str, Rule] = field(default_factory=dict)
    terms: dict[str, Term] = field(default_factory=dict)
    observations: dict[str, Observation] = field(default_factory=dict)
    eligibilities: dict[str, Eligibility] = field(default_factory=dict)

    def overlaid(self, above: Tables) -> Tables:
        """These rows with those of `above` in place of the ones of the same key."""
        rules = self.rules | above.rules
        terms = {
            id_: _of(term, rules[term.rule.code])
            for id_, term in (self.terms | above.terms).items()
            if term.rule.code in rules
        }
        return Tables(
            rules,
            terms,
            self.observations | above.observations,
            self.eligibilities | above.eligibilities,
        )


def _of(term: Term, rule: Rule) -> Term:
    if term.rule is rule:
        return term
    return Term(**{**vars(term), "rule": rule})
