"""The audit log: who changed what, and when. Lines are added and never changed or removed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from webapp import clock
from webapp.columns import UtcDateTime
from webapp.extensions import Model, db
from webapp.transactions import require

ACTIONS: Final = {
    "set role": "改角色",
    "invite staff": "发邀请",
    "accept invitation": "接受邀请",
    "set up staff login": "设置员工登录",
    "use recovery code": "用恢复码登录",
    "suspend account": "停用账号",
    "restore account": "恢复账号",
    "end sessions": "结束登录",
    "run task again": "重跑任务",
    "set value": "改参数值",
    "add trim": "新增车型",
    "explain doubt": "说明疑点",
    "add picture": "加图片",
    "change picture": "改图片说明",
    "move picture": "排图片顺序",
    "remove picture": "移走图片",
    "set maker page": "改厂商网页",
    "upload cars": "上传车型文件",
    "map columns": "对应文件的列",
    "import cars": "导入车型文件",
    "undo batch": "撤销导入或修改",
    "rebuild index": "重建索引",
    "stop index": "停止重建索引",
    "upload documents": "上传知识文件",
    "take in documents": "收入知识文件",
    "stop documents": "停下知识库变更",
    "check documents again": "重做知识库变更",
    "remove document": "移走知识文档",
    "remove collection": "移走知识集合",
    "save alias": "改别名",
    "forget alias": "恢复别名",
    "save synonym": "改同义词",
    "forget synonym": "移走同义词",
    "save rule": "改规则",
    "withdraw rule": "撤回规则修改",
    "import sales": "导入销量",
    "recompute rankings": "重算榜单",
    "take down video": "下架视频",
    "restore video": "恢复视频",
    "process video again": "重新处理视频",
    "send notices again": "再发消息",
    "decide moment": "审核视频证据点",
    "save offer": "改预约项目",
    "deposit visited": "订金标已到店",
    "deposit done": "订金标已成交",
    "deposit declined": "退回订金",
    "car sold": "标车辆已售",
    "refund deposit": "人工退款",
    "retry refund": "重试退款",
    "note refund": "记线下退款",
    "resolve incident": "处理支付异常",
}
"""What can be recorded, with the words staff read."""


class AuditEntry(Model):
    """One change. The database itself refuses to change or delete a row (migration 0004).

    `before` and `after` are JSON, None where there is nothing to say; they hold no personal
    data but an account's number.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "subject", "id"), Index(None, "action", "id"))
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_id: Mapped[int | None] = mapped_column(index=True)
    """Number of the account; None for the command line. No foreign key: accounts may go."""
    role: Mapped[str] = mapped_column(String(9))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(120))
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str | None] = mapped_column(Text)


@dataclass(frozen=True)
class Actor:
    """Who acts: the number of a staff account and its role, or the command line."""

    account_id: int | None
    role: str


COMMAND_LINE: Final = Actor(None, "cli")


def record(
    actor: Actor, action: str, subject: str, *, before: Any = None, after: Any = None
) -> None:
    """Add a line to the transaction under way, so that the change and its line come together.

    Raises KeyError for an action that is not listed, RuntimeError outside of a transaction.
    """
    require()
    assert ACTIONS[action]
    db.session.add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.account_id,
            role=actor.role,
            action=action,
            subject=subject,
            before=_json(before),
            after=_json(after),
        )
    )


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
