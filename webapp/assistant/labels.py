"""Who wrote an answer, said in sight and inside the data.

The labelling rule of 2025-09-01 is about generated text. An answer in which a model wrote so much
as a sentence is labelled as such; one composed by code from rows and passages says that instead.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from webapp.assistant.events import Writer


@dataclass(frozen=True)
class Label:
    """`seen` stands beside the answer, `copied` goes along with its text. `mark` is JSON, kept
    inside the data under `name`: in `<meta>`, in `data-<name>`, in the head of an export."""

    seen: str
    copied: str
    name: str
    mark: str

    @property
    def attribute(self) -> str:
        return f"data-{self.name.lower()}"


def _mark(**fields: str) -> str:
    return json.dumps(fields, ensure_ascii=False)


LABELS: Final[dict[Writer, Label]] = {
    "model": Label(
        "AI 生成",
        "（以上内容由车知助手 AI 生成，数字和引用请以来源为准）",
        "AIGC",
        _mark(Label="1", ContentProducer="车知助手", ContentPropagator="车知"),
    ),
    "rules": Label(
        "由程序按数据与资料整理",
        "（以上内容由车知的程序按数据与资料整理，没有用 AI 生成，数字和引用请以来源为准）",
        "Composed",
        _mark(By="rules", ContentProducer="车知"),
    ),
}
