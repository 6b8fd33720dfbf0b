"""What each kind of staff may do in the console."""

from __future__ import annotations

from typing import Final, Literal

from webapp.accounts.models import ROLES

Permission = Literal[
    "console", "catalogue", "words", "knowledge", "moderation", "index", "tasks", "accounts",
    "settings", "audit", "roles",
]  # fmt: skip

PERMISSIONS: Final[dict[str, frozenset[Permission]]] = {
    "editor": frozenset({"console", "catalogue", "words", "knowledge"}),
    "moderator": frozenset({"console", "moderation", "accounts"}),
    "operator": frozenset({"console", "index", "tasks", "settings", "audit"}),
    "admin": frozenset(
        {
            "console", "catalogue", "words", "knowledge", "moderation", "index", "tasks",
            "accounts", "settings", "audit", "roles",
        }
    ),
}  # fmt: skip

ROLE_LABELS: Final = {
    "editor": "编辑", "moderator": "审核", "operator": "运维", "admin": "管理员",
}  # fmt: skip

STATE_LABELS: Final = {"active": "正常", "suspended": "已停用", "leaving": "申请删除中"}

assert set(PERMISSIONS) == set(ROLE_LABELS) == set(ROLES)


def allows(role: str | None, permission: Permission) -> bool:
    return role is not None and permission in PERMISSIONS.get(role, frozenset())
