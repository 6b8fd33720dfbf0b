"""Doubts explained: the value is right, and why."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete, select

from webapp.catalogue.models import ExplainedDoubt, Trim
from webapp.catalogue.reading.plausible import RULES
from webapp.errors import BadInput, NotFound
from webapp.extensions import db

REASON_LENGTH: Final = 300


def explain_doubt(*, trim_id: int, rule: str, said: str, reason: str) -> str | None:
    """Keep why what a rule `said` of a trim is right after all; an empty reason takes it back.
    The reason that was there before. In the caller's transaction.

    Raises NotFound and BadInput.
    """
    reason = " ".join(reason.split())
    if db.session.get(Trim, trim_id) is None:
        raise NotFound(f"没有编号为 {trim_id} 的车型。")
    if rule not in RULES or not 0 < len(said) <= 200:
        raise BadInput("没有这样的疑点，请刷新页面。")
    if reason and not 4 <= len(reason) <= REASON_LENGTH:
        raise BadInput(f"理由写 4 到 {REASON_LENGTH} 个字：为什么这个数是对的，从哪里看到。")
    about = (ExplainedDoubt.trim_id == trim_id, ExplainedDoubt.rule == rule)
    before = db.session.scalar(select(ExplainedDoubt.reason).where(*about))
    db.session.execute(delete(ExplainedDoubt).where(*about))
    if reason:
        db.session.add(ExplainedDoubt(trim_id=trim_id, rule=rule, said=said, reason=reason))
    return before
