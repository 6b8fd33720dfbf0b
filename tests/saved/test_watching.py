"""What newly matches is told once, within bounds, whatever happens to the worker."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from sqlalchemy import event, func, select

from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from tests.saved.saving import Edit, Keep, told
from webapp import clock as product_clock
from webapp.catalogue.models import Brand, Trim
from webapp.catalogue.vocabulary import FEATURES
from webapp.extensions import db
from webapp.garage import service as garage
from webapp.garage.models import Subject
from webapp.notices.models import Notice
from webapp.saved import queries, service
from webapp.saved.models import SavedSearch, SearchHit, Watch
from webapp.saved.service import keeping, lease, watching

WAN = 1_000_000
SKY = 1 << FEATURES.index("全景天窗")


def reasons() -> list[str]:
    return list(db.session.scalars(select(SearchHit.reason).order_by(SearchHit.id)))


def fresh(search: SavedSearch) -> int:
    db.session.refresh(search)
    return search.fresh


def test_a_price_that_falls_into_the_range_is_told_with_both_prices(keep: Keep, edit: Edit) -> None:
    search = keep({"price_wan_max": "19"})
    edit(4, price_fen=19 * WAN)
    notice = db.session.scalars(select(Notice)).one()
    assert notice.title == "“19 万以内”新符合：星河北斗0 2025款 4 型"
    assert notice.body == "指导价从 22.00 万降到 19.00 万"
    assert notice.address.startswith("/cars/trims/")
    assert fresh(search) == 1


def test_what_matched_before_is_not_told_when_it_changes(keep: Keep, edit: Edit) -> None:
    keep({"price_wan_max": "20"})
    edit(0, price_fen=17 * WAN)
    assert told() == []


@pytest.mark.parametrize(
    ("address", "change", "reason"),
    [
        ({"range_km_min": "600"}, {"range_km": 605}, "range_km"),
        ({"status": "停售"}, {"status": "停售"}, "status"),
        ({"status_not": "在售"}, {"status": "停售"}, "status"),
        (
            {"features": "全景天窗"},
            {"features": SKY, "features_known": SKY},
            "features",
        ),
        ({"text": "至尊"}, {"name": "至尊 型"}, "name"),
        ({"price_wan_max": "19", "range_km_min": "600"}, {"price_fen": 0, "range_km": 700}, None),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, dict) else None,
)
def test_any_condition_can_be_the_one_that_holds_now(
    keep: Keep, edit: Edit, address: dict[str, str], change: dict[str, Any], reason: str | None
) -> None:
    keep(address)
    edit(4, **change)
    assert reasons() == [reason or "price_wan"]


def test_a_value_that_is_unknown_satisfies_no_condition(keep: Keep, edit: Edit) -> None:
    keep({"range_km_max": "400"})
    keep({"seats_not": "5"})
    edit(4, range_km=None)
    assert told() == []


def test_a_new_car_is_told_and_one_that_does_not_match_is_not(cars: list[Trim], keep: Keep) -> None:
    keep({"price_wan_max": "19"})
    for n, wan in enumerate((16, 30)):
        catalogue.trim(f"n{n}", name=f"新 {n}", price_fen=wan * WAN)
    catalogue.publish()
    service.watch()
    assert told() == ["“19 万以内”新符合：星河北斗 2025款 新 0"]


def test_a_brand_that_is_renamed_is_one_that_changed(
    cars: list[Trim], keep: Keep, edit: Edit
) -> None:
    search = keep({"brand": "星河"})
    brand = db.session.scalars(select(Brand)).one()
    brand.name = "银河"
    edit(0)
    brand.name = "星河"
    edit(0)
    assert fresh(search) == 5


def test_one_car_is_told_once_for_each_reason_for_ever(
    keep: Keep, edit: Edit, clock: StoppedClock
) -> None:
    search = keep({"price_wan_max": "19", "range_km_min": "500"})
    for wan in (18, 22, 18, 22, 18):
        edit(4, price_fen=wan * WAN)
        clock.forward(days=30)
    assert len(told()) == 1
    assert fresh(search) == 1
    edit(4, range_km=400)
    edit(4, range_km=510)
    assert reasons() == ["price_wan", "range_km"]


def test_five_cars_a_day_are_told_one_by_one_and_the_rest_in_one_line(
    cars: list[Trim], keep: Keep, clock: StoppedClock
) -> None:
    search = keep({"price_wan_max": "10"})
    for n in range(30):
        catalogue.trim(f"n{n}", price_fen=9 * WAN)
    catalogue.publish()
    service.watch()
    assert len(told()) == 6
    assert told()[-1] == "“10 万以内”今天另有 25 款新符合"
    clock.forward(hours=1)
    catalogue.trim("one more", price_fen=9 * WAN)
    catalogue.publish()
    service.watch()
    assert len(told()) == 6
    assert told()[-1] == "“10 万以内”今天另有 26 款新符合"
    assert fresh(search) == 31
    assert db.session.scalar(select(func.count()).select_from(SearchHit)) == 21
    clock.forward(days=1)
    catalogue.trim("next day", price_fen=9 * WAN)
    catalogue.publish()
    service.watch()
    assert told()[-1].endswith("next day 版")


def test_a_search_with_alerts_off_counts_and_tells_nothing_then_or_later(
    keep: Keep, edit: Edit
) -> None:
    search = keep({"price_wan_max": "19"})
    service.set_alerts(search=search, on=False)
    edit(4, price_fen=18 * WAN)
    service.set_alerts(search=search, on=True)
    edit(3, price_fen=18 * WAN)
    assert told() == ["“19 万以内”新符合：星河北斗1 2025款 3 型"]
    assert fresh(search) == 2


def test_a_search_of_a_guest_or_with_conditions_that_are_gone_tells_nothing(
    keep: Keep, edit: Edit
) -> None:
    keep({"price_wan_max": "19"}, owner="guest:somebody")
    gone = keep({"price_wan_max": "19"})
    gone.conditions = gone.conditions.replace('"price_wan"', '"horsepower"')
    edit(4, price_fen=18 * WAN)
    assert (told(), reasons()) == ([], [])


def test_what_was_in_the_list_when_the_search_was_saved_is_not_new(keep: Keep, edit: Edit) -> None:
    edit(4, price_fen=18 * WAN, looked=False)
    search = keep({"price_wan_max": "19"})
    edit(4, price_fen=17 * WAN)
    assert fresh(search) == 0
    edit(3, price_fen=17 * WAN)
    assert fresh(search) == 1


def test_a_large_import_is_seen_in_portions(
    cars: list[Trim], keep: Keep, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PORTION", 2)
    search = keep({"price_wan_max": "10"})
    for n in range(5):
        catalogue.trim(f"n{n}", price_fen=9 * WAN)
    catalogue.publish()
    service.watch()
    assert (len(told()), fresh(search)) == (5, 5)


def test_a_worker_that_is_killed_anywhere_leaves_no_car_untold_and_none_told_twice(
    cars: list[Trim], keep: Keep, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = keep({"price_wan_max": "10"})
    for n in range(4):
        catalogue.trim(f"n{n}", price_fen=9 * WAN)
    catalogue.publish()
    monkeypatch.setattr(watching, "PORTION", 3)

    class Killed(BaseException):
        pass

    writes = left = 0

    def dies(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        nonlocal left
        if not statement.startswith("SELECT"):
            left -= 1
            if left < 0:
                raise Killed

    event.listen(db.engine, "before_cursor_execute", dies)
    try:
        while True:
            left = writes
            try:
                service.watch()
                break
            except Killed:
                db.session.rollback()
                writes += 1
                clock.forward(minutes=4)  # until the lease of the dead one has run out
    finally:
        event.remove(db.engine, "before_cursor_execute", dies)
    assert writes > 5
    assert sorted(told()) == [f"“10 万以内”新符合：星河北斗 2025款 n{n} 版" for n in range(4)]
    assert fresh(search) == 4


def test_one_worker_looks_at_a_time_and_a_dead_one_is_replaced(
    keep: Keep, edit: Edit, clock: StoppedClock
) -> None:
    keep({"price_wan_max": "19"})
    assert lease.take(product_clock.now()) is not None
    edit(4, price_fen=18 * WAN)
    assert told() == []
    clock.forward(minutes=4)
    service.watch()
    assert len(told()) == 1


def test_a_worker_whose_lease_was_taken_over_writes_nothing(
    keep: Keep, edit: Edit, clock: StoppedClock
) -> None:
    keep({"price_wan_max": "19"})
    slow = lease.take(product_clock.now())
    clock.forward(minutes=4)
    assert slow is not None
    assert lease.take(product_clock.now()) is not None
    edit(4, price_fen=18 * WAN, looked=False)
    with pytest.raises(lease.Lost):
        watching.look(slow)
    assert reasons() == []


def test_nothing_is_compared_while_the_catalogue_stands(
    cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "changed_trims", None)
    service.watch()
    assert db.session.scalars(select(Watch)).one().lease_until is None


def test_telling_goes_on_where_a_run_was_full(
    keep: Keep, edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep({"price_wan_max": "19"})
    with monkeypatch.context() as patch:
        patch.setattr(service, "tell", partial(service.tell, most=0))
        edit(4, price_fen=18 * WAN)
    assert told() == []
    service.watch()
    assert len(told()) == 1


@pytest.mark.parametrize("kind", ["trim", "series"])
def test_the_price_of_a_favourite_is_told_once_a_change_and_not_on_its_way_back(
    owner: str, cars: list[Trim], edit: Edit, clock: StoppedClock, kind: str
) -> None:
    ids = {"trim": cars[4].id, "series": cars[4].series_id}
    garage.save(owner=owner, subject=Subject(kind, ids[kind]), now=clock.moment)  # type: ignore[arg-type]
    said = []
    for wan in (21, 22, 21, 20):
        edit(4, price_fen=wan * WAN)
        clock.forward(hours=1)
        said.append(db.session.scalars(select(Notice.body).filter_by(kind="favourite_price")).one())
    name = "" if kind == "trim" else "星河北斗0 2025款 4 型："
    first = f"{name}指导价从 22.00 万降到 21.00 万"
    assert said == [first, first, first, f"{name}指导价从 21.00 万降到 20.00 万"]
    notice = db.session.scalars(select(Notice)).one()
    assert notice.times == 2
    clock.forward(days=2)
    keeping.sweep(now=clock.moment)
    edit(4, price_fen=22 * WAN)
    db.session.refresh(notice)
    titles = {"trim": "星河北斗0 2025款 4 型 涨了 2.00 万", "series": "星河北斗0：1 款涨价"}
    assert notice.title == titles[kind]


def test_a_car_saved_with_its_series_is_told_once(
    owner: str, cars: list[Trim], edit: Edit, clock: StoppedClock
) -> None:
    for subject in (Subject("trim", cars[4].id), Subject("series", cars[4].series_id)):
        garage.save(owner=owner, subject=subject, now=clock.moment)
    edit(4, price_fen=21 * WAN)
    assert told("favourite_price") == ["星河北斗0 2025款 4 型 降了 1.00 万"]
    edit(2, price_fen=None)
    edit(2, price_fen=19 * WAN)
    assert told("favourite_price")[-1] == "星河北斗0：1 款有指导价了"


def test_the_favourites_of_guests_and_of_others_are_not_told(
    owner: str, cars: list[Trim], edit: Edit, clock: StoppedClock
) -> None:
    garage.save(owner="guest:somebody", subject=Subject("trim", cars[4].id), now=clock.moment)
    garage.save(owner=owner, subject=Subject("trim", cars[3].id), now=clock.moment)
    edit(4, price_fen=21 * WAN)
    assert told("favourite_price") == []
