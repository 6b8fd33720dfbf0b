"""What staff read of the knowledge base's state."""

from __future__ import annotations

from typing import Final

_WHY: Final = (
    ("EMBEDDER is none", "设置 EMBEDDER=none 关掉了含义比较"),
    ("vectors are being made", "向量正在生成"),
    ("the vector index is away", "向量索引没有应答"),
    ("is not installed", "没有安装本地的向量模型"),
    ("this processor cannot run", "这台机器跑不了本地的向量模型"),
)


def why_in_chinese(why: str) -> str:
    """`State.why` for staff; words nobody translated stay as they are."""
    return next((said for words, said in _WHY if words in why), why)
