"""How import files spell fitted, optional, not there and unknown: closed tables.

Spellings are compared as `folded` leaves them. What stands in no table is no statement: a flag
is then reported and stays unknown. docs/import.md shows the tables.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

# Signs stand alone or before a detail (`● 前排`), in every kind of column.
SIGNS: Final = {
    "standard": ("●", "⬤", "√", "✓", "✔", "☑", "✅"),
    "optional": ("○", "◯", "◎"),
    "absent": ("×", "✕", "✖", "✗", "✘", "❌"),
}

# Words stand alone; those of `DETAILED` also before a blank, a colon or a bracket.
WORDS: Final = {
    "standard": (
        "有",
        "标配",
        "标准配置",
        "标准装备",
        "配备",
        "已配备",
        "配有",
        "具备",
        "是",
        "支持",
        "yes",
        "true",
    ),
    "optional": (
        "选装",
        "选配",
        "可选",
        "可选装",
        "可选配",
        "需选装",
        "需选配",
        "选装包",
        "选配包",
        "选装件",
        "optional",
    ),
    "absent": (
        "无",
        "没有",
        "未配备",
        "不配备",
        "未装备",
        "没配",
        "未配",
        "无此配置",
        "无配置",
        "不带",
        "不含",
        "不提供",
        "不可选",
        "不可选装",
        "不可选配",
        "否",
        "不是",
        "不支持",
        "no",
        "false",
    ),
}
DETAILED: Final = frozenset({"有", "标配", "选装", "选配"})

# Too short to say anything in a column of words or figures.
FLAG_WORDS: Final = {
    "standard": ("带", "含", "标准", "y", "t", "1", "1.0", "standard", "std"),
    "optional": ("opt",),
    "absent": ("不", "n", "f", "x", "0", "0.0", "-", "–", "—", "−", "‐", "―", "——"),
}

UNSAID: Final = frozenset(
    {
        "未知",
        "不详",
        "不明",
        "暂无",
        "暂无报价",
        "暂无价格",
        "暂无数据",
        "暂无信息",
        "暂未公布",
        "待查",
        "待定",
        "待公布",
        "未公布",
        "未公开",
        "未提供",
        "无数据",
        "没有数据",
        "nan",
        "none",
        "null",
        "(null)",
        "<null>",
        "nil",
        "\\n",
        "n/a",
        "na",
        "<na>",
        "nat",
        "undefined",
        "unknown",
        "tbd",
        "tba",
        "#n/a",
        "#value!",
        "#ref!",
        "#div/0!",
        "#name?",
        "#null!",
        "#num!",
        "#getting_data",
        "/",
        "\\",
        "//",
        "--",
        "---",
        "----",
    }
)
"""Says nothing, in any column."""
DASHES: Final = frozenset({"-", "–", "—", "−", "‐", "―", "——"})
"""Not there in a flag's column; in a column of words or figures they say nothing."""
UNSAID_PRICE: Final = frozenset(
    {"预售", "即将上市", "未上市", "询价", "面议", "价格待定", "未定价", "暂未定价"}
)
"""Says nothing in a column of prices: no car is without one."""

# A word is a sign only where something parts it from its detail: “有线CarPlay” is text.
_DETAILED: Final = r"(?P<sign>{signs}|(?:{words})(?=[\s:：(（,，]))[\s:：,，]*(?P<detail>.+)"
_EVERYWHERE: Final = {
    spelling: state
    for table in (SIGNS, WORDS)
    for state, spellings in table.items()
    for spelling in spellings
}
_IN_FLAGS: Final = _EVERYWHERE | {
    spelling: state for state, spellings in FLAG_WORDS.items() for spelling in spellings
}
_SIGN = re.compile(
    _DETAILED.format(
        signs="|".join(sign for signs in SIGNS.values() for sign in signs),
        words="|".join(sorted(DETAILED)),
    )
)
_ANY_SIGN = re.compile("[" + "".join(sign for signs in SIGNS.values() for sign in signs) + "]")
_QUALIFIED = re.compile(
    "选装|选配|可选|加装|不带|不含|没有|未配|不支持|除外|部分车型|顶配|高配|低配"
)


def folded(text: str) -> str:
    """A spelling as the tables have it: half-width, small letters."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def is_unsaid(text: str, *, flag: bool = False) -> bool:
    """Whether a tidied cell says nothing. In the column of a `flag` a dash does."""
    plain = folded(text)
    return not plain or plain in UNSAID or (not flag and plain in DASHES)


def state_of(text: str, *, flag: bool = False) -> str | None:
    """`standard`, `optional` or `absent` where the whole text is a spelling of it."""
    return (_IN_FLAGS if flag else _EVERYWHERE).get(folded(text))


def split_sign(text: str, *, flag: bool = False) -> tuple[str, str] | None:
    """State and detail of `● 前排` or `选装 (8500元)`; None where no sign stands in front, or
    where the detail takes back what the sign says."""
    match = _SIGN.fullmatch(text)
    if match is None:
        return None
    state, detail = _EVERYWHERE[match["sign"]], match["detail"].strip()
    repeated = state_of(detail.strip("()（） "), flag=flag)
    if repeated == state:
        return state, ""
    if repeated or state == "absent":
        return None
    doubtful = (
        detail.startswith(("/", "／"))
        or _ANY_SIGN.search(detail)
        or (state == "standard" and _QUALIFIED.search(detail))
    )
    return None if flag and doubtful else (state, detail)
