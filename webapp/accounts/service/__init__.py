"""Decisions and writes about people; each function is one transaction."""

from webapp.accounts.service.identities import (
    NOTICE,
    Collision,
    Welcome,
    clean_nickname,
    create_account,
    link_identity,
    merge_accounts,
    sign_in,
    unlink_identity,
)
from webapp.accounts.service.leaving import (
    REFLECTION,
    ask_export,
    ask_to_leave,
    build_export,
    build_waiting_exports,
    erase_due,
    stay,
)
from webapp.accounts.service.profile import (
    fetch_avatar,
    remember_basket,
    remove_avatar,
    rename,
    set_privacy,
)
from webapp.accounts.service.realname import (
    CONSENT,
    TRIES_A_DAY,
    available,
    retry_real_names,
    submit_real_name,
)
from webapp.accounts.service.sessions import (
    FRESH,
    close_all_sessions,
    close_session,
    open_session,
    sweep_sessions,
    use_session,
)
from webapp.accounts.service.staff import NoSuchAccount, name_staff

__all__ = [
    "CONSENT",
    "FRESH",
    "NOTICE",
    "REFLECTION",
    "TRIES_A_DAY",
    "Collision",
    "NoSuchAccount",
    "Welcome",
    "ask_export",
    "ask_to_leave",
    "available",
    "build_export",
    "build_waiting_exports",
    "clean_nickname",
    "close_all_sessions",
    "close_session",
    "create_account",
    "erase_due",
    "fetch_avatar",
    "link_identity",
    "merge_accounts",
    "name_staff",
    "open_session",
    "remember_basket",
    "remove_avatar",
    "rename",
    "retry_real_names",
    "set_privacy",
    "sign_in",
    "stay",
    "submit_real_name",
    "sweep_sessions",
    "unlink_identity",
    "use_session",
]
