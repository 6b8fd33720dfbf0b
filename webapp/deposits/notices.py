"""Where the channels deliver their notices. They get the few bytes they ask for, and never a page,
a login or a redirect."""

from __future__ import annotations

import json
from typing import Final

from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger
from werkzeug.exceptions import RequestEntityTooLarge

from webapp import clock
from webapp.access import public
from webapp.backends.payments.port import Channel
from webapp.deposits.service import channels, receiving

bp = Blueprint("payment_notices", __name__, url_prefix="/deposits/notices")
log = get_logger(__name__)

_FAILED: Final = json.dumps({"code": "FAIL", "message": "失败"}, ensure_ascii=False)


@bp.post("/wechatpay")
@public
def wechatpay() -> Response:
    """204, or a status that has it sent again."""
    status = _taken("wechatpay")
    if status == 200:
        return Response(status=204)
    return Response(_FAILED, status, content_type="application/json; charset=utf-8")


@bp.post("/alipay")
@public
def alipay() -> Response:
    """The seven letters that end its repeats, or others."""
    status = _taken("alipay")
    return Response("success" if status == 200 else "fail", status, mimetype="text/plain")


def _taken(name: Channel) -> int:
    """200 where it is kept and acted on, or was before; else why not."""
    channel = channels.known().get(name)
    if channel is None:
        return 404
    request.max_content_length = receiving.MOST_BYTES
    try:
        body = request.get_data(cache=False)
        headers = dict(request.headers)
        receiving.take_notice(channel, headers=headers, body=body, now=clock.now())
    except RequestEntityTooLarge:
        return 413
    except receiving.Refused:
        return 401 if name == "wechatpay" else 400
    except SQLAlchemyError as error:
        # Its text holds what was to be written.
        log.error("notice not handled", channel=name, error=type(error).__name__)
        return 500
    return 200
