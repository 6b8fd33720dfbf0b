"""Domain errors and the pages visitors see for them.

Services raise these; views let them pass; here they become a page, or a fragment for htmx.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from typing import Final, NamedTuple

from flask import Flask, current_app, g, render_template
from structlog import get_logger
from werkzeug.exceptions import HTTPException

from webapp.database import AWAY
from webapp.htmx import wants_fragment

_SQLITE_FULL: Final = 13
"""The primary result code of SQLite for a full disk."""


class Suggestion(NamedTuple):
    label: str
    url: str


class DomainError(Exception):
    """Base of what a visitor can be told: a status, a title and what to do."""

    status = 400
    title = "这个请求读不懂"
    message = "请检查地址，或从下面的入口继续。"
    retry_after: int | None = None
    """Seconds after which the same may succeed."""

    def __init__(
        self,
        message: str | None = None,
        *,
        title: str | None = None,
        suggestions: Sequence[Suggestion] = (),
    ) -> None:
        super().__init__(message or self.message)
        self.message = message or self.message
        self.title = title or self.title
        self.suggestions = tuple(suggestions)


class BadInput(DomainError):
    """Something the visitor sent cannot be read; the message names it."""


class NotFound(DomainError):
    status = 404
    title = "没有找到这个页面"
    message = "地址可能写错了，或者内容已经移走。可以搜一搜："


class Forbidden(DomainError):
    """Signed in, but not entitled to this."""

    status = 403
    title = "没有权限"
    message = "这个页面不对你开放。"


class CrossOrigin(DomainError):
    status = 403
    title = "请求不是从本站发出的"
    message = "为了安全，这次操作没有执行。请回到本站页面再试一次。"


class Conflict(DomainError):
    status = 409
    title = "内容刚刚变了"
    message = "请刷新页面后再试。"


class Unavailable(DomainError):
    """A part we depend on is away; trying again later may help."""

    status = 503
    title = "这项功能暂时不可用"
    message = "请稍后再试。"


class DiskFull(Unavailable):
    """Nothing can be written. Reading goes on."""

    title = "暂时不能保存"
    message = "服务器的磁盘满了，刚才的操作没有保存。浏览不受影响，请过一会儿再试一次。"


class DatabaseAway(Unavailable):
    """The database is away, hangs, or is locked."""

    title = "暂时读不到数据"
    message = (
        "数据库没有应答，这一页现在打不开，刚才提交的也没有保存。最近有人看过的页面还能打开，"
        "过一会儿再试。"
    )
    retry_after = 10


# What visitors read for errors raised by Flask and Werkzeug themselves.
HTTP_TEXTS: dict[int, tuple[str, str]] = {
    400: (DomainError.title, DomainError.message),
    403: ("没有权限", "这个页面不对你开放。"),
    404: (NotFound.title, NotFound.message),
    405: ("不能这样打开这个页面", "请从页面上的按钮或链接进入。"),
    408: ("请求超时", "网络可能不稳定，请再试一次。"),
    413: ("提交的内容太大", "请减少内容后再试。"),
    414: ("地址太长", "请减少筛选条件后再试。"),
    415: ("不支持这种内容", "请从页面上的表单提交。"),
    429: ("操作太频繁", "请稍等一分钟再试。"),
    431: ("请求头太大", "请清除本站的 Cookie 后再试。"),
}
_POSTGRESQL_DISK_FULL: Final = "53100"
INTERNAL = ("出错了", "不是你的问题。我们已经记下，请稍后再试；反馈时请附上下面的编号。")


def init_app(app: Flask) -> None:
    app.register_error_handler(DomainError, _domain)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _internal)


def page(
    code: int, title: str, message: str, suggestions: Sequence[Suggestion] = ()
) -> tuple[str, int]:
    """The error as a whole page, or as a fragment where htmx asked."""
    template = "errors/_error.html" if wants_fragment() else "errors/error.html"
    told = {
        "code": code,
        "title": title,
        "message": message,
        "suggestions": suggestions,
        "show_search": code in (400, 404),
        "request_id": g.get("request_id") if code >= 500 else None,
    }
    try:
        html = render_template(template, **told)
    except AWAY:
        _be_a_guest()
        html = render_template(template, **told)
    return html, code


def _be_a_guest() -> None:
    """For the rest of the request: who is signed in stands in the database, which is away."""
    g._login_user = current_app.login_manager.anonymous_user()  # type: ignore[attr-defined]


def _domain(error: DomainError) -> tuple[str, int, dict[str, str]]:
    html, code = page(error.status, error.title, error.message, error.suggestions)
    return html, code, {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}


def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
    code = error.code or 500
    if code < 400:
        return error  # redirects by the router are no errors
    title, message = HTTP_TEXTS.get(code, INTERNAL)
    return page(code, title, message)


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a full disk is what is behind an error: of a file, of SQLite or of PostgreSQL."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        full = getattr(error, "sqlite_errorcode", None) == _SQLITE_FULL
        if full or getattr(error, "sqlstate", None) == _POSTGRESQL_DISK_FULL:
            return True
        error = getattr(error, "orig", None) or error.__cause__ or error.__context__
    return False


def _internal(error: Exception) -> tuple[str, int] | tuple[str, int, dict[str, str]]:
    if is_disk_full(error):
        get_logger(__name__).error("disk full", error=type(error).__name__)
        return _domain(DiskFull())
    if isinstance(error, AWAY):
        return _without_database(error)
    get_logger(__name__).exception("unhandled", exc_info=error)
    try:
        return page(500, *INTERNAL)
    except Exception:  # the page itself is what broke: say it without a template
        title, message = INTERNAL
        return f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{message}</p>", 500


def _without_database(error: Exception) -> tuple[str, int, dict[str, str]]:
    reason = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    get_logger(__name__).error("database away", error=type(error).__name__, reason=reason[:200])
    _be_a_guest()
    return _domain(DatabaseAway())
