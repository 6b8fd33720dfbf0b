"""What each kind of staff may do in the console."""

from __future__ import annotations

from typing import Final, Literal

from webapp.accounts.models import ROLES

Permission = Literal[
    "console",
    "catalogue",
    "words",
    "knowledge",
    "rules",
    "moderation",
    "deposits",
    "index",
    "tasks",
    "accounts",
    "settings",
    "audit",
    "roles",
]

PERMISSIONS: Final[dict[str, frozenset[Permission]]] = {
    "editor": frozenset({"console", "catalogue", "words", "knowledge", "rules"}),
    "moderator": frozenset({"console", "moderation", "accounts"}),
    "operator": frozenset({"console", "deposits", "index", "tasks", "settings", "audit"}),
    "admin": frozenset(
        {
            "console",
            "catalogue",
            "words",
            "knowledge",
            "rules",
            "moderation",
            "deposits",
            "index",
            "tasks",
            "accounts",
            "settings",
            "audit",
            "roles",
        }
    ),
}

Act = Literal["end sessions", "suspend", "restore", "set role"]

_ANYBODY: Final = frozenset({None, *ROLES})
_VISITORS: Final = frozenset({None})

MAY_ACT_ON: Final[dict[Act, dict[str, frozenset[str | None]]]] = {
    "end sessions": {"moderator": _VISITORS, "admin": _ANYBODY},
    "suspend": {"moderator": _VISITORS, "admin": _VISITORS},
    "restore": {"moderator": _VISITORS, "admin": _VISITORS},
    "set role": {"admin": _ANYBODY},
}
"""By act and role of who acts the roles it may be done to, None for people without one. Staff are
relieved of their role before they are suspended; nobody's role is its own to change."""

ROLE_LABELS: Final = {
    "editor": "编辑",
    "moderator": "审核",
    "operator": "运维",
    "admin": "管理员",
}

STATE_LABELS: Final = {"active": "正常", "suspended": "已停用", "leaving": "申请删除中"}

assert set(PERMISSIONS) == set(ROLE_LABELS) == set(ROLES)


def allows(role: str | None, permission: Permission) -> bool:
    return role is not None and permission in PERMISSIONS.get(role, frozenset())


def may_act(role: str | None, act: Act, target: str | None) -> bool:
    """Whether staff with `role` may do this to an account whose role is `target`."""
    return role is not None and target in MAY_ACT_ON[act].get(role, frozenset())
