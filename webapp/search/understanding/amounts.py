"""Numbers as people say and write them: 15.8万, 十五万八, 十二点八万, 四秒半, 1米85, 二三十万,
10到15w, 6、7座."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

from webapp.numerals import DIGITS, MOST, POWERS, numeral_value
from webapp.search.understanding.trie import Trie
from webapp.search.understanding.vocabulary import Unit

Shape = Literal["exact", "spoken", "around", "span", "either", "many"]
"""spoken: 十几万, 30多万, 六七万; around: 20来万; span: X到Y; either: 6、7座; many: 好几万, which
bounds nothing."""

TEN_THOUSAND: Final = 10_000
_AND_MORE: Final = ("多", "余")
"""Behind 万."""
_OTHERWISE: Final = ("少", "点", "些", "一")
"""Behind 多 these make it a word of its own: 贵3万多少, 20万多点."""
_UP_TO: Final = 9_900
"""三万多 ends before 四万."""
_ARABIC: Final = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
_CHINESE: Final = re.compile(
    "[零一二三四五六七八九两十百千]+?(?=千[瓦米克])"
    "|[零一二三四五六七八九两十百千]+(?:点[零一二三四五六七八九]+)?"
)
"""三百 of 三百千瓦; the decimals of 十二点八."""
_PAIR: Final = re.compile(
    "(十|[一二三四五六七八九]十)?([一二两三四五六七八九])([二三四五六七八九])([十百千])?"
)
_SOME: Final = re.compile("([一二三四五六七八九]?十|)(好?)(?:几|数(?=[十百千]))([十百千])?")
_OVER_HUNDREDS: Final = re.compile("[上数]([百千])(?=万)")
_WAN: Final = re.compile("万|w(?![a-z])|w(?=suv|mpv|phev|ev|bev)")
_TAIL: Final = re.compile("([1-9]\\d{3})(?!\\d)|零?([1-9]|[一二三四五六七八九])(千?)")
_METRE_TAIL: Final = re.compile(r"\d{1,2}(?![\d.])|[零一二三四五六七八九]{1,2}")
_HALVES: Final = frozenset({"accel_0_100_s", "fuel_l_100km", "count"})
"""Units a half may follow: 四秒半, 五个半油."""
_LINK: Final = re.compile(r"\s*(?:到|至|-+|~+|—+)\s*")
_BETWEEN_LINK: Final = re.compile(r"\s*(?:和|与|跟|同|、|,|and)\s*")
_BETWEEN: Final = re.compile(r"\s*(?:元|块|块钱)?\s*(?:之间|中间|这之间|区间|这个区间)")
_INTRODUCED: Final = re.compile(r"(?:介于|between)\s*$")
_LIST: Final = re.compile(r"\s*(?:、|或者|或|/|,)\s*")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number or a span of numbers at text[start:end], already times 万 where that is said.

    `unit` is None where none is said; `wan` where 万 was the last word of it. `written` tells
    digits from Chinese numerals, `decimals` a fraction.
    """

    start: int
    end: int
    low: float
    high: float
    shape: Shape = "exact"
    unit: Unit | None = None
    wan: bool = False
    written: bool = True
    decimals: bool = False
    alternatives: tuple[float, ...] = ()

    @property
    def is_bare(self) -> bool:
        return self.unit is None and not self.wan


class _Number(NamedTuple):
    end: int
    low: float
    high: float
    shape: Shape
    written: bool
    decimals: bool


@dataclass(frozen=True)
class AmountReader:
    """Reads amounts; `longest` says where the longest word or name from a position ends."""

    units: Trie[Unit]
    longest: Callable[[str, int], int]

    def read(self, text: str, at: int) -> Amount | None:
        """The amount that starts at `at`, spans and lists included."""
        first = self._single(text, at)
        if first is None:
            return None
        return self._span(text, first) or self._list(text, first) or first

    def _single(self, text: str, at: int) -> Amount | None:
        number = _number(text, at)
        if number is None or number.low > MOST:
            return None
        amount = Amount(
            at,
            number.end,
            number.low,
            number.high,
            number.shape,
            written=number.written,
            decimals=number.decimals,
        )
        amount = self._fuzz(text, amount)
        amount = self._times_ten_thousand(text, amount)
        return self._with_unit(text, amount) if amount.low <= MOST else None

    def _fuzz(self, text: str, amount: Amount) -> Amount:
        """多, 余, 来 and 几 inside a number: 20多万, 二十来万, 500多公里, 10几万."""
        mark = text[amount.end : amount.end + 1]
        if amount.shape != "exact" or amount.decimals or not mark or mark not in "多余来几":
            return amount
        follows = text[amount.end + 1 : amount.end + 2]
        if not (_WAN.match(text, amount.end + 1) or (follows and self._unit(text, amount.end + 1))):
            return amount
        if mark == "来":
            return replace(amount, end=amount.end + 1, shape="around")
        step = last_place(amount.low)
        high = amount.low + (step if mark != "几" else max(step, 10))
        return replace(amount, end=amount.end + 1, high=high, shape="spoken")

    def _times_ten_thousand(self, text: str, amount: Amount) -> Amount:
        at = _skip_space(text, amount.end)
        wan = _WAN.match(text, at)
        if not wan:
            return amount
        low, high = amount.low * TEN_THOUSAND, amount.high * TEN_THOUSAND
        amount = replace(amount, end=wan.end(), low=low, high=high, wan=True)
        goes_on = text[wan.end() : wan.end() + 1] in _AND_MORE
        if (
            goes_on
            and amount.shape == "exact"
            and text[wan.end() + 1 : wan.end() + 2] not in _OTHERWISE
        ):
            return replace(amount, end=wan.end() + 1, high=high + _UP_TO, shape="spoken")
        tail = _TAIL.match(text, amount.end)
        if not tail or amount.shape != "exact" or amount.decimals or self._starts_own(text, tail):
            return amount
        more = float(tail[1]) if tail[1] else _digit(tail[2]) * 1000
        return replace(amount, end=tail.end(), low=low + more, high=high + more)

    def _starts_own(self, text: str, tail: re.Match[str]) -> bool:
        """Whether digits behind 万 or 米 begin something else: 20万5座, 15万2.0t, 10万3系."""
        if text[tail.end() : tail.end() + 1] in {*"0123456789.", "十", "百"}:
            return True
        unit = self._unit(text, _skip_space(text, tail.end()))
        counts = unit is not None and unit[1].kind not in ("yuan", "range_km", "price_wan")
        return counts or self.longest(text, tail.start()) > tail.end()

    def _with_unit(self, text: str, amount: Amount) -> Amount:
        at = _skip_space(text, amount.end)
        found = self._unit(text, at)
        if found is None:
            return amount
        end, unit = found
        if at > amount.end and (end - at == 1 and text[at].isascii()):
            return amount  # “20 a级” is no current
        if self.longest(text, at) > end:
            return amount
        amount = replace(amount, end=end, unit=unit)
        if text.startswith("半", end) and unit.kind in _HALVES and amount.shape == "exact":
            return replace(
                amount, end=end + 1, low=amount.low + 0.5, high=amount.high + 0.5, decimals=True
            )
        tail = _METRE_TAIL.match(text, end) if text[end - 1] == "米" else None
        if unit.factor != 1000 or not tail or self._starts_own(text, tail):
            return amount
        more = int("".join(str(_digit(char)) for char in tail[0])) / 10 ** len(tail[0])
        return replace(amount, end=tail.end(), low=amount.low + more, high=amount.high + more)

    def _unit(self, text: str, at: int) -> tuple[int, Unit] | None:
        """The longest unit there that splits no word: 个油 in 三个油耗 would split 油耗."""
        best = None
        for match in self.units.matches(text, at):
            if match.end - at > 1 and self.longest(text, match.end - 1) > match.end:
                continue
            if not _splits_latin(text, match.end) or self.longest(text, match.end) > match.end:
                best = (match.end, match.payload)
        return best

    def _span(self, text: str, first: Amount) -> Amount | None:
        """X到Y; 万 and unit of the one count for the other where that has none."""
        link = _LINK.match(text, first.end)
        between = None if link else _BETWEEN_LINK.match(text, first.end)
        link = link or between
        second = self._single(text, link.end()) if link else None
        if between and second and not _is_between(text, first.start, second.end):
            return None
        if second is None or first.shape != "exact" or second.shape != "exact":
            return None
        low, high = first.low, second.low
        if second.wan and first.is_bare and low < high:
            low *= TEN_THOUSAND
        if first.wan and second.is_bare and low > high:
            high *= TEN_THOUSAND
        if low >= high:
            return None
        return replace(
            second,
            start=first.start,
            low=low,
            high=high,
            shape="span",
            unit=second.unit or first.unit,
            wan=first.wan or second.wan,
        )

    def _list(self, text: str, first: Amount) -> Amount | None:
        """8、9万 is 八九万, 15、6万 十五六万; 6、7座 and 5或7座 are either of them."""
        link = _LIST.match(text, first.end)
        second = self._single(text, link.end()) if link and first.is_bare else None
        if second is None or second.is_bare or second.shape != "exact" or first.decimals:
            return None
        scale = TEN_THOUSAND if second.wan else 1
        low, high = first.low * scale, second.low
        if low > high and first.low > 9 and high / scale < 10:
            high += low - low % (10 * scale)
        if second.unit and second.unit.kind in ("seats", "model_year", "people"):
            values = (low, high)
            return replace(
                second, start=first.start, shape="either", low=low, high=high, alternatives=values
            )
        if high != low + scale:
            return None
        return replace(second, start=first.start, low=low, high=low + scale * 1.99, shape="spoken")


def _number(text: str, at: int) -> _Number | None:
    if arabic := _ARABIC.match(text, at):
        value = float(arabic[0].replace(",", ""))
        return _thousands(text, arabic.end(), value, "." in arabic[0])
    if text.startswith("百万", at):
        return _Number(at + 1, 100, 100, "exact", False, False)
    return _over_hundreds(text, at) or _pair(text, at) or _some(text, at) or _chinese(text, at)


def _thousands(text: str, end: int, value: float, decimals: bool) -> _Number:
    """3千, 2百: digits with a Chinese power behind."""
    power = POWERS.get(text[end : end + 1], 0)
    if power > 10 and text[end + 1 : end + 2] not in ("瓦", "米", "克"):
        return _Number(end + 1, value * power, value * power, "exact", True, False)
    return _Number(end, value, value, "exact", True, decimals)


def _over_hundreds(text: str, at: int) -> _Number | None:
    """上百(万): that and more; told from an exact hundred by an open end."""
    match = _OVER_HUNDREDS.match(text, at)
    if not match:
        return None
    return _Number(match.end(), POWERS[match[1]], float("inf"), "spoken", False, False)


def _pair(text: str, at: int) -> _Number | None:
    """Two neighbouring digits: 六七, 十二三, 二三十, 三四百."""
    match = _PAIR.match(text, at)
    if not match or (match[1] and match[4]):
        return None
    first, second = DIGITS[match[2]], DIGITS[match[3]]
    if not first < second <= first + 2 or _CHINESE.match(text, match.end()):
        return None
    if match[4]:
        power = POWERS[match[4]]
        return _Number(match.end(), first * power, second * power, "spoken", False, False)
    tens = _tens(match[1] or "")
    return _Number(match.end(), tens + first, tens + second + 0.99, "spoken", False, False)


def _some(text: str, at: int) -> _Number | None:
    """几, 十几, 二十几, 几十, 几百, 好几."""
    match = _SOME.match(text, at)
    if not match or (match[1] and match[3]):
        return None
    shape: Shape = "many" if match[2] and not match[1] else "spoken"
    if match[3]:
        power = POWERS[match[3]]
        return _Number(match.end(), power, power * 10, shape, False, False)
    tens = _tens(match[1])
    return _Number(match.end(), tens or 1, tens + 10, shape, False, False)


def _tens(text: str) -> int:
    """一十 to 九十, 十 itself, nothing as 0."""
    return 0 if not text else 10 if text == "十" else DIGITS[text[0]] * 10


def _is_between(text: str, start: int, end: int) -> bool:
    """15万和20万之间, 介于15万和20万: only so do 和 and 、 span what lies between."""
    return bool(_BETWEEN.match(text, end) or _INTRODUCED.search(text, 0, start))


def _chinese(text: str, at: int) -> _Number | None:
    match = _CHINESE.match(text, at)
    value = numeral_value(match[0]) if match else None
    if match is None or not value:
        return None
    return _Number(match.end(), value, value, "exact", False, "点" in match[0])


def _digit(char: str) -> int:
    return int(char) if char.isdigit() else DIGITS[char]


def last_place(value: float) -> float:
    """The step of 多: 10 in 30多, 100 in 500多, 1 in 15多."""
    step = 1
    while value and value % (step * 10) == 0:
        step *= 10
    return step


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] == " ":
        at += 1
    return at


def _splits_latin(text: str, end: int) -> bool:
    """Whether a word that ends here leaves half of a run of letters behind."""
    if end == len(text) or not text[end - 1].isascii():
        return False
    return text[end - 1].isalpha() and text[end].isascii() and text[end].isalpha()
