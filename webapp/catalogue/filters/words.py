"""Conditions on cars as visitors read them."""

from __future__ import annotations

from webapp import filtering
from webapp.catalogue.filters.fields import TABLE
from webapp.filtering.words import phrase as phrase_of
from webapp.filtering.words import sentence

__all__ = ["phrase", "sentence"]


def phrase(condition: filtering.Condition) -> str:
    """The words of a chip: “指导价 ≤ 20 万”, “能源：纯电、插混”, “不要品牌：特斯拉”."""
    return phrase_of(TABLE, condition)
