"""Logs each request a sandbox receives and does to it what a fault rule says.

Actions every sandbox knows, alone or together:

| action | does |
| --- | --- |
| `delay: S` | answers S seconds late |
| `drop: true` | resets the connection without an answer |
| `status: N` | answers with this status (and `headers`, `body` where given) |
| `reset_after_effect: true` | does the work, then resets the connection |
| `truncate: true` | sends the first half of the body only, as if it were all |
| `html: true` | sends a page of HTML instead, as a proxy in between would |
| `wrong_content_type: "T"` | sends the body as something it is not |
| `answer: {...}` | sends this instead of the own JSON |
| `set: {...}`, `unset: [...]` | changes keys of the own JSON |
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final, NoReturn

from flask import Flask, Response, g, request

from scripts.sandbox.frame import Clock, Entry, Faults, Log
from scripts.sandbox.serving import ClientGone, drop, pause

HTML: Final = (
    "<!doctype html><html><head><title>502 Bad Gateway</title></head><body>oops</body></html>"
)


class Sandbox:
    """Clock, log and faults of one provider."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)
        self.faults = Faults()

    def reset(self) -> None:
        self.clock.reset()
        self.log.clear()
        self.faults.clear()


def watch(
    app: Flask,
    sandbox: Sandbox,
    *,
    endpoints: frozenset[str],
    about: Callable[[], dict[str, Any]] = dict,
    asked: Callable[[], dict[str, Any]] = dict,
) -> None:
    """Log and disturb the views named in `endpoints`.

    `about` says what else of a request rules may match; `asked` gives the actions which the
    request itself asks for.
    """
    # A closed connection must reach the server, which knows what it is; not become a 500.
    app.config["PROPAGATE_EXCEPTIONS"] = True

    @app.before_request
    def receive() -> Response | None:
        if request.endpoint not in endpoints:
            return None
        g.started = time.monotonic()
        g.entry = sandbox.log.open(
            method=request.method,
            path=request.path,
            query=dict(request.args),
            headers=dict(request.headers),
            body=request.get_data(as_text=True),
            endpoint=request.endpoint,
        )
        rule = sandbox.faults.take(endpoint=request.endpoint, **about())
        g.action = asked() | (rule.action if rule else {})
        g.entry.faults = list(g.action) if rule is None or not rule.name else [rule.name]
        return disturb(sandbox, g.action) if g.action else None

    @app.after_request
    def answer(response: Response) -> Response:
        entry: Entry | None = g.get("entry")
        if entry is None:
            return response
        entry.status = response.status_code
        if g.action:
            response = _spoil(response, g.action)
            if g.action.get("reset_after_effect"):
                cut(sandbox)
        if not response.is_streamed:
            entry.sent = len(response.get_data())
            finish(sandbox, "complete")
        return response


def reshaped(answer: dict[str, Any]) -> dict[str, Any]:
    """An own JSON answer as the rule this request met wants it."""
    changed = dict(g.action.get("answer", answer)) | g.action.get("set", {})
    return {key: value for key, value in changed.items() if key not in g.action.get("unset", ())}


def finish(sandbox: Sandbox, outcome: str) -> None:
    """Close this request's entry in the log."""
    sandbox.log.close(g.entry, outcome, time.monotonic() - g.started)


def linger(sandbox: Sandbox, seconds: float) -> None:
    """Wait inside a request; ends it where the client hangs up."""
    try:
        pause(request.environ, seconds)
    except ClientGone:
        finish(sandbox, "closed by client")
        raise


def cut(sandbox: Sandbox) -> NoReturn:
    """Reset the connection of this request."""
    finish(sandbox, "dropped")
    drop(request.environ)


def disturb(sandbox: Sandbox, action: dict[str, Any]) -> Response | None:
    """Wait, reset the connection, or give the answer that an action has; else None."""
    if action.get("delay"):
        linger(sandbox, float(action["delay"]))
    if action.get("drop"):
        cut(sandbox)
    if "status" in action:
        headers = action.get("headers", {})
        return Response(action.get("body", ""), int(action["status"]), headers=headers)
    return None


def _spoil(response: Response, action: dict[str, Any]) -> Response:
    if action.get("html"):
        response.set_data(HTML)
        response.headers["Content-Type"] = "text/html"
    if action.get("truncate"):
        whole = response.get_data()
        response.set_data(whole[: max(1, len(whole) // 2)])
    if "wrong_content_type" in action:
        response.headers["Content-Type"] = str(action["wrong_content_type"])
    return response
