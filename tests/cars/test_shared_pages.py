"""Pages that are the same for everyone: no cookie, nothing of another visitor, few statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from webapp.catalogue.models import Trim
from webapp.extensions import db

MAX_STATEMENTS = 12


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("PRAGMA"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_public_pages_set_no_cookie_and_are_the_same_for_everyone(
    client: FlaskClient, trims: list[Trim]
) -> None:
    client.post("/cars/basket", data={"trim": trims[0].id})
    for path in ("/", "/cars/", "/cars/brands", f"/cars/trims/{trims[0].id}"):
        mine = client.get(path)
        assert "Set-Cookie" not in mine.headers
        stranger = client.application.test_client().get(path)
        assert mine.text == stranger.text


def test_visitors_who_take_turns_never_see_what_is_anothers(
    app: Flask, trims: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages are shared, and what is somebody's own comes apart; both stay so while the pages are
    rendered anew between the visits."""
    monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", 0.0)
    visitors = [app.test_client(), signed_in(app, account()), app.test_client()]
    for visitor, own in zip(visitors, trims, strict=False):
        visitor.post("/cars/basket", data={"trim": own.id})
        visitor.post("/garage/favourites", data={"trim": own.id, "do": "add"})
    pages = ["/", "/cars/", "/cars/?energy=BEV", f"/cars/trims/{trims[0].id}", "/cars/brands"]
    shown: dict[str, set[str]] = {page: set() for page in pages}
    for page in [*pages, *reversed(pages)]:
        for visitor, own in zip(visitors, trims, strict=False):
            answer = visitor.get(page)
            assert "Set-Cookie" not in answer.headers
            shown[page].add(answer.text)
            assert f'data-basket="{own.id}"' in visitor.get("/cars/_basket").text
            kept = visitor.get("/garage/").text
            assert [f"/cars/trims/{car.id}" in kept for car in trims[:3]] == [
                car is own for car in trims[:3]
            ]
    assert {page: len(texts) for page, texts in shown.items()} == dict.fromkeys(pages, 1)


def test_a_page_takes_as_many_statements_for_many_trims_as_for_few_and_at_most_twelve(
    app: Flask, client: FlaskClient, trims: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is compiled once per version of the catalogue is no page's own statement.
    monkeypatch.setattr("webapp.search.compiled.VERSION_SECONDS", float("inf"))

    def read_versions() -> None:  # once a second, for all pages together
        monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", 0.0)
        client.get("/cars/?energy=ICE")
        monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", float("inf"))

    read_versions()
    paths = [
        "/",
        "/cars/",
        "/cars/?energy=BEV&price_wan_max=40&features_not=冰箱&brand=星河",
        "/cars/brands",
        f"/cars/series/{trims[0].series_id}",
        f"/cars/trims/{trims[0].id}",
        "/cars/compare?ids=" + ",".join(str(car.id) for car in trims[:6]),
    ]

    def statements() -> list[int]:
        counts = []
        for path in paths:
            with counted(app) as noted:
                assert client.get(path).status_code == 200
            counts.append(len(noted))
        return counts

    few = statements()
    hud = catalogue.parameter("hud", "HUD抬头数字显示")
    for n in range(60):
        more = catalogue.trim(f"more{n}", series_name=f"北斗{n % 8}", launch="2025-12")
        catalogue.value(more, hud, fitted="standard")
    catalogue.publish()
    read_versions()
    assert statements() == few
    assert max(few) <= MAX_STATEMENTS
