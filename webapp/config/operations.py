"""Settings of whoever runs the product."""

from __future__ import annotations

from typing import Final

from .settings import Setting, integer

OPERATIONS: Final[tuple[Setting, ...]] = (
    Setting(
        "STAFF_SESSION_HOURS",
        integer(1, 720),
        12,
        "Hours after which staff have to sign in again, however busy they are.",
        "工作人员登录后最多多少小时，过了要重新登录。",
    ),
)
