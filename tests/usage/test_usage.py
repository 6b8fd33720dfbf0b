"""What is counted of the site's use, and that nothing of it says who."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import RedisError

from tests.catalogue import catalogue
from webapp.backends.cache import cache_client
from webapp.clock import CHINA
from webapp.usage import figures
from webapp.usage.counters import FLUSH_SECONDS, SENTENCES_A_DAY, Counters, key_of
from webapp.usage.traffic import Traffic

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PAGE = {"User-Agent": BROWSER, "Accept": "text/html,application/xhtml+xml"}
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
"""Midday in China."""


class Clock:
    moment = NOON

    def __call__(self) -> float:
        return self.moment.timestamp()


@pytest.fixture
def clock(redis_url: str, app: Flask) -> Clock:
    """The application counting by this clock."""
    clock = Clock()
    counters = Counters(cache_client(redis_url), clock=clock)
    app.extensions["usage"] = counters
    app.wsgi_app = Traffic(app.wsgi_app._application, counters)  # type: ignore[attr-defined, method-assign]
    return clock


def usage(app: Flask, clock: Clock) -> figures.Usage:
    app.extensions["usage"].flush()
    return figures.usage(clock.moment)


def open_page(
    client: FlaskClient, path: str = "/cars/", address: str = "192.0.2.1", **headers: str
) -> int:
    named = PAGE | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named, environ_overrides={"REMOTE_ADDR": address}).status_code


def test_a_visitor_who_opens_two_pages_is_one_visitor(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    open_page(client, "/")
    open_page(client, "/cars/")
    open_page(client, "/cars/", address="192.0.2.2")
    open_page(client, "/cars/", User_Agent=f"{BROWSER} Other/1")
    today = usage(app, clock).today
    assert (today.visitors, today.of("views")) == (3, 4)


def test_pages_from_the_cache_and_not_modified_ones_count(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    etag = client.get("/cars/", headers=PAGE).headers["ETag"]
    assert open_page(client) == 200
    assert open_page(client, If_None_Match=etag) == 304
    assert usage(app, clock).today.of("views") == 3


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/cars/", {"User_Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}),
        ("/cars/", {"User_Agent": "curl/8.5.0"}),
        ("/cars/", {"Sec_Purpose": "prefetch"}),
        ("/cars/", {"HX_Request": "true"}),
        ("/cars/", {"Accept": "*/*"}),
        ("/cars/?page=x", {}),
        ("/no-such-page", {}),
        ("/console/", {}),
    ],
)
def test_robots_fragments_errors_and_the_console_are_no_page_views(
    clock: Clock, app: Flask, client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    open_page(client, path, **headers)
    today = usage(app, clock).today
    assert (today.visitors, today.of("views"), today.of("requests")) == (0, 0, 1)
    robot = {"User_Agent", "Sec_Purpose"} & headers.keys()
    assert today.of("views_robots") == len(robot)


def test_failures_are_counted_among_all_requests_but_not_health_checks_and_files(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    @app.errorhandler(404)
    def fail(_: object) -> tuple[str, int]:
        return "", 503

    for path in ("/no-such-page", "/cars/", "/healthz", "/readyz", "/static/none.css"):
        client.get(path)
    hour = usage(app, clock).hour
    assert (hour.of("requests"), hour.of("errors")) == (2, 1)


def test_no_cookie_is_set_and_neither_address_nor_browser_reaches_redis(
    clock: Clock, app: Flask, client: FlaskClient, redis_url: str
) -> None:
    answer = client.get("/", headers=PAGE, environ_overrides={"REMOTE_ADDR": "192.0.2.77"})
    assert "Set-Cookie" not in answer.headers
    usage(app, clock)
    store = cache_client(redis_url)
    kept = b"".join(store.dump(key) or b"" for key in store.scan_iter("usage:*"))
    assert kept
    assert b"192.0.2" not in kept
    assert b"Firefox" not in kept


def test_the_salt_is_the_same_in_all_processes_and_ends_with_the_day(
    clock: Clock, app: Flask, redis_url: str
) -> None:
    store = cache_client(redis_url)
    for _ in range(2):
        process = Counters(store, clock=clock)
        process.count_visitor("192.0.2.1", BROWSER)
        process.flush()
    assert figures.usage(clock.moment).today.visitors == 1
    local = clock.moment.astimezone(CHINA)
    left = store.ttl(f"{key_of(local.date())}:salt")
    assert 0 < left <= (24 - local.hour) * 3600


def test_the_last_hour_and_the_days_before_are_told_apart(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    open_page(client)
    usage(app, clock)
    clock.moment += timedelta(minutes=70)
    open_page(client)
    later = usage(app, clock)
    assert (later.hour.of("views"), later.today.of("views"), later.today.visitors) == (1, 2, 1)
    clock.moment += timedelta(days=1)
    tomorrow = usage(app, clock)
    assert [day.sums.of("views") for day in tomorrow.days[-2:]] == [2, 0]
    assert tomorrow.days[-2].label == "11 月 25 日"


def test_searches_are_counted_and_what_found_nothing_is_remembered_with_its_words(
    clock: Clock, app: Flask, client: FlaskClient
) -> None:
    catalogue.trim("a", name="标准版")
    catalogue.publish()
    for sentence in ("20万以内", "六座 皮卡 5万以内", "六座 皮卡 5万以内", "9座 1万以内"):
        assert open_page(client, f"/cars/?q={sentence}") == 303
    open_page(client, "/cars/?q=6座 1万以内", User_Agent="Googlebot/2.1")
    today = usage(app, clock).today
    assert (today.of("searches"), today.of("searches_empty")) == (4, 3)
    assert figures.empty_searches(clock.moment) == [("六座 皮卡 5万以内", 2), ("9座 1万以内", 1)]


def test_sentences_that_look_personal_are_not_kept_and_long_ones_are_cut(
    clock: Clock, app: Flask
) -> None:
    counters: Counters = app.extensions["usage"]
    for sentence in (
        "找张三 138 0013 8000",
        "11010119900307123X",
        "me@example.com",
        "1380013-8000",
        "甲" * 100,
        "50000000分以内",
    ):
        counters.count_empty(sentence)
    usage(app, clock)
    assert figures.empty_searches(clock.moment) == [("甲" * 60, 1)]


def test_of_too_many_sentences_the_rarest_are_forgotten(
    clock: Clock, app: Flask, redis_url: str
) -> None:
    counters: Counters = app.extensions["usage"]
    counters.count_empty("常问")
    for number in range(SENTENCES_A_DAY + 20):
        counters.count_empty(f"第 {number} 句")
    counters.count_empty("常问")
    usage(app, clock)
    assert figures.empty_searches(clock.moment)[0] == ("常问", 2)
    day = key_of(clock.moment.date())
    assert cache_client(redis_url).zcard(f"{day}:empty") == SENTENCES_A_DAY


def test_while_redis_is_away_sums_wait_and_visitors_are_forgotten(
    clock: Clock, app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def away(*_: object) -> None:
            raise RedisError

        broken.setattr("redis.client.Pipeline.execute", away)
        assert open_page(client) == 200
        clock.moment += timedelta(seconds=FLUSH_SECONDS)
        assert open_page(client) == 200
    today = usage(app, clock).today
    assert (today.visitors, today.of("views")) == (0, 2)
