"""What staff send beside a file for the knowledge base."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from webapp.knowledge import files
from webapp.knowledge.drafts import COLLECTION, DATE, LIMITS
from webapp.knowledge.queries import DocumentRow
from webapp.knowledge.shipped import SHIPPED

FIELDS: Final = {"title": "标题", "source": "来源", "date": "日期", "series": "车系"}


@dataclass(frozen=True)
class UploadForm:
    """`title`, `source`, `date` and `series` are of the document where the file is one; empty
    where the file itself shall say."""

    collection: str = ""
    title: str = ""
    source: str = ""
    date: str = ""
    series: str = ""

    @property
    def given(self) -> dict[str, str]:
        fields = asdict(self)
        return {name: fields[name] for name in FIELDS if fields[name]}


def read_upload(
    form: Mapping[str, str], *, file: str, replaced: DocumentRow | None
) -> tuple[UploadForm, dict[str, str]]:
    """The form, and what is wrong with which field; `file` is the file's name."""
    sent = UploadForm(
        replaced.collection if replaced else form.get("collection", "").strip(),
        *(" ".join(form.get(name, "").split()) for name in FIELDS),
    )
    wrong = {name: text for name in FIELDS if (text := _too_long(sent, name))}
    if problem := _wrong_file(file, replaces=replaced is not None):
        wrong["file"] = problem
    elif files.is_lines(file) and sent.given:
        wrong["title"] = "JSONL 的每一行自带标题、来源、日期和车系，这几栏请留空。"
    if sent.collection in SHIPPED:
        wrong["collection"] = (
            f"“{sent.collection}”里是随站点提供的文档，会自动还原，请换一个集合名。"
        )
    elif not COLLECTION.fullmatch(sent.collection):
        wrong["collection"] = "集合名以小写字母开头，只含小写字母、数字、- 和 _，最多 40 个字符。"
    if sent.date and not DATE.fullmatch(sent.date):
        wrong["date"] = "日期写成 2025、2025-11 或 2025-11-30。"
    return sent, wrong


def _too_long(form: UploadForm, name: str) -> str:
    value, limit = form.given.get(name, ""), LIMITS.get(name, 0)
    if not limit or len(value) <= limit:
        return ""
    return f"{FIELDS[name]}最多 {limit} 个字，这里有 {len(value)} 个。"


def _wrong_file(name: str, *, replaces: bool) -> str:
    if not name:
        return "请选择一个文件。"
    suffix = Path(name).suffix.lower()
    if suffix not in files.SUFFIXES:
        known = "、".join(known[1:] for known in files.SUFFIXES)
        return f"不认识 {suffix or '没有扩展名'} 的文件：可以是 {known}。"
    return f"{files.WRONG_KIND}。" if replaces and files.is_lines(name) else ""
