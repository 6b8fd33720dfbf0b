"""Messages of notices: what waits, what was given up and why, and sending it once more."""

from __future__ import annotations

from typing import Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.console import notices as deliveries
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.errors import NotFound
from webapp.notices import queries
from webapp.notices.channels import REASONS
from webapp.notices.kinds import CHANNELS
from webapp.notices.state import STATE_LABELS

SHOWN: Final = 50
PURPOSES: Final = {"notice": "消息", "digest": "汇总", "confirm": "确认邮箱"}


@bp.get("/notices")
@staff_required("tasks")
def notices() -> str:
    again = request.args.get("again", "")
    return render_template(
        "console/notices.html",
        tallies=queries.tallies(),
        rows=queries.given_up(limit=SHOWN),
        channels=CHANNELS,
        states=STATE_LABELS,
        reasons=REASONS,
        purposes=PURPOSES,
        again=int(again) if again.isascii() and again.isdigit() and len(again) < 8 else None,
    )


@bp.post("/notices/<channel>/again")
@staff_required("tasks")
def send_notices_again(channel: str) -> BaseResponse:
    if channel not in CHANNELS:
        raise NotFound("没有这个渠道。")
    again = deliveries.send_again(actor=actor(), channel=channel)
    return htmx.redirect_to(url_for("console.notices", again=again))
