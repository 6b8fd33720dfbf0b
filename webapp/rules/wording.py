"""How the values of rules read in Chinese."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.rules.records import FIELD_LABELS, REGIONS, Observation, Scope, Term

_WAN_FEN: Final = 10_000 * 100
_COMPARED: Final = {"<": "少于", "<=": "不多于", "=": "是", ">=": "不少于", ">": "多于"}
_UNITS: Final = {"displacement_ml": "毫升", "seats": "座", "range_electric_km": "公里"}


def money(fen: int) -> str:
    """“950 元”, “1.5 万元”; what is no round number of ten thousands stays in yuan."""
    if fen >= _WAN_FEN and fen % (_WAN_FEN // 100) == 0:
        return f"{plain(Decimal(fen) / _WAN_FEN)} 万元"
    yuan = Decimal(fen) / 100
    return f"{yuan:,.0f} 元" if yuan == yuan.to_integral() else f"{yuan:,.2f} 元"


def percent(rate: Decimal) -> str:
    return f"{plain(rate * 100)}%"


def plain(value: Decimal) -> str:
    """Without zeros at the end and without an exponent."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day_in_words(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"


def value_of(term: Term) -> str:
    """What a term says, in a few words."""
    match term.form:
        case "rate":
            said = percent(term.rate or Decimal(0))
        case "amount":
            said = money(term.amount_fen or 0)
        case "limit":
            said = f"{plain(term.limit or Decimal(0))} {term.unit}"
        case _:
            said = term.text or ""
    return f"{said}，最多 {money(term.cap_fen)}" if term.cap_fen else said


def scope_in_words(scope: Scope) -> str:
    """“能源类型：插混、增程”, “纯电续航不少于 100 公里（WLTC）”."""
    label = FIELD_LABELS[scope.field]
    if scope.field == "energy":
        return f"{label}：{'、'.join(ENERGY_LABELS[word] for word in scope.value.split('|'))}"
    cycle = f"（{scope.cycle}）" if scope.cycle else ""
    return f"{label}{_COMPARED[scope.operator]} {scope.value} {_UNITS[scope.field]}{cycle}"


def price(row: Observation) -> str:
    """“7.35 元/升（2026 年 11 月，北京）”; of a city the province is named."""
    place = REGIONS[row.region[:5]]
    month = f"{row.valid_from.year} 年 {row.valid_from.month} 月"
    return f"{plain(row.value)} {row.unit}（{month}，{place}）"
