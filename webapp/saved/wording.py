"""What is said of a car that newly matches, and of a price that changed."""

from __future__ import annotations

from collections.abc import Sequence

from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.formatting import wan
from webapp.saved.models import PriceChange


def why(reason: str, was_fen: int | None, now_fen: int | None) -> str:
    """Why a car newly matches: “指导价从 20.98 万降到 19.98 万”."""
    if reason == "new":
        return "新收录" + ("" if now_fen is None else f"，指导价 {wan(now_fen)} 万")
    if reason == "price_wan":
        return moved(was_fen, now_fen)
    if reason == "status":
        return "销售状态变了，现在符合"
    field = FIELDS_BY_NAME.get(reason)
    return f"{field.label}更新了，现在符合" if field else "名称更新了，现在符合"


def moved(was_fen: int | None, now_fen: int | None) -> str:
    """“指导价从 20.98 万降到 19.98 万”."""
    if now_fen is None:
        return "现在没有指导价"
    if was_fen is None:
        return f"现在有指导价了：{wan(now_fen)} 万"
    way = "降到" if now_fen < was_fen else "涨到"
    return f"指导价从 {wan(was_fen)} 万{way} {wan(now_fen)} 万"


def price_title(name: str, was_fen: int | None, now_fen: int) -> str:
    """“星河北斗 2025款 长续航版 降了 1.00 万”."""
    if was_fen is None:
        return f"{name} 有指导价了"
    by = now_fen - was_fen
    return f"{name} {'降' if by < 0 else '涨'}了 {wan(abs(by))} 万"


def series_title(name: str, changes: Sequence[PriceChange]) -> str:
    """“星河北斗：2 款降价，1 款涨价”."""
    moves = [c.now_fen - c.was_fen for c in changes if c.was_fen is not None]
    counted = [
        (sum(by < 0 for by in moves), "款降价"),
        (sum(by > 0 for by in moves), "款涨价"),
        (len(changes) - len(moves), "款有指导价了"),
    ]
    return f"{name}：" + "，".join(f"{n} {said}" for n, said in counted if n)
