"""Saving and looking: once each, within limits, joined at login, swept afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.accounts.people import NOON, account
from tests.catalogue import catalogue
from webapp.accounts import service as accounts
from webapp.catalogue.models import Trim
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.garage import queries, service
from webapp.garage.models import Subject
from webapp.visitor import of_account

GUEST = "guest:somebody"
HOUR = timedelta(hours=1)


def trim(car: Trim) -> Subject:
    return Subject("trim", car.id)


def saved(owner: str) -> list[Subject]:
    return [one.subject for one in queries.favourites(owner)]


def seen(owner: str) -> dict[Subject, int]:
    return {one.subject: one.times for one in queries.visits(owner, limit=999)}


def test_a_car_saved_twice_is_kept_once_with_its_first_time(cars: list[Trim]) -> None:
    for later in range(2):
        service.save(owner=GUEST, subject=trim(cars[0]), now=NOON + later * HOUR)
    (one,) = queries.favourites(GUEST)
    assert one.saved_at == NOON


def test_a_trim_and_its_series_are_two_favourites(cars: list[Trim]) -> None:
    series = Subject("series", cars[0].series_id)
    service.save(owner=GUEST, subject=trim(cars[0]), now=NOON)
    service.save(owner=GUEST, subject=series, now=NOON + HOUR)
    assert saved(GUEST) == [series, trim(cars[0])]
    service.remove(owner=GUEST, subject=trim(cars[0]))
    service.remove(owner=GUEST, subject=trim(cars[0]))
    assert saved(GUEST) == [series]


@pytest.mark.parametrize("kind", ["trim", "series"])
def test_what_is_not_there_cannot_be_saved_or_looked_at(cars: list[Trim], kind: str) -> None:
    nowhere = Subject(kind, 999_999)  # type: ignore[arg-type]
    for act in (service.save, service.look):
        with pytest.raises(NotFound, match="999999"):
            act(owner=GUEST, subject=nowhere, now=NOON)


def test_a_full_garage_refuses_the_next_car_and_loses_none(
    cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_FAVOURITES", 2)
    for car in cars[:2]:
        service.save(owner=GUEST, subject=trim(car), now=NOON)
    with pytest.raises(Conflict, match="最多 2 个"):
        service.save(owner=GUEST, subject=trim(cars[2]), now=NOON)
    service.save(owner=GUEST, subject=trim(cars[1]), now=NOON)  # there already
    assert set(saved(GUEST)) == {trim(cars[0]), trim(cars[1])}


def test_looking_again_counts_and_the_oldest_visits_go(
    cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_VISITS", 3)
    for minute, n in enumerate((0, 1, 2, 0, 3)):
        service.look(owner=GUEST, subject=trim(cars[n]), now=NOON + timedelta(minutes=minute))
    assert seen(GUEST) == {trim(cars[3]): 1, trim(cars[0]): 2, trim(cars[2]): 1}


def test_joining_keeps_everything_once(cars: list[Trim]) -> None:
    own = of_account(account().id)
    service.save(owner=own, subject=trim(cars[0]), now=NOON)
    service.save(owner=GUEST, subject=trim(cars[0]), now=NOON - HOUR)
    service.save(owner=GUEST, subject=trim(cars[1]), now=NOON + HOUR)
    service.save(owner=GUEST, subject=Subject("series", cars[0].series_id), now=NOON)
    for owner, moment in ((own, NOON + HOUR), (GUEST, NOON), (GUEST, NOON - HOUR)):
        service.look(owner=owner, subject=trim(cars[2]), now=moment)
    service.adopt_favourites(owner=GUEST, new_owner=own)
    service.adopt_visits(owner=GUEST, new_owner=own)
    db.session.commit()
    times = {one.subject: one.saved_at for one in queries.favourites(own)}
    assert times == {
        trim(cars[0]): NOON - HOUR,
        trim(cars[1]): NOON + HOUR,
        Subject("series", cars[0].series_id): NOON,
    }
    (visit,) = queries.visits(own, limit=9)
    assert (visit.seen_at, visit.times) == (NOON + HOUR, 3)
    assert (saved(GUEST), seen(GUEST)) == ([], {})


def test_limits_hold_after_joining_too(cars: list[Trim], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_FAVOURITES", 3)
    own = of_account(account().id)
    for n, car in enumerate(cars[:4]):
        owner = own if n % 2 else GUEST
        service.save(owner=owner, subject=trim(car), now=NOON + n * HOUR)
    service.adopt_favourites(owner=GUEST, new_owner=own)
    assert saved(own) == [trim(car) for car in (cars[3], cars[2], cars[1])]


def test_merged_accounts_have_the_favourites_and_history_of_both(cars: list[Trim]) -> None:
    winner, loser = account("o-1"), account("o-2")
    service.save(owner=of_account(loser.id), subject=trim(cars[0]), now=NOON)
    service.look(owner=of_account(loser.id), subject=trim(cars[1]), now=NOON)
    accounts.merge_accounts(loser=loser.id, winner=winner.id)
    assert saved(of_account(winner.id)) == [trim(cars[0])]
    assert seen(of_account(winner.id)) == {trim(cars[1]): 1}


def test_an_account_without_history_is_given_none(cars: list[Trim]) -> None:
    winner, loser = account("o-1"), account("o-2")
    accounts.set_privacy(account=winner, personalised=True, keeps_history=False)
    service.look(owner=of_account(loser.id), subject=trim(cars[1]), now=NOON)
    accounts.merge_accounts(loser=loser.id, winner=winner.id)
    assert seen(of_account(winner.id)) == {}


def test_a_visit_on_its_way_while_history_is_switched_off_is_not_noted(cars: list[Trim]) -> None:
    watched, private = account("o-1"), account("o-2")
    accounts.set_privacy(account=private, personalised=True, keeps_history=False)
    for person in (watched, private):
        service.look(owner=of_account(person.id), subject=trim(cars[0]), now=NOON)
    assert seen(of_account(watched.id)) == {trim(cars[0]): 1}
    assert seen(of_account(private.id)) == {}


def test_a_deleted_account_leaves_nothing_behind(cars: list[Trim]) -> None:
    own = account()
    owner = of_account(own.id)
    service.save(owner=owner, subject=trim(cars[0]), now=NOON)
    service.look(owner=owner, subject=trim(cars[0]), now=NOON)
    accounts.ask_to_leave(account=own, now=NOON)
    accounts.erase_due(now=NOON + timedelta(days=8))
    assert (saved(owner), seen(owner)) == ([], {})


def test_a_car_that_leaves_the_catalogue_leaves_the_garage(cars: list[Trim]) -> None:
    gone = catalogue.trim("gone")
    service.save(owner=GUEST, subject=trim(gone), now=NOON)
    service.look(owner=GUEST, subject=trim(gone), now=NOON)
    db.session.delete(gone)
    db.session.commit()
    assert (saved(GUEST), seen(GUEST)) == ([], {})


def test_guests_long_gone_are_forgotten_and_no_one_else(cars: list[Trim]) -> None:
    back, gone, member = "guest:back", "guest:gone", of_account(account().id)
    for owner in (back, gone, member):
        service.save(owner=owner, subject=trim(cars[0]), now=NOON)
        service.look(owner=owner, subject=trim(cars[0]), now=NOON)
    later = NOON + service.GUESTS_KEPT + HOUR
    service.look(owner=back, subject=trim(cars[1]), now=later)
    service.sweep(now=later)
    assert [saved(owner) for owner in (back, gone, member)] == [
        [trim(cars[0])],
        [],
        [trim(cars[0])],
    ]
    assert seen(back) == {trim(cars[1]): 1}
    assert seen(gone) == {}
    assert seen(member) == {trim(cars[0]): 1}


def test_an_export_names_the_cars(app: Flask, cars: list[Trim]) -> None:
    from webapp import personal

    own = account()
    service.save(owner=of_account(own.id), subject=trim(cars[0]), now=NOON)
    service.look(owner=of_account(own.id), subject=Subject("series", cars[0].series_id), now=NOON)
    parts = {data.name: data.export(own.id) for data in personal.registered(app)}
    assert parts["favourites"] == [
        {
            "kind": "trim",
            "id": cars[0].id,
            "name": "星河北斗0 2025款 0 型",
            "saved_at": NOON.isoformat(),
        }
    ]
    (visit,) = parts["history"]
    assert (visit["name"], visit["times"]) == ("星河北斗0", 1)
