"""The audit log as people read it: stored words by the tables that the pages use.

What is stored stays as it is, so that a line says the same however pages change.
"""

from __future__ import annotations

import json
from typing import Any, Final

from webapp.accounts.roles import ROLE_LABELS, STATE_LABELS
from webapp.audit import AuditEntry
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.vocabulary import CONFIDENCE_LABELS, ENERGY_LABELS, FITTED_LABELS
from webapp.operations.models import RUN_LABELS
from webapp.registry import registry
from webapp.videos.telling import LABELS as VIDEO_LABELS

NAME_LABELS: Final = {"brand": "品牌", "series": "车系", "group": "一组品牌"}
"""Kinds of names that an alias may stand for."""
INDEX_LABELS: Final = {"search": "车型搜索", "knowledge": "知识库"}
KINDS: Final = NAME_LABELS | {
    "trim": "车型",
    "batch": "批次",
    "account": "账号",
    "collection": "集合",
    "document": "文档",
    "synonym": "同义词",
    "video": "视频",
}
"""The first word of a subject."""
FIELDS: Final = KINDS | {
    "parameter": "参数",
    "text": "值",
    "source": "来源",
    "captured": "月份",
    "confidence": "可信度",
    "title": "标题",
    "date": "日期",
    "file": "文件",
    "replaces": "换掉",
    "change": "变更",
    "id": "编号",
    "kind": "种类",
    "name": "名称",
    "alias": "别名",
    "members": "成员",
    "columns": "列的对应",
    "maker": "厂商",
    "reason": "理由",
    "said": "疑点",
    "model_year": "年款",
    "status": "状态",
    "launch": "上市时间",
    "source_url": "来源网址",
    "state": "状态",
}
"""Fields of `before` and `after`."""
WORDS: Final = {"kind": NAME_LABELS, "confidence": CONFIDENCE_LABELS, "state": VIDEO_LABELS}
"""Fields that hold one of a few words."""
ACTION_WORDS: Final = {
    "set role": ROLE_LABELS,
    "invite staff": ROLE_LABELS,
    "accept invitation": ROLE_LABELS,
    "suspend account": STATE_LABELS,
    "restore account": STATE_LABELS,
    "run task again": RUN_LABELS,
    "set value": FITTED_LABELS | ENERGY_LABELS,
}
"""Actions whose `before` and `after` are, or begin with, one of a few words."""
_OF, _INSIDE = " of ", "，集合 "


def subject_told(subject: str) -> str:
    """As people read it: “车型 3 厂商指导价”."""
    if subject.startswith("document "):
        subject = subject.replace(_OF, _INSIDE, 1)
    return _translated(subject, KINDS, _labels(), _names())


def subject_asked(text: str) -> str:
    """What to look for in subjects where people write them as they read them."""
    if text.startswith("文档 "):
        text = text.replace(_INSIDE, _OF, 1)
    kinds, labels, names = _turned(KINDS), _turned(_labels()), _turned(_names())
    return _translated(text, kinds, labels, names)


def _translated(
    subject: str, kinds: dict[str, str], labels: dict[str, str], names: dict[str, str]
) -> str:
    """A subject is a name, or a kind with what it is: a number, and of a trim the parameter."""
    kind, space, rest = subject.partition(" ")
    if not rest:
        return names.get(subject, subject)
    number, gap, parameter = rest.partition(" ")
    if number.isdigit() and parameter:
        rest = number + gap + labels.get(parameter, parameter)
    return kinds.get(kind, kind) + space + rest


def _names() -> dict[str, str]:
    return registry().task_labels | INDEX_LABELS


def _labels() -> dict[str, str]:
    return {key: row.label for key, row in parameters().items()}


def _turned(table: dict[str, str]) -> dict[str, str]:
    return {said: known for known, said in table.items()}


def told(entry: AuditEntry, value: str | None) -> str:
    """`before` or `after` of an entry: words without quotes, fields by their names."""
    if value is None:
        return "–"
    known = json.loads(value)
    if isinstance(known, dict):
        return "；".join(f"{FIELDS.get(name, name)} {_field(name, v)}" for name, v in known.items())
    first, space, rest = _plain(known).partition(" ")
    return ACTION_WORDS.get(entry.action, {}).get(first, first) + space + rest


def _field(name: str, value: Any) -> str:
    words = _labels() if name == "parameter" else WORDS.get(name, {})
    return words.get(value, _plain(value)) if isinstance(value, str) else _plain(value)


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
