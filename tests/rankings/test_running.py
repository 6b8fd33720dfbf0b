"""When lists are computed, what is published, and what happens where something fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from redis import Redis
from sqlalchemy import func, select, update

from tasks.schedule import SCHEDULE
from tests.catalogue import catalogue
from tests.clocks import StoppedClock, china
from webapp import clock as product_clock
from webapp.audit import COMMAND_LINE
from webapp.backends.cache import cache_client
from webapp.catalogue.models import Brand, PageViews, PairViews, Sales, Series, Trim
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.rankings import queries, service
from webapp.rankings.lists import RankingError
from webapp.rankings.models import Ranking, RankingRun
from webapp.rankings.queries import sales
from webapp.rankings.queries.published import _inputs, key_of
from webapp.rankings.service import running

pytestmark = pytest.mark.database


def at_night(sold: StoppedClock, moment: str = "2026-11-25 02:00") -> bool:
    sold.set(moment)
    return service.publish_due(product_clock.now())


def count(model: type[Ranking] | type[RankingRun]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def names(name: str, period: str) -> list[str]:
    found = queries.current(name, period)
    assert found is not None
    return [row.entry.name for row in queries.listed(found).rows]


def test_beat_asks_at_two_in_china() -> None:
    entry = SCHEDULE["publish rankings"]
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({2}, {0})


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("2026-11-25 01:59", date(2026, 11, 24)),
        ("2026-11-25 02:00", date(2026, 11, 25)),
        ("2026-11-25 23:00", date(2026, 11, 25)),
        ("2026-01-01 00:30", date(2025, 12, 31)),
    ],
)
def test_a_night_is_due_from_two_in_china(moment: str, night: date) -> None:
    assert service.last_due(china(moment)) == night


def test_a_night_publishes_each_scope_by_itself_and_only_once(sold: StoppedClock) -> None:
    assert at_night(sold)
    published = count(Ranking)
    assert names("retail-series", "2026-06") == ["北斗1", "北斗0", "北斗2", "北斗3", "北斗4"]
    assert names("wholesale-series", "2026-06")[0] == "北斗4"
    assert queries.current("retail-series", "2026-Q2") is not None
    assert queries.current("retail-series", "2026") is None
    assert queries.current("insured-series", "2026-06") is None
    assert not at_night(sold, "2026-11-25 02:10")
    assert (count(Ranking), count(RankingRun)) == (published, 1)


def test_a_missed_night_is_caught_up(sold: StoppedClock) -> None:
    at_night(sold, "2026-11-23 02:00")
    assert at_night(sold, "2026-11-25 09:16")
    assert [run.night for run in queries.runs()] == [date(2026, 11, 25), date(2026, 11, 23)]
    assert not at_night(sold, "2026-11-25 09:26")


def test_before_two_nothing_more_is_owed(sold: StoppedClock) -> None:
    at_night(sold, "2026-11-24 02:00")
    assert not at_night(sold, "2026-11-25 01:59")


def test_two_beats_at_once_publish_once(
    sold: StoppedClock, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look before either has begun."""
    sold.set("2026-11-25 02:00")
    db.session.remove()
    barrier, did, look = threading.Barrier(2, timeout=60), list[bool](), running._run_of

    def look_together(night: date) -> RankingRun | None:
        found = look(night)
        db.session.remove()
        barrier.wait()
        return found

    monkeypatch.setattr(running, "_run_of", look_together)

    def beat() -> None:
        with app.app_context():
            did.append(service.publish_due(product_clock.now()))
            db.session.remove()

    beats = [threading.Thread(target=beat) for _ in range(2)]
    for one in beats:
        one.start()
    for one in beats:
        one.join()
    assert sorted(did) == [False, True]
    assert count(RankingRun) == 1
    current = select(Ranking.name, Ranking.period).where(Ranking.superseded_at.is_(None))
    rows = db.session.execute(current).all()
    assert len(rows) == len(set(rows)) == count(Ranking)


def test_a_night_without_news_publishes_nothing(sold: StoppedClock) -> None:
    at_night(sold, "2026-11-24 02:00")
    before = count(Ranking)
    at_night(sold)
    assert count(Ranking) == before
    assert queries.runs()[0].published == 0


def test_a_changed_figure_supersedes_and_the_list_before_is_kept(sold: StoppedClock) -> None:
    at_night(sold, "2026-11-24 02:00")
    old = queries.current("retail-series", "2026-06")
    sell_more()
    at_night(sold)
    new = queries.current("retail-series", "2026-06")
    assert old is not None
    assert new is not None
    assert new.digest != old.digest
    assert names("retail-series", "2026-06")[0] == "北斗4"
    assert queries.listed(old).rows[0].entry.name == "北斗1"


def sell_more() -> None:
    """Make the last of June's retail list its first."""
    last = (Sales.period == "2026-06", Sales.units == 600, Sales.scope == "retail")
    change(Sales.units, 9999, *last)


def change(column: object, value: object, *where: object) -> None:
    statement = update(column.class_).where(*where).values({column: value})  # type: ignore[attr-defined, arg-type]
    db.session.execute(statement)
    db.session.commit()


def test_a_list_of_the_past_keeps_its_cars_as_they_were(sold: StoppedClock) -> None:
    at_night(sold, "2026-11-24 02:00")
    change(Series.body, "MPV", Series.name == "北斗0")
    at_night(sold)
    for period, bodies in (("2026-05", ["SUV"]), ("2026-06", ["MPV"])):
        found = queries.current("retail-series", period)
        assert found is not None
        rows = queries.listed(found).rows
        assert [r.entry.kind.body for r in rows if r.entry.name == "北斗0"] == bodies


def test_recomputing_gives_the_same_bytes_also_after_the_data_moved(sold: StoppedClock) -> None:
    at_night(sold)
    first = service.recompute("retail-series", "2026-06")
    assert (first.is_same, first.has_moved) == (True, False)
    sell_more()
    again = service.recompute("retail-series", "2026-06")
    assert again.csv == first.csv
    assert (again.is_same, again.has_moved) == (True, True)


def test_a_method_that_changed_without_its_version_is_found_out(sold: StoppedClock) -> None:
    at_night(sold)
    change(Ranking.printed, "0" * 64, Ranking.name == "retail-series")
    assert not service.recompute("retail-series", "2026-06").is_same


def test_what_was_never_published_cannot_be_recomputed(sold: StoppedClock) -> None:
    with pytest.raises(NotFound):
        service.recompute("retail-series", "2026-06")


def fails(error: Exception) -> Callable[..., list[object]]:
    def entries(*_: object) -> list[object]:
        raise error

    return entries


def test_a_failed_list_stays_as_it_was_and_stops_no_other(
    sold: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_night(sold, "2026-11-23 02:00")
    with monkeypatch.context() as patch:
        patch.setattr(sales, "entries", fails(RankingError("有 1 条没有来源")))
        at_night(sold)
    failed = queries.runs()[0]
    assert failed.state == "failed"
    assert "有 1 条没有来源" in failed.failures
    assert "wheelbase" not in failed.failures
    assert names("retail-series", "2026-06")[0] == "北斗1"
    now = product_clock.now()
    assert queries.freshness(now).is_stale
    assert queries.freshness(now, "retail-series").is_stale
    assert not queries.freshness(now, "wheelbase").is_stale
    assert not at_night(sold, "2026-11-25 02:05")
    assert at_night(sold, "2026-11-25 02:10")
    assert queries.runs()[0].attempts == 2
    assert not queries.freshness(product_clock.now()).is_stale


def test_a_night_that_goes_on_failing_is_given_up(
    sold: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales, "due", fails(ValueError()))
    tries = []
    sold.set("2026-11-25 02:00")
    for _ in range(8):
        tries.append(service.publish_due(product_clock.now()))
        sold.forward(minutes=10)
    assert tries == [True] * 5 + [False] * 3


def test_a_run_whose_worker_died_is_taken_over_after_half_an_hour(sold: StoppedClock) -> None:
    sold.set("2026-11-25 02:00")
    began = product_clock.now()
    db.session.add(RankingRun(night=date(2026, 11, 25), state="running", started_at=began))
    db.session.commit()
    assert not at_night(sold, "2026-11-25 02:30")
    assert at_night(sold, "2026-11-25 02:31")


def test_redis_has_what_was_published_and_is_read_again_without_it(
    redis_url: str, sold: StoppedClock
) -> None:
    at_night(sold)
    found = queries.current("retail-series", "2026-06")
    assert found is not None
    store: Redis = cache_client(redis_url)
    kept = store.get(key_of(found.digest))
    _inputs.cache_clear()
    store.flushall()
    assert queries.inputs_of(found).dump().encode() == kept
    assert store.get(key_of(found.digest)) == kept


def test_staff_can_have_all_lists_computed_but_not_twice_at_once(
    redis_url: str, sold: StoppedClock
) -> None:
    service.ask_run(actor=COMMAND_LINE, now=product_clock.now())
    with pytest.raises(Conflict):
        service.ask_run(actor=COMMAND_LINE, now=product_clock.now())
    waiting = queries.runs()[0]
    service.run(run_id=waiting.id, now=product_clock.now())
    db.session.refresh(waiting)
    assert (waiting.state, waiting.night) == ("done", None)
    service.ask_run(actor=COMMAND_LINE, now=product_clock.now())


def test_views_and_comparisons_count_up_to_yesterday(sold: StoppedClock) -> None:
    ids = list(db.session.scalars(select(Trim.id).order_by(Trim.id)))
    days = [date(2026, 11, 24), date(2026, 11, 25)]
    for n, day in ((n, day) for n in range(4) for day in days):
        db.session.add(PageViews(kind="trims", subject_id=ids[n], day=day, views=10 * (n + 1)))
        db.session.add(PairViews(low_id=ids[n], high_id=ids[n + 1], day=day, views=n + 1))
    db.session.commit()
    at_night(sold)
    views, pairs = queries.top(["views", "compared"], 2)
    assert [(r.entry.name, r.entry.value) for r in views.rows] == [("北斗3", 40), ("北斗2", 30)]
    assert (pairs.rows[0].entry.name, pairs.rows[0].entry.value) == ("北斗3 对比 北斗4", 4)


def test_a_lower_price_of_a_later_month_is_a_drop_and_a_correction_is_none(
    sold: StoppedClock,
) -> None:
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元")
    for n, (was, month) in enumerate(
        [(20, "2026-09"), (22, "2026-09"), (23, "2026-09"), (30, "2026-10")]
    ):
        car = db.session.scalars(select(Trim).where(Trim.key == f"k{n}")).one()
        gone = product_clock.now() - timedelta(days=5)
        catalogue.value(car, price, number=was, captured=month, superseded_at=gone)
        catalogue.value(car, price, number=18.98, captured="2026-10")
    dearer = db.session.scalars(select(Trim).where(Trim.key == "k4")).one()
    gone = product_clock.now() - timedelta(days=5)
    catalogue.value(dearer, price, number=17, captured="2026-09", superseded_at=gone)
    catalogue.value(dearer, price, number=18.98, captured="2026-10")
    catalogue.publish()
    at_night(sold)
    (found,) = queries.top(["price-drop"], 9)
    assert found.period == "2026-10"
    assert [(r.entry.name, r.entry.value) for r in found.rows] == [
        ("北斗2", 4.02),
        ("北斗1", 3.02),
        ("北斗0", 1.02),
    ]


def test_a_figure_list_has_the_best_version_of_each_series_in_one_cycle(
    sold: StoppedClock,
) -> None:
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元")
    cltc = catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km")
    wltc = catalogue.parameter("range_wltc_km", "WLTC纯电续航里程", unit="km")
    catalogue.trim("k0b", series_name="北斗0", name="长续航版")
    for key, cycle, range_km in (
        ("k0", cltc, 400),
        ("k0b", cltc, 600),
        ("k1", cltc, 500),
        ("k2", cltc, 550),
        ("k3", wltc, 900),
        ("k4", cltc, 990),
    ):
        car = db.session.scalars(select(Trim).where(Trim.key == key)).one()
        catalogue.value(car, price, number=20)
        catalogue.value(car, cycle, number=range_km)
    catalogue.publish()
    at_night(sold)
    (found,) = queries.top(["range-per-price-cltc"], 9)
    assert [(r.entry.name, r.entry.value) for r in found.rows] == [
        ("北斗0", 30),
        ("北斗2", 27.5),
        ("北斗1", 25),
    ]
    assert "星河官网" in found.sources[0]


def test_brands_and_makers_are_sums_of_their_series(sold: StoppedClock) -> None:
    at_night(sold)
    found = queries.current("retail-brands", "2026-06")
    assert found is None  # two brands are no ranking
    db.session.add(Brand(name="天琴", origin="德国", initial="T", pinyin="tianqin"))
    db.session.commit()
    catalogue.sales(catalogue.series("织女", "天琴"), "2026-06", 50)
    catalogue.publish()
    at_night(sold, "2026-11-26 02:00")
    (brands,) = queries.top(["retail-brands"], 9)
    assert [(r.entry.name, r.entry.value) for r in brands.rows] == [
        ("星河", 2940),
        ("银汉", 1300),
        ("天琴", 50),
    ]


def test_the_place_of_a_series_is_told_in_all_and_in_its_class(sold: StoppedClock) -> None:
    at_night(sold)
    sedan = db.session.scalars(select(Series.id).where(Series.name == "北斗4")).one()
    places = queries.places_of(sedan)
    assert [(p.place, p.total, dict(p.slices)) for p in places] == [
        (5, 5, {}),
        (1, 1, {"size": "中型", "body": "轿车"}),
    ]
