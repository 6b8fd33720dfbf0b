"""The comparison basket: ids of up to six trims in the visitor's signed session cookie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from blinker import Namespace
from flask import current_app, session

MAX_TRIMS: Final = 6
"""How many cars stand side by side at most."""
_KEY = "basket"

changed = Namespace().signal("basket-changed")
"""Sent by the application with `trim_ids` after each change."""


def basket() -> list[int]:
    """Trim ids in the order in which they were added."""
    stored = session.get(_KEY, [])
    return [item for item in stored if isinstance(item, int)][:MAX_TRIMS]


def add(trim_id: int) -> bool:
    """Put a trim in; False where the basket is full. Safe to repeat."""
    ids = basket()
    if trim_id in ids:
        return True
    if len(ids) >= MAX_TRIMS:
        return False
    _store([*ids, trim_id])
    return True


def remove(trim_id: int) -> None:
    """Take a trim out; safe to repeat."""
    _store([item for item in basket() if item != trim_id])


def union(own: Sequence[int], more: Sequence[int]) -> list[int]:
    """Both without doubles, as many as a comparison holds; `own` come first."""
    return [*dict.fromkeys([*own, *more])][:MAX_TRIMS]


def replace(ids: Sequence[int]) -> None:
    _store(list(ids)[:MAX_TRIMS])


def _store(ids: list[int]) -> None:
    session.permanent = True  # survives the browser's and the server's restart
    session[_KEY] = ids
    changed.send(current_app._get_current_object(), trim_ids=ids)  # type: ignore[attr-defined]
