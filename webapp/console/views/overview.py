"""What goes on: health, background work, settings, and who changed what."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from tasks.schedule import SCHEDULE
from webapp import clock, htmx
from webapp.access import staff_required
from webapp.accounts import login
from webapp.accounts.roles import ROLE_LABELS
from webapp.audit import ACTIONS, Actor
from webapp.console import figures, queries, service, telling
from webapp.console.subjects import subjects_of
from webapp.console.views import bp
from webapp.operations import health, runs
from webapp.operations.models import RUN_LABELS
from webapp.pagination import Page
from webapp.registry import registry

PAGE_SIZE: Final = 50


def actor() -> Actor:
    account = login.me().account
    assert account.role is not None  # staff_required
    return Actor(account.id, account.role)


def asked_page() -> int:
    text = request.args.get("page", "1")
    plain = text.isascii() and text.isdigit() and len(text) < 7
    return max(1, int(text)) if plain else 1


@bp.get("/")
@staff_required("console")
def index() -> str:
    checks = health.checks()
    now = clock.now()
    return htmx.render(
        "console/index.html",
        "console/_overview.html",
        figures=figures.figures(now),
        now=now,
        checks=checks,
        overall=health.overall(checks),
        newest=runs.newest_by_task(),
        schedule=SCHEDULE,
        labels=registry().task_labels,
        states=RUN_LABELS,
        troubled=len(runs.unfinished_and_failed()),
    )


@bp.get("/tasks")
@staff_required("tasks")
def tasks() -> str:
    return htmx.render(
        "console/tasks.html",
        "console/_tasks.html",
        rows=runs.unfinished_and_failed(),
        newest=runs.newest_by_task(),
        schedule=SCHEDULE,
        labels=registry().task_labels,
        states=RUN_LABELS,
    )


@bp.post("/tasks/<int(min=1, max=2147483647):number>/again")
@staff_required("tasks")
def run_again(number: int) -> BaseResponse:
    service.run_again(actor=actor(), run_id=number)
    return htmx.redirect_to(url_for("console.tasks"))


@bp.get("/settings")
@staff_required("settings")
def settings() -> str:
    return render_template("console/settings.html", rows=service.settings())


@bp.get("/audit")
@staff_required("audit")
def audit() -> str:
    number = asked_page()
    action = request.args.get("action", "")
    subject = request.args.get("subject", "").strip()[:120]
    who = request.args.get("actor", "").strip().lstrip("#")
    rows, total = queries.audit(
        action=action if action in ACTIONS else "",
        subject=telling.subject_asked(subject),
        actor=int(who) if who.isascii() and who.isdigit() and len(who) < 10 else None,
        page=number,
        size=PAGE_SIZE,
    )
    wanted = {"action": action, "subject": subject, "actor": who}
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}

    def address(page: int) -> str:
        return url_for("console.audit", page=page, **kept)

    return render_template(
        "console/audit.html",
        paging=Page(list(rows), number, PAGE_SIZE, total, address),
        actions=ACTIONS,
        roles=ROLE_LABELS,
        told=telling.told,
        subjects=subjects_of(rows),
        names=queries.nicknames([row.actor_id for row in rows if row.actor_id is not None]),
        subject_told=telling.subject_told,
        wanted=wanted,
    )
