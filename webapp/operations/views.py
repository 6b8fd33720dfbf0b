"""Pages for machines: is it alive, can it serve, what did it do."""

from __future__ import annotations

import hmac
import ipaddress
import time
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, jsonify, request

from webapp import draining, metrics
from webapp.access import public
from webapp.operations import gauges, health
from webapp.version import VERSION

bp = Blueprint("operations", __name__)


@bp.before_app_request
def _start() -> None:
    g.counted_from = time.perf_counter()


@bp.after_app_request
def _count(response: Response) -> Response:
    # Missing where the request was refused before any `before_request` could run.
    if "counted_from" in g:
        metrics.count_request(
            endpoint=request.endpoint,
            method=request.method,
            status=response.status_code,
            seconds=time.perf_counter() - g.counted_from,
        )
    return response


@bp.get("/healthz")
@public
def healthz() -> Response:
    """This process answers; nothing else is asked."""
    return Response("ok", mimetype="text/plain", headers={"Cache-Control": "no-store"})


@bp.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """State of each part as JSON; 503 only where the database is away, or this server is to end."""
    if draining.begun():
        response = jsonify(state="draining", version=VERSION, checks={})
        response.headers["Cache-Control"] = "no-store"
        return response, 503
    parts = health.checks()
    state = health.overall(parts)
    told: dict[str, dict[str, Any]] = {
        name: {"state": part.state, "detail": part.detail, "said": part.said, "ms": part.ms}
        for name, part in parts.items()
    }
    for name, part in parts.items():
        if part.total is not None:
            told[name] |= {"done": part.done, "total": part.total}
    response = jsonify(state=state, version=VERSION, checks=told)
    response.headers["Cache-Control"] = "no-store"
    return response, 503 if state == "down" else 200


@bp.get("/metrics", endpoint="metrics")
@public
def metrics_page() -> Response:
    if not _may_read_metrics():
        abort(403)
    text = metrics.exposition() + gauges.exposition()
    return Response(text, content_type=metrics.CONTENT_TYPE)


def _may_read_metrics() -> bool:
    """By the token, or from the same machine where certainly no proxy is in between."""
    token: str | None = current_app.config["METRICS_TOKEN"]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.encode(), token.encode())
    proxied = current_app.config["TRUSTED_PROXIES"] or any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
    )
    return not proxied and _is_loopback(request.environ.get("REMOTE_ADDR"))


def _is_loopback(address: Any) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
