"""Where WeChat's servers deliver what people send to the service account.

WeChat waits five seconds and asks up to three times. It gets text, XML or nothing, and never a
page: neither for an error nor for a message from somebody else.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from structlog import get_logger
from werkzeug.exceptions import RequestEntityTooLarge

from webapp import clock
from webapp.access import public
from webapp.errors import NotFound
from webapp.wechat import envelope, service

bp = Blueprint("wechat", __name__, url_prefix="/wechat")
log = get_logger(__name__)


@bp.get("/messages")
@public
def confirm() -> Response:
    """The answer to WeChat's question whether this address is ours."""
    envelope.check_address(request.args, load_account(), now=clock.timestamp())
    return Response(request.args.get("echostr", ""), mimetype="text/plain")


@bp.post("/messages")
@public
def receive() -> Response:
    account, now = load_account(), clock.timestamp()
    request.max_content_length = envelope.MOST_BYTES
    message = envelope.opened(request.get_data(), request.args, account, now=now)
    words = service.answer(message)
    if not words:
        return Response("success", mimetype="text/plain")
    xml = envelope.answered(words, message, account, now=now)
    return Response(xml, mimetype="application/xml")


@bp.errorhandler(envelope.Refused)
def refuse(error: envelope.Refused) -> Response:
    log.warning("message refused", reason=str(error))
    return Response("refused", 403, mimetype="text/plain")


@bp.errorhandler(RequestEntityTooLarge)
def refuse_size(_: RequestEntityTooLarge) -> Response:
    return Response("too large", 413, mimetype="text/plain")


def load_account() -> envelope.Account:
    """404 where no service account was set up to send messages."""
    config = current_app.config
    if not config["WECHAT_MP_TOKEN"]:
        raise NotFound
    return envelope.Account(
        config["WECHAT_MP_APP_ID"], config["WECHAT_MP_TOKEN"], config["WECHAT_MP_AES_KEY"]
    )
