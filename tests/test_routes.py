"""Every route for every kind of visitor: what they get. One table (`routes.txt`), read it as one.

A line is a method, an address and what each visitor gets; a single figure is what all of them
get. POST is sent as the site's own pages send it, with nothing in it: 400 and 404 then mean that
one was let in, and that it was noticed that nothing was asked.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import account, signed_in, verify
from tests.catalogue import catalogue
from tests.deposits.objects import deposit_of_another
from tests.knowledge.conftest import draft
from webapp.accounts.models import ROLES
from webapp.assistant.models import Conversation, Turn
from webapp.catalogue.models import Batch
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.models import KnowledgeChange
from webapp.operations.models import TaskRun
from webapp.rankings.lists import Entry, Inputs
from webapp.rankings.models import Ranking
from webapp.search.models import Alias

VISITORS = ("guest", "member", "verified", "editor", "moderator", "operator", "admin")

TABLE = (Path(__file__).parent / "routes.txt").read_text("utf-8")

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}
_number = count(1)


def lines() -> dict[str, tuple[int, ...]]:
    """ "GET /cars/" to what each visitor gets."""
    read = {}
    for line in TABLE.strip().splitlines()[1:]:
        method, address, *figures = line.split()
        given = tuple(map(int, figures))
        read[f"{method} {address}"] = given if len(given) > 1 else given * len(VISITORS)
    return read


def route_of(app: Flask, line: str) -> str:
    """The route that a line's address belongs to."""
    method, address = line.split()
    adapter = app.url_map.bind("localhost")
    rule, _ = adapter.match(address.partition("?")[0], method=method, return_rule=True)
    return f"{method} {rule.rule}"


def test_every_route_stands_in_the_table(app: Flask) -> None:
    routes = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        if not rule.websocket  # what is said there has its own tests
        for method in METHODS & (rule.methods or set())
    }
    missing = routes - {route_of(app, line) for line in lines()}
    assert missing == set(), "add a line for each to TABLE in tests/test_routes.py"


def test_everyone_gets_what_the_table_says(app: Flask, objects: None) -> None:
    readers = {visitor: browser(app, visitor) for visitor in VISITORS}
    wrong = []
    for line, expected in lines().items():
        given = tuple(status(app, line, visitor, readers[visitor]) for visitor in VISITORS)
        if given != expected:
            wrong.append(f"{line}: {given} instead of {expected}")
    assert wrong == []


def status(app: Flask, line: str, visitor: str, reader: FlaskClient) -> int:
    """Writes come from somebody new each time: nobody suffers from what another write did."""
    method, address = line.split()
    if method == "GET":
        answer = reader.get(address)
    else:
        headers = {"Sec-Fetch-Site": "same-origin"}
        answer = browser(app, visitor).open(address, method=method, headers=headers)
    answer.close()
    return answer.status_code


def browser(app: Flask, visitor: str) -> FlaskClient:
    if visitor == "guest":
        return app.test_client()
    number = next(_number)
    person = account(f"o-{number}")
    if visitor in ROLES:
        person.role = visitor
    if visitor == "verified":
        verify(person)
    db.session.commit()
    return signed_in(app, person)


@pytest.fixture
def environ(environ: dict[str, str], redis_url: str) -> dict[str, str]:
    """Every provider is configured; with nothing sent, none is asked."""
    wechat = ("APP_ID", "APP_SECRET", "MP_APP_ID", "MP_APP_SECRET", "MP_TOKEN")
    names = [*(f"WECHAT_{name}" for name in wechat), "QQ_APP_ID", "QQ_APP_KEY", "IDCHECK_APPCODE"]
    vendor = {"IDCHECK_A_URL": "http://127.0.0.1:1"}
    return environ | vendor | dict.fromkeys(names, "0123456789abcdef")


@pytest.fixture
def objects(app: Flask) -> None:
    """Number 1 of everything that an address can name; the conversation is somebody else's."""
    now = datetime.now(UTC)
    account("o-other")
    catalogue.trim("a")
    catalogue.publish()
    knowledge.ingest(collection="pages", drafts=[draft("r1", "冬天续航会短一些。")])
    inputs = Inputs((Entry("brand:1", "星河", 5, ("乘联会",)),)).dump()
    db.session.add(
        Ranking(
            name="retail-series",
            period="2026-06",
            version=1,
            digest=sha256(inputs.encode()).hexdigest(),
            printed="",
            rows=1,
            inputs=inputs,
            published_at=now,
        )
    )
    deposit_of_another(now)
    db.session.add(Batch(kind="upload", title="cars.csv", state="undone"))
    db.session.add(
        KnowledgeChange(
            kind="removal", title="r1", collection="pages", document="r1", state="applied"
        )
    )
    db.session.add(Alias(kind="series", name="北斗", alias="小北", members="", origin="shipped"))
    db.session.add(
        TaskRun(
            key="k",
            task="tasks.cars.refresh_catalogue",
            args=None,
            state="failed",
            started_at=now,
            ended_at=now,
        )
    )
    db.session.add(Conversation(id="of-another", owner="guest:another", title="t"))
    db.session.flush()
    db.session.add(
        Turn(
            id=1,
            conversation_id="of-another",
            question="q",
            state="done",
            lease_until=now - timedelta(days=1),
        )
    )
    db.session.commit()
