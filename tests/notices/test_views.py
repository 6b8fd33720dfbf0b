"""The centre and the bell in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.people import NOON, account, signed_in
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices.models import Notice

Tell = Callable[..., bool]


def test_the_centre_lists_what_was_told_and_a_visit_makes_it_read(
    app: Flask, tell: Tell, person: Account
) -> None:
    tell(body="<b>好车</b>", address="/cars/brands")
    number = db.session.query(Notice.id).scalar()
    client = signed_in(app, person)
    page = client.get("/notices/")
    assert f'data-notice="{number}"' in page.text
    assert "&lt;b&gt;好车&lt;/b&gt;" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    assert '<span data-unread-notices="1">' in client.get("/notices/_bell").text
    gone = client.get(f"/notices/{number}")
    assert (gone.status_code, gone.location) == (303, "/cars/brands")
    assert '<span data-unread-notices="0">' in client.get("/notices/_bell").text


def test_all_are_read_by_one_button(app: Flask, tell: Tell, person: Account) -> None:
    tell()
    client = signed_in(app, person)
    shown = client.get("/notices/").text.split('name="shown" value="')[1].split('"')[0]
    assert client.post("/notices/read", data={"shown": shown}).status_code == 303
    assert "都看过了" in client.get("/notices/").text


@pytest.mark.parametrize("shown", ["", "gestern", "9" * 40])
def test_a_button_without_a_readable_time_reads_nothing(
    app: Flask, tell: Tell, person: Account, shown: str
) -> None:
    tell(now=NOON)
    answer = signed_in(app, person).post("/notices/read", data={"shown": shown})
    assert answer.status_code == 400
    assert "刷新页面" in answer.text


def test_a_notice_of_another_person_is_not_there(app: Flask, tell: Tell) -> None:
    tell()
    number = db.session.query(Notice.id).scalar()
    answer = signed_in(app, account("o-2")).get(f"/notices/{number}")
    assert answer.status_code == 404
    assert db.session.query(Notice.read_at).scalar() is None


def test_a_guests_bell_is_empty_and_asks_no_more(app: Flask) -> None:
    answer = app.test_client().get("/notices/_bell")
    assert answer.status_code == 286
    assert 'data-unread-notices="0"' in answer.text


def test_cached_pages_carry_the_bell_and_nothing_of_the_person(
    app: Flask, tell: Tell, person: Account
) -> None:
    tell()
    page = signed_in(app, person).get("/cars/brands").text
    assert 'hx-get="/notices/_bell"' in page
    assert "data-unread-notices" not in page
