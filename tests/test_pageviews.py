"""Which openings of a page count, and how they come into the database and the index."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import RedisError
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from webapp.backends.cache import cache_client
from webapp.catalogue.models import PageViews, PairViews, Trim
from webapp.catalogue.service.pageviews import collect_page_views, forget_old_page_views
from webapp.clock import day_in_china
from webapp.extensions import db
from webapp.pageviews import FLUSH_SECONDS, key_of
from webapp.pageviews import PageViews as Middleware
from webapp.search.index import car_documents
from webapp.search.queries import recent_views

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
TODAY = date(2026, 11, 25)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    assert day_in_china(StoppedClock(monkeypatch).moment) == TODAY


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(redis_url: str, app: Flask) -> Clock:
    """The application with its counting middleware on this clock, and one trim."""
    clock = Clock()
    inner = app.wsgi_app._application  # type: ignore[attr-defined]
    app.wsgi_app = Middleware(inner, store=cache_client(redis_url), clock=clock)  # type: ignore[method-assign]
    catalogue.trim("a", name="标准版")
    catalogue.publish()
    return clock


def open_page(client: FlaskClient, path: str, **headers: str) -> int:
    named = {"User-Agent": BROWSER} | {name.replace("_", "-"): v for name, v in headers.items()}
    return client.get(path, headers=named).status_code


def counted(app: Flask) -> dict[str, int]:
    app.wsgi_app.flush()  # type: ignore[attr-defined]
    store = cache_client(app.config["REDIS_URL"])
    return {page.decode(): int(n) for page, n in store.hgetall(key_of(TODAY)).items()}


def test_pages_from_the_cache_and_pages_not_modified_count_too(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    assert open_page(client, "/cars/trims/1") == 200
    assert open_page(client, "/cars/trims/1") == 200
    etag = client.get("/cars/trims/1", headers={"User-Agent": "curl/8"}).headers["ETag"]
    assert open_page(client, "/cars/trims/1", If_None_Match=etag) == 304
    assert open_page(client, "/cars/series/1") == 200
    assert counted(app) == {"trims:1": 3, "series:1": 1}


@pytest.mark.parametrize(
    "headers",
    [
        {"User_Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search)"},
        {"User_Agent": "Googlebot/2.1"},
        {"User_Agent": "curl/8.5.0"},
        {"User_Agent": ""},
        {"Sec_Purpose": "prefetch;prerender"},
    ],
)
def test_robots_and_prefetches_do_not_count(
    clock: Clock, app: Flask, client: FlaskClient, headers: dict[str, str]
) -> None:
    assert open_page(client, "/cars/trims/1", **headers) == 200
    assert counted(app) == {}


def test_other_pages_and_errors_do_not_count(clock: Clock, app: Flask, client: FlaskClient) -> None:
    for path in ("/cars/trims/999", "/cars/", "/cars/trims/01", "/", "/cars/series/x"):
        open_page(client, path)
    client.post("/cars/trims/1", headers={"User-Agent": BROWSER})
    assert counted(app) == {}


def test_counts_go_to_redis_every_few_seconds_and_wait_while_it_is_away(
    clock: Clock, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = cache_client(app.config["REDIS_URL"])
    open_page(client, "/cars/trims/1")
    assert store.hgetall(key_of(TODAY)) == {}
    with monkeypatch.context() as broken:

        def away(*_: object) -> None:
            raise RedisError

        broken.setattr("redis.client.Pipeline.execute", away)
        clock.now += FLUSH_SECONDS
        open_page(client, "/cars/trims/1")
    clock.now += FLUSH_SECONDS
    open_page(client, "/cars/trims/1")
    assert store.hgetall(key_of(TODAY)) == {b"trims:1": b"3"}


def stored() -> list[tuple[str, int, date, int]]:
    columns = (PageViews.kind, PageViews.subject_id, PageViews.day, PageViews.views)
    return [tuple(row) for row in db.session.execute(select(*columns).order_by(*columns))]


def test_the_worker_adds_counts_up_by_day(redis_url: str, app: Flask) -> None:
    store, yesterday = cache_client(redis_url), TODAY - timedelta(days=1)
    store.hset(key_of(TODAY), mapping={"trims:1": 2, "series:9": 1})
    store.hset(key_of(yesterday), mapping={"trims:1": 40})
    assert collect_page_views() == 43
    store.hset(key_of(TODAY), mapping={"trims:1": 3, "trims:2": 1})
    assert collect_page_views() == 4
    assert collect_page_views() == 0
    assert stored() == [
        ("series", 9, TODAY, 1),
        ("trims", 1, yesterday, 40),
        ("trims", 1, TODAY, 5),
        ("trims", 2, TODAY, 1),
    ]
    assert recent_views()["trims", 1] == 45


def test_counts_set_aside_by_a_worker_that_died_are_not_lost(redis_url: str, app: Flask) -> None:
    store = cache_client(redis_url)
    store.hset(f"{key_of(TODAY)}:taken", mapping={"trims:1": 2})
    store.hset(key_of(TODAY), mapping={"trims:1": 3})
    assert collect_page_views() == 2
    assert collect_page_views() == 3
    assert stored() == [("trims", 1, TODAY, 5)]


def test_old_counts_weigh_nothing_and_are_forgotten(app: Flask) -> None:
    for back in (29, 31, 100):
        day = TODAY - timedelta(days=back)
        db.session.add(PageViews(kind="trims", subject_id=1, day=day, views=1))
    db.session.commit()
    assert recent_views()["trims", 1] == 1
    forget_old_page_views()
    assert len(stored()) == 2


def test_a_trim_has_the_heat_of_its_own_page_and_that_of_its_series(app: Flask) -> None:
    trim = catalogue.trim("a")
    for kind, subject, views in (("trims", trim.id, 100), ("series", trim.series_id, 23)):
        db.session.add(PageViews(kind=kind, subject_id=subject, day=TODAY, views=views))
    catalogue.publish()
    (document,) = car_documents()
    assert document.values["views"] == 120  # rounded: one visitor more changes nothing


def test_a_comparison_counts_each_pair_of_its_cars(clock: Clock, app: Flask) -> None:
    client = app.test_client()
    other, third = catalogue.trim("b"), catalogue.trim("c")
    first = db.session.scalars(select(Trim.id).where(Trim.key == "a")).one()
    catalogue.publish()
    ids = sorted((first, other.id, third.id))
    low, middle, high = ids
    open_page(client, f"/cars/compare?ids={high},{low},{middle}")
    open_page(client, f"/cars/compare?only=diff&ids={middle}%2C{high}")
    open_page(client, f"/cars/compare?ids={low}")
    open_page(client, f"/cars/compare?ids={low},{middle}", User_Agent="somebot/1.0")
    assert counted(app) == {
        f"pairs:{low}-{middle}": 1,
        f"pairs:{low}-{high}": 1,
        f"pairs:{middle}-{high}": 2,
    }
    for _ in range(2):
        collect_page_views()
    rows = db.session.execute(select(PairViews.low_id, PairViews.high_id, PairViews.views))
    assert sorted(map(tuple, rows)) == [(low, middle, 1), (low, high, 1), (middle, high, 2)]
    open_page(client, f"/cars/compare?ids={low},{middle}")
    counted(app)
    collect_page_views()
    assert db.session.scalars(select(PairViews.views).where(PairViews.high_id == middle)).one() == 2
