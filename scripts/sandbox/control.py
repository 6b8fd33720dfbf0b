"""The control API of a sandbox as a Flask blueprint, and the guard that keeps it on loopback."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from werkzeug.exceptions import BadRequest, HTTPException

from scripts.sandbox.frame import Clock, Faults, Log, Rule, rule_from


def loopback_only() -> None:
    """Refuse other machines, and writes by pages of other origins that guessed the address."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    remote = ipaddress.ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104
    if not remote.is_loopback or host not in ("127.0.0.1", "localhost", "::1"):
        abort(403)
    own = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    if request.method not in ("GET", "HEAD") and not own:
        abort(403)


def sent_json() -> dict[str, Any]:
    """The object that was sent. Aborts with 400 where it is none."""
    sent = request.get_json(force=True)
    if not isinstance(sent, dict):
        raise BadRequest("a JSON object is expected")
    return sent


def control(
    log: Log,
    clock: Clock,
    faults: Faults,
    *,
    named: Callable[[str], list[Rule]],
    reset: Callable[[], None],
) -> Blueprint:
    """The routes every sandbox has. `named` gives the rules of a fault by name, or KeyError."""
    bp = Blueprint("control", __name__, url_prefix="/_sandbox")
    bp.before_request(loopback_only)

    @bp.errorhandler(HTTPException)
    def refuse(error: HTTPException) -> tuple[Response, int]:
        return jsonify(error=error.description), error.code or 500

    @bp.get("/log")
    def read_log() -> Response:
        return jsonify(log.as_json())

    @bp.delete("/log")
    def clear_log() -> tuple[str, int]:
        log.clear()
        return "", 204

    @bp.get("/faults")
    def read_faults() -> Response:
        return jsonify(faults.list())

    @bp.post("/faults")
    def add_fault() -> tuple[Response, int]:
        sent = sent_json()
        try:
            rules = named(sent["name"]) if set(sent) == {"name"} else [rule_from(sent)]
        except KeyError as error:
            raise BadRequest(f"no fault has the name {error}") from error
        except ValueError as error:
            raise BadRequest(str(error)) from error
        faults.add(*rules)
        return jsonify(faults.list()), 201

    @bp.delete("/faults")
    def clear_faults() -> tuple[str, int]:
        faults.clear()
        return "", 204

    @bp.get("/clock")
    def read_clock() -> Response:
        return jsonify(now=clock.now())

    @bp.post("/clock")
    def advance_clock() -> Response:
        seconds = sent_json().get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds < 0:
            raise BadRequest("advance is a number of seconds, 0 or more")
        clock.advance(seconds)
        return jsonify(now=clock.now())

    @bp.post("/reset")
    def reset_all() -> tuple[str, int]:
        reset()
        return "", 204

    return bp
