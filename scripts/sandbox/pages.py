"""The pages people see: messages of a provider, and the dashboard that steers a sandbox."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from scripts.sandbox.control import loopback_only
from scripts.sandbox.frame import Rule
from scripts.sandbox.hooks import Sandbox

TEMPLATES: Final = Path(__file__).parent / "templates"
ENTRIES_SHOWN: Final = 30
OUTCOMES: Final = {
    "open": "未完",
    "complete": "答完",
    "closed by client": "对方断开",
    "dropped": "被断开",
}
ADVANCES: Final = {"1 分钟": 60, "10 分钟": 600, "2 小时": 7200, "30 天": 30 * 86400}


def message(title: str, text: str, *, theme: str, failed: bool = False, close: bool = False) -> str:
    """A page of the provider from which nothing leads back."""
    return render_template(
        "message.html", title=title, text=text, theme=theme, failed=failed, close=close
    )


def dashboard(
    sandbox: Sandbox,
    *,
    title: str,
    theme: str,
    labels: dict[str, str],
    named: Callable[[str], list[Rule]],
    template: str = "dashboard.html",
    timed: bool = False,
    shown: Callable[[], dict[str, Any]] = dict,
    actions: dict[str, Callable[[], None]] | None = None,
) -> Blueprint:
    """`/`: faults, log and, where it is `timed`, clock of a sandbox by hand.

    `shown` gives a sandbox's own template more to show; `actions` are what else its forms do, by
    the value of their button.
    """
    bp = Blueprint("dashboard", __name__)
    bp.before_request(loopback_only)
    known = {
        "fault": lambda: sandbox.faults.add(*named(request.form.get("fault", ""))),
        "clear": sandbox.faults.clear,
        "advance": lambda: sandbox.clock.advance(request.form.get("seconds", 0, type=int)),
        "reset": sandbox.reset,
    } | (actions or {})

    @bp.get("/")
    def show() -> str:
        return render_template(
            template,
            title=title,
            theme=theme,
            labels=labels,
            rules=sandbox.faults.list(),
            entries=sandbox.log.entries()[: -ENTRIES_SHOWN - 1 : -1],
            now=sandbox.clock.now(),
            advances=ADVANCES if timed else {},
            outcomes_in_words=OUTCOMES,
            **shown(),
        )

    @bp.post("/")
    def steer() -> Response:
        act = known.get(request.form.get("do", ""))
        if act is None:
            abort(400)
        try:
            act()
        except (KeyError, ValueError):
            abort(400)
        return redirect(url_for("dashboard.show"), 303)

    return bp
