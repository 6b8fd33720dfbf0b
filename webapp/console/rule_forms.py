"""What staff send to correct a rule: the columns of a rule file, money in yuan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from webapp.costs.energy import ITEM_LABELS
from webapp.rules.reading import RuleFileError
from webapp.rules.records import Term
from webapp.rules.service import written
from webapp.rules.wording import plain

RULE_FIELDS: Final = {
    "document": "文号",
    "address": "文件网址",
    "title": "规定名称",
    "authority": "发布机关",
    "published": "发布日期",
    "verified_on": "核对日期",
    "verified_by": "核对人",
    "review_by": "下次核对不晚于",
}
TERM_FIELDS: Final = {
    "valid_from": "起始日期",
    "valid_to": "截止日期",
    "rate": "比例",
    "amount_fen": "金额（元）",
    "floor_fen": "最少（元）",
    "cap_fen": "最多（元）",
    "limit": "界限",
    "unit": "单位",
    "text": "文字",
    "note": "说明",
}
NEW_FIELDS: Final = {"code": "代码"}
PRICE_FIELDS: Final = {
    "value": "价格",
    "valid_from": "起始日期",
    "source": "来源",
    "address": "来源网址",
    "captured": "查看日期",
}
PRICE_UNITS: Final = {
    item: "元/升" if item.startswith(("petrol", "diesel")) else "元/千瓦时" for item in ITEM_LABELS
}
PAST: Final = ("published", "verified_on", "captured")
"""Days that cannot lie ahead."""
MONEY: Final = ("amount_fen", "floor_fen", "cap_fen")
REQUIRED: Final = ("document", "address", "title", "authority", "verified_on", "verified_by")
HINTS: Final = {
    "address": "以 https:// 开头，发布机关网站上的原文",
    "rate": "0.5 表示 50%",
    "valid_to": "没有截止日期就留空",
    "code": "小写英文、数字和短横线，定了不再改，如 plate-tianjin",
    "value": "只写数字，如 7.85",
}
_YUAN: Final = re.compile(r"([0-9]{1,11})(?:\.([0-9]{1,2}))?")
LABELS: Final = NEW_FIELDS | PRICE_FIELDS | RULE_FIELDS | TERM_FIELDS
_COLUMN: Final = re.compile(rf" ?(?<![\w/-])({'|'.join(LABELS)})(?![\w/-])", re.ASCII)
_BY_FORM: Final = {
    "rate": ("rate", "floor_fen", "cap_fen"),
    "amount": ("amount_fen",),
    "limit": ("limit",),
    "text": ("text",),
}


def fields_of(term: Term) -> dict[str, str]:
    """The fields of a term of its form, with their labels."""
    values = {name for names in _BY_FORM.values() for name in names}
    own = _BY_FORM[term.form]
    return {name: label for name, label in TERM_FIELDS.items() if name in own or name not in values}


def filled(term: Term, *, follow: bool, today: date) -> dict[str, str]:
    """The form as it is opened: what is in force, compared today; of what follows a term the
    first day, and neither its end nor the document it will stand in."""
    form = written(term.rule) | written(term)
    form |= {name: _yuan(form[name]) for name in MONEY}
    form["verified_on"] = today.isoformat()
    if follow:
        begins = term.valid_to + timedelta(days=1) if term.valid_to else today
        form |= dict.fromkeys(("valid_to", "document", "address", "published", "review_by"), "")
        form["valid_from"] = begins.isoformat()
    return form


def read_cells(
    sent: Mapping[str, str], term: Term, today: date
) -> tuple[dict[str, str], dict[str, str]]:
    """The cells of the form of a term, and what is wrong with which field."""
    return _read(sent, [*RULE_FIELDS, *fields_of(term)], today)


def read_new(sent: Mapping[str, str], today: date) -> tuple[dict[str, str], dict[str, str]]:
    """The cells of the form of a rule that is entered for the first time, likewise."""
    form = sent.get("form", "")
    others = {name for kind, names in _BY_FORM.items() if kind != form for name in names}
    terms = [name for name in TERM_FIELDS if name in _BY_FORM.get(form, ()) or name not in others]
    chosen = ["kind", "jurisdiction", "basis", "form"]
    cells, wrong = _read(sent, [*NEW_FIELDS, *chosen, *RULE_FIELDS, *terms], today)
    needed = ("code", "valid_from", *_BY_FORM.get(form, ())[:1])
    return cells, {name: "请填写这一栏。" for name in needed if not cells.get(name)} | wrong


def read_price(sent: Mapping[str, str], today: date) -> tuple[dict[str, str], dict[str, str]]:
    """The cells of the form of a price, likewise."""
    cells, wrong = _read(sent, ["item", "region", *PRICE_FIELDS], today, required=("source",))
    needed = ("value", "valid_from", "captured")
    cells["unit"] = PRICE_UNITS.get(cells["item"], "")
    if not cells["unit"]:
        wrong["item"] = "请从列表里选一项。"
    return cells, {name: "请填写这一栏。" for name in needed if not cells[name]} | wrong


def _read(
    sent: Mapping[str, str], names: Iterable[str], today: date, required: Iterable[str] = REQUIRED
) -> tuple[dict[str, str], dict[str, str]]:
    cells = {name: " ".join(sent.get(name, "").split()) for name in names}
    wrong = {name: "请填写这一栏：改规则要有依据。" for name in required if not cells[name]}
    for name in PAST:
        if today.isoformat() < cells.get(name, "") < "9999-99-99":
            wrong[name] = f"{LABELS[name]}不能晚于今天（{today.isoformat()}）。"
    for name in MONEY:
        if cells.get(name):
            found = _YUAN.fullmatch(cells[name].replace(",", ""))
            if found is None:
                wrong[name] = "金额写成元，如 15000 或 0.5。"
            else:
                cells[name] = str(int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")))
    return cells, wrong


def said_of(error: RuleFileError) -> dict[str, str]:
    """What is wrong with which field, of a form that the reader of files refused: columns by
    their labels, money in yuan."""
    wrong: dict[str, str] = {}
    for problem in error.problems:
        said = re.sub(r"form 是 [a-z]+ 时", "", problem.said)
        said = _COLUMN.sub(lambda found: f"“{LABELS[found[1]]}”", said)
        wrong.setdefault(problem.column if problem.column in LABELS else "valid_from", f"{said}。")
    return wrong


def _yuan(fen: str) -> str:
    return plain(Decimal(fen) / 100) if fen else ""
