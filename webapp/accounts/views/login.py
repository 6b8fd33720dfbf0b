"""From the login page to a provider and back."""

from __future__ import annotations

from typing import Final

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from limits import RateLimitItemPerHour
from redis import RedisError
from structlog import get_logger
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import public
from webapp.accounts import forms, login, pending, service
from webapp.accounts.providers import clients
from webapp.accounts.providers.base import LoginFailed, Profile
from webapp.accounts.views import bp
from webapp.config import standin_page
from webapp.errors import BadInput, DomainError, Forbidden, NotFound, Suggestion, Unavailable
from webapp.extensions import limiter
from webapp.turns import step_aside

log = get_logger(__name__)

FAILURES: Final = {
    "declined": ("没有登录", "你没有同意授权，什么都没有改变。想登录时再点一次就好。", 400),
    "restart": ("这次登录没有完成", "登录页面可能放得太久，或者已经用过一次。请重新登录。", 400),
    "busy": ("登录服务暂时没有响应", "微信或 QQ 那边没有及时答复，请过一会儿再试。", 503),
    "blocked": ("这个账号暂时不能登录", "登录服务认为它有风险，请先在微信里解除限制。", 403),
    "snapshot": (
        "请打开完整页面",
        "微信现在显示的是快照页。请点右下角的“使用完整服务”，再登录。",
        400,
    ),
    "often": (
        "登录太频繁",
        "这个账号一小时内登录了太多次，请晚些再来；已经登录的设备不受影响。",
        429,
    ),
    "operator": ("登录暂时不可用", "是本站的设置有问题，我们已经记下。请稍后再试。", 503),
}
PER_ACCOUNT: Final = RateLimitItemPerHour(100, namespace="LOGIN-ACCOUNT")


def _has_failed(response: BaseResponse) -> bool:
    """What counts against an address, behind which there may be many people."""
    return response.status_code >= 400


@bp.get("/login", endpoint="login")
@public
def login_page() -> str:
    following = forms.own_path(request.args.get("next"))
    ways = clients.ways(inside_wechat=_inside_wechat())
    # There WeChat shows a code to be scanned, which the phone that shows it cannot do.
    apart = _is_phone() and not _inside_wechat() and any(way.name != "qq" for way in ways)
    mine = not current_user.is_authenticated and following == url_for("accounts.own")
    return render_template(
        "accounts/guest.html" if mine else "accounts/login.html",
        ways=sorted(ways, key=lambda way: apart and way.name != "qq"),
        link=current_app.config["BASE_URL"] + url_for("accounts.login", next=following),
        apart=apart,
        following=following,
        way_out=_way_out(following),
        waiting=_is_waiting(),
        demo=standin_page("WECHAT_OPEN_BASE", current_app.config),
    )


@bp.get("/login/<name>")
@public
@limiter.limit("60/minute")
def start(name: str) -> BaseResponse:
    """On to the provider, with a state only this browser can bring back."""
    way = load_way(name)
    following = forms.own_path(request.args.get("next"))
    link = None
    if "link" in request.args:
        if not current_user.is_authenticated or not login.me().is_fresh():
            return redirect(url_for("accounts.login", next=url_for("accounts.own")), 303)
        link = login.me().account.id
    callback = current_app.config["BASE_URL"] + url_for("accounts.callback", name=way.name)
    started = clients.Started(following, link)
    try:
        address = clients.begin(way, callback=callback, started=started, phone=_is_phone())
    except RedisError as error:
        raise Unavailable("登录暂时不可用，浏览和搜索不受影响。请稍后再试。") from error
    return redirect(address, 302)


@bp.get("/callback/<name>")
@public
@limiter.limit("60/minute", deduct_when=_has_failed)
def callback(name: str) -> BaseResponse:
    way = load_way(name)
    code, state = request.args.get("code", ""), request.args.get("state", "")
    try:
        declined = code in ("", "authdeny")
        if not declined and not pending.claim_code(code):
            return _repeated(code)
        began = clients.recall(way, state) if state else None
        if began is None:
            if not declined:
                pending.release_code(code)
            raise _failed("restart")
        if declined:
            raise _failed("declined")
        started, address = began
        step_aside()  # the provider is asked
        return _finish(way, code, address, started)
    except RedisError as error:
        raise Unavailable("登录暂时不可用，浏览和搜索不受影响。请稍后再试。") from error


@bp.get("/welcome")
@public
def welcome() -> str:
    """A new person reads the notice before anything about them is stored."""
    return _welcome_page()


@bp.post("/welcome")
@public
@limiter.limit("20/minute")
def agree() -> BaseResponse | tuple[str, int]:
    if request.form.get("agree") != "yes":
        return _welcome_page(
            "要勾选上面这一项才能创建账号；不创建，浏览、搜索、对比也都能用。"
        ), 422
    waiting = pending.take("welcome")
    if waiting is None:
        raise _failed("restart")
    profile = pending.profile_in(waiting)
    account = service.create_account(profile=profile, now=login.now())
    if not account.may_sign_in():
        raise _suspended()
    login.sign_in(account, profile.provider)
    return htmx.redirect_to(waiting["next"])


def _welcome_page(problem: str = "") -> str:
    waiting = pending.kept("welcome")
    if waiting is None:
        raise _failed("restart")
    profile = pending.profile_in(waiting)
    return render_template(
        "accounts/welcome.html",
        nickname=service.clean_nickname(profile.nickname),
        way=clients.WAYS[profile.provider].label,
        problem=problem,
    )


@bp.post("/logout")
@public
def logout() -> BaseResponse:
    login.sign_out()
    return htmx.redirect_to("/")


def load_way(name: str) -> clients.Way:
    way = clients.WAYS.get(name)
    if way is None or not clients.configured(current_app, way):
        raise NotFound("本站没有这种登录方式。")
    return way


def _finish(way: clients.Way, code: str, address: str, started: clients.Started) -> BaseResponse:
    try:
        profile = clients.finish(way, code=code, callback=address)
    except LoginFailed as error:
        pending.settle_code(code, "failed")
        report = log.error if error.failure == "operator" else log.warning
        report("login failed", way=way.name, failure=error.failure, code=error.code)
        raise _failed(error.failure) from None
    outcome: pending.Outcome = "failed"
    try:
        if started.link is not None:
            response = _link(profile, started.link)
        else:
            response = _sign_in(profile, started.next)
        outcome = "done"
    finally:
        pending.settle_code(code, outcome)
    return response


def _sign_in(profile: Profile, following: str) -> BaseResponse:
    outcome = service.sign_in(profile=profile)
    if isinstance(outcome, service.Welcome):
        pending.keep_profile(profile, following)
        return redirect(url_for("accounts.welcome"), 303)
    if not outcome.may_sign_in():
        raise _suspended()
    if not limiter.limiter.hit(PER_ACCOUNT, str(outcome.id)):
        raise _failed("often")
    login.sign_in(outcome, profile.provider)
    return redirect(following, 303)


def _link(profile: Profile, account_id: int) -> BaseResponse:
    if not current_user.is_authenticated or login.me().account.id != account_id:
        raise _failed("restart")
    collision = service.link_identity(account_id=account_id, profile=profile)
    if collision is None:
        return redirect(url_for("accounts.own", linked=profile.provider), 303)
    pending.keep("merge", {"loser": collision.account_id, "winner": account_id})
    return redirect(url_for("accounts.collision"), 303)


def _repeated(code: str) -> BaseResponse:
    """The same callback again: a reload, a prefetch, a double click.

    The first answer carries the cookie; this one touches no session and only gets out of its way.
    """
    if pending.outcome_of(code) == "done":
        return redirect(url_for("accounts.own"), 303)
    raise _failed("restart")


def _suspended() -> DomainError:
    return Forbidden("这个账号已被停用。如有疑问，请联系本站。", title="账号已停用")


def _failed(failure: str) -> DomainError:
    title, message, status = FAILURES[failure]
    error = BadInput(
        message, title=title, suggestions=[Suggestion("重新登录", url_for("accounts.login"))]
    )
    error.status = status
    return error


def _way_out(following: str) -> str:
    """Where to go on without logging in: not to what asks for the login."""
    if current_user.is_authenticated:
        return url_for("accounts.own")
    return forms.HOME if following.startswith(("/accounts/", "/console/")) else following


def _is_waiting() -> bool:
    """Whether a first login of this browser still waits for the notice to be agreed to."""
    try:
        return pending.kept("welcome") is not None
    except RedisError:
        return False


def _inside_wechat() -> bool:
    return "MicroMessenger" in request.user_agent.string


def _is_phone() -> bool:
    return "Mobile" in request.user_agent.string
