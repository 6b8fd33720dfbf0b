"""What a guest has gathered becomes the account's at login."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from tests.accounts.conftest import Browser
from tests.catalogue import catalogue
from webapp.accounts.models import Account
from webapp.extensions import db

MakeBrowser = Callable[..., Browser]


def test_the_guests_comparison_comes_along(browser: MakeBrowser) -> None:
    person = browser()
    with person.site.session_transaction() as session:
        session["basket"] = [7, 3]
    person.log_in("wechat")
    db.session.expire_all()
    assert db.session.scalars(select(Account)).one().basket == "7 3"
    other = browser()
    with other.site.session_transaction() as session:
        session["basket"] = [9]
    other.log_in("wechat")
    with other.site.session_transaction() as session:
        assert session["basket"] == [9, 7, 3]


def test_what_the_guest_saved_and_looked_at_comes_along(browser: MakeBrowser) -> None:
    car = catalogue.trim("k1")
    catalogue.publish()
    person = browser()
    assert person.post("/garage/favourites", trim=str(car.id), do="add").status_code == 303
    assert person.post("/garage/visits", trim=str(car.id)).status_code == 200
    person.log_in("wechat")
    elsewhere = browser()
    elsewhere.log_in("wechat")
    for path in ("/garage/", "/garage/history"):
        assert "k1 版" in elsewhere.get(path).text
    person.post("/accounts/logout")
    assert "k1 版" not in person.get("/garage/").text
