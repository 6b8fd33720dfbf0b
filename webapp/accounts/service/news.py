"""What people are told of their accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from webapp.notices import service as notices
from webapp.notices.kinds import Kind

EXPORT: Final = Kind("export", "数据导出", "打包好了，可以下载", ("mail",), urgent=True)
REAL_NAME: Final = Kind("realname", "实名核验", "核验方晚些时候的答复", ("mail", "wechat"))
_ANSWERS: Final = {
    "verified": ("实名核验通过了", "现在可以付订金了。"),
    "mismatch": ("实名核验没有通过", "姓名和号码对不上，请核对后再试。"),
    "review": ("实名核验没有通过", "核验方没有查到，请核对后再试。"),
}


def export_ready(account_id: int, export_id: int, now: datetime) -> None:
    """In the transaction that keeps it."""
    notices.notify(
        account_id=account_id,
        kind=EXPORT.key,
        subject="export",
        event=str(export_id),
        title="你的数据打包好了",
        body="一天内可以下载，之后会删掉。",
        address="/accounts/#export",
        now=now,
    )


def real_name_answered(account_id: int, state: str, now: datetime) -> None:
    """In the transaction that keeps the answer."""
    title, body = _ANSWERS[state]
    notices.notify(
        account_id=account_id,
        kind=REAL_NAME.key,
        subject="realname",
        event=f"{state}-{now.isoformat()}",
        title=title,
        body=body,
        address="/accounts/#realname",
        now=now,
    )
