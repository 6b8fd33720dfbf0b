"""Whether a car fits where a length is said: a garage of 2 m, a parking space of 5 m by 2.4 m."""

from __future__ import annotations

from decimal import Decimal
from typing import Final, NamedTuple

from webapp.assistant.answering.called import called
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.lengths import lengths
from webapp.assistant.answering.parts import Part, bound, say, words
from webapp.formatting import number

_SIDES: Final = (
    ("height_mm", ("高", "地库", "车库", "立体", "机械", "卷帘", "门洞"), 100),
    ("length_mm", ("长", "车位", "深"), 300),
    ("width_mm", ("宽", "窄"), 400),
)
"""What a limit is of, by the words beside it, and the millimetres below which it is tight."""
_GOES_IN: Final = ("进", "停", "放得下", "放下", "塞", "过得去", "限高")
_NEAR: Final = 4


class _Limit(NamedTuple):
    key: str
    mm: Decimal
    written: str
    spare: int


def asks(text: str) -> bool:
    """Whether something is to go into a place whose size is said."""
    return any(word in text for word in _GOES_IN) and bool(_limits(text))


def fits(text: str, garage: Garage) -> list[Part]:
    """“车高 1,900 mm，比 2 米低 100 mm，进得去。” for each limit; nothing where none is said."""
    if not any(word in text for word in _GOES_IN):
        return []
    return [part for limit in _limits(text) if (part := _held(limit, garage)) is not None]


def keys_of(text: str) -> tuple[str, ...]:
    return tuple(limit.key for limit in _limits(text))


def _limits(text: str) -> list[_Limit]:
    found: dict[str, _Limit] = {}
    for length in lengths(text):
        ahead, behind = text[max(0, length.start - _NEAR) : length.start], text[length.end :]
        for key, names, spare in _SIDES:
            if any(n in ahead or behind.lstrip("的").startswith(n) for n in names):
                written = text[length.start : length.end]
                found.setdefault(key, _Limit(key, length.mm, written, spare))
                break
    return list(found.values())


def _held(limit: _Limit, garage: Garage) -> Part | None:
    """By the largest of the cars."""
    known = [(mm, t) for t in garage.trims if (mm := garage.number_of(t, limit.key)) is not None]
    if not known:
        return None
    mm, trim = max(known, key=lambda pair: pair[0])
    left = limit.mm - Decimal(str(mm))
    side = {"height_mm": "高", "length_mm": "长", "width_mm": "宽"}[limit.key]
    given = bound(f"{limit.written}", "question")
    by = bound(f"{number(float(abs(left)), 0)} mm", f"computed:{limit.mm:f}-{mm:g}")
    said: dict[str, Part | str] = {"car": called(garage), "side": side, "given": given, "by": by}
    value = garage.fact(trim, limit.key, own_ref=True)
    if left < 0:
        return say("{car}车{side} {value}，超出 {given} {by}，进不去。", value=value or "", **said)
    if left < limit.spare:
        return say(
            "{car}车{side} {value}，在 {given}以内只剩 {by}，很紧，先量实际的尺寸。",
            value=value or "",
            **said,
        )
    tip = words("入口还要看最低的梁、管道和限高牌。" if limit.key == "height_mm" else "")
    return say(
        "{car}车{side} {value}，在 {given}以内还有 {by}，进得去。{tip}",
        value=value or "",
        tip=tip,
        **said,
    )
