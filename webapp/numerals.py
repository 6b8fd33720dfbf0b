"""Chinese numerals as numbers: 二十五, 一百二, 十二点八, 十万零五千."""

from __future__ import annotations

from typing import Final

DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
POWERS: Final = {"十": 10, "百": 100, "千": 1000}
_GROUPS: Final = {"万": 10_000, "亿": 100_000_000}
_POINT: Final = "点"
_LONGEST: Final = 15
"""Characters of a numeral that a person would say."""
MOST: Final = 1e15
"""What is more is no number anybody means, and soon none that can be reckoned with."""


def numeral_value(numeral: str) -> float | None:
    """The number a Chinese numeral stands for; None where it is none.

    二十五 25, 一百二 120, 两千八 2800, 二零二五 2025, 十二点八 12.8, 十万零五千 105000,
    一万五 15000.
    """
    if len(numeral) > _LONGEST:
        return None
    whole, point, decimals = numeral.partition(_POINT)
    if point and (not decimals or any(char not in DIGITS for char in decimals)):
        return None
    value = _whole(whole)
    if value is None or value > MOST:
        return None
    return value + float(f"0.{_in_digits(decimals)}") if decimals else float(value)


def _whole(numeral: str) -> int | None:
    """A whole number in groups of ten thousand."""
    for group, factor in reversed(_GROUPS.items()):
        if group in numeral:
            head, _, tail = numeral.rpartition(group)
            high = _whole(head)
            low = _rest(tail, factor)
            return None if high is None or low is None else high * factor + low
    return _section(numeral)


def _rest(tail: str, factor: int) -> int | None:
    """What follows 万 or 亿: a lone digit counts the next lower power, 一万五 is 15000."""
    if not tail:
        return 0
    if len(tail) == 1 and tail in DIGITS:
        return DIGITS[tail] * factor // 10
    return _whole(tail)


def _section(numeral: str) -> int | None:
    """A number below ten thousand, or digits in a row."""
    if not numeral or any(char not in DIGITS and char not in POWERS for char in numeral):
        return None
    if not any(char in POWERS for char in numeral):
        return int(_in_digits(numeral))
    total, pending, power, zero = 0, 0, 10_000, False
    for char in numeral:
        if char in POWERS:
            if POWERS[char] >= power or (not pending and char != "十"):
                return None
            power = POWERS[char]
            total, pending, zero = total + (pending or 1) * power, 0, False
        elif DIGITS[char] == 0:
            zero = True
        elif pending:
            return None
        else:
            pending = DIGITS[char]
    # 一百二 is 120, but 一百零二 is 102.
    return total + pending * (power // 10 if pending and not zero and power > 10 else 1)


def _in_digits(numeral: str) -> str:
    return "".join(str(DIGITS[char]) for char in numeral)
