"""The product's days are China's at every hour, and everything asks one clock for them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.clocks import EDGES, HOURS, StoppedClock, china
from tests.test_pageviews import BROWSER
from webapp import clock as product
from webapp.accounts import queries as people
from webapp.assistant.models import Conversation, Turn, TurnFeedback
from webapp.backends.cache import cache_client
from webapp.catalogue.reading.reports import Rejected
from webapp.catalogue.service.pageviews import collect_page_views
from webapp.catalogue.service.sales import import_sales
from webapp.clock import CHINA, day_in_china, midnight_in_china
from webapp.console import figures as console
from webapp.extensions import db
from webapp.search.queries import recent_views
from webapp.usage import figures

ROOT = Path(__file__).resolve().parent.parent
OWN = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.time\b|ZoneInfo\(|hours=8\)")
ALLOWED = {
    "webapp/clock.py",
    "webapp/assistant/quota.py",  # compares with what a library read from the system's clock
    "webapp/pagecache.py",  # is given its clock
}


def test_nothing_else_reads_a_clock_or_names_a_zone() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("webapp", "tasks")
        for path in (ROOT / folder).rglob("*.py")
        if OWN.search(path.read_text("utf-8"))
    }
    assert found - ALLOWED == set()


@pytest.mark.parametrize("text", [*EDGES, *HOURS, "2024-12-31 23:50", "2024-02-29 23:59"])
def test_the_day_in_china_is_the_one_on_its_calendar(clock: StoppedClock, text: str) -> None:
    clock.set(text)
    today = date.fromisoformat(text[:10])
    assert product.today_in_china() == day_in_china(clock.moment) == today
    midnight = midnight_in_china(product.now())
    assert (midnight.astimezone(CHINA).date(), f"{midnight:%H:%M}") == (today, "00:00")
    assert timedelta(0) <= clock.moment - midnight < timedelta(days=1)


def test_a_page_opened_counts_for_the_day_in_china(
    redis_url: str, app: Flask, clock_around_midnights: StoppedClock
) -> None:
    trim = catalogue.trim("a")
    catalogue.publish()
    app.test_client().get(f"/cars/trims/{trim.id}", headers={"User-Agent": BROWSER})
    app.extensions["pageviews"].flush()
    assert cache_client(redis_url).exists("views:2026-11-25")
    assert collect_page_views() == 1
    assert recent_views(days=1)["trims", trim.id] == 1
    clock_around_midnights.set("2026-11-26 00:10")
    assert recent_views(days=1)["trims", trim.id] == 0


def test_figures_of_use_are_those_of_the_day_in_china(
    redis_url: str, app: Flask, clock_at_edges: StoppedClock
) -> None:
    app.extensions["usage"].count("views")
    app.extensions["usage"].flush()
    today = figures.usage(product.now()).days[-1]
    local = clock_at_edges.moment.astimezone(CHINA)
    assert (today.label, today.sums.of("views")) == (f"{local.month} 月 {local.day} 日", 1)
    clock_at_edges.forward(days=1)
    assert [day.sums.of("views") for day in figures.usage(product.now()).days[-2:]] == [1, 0]


def test_thumbs_of_today_begin_at_midnight_in_china(
    app: Flask, clock_around_midnights: StoppedClock
) -> None:
    now = product.now()
    midnight = china("2026-11-25 00:00")
    db.session.add(Conversation(id="c", owner="guest:x", title="t"))
    db.session.flush()
    for number, at in enumerate((midnight - timedelta(minutes=1), midnight, now), start=1):
        turn = Turn(id=number, conversation_id="c", question="q", state="done", lease_until=now)
        db.session.add(turn)
        db.session.flush()
        db.session.add(TurnFeedback(turn_id=number, thumb="down", created_at=at))
    db.session.commit()
    assert console._thumbs(now).value == "2"


@pytest.mark.parametrize(
    ("text", "month", "accepted"),
    [
        ("2024-12-31 23:50", "2025-01", False),
        ("2025-01-01 00:10", "2025-01", True),
        ("2024-02-29 23:50", "2024-03", False),
        ("2024-03-01 00:10", "2024-03", True),
    ],
)
def test_sales_of_a_month_are_taken_from_its_first_minute_in_china_on(
    app: Flask, clock: StoppedClock, tmp_path: Path, text: str, month: str, accepted: bool
) -> None:
    clock.set(text)
    made = catalogue.trim("a")
    catalogue.publish()
    series = made.series
    path = tmp_path / "sales.csv"
    row = f"{series.brand.name},{series.name},{month},零售,100,测试"
    path.write_text(f"品牌,车系,月份,口径,销量,来源\n{row}\n", encoding="utf-8")
    said: list[object] = []
    counts = import_sales(path=path, report=said.append)
    assert counts.added == int(accepted), said
    assert any(isinstance(one, Rejected) for one in said) is not accepted


def test_a_login_lasts_as_long_over_a_turn_of_the_year_and_a_leap_day_as_ever(
    app: Flask, clock_at_edges: StoppedClock
) -> None:
    client = signed_in(app, account())
    assert client.get("/accounts/").status_code == 200
    clock_at_edges.forward(minutes=5)
    assert client.get("/accounts/").status_code == 200
    (session,) = people.sessions_of(1, product.now())
    clock_at_edges.moment = session.expires_at
    assert client.get("/accounts/").status_code == 303


def test_what_was_looked_at_before_midnight_in_china_is_yesterdays(
    app: Flask, clock: StoppedClock
) -> None:
    made = catalogue.trim("a")
    catalogue.publish()
    client = app.test_client()
    clock.set("2024-02-29 23:50")
    client.post("/garage/visits", data={"trim": made.id}, headers={"HX-Request": "true"})
    assert "今天" in client.get("/garage/history").text
    clock.set("2024-03-01 00:10")
    assert "昨天" in client.get("/garage/history").text
