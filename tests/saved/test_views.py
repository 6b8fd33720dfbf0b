"""The page of saved searches, and the offer beside a list's conditions."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from tests.saved.saving import Edit, Keep
from webapp.accounts import service as accounts
from webapp.accounts.models import Account
from webapp.catalogue.models import Series, Trim
from webapp.extensions import db
from webapp.registry import registry
from webapp.saved import service
from webapp.saved.models import SavedSearch
from webapp.saved.service import keeping
from webapp.visitor import of_account

SWAP = {"HX-Request": "true"}


@pytest.fixture
def person(cars: list[Trim]) -> Account:
    return account()


@pytest.fixture
def owner(person: Account) -> str:
    return of_account(person.id)


@pytest.fixture
def own(app: Flask, person: Account) -> FlaskClient:
    return signed_in(app, person)


def owners() -> list[str]:
    return list(db.session.scalars(select(SavedSearch.owner).order_by(SavedSearch.id)))


def test_a_list_is_saved_with_one_press_and_says_so_when_it_is_seen_again(
    own: FlaskClient, owner: str
) -> None:
    form = {"price_wan_max": "19", "energy": "BEV"}
    html = own.get("/cars/", query_string=form | {"sort": "price"}).text
    assert '<button class="btn btn-small">保存这个筛选</button>' in html
    (offer,) = re.findall(r'hx-get="(/saved/_offer\?[^"]*)"', html)
    assert "sort" not in offer
    offer = offer.replace("&amp;", "&")
    assert own.get(offer).status_code == 204
    answer = own.post("/saved/", data=form, headers=SWAP)
    assert "已保存" in answer.text
    assert "已保存" in own.get(offer).text
    # Nothing personal in the list, which is kept for everyone.
    assert own.get("/cars/", query_string=form).text == own.get("/cars/", query_string=form).text
    assert "保存这个筛选" in own.get("/cars/", query_string=form).text
    assert own.get(offer).headers["Cache-Control"] == "private, no-store"
    page = own.get("/saved/").text
    assert "19 万以内 · 纯电" in page
    assert ">2</span> 款符合" in page
    assert "<li>指导价 ≤ 19 万</li>" in page


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("price_wan_min=15&price_wan_max=20&energy=BEV&body=SUV", "15–20 万 · 纯电 · SUV"),
        ("energy_not=BEV&seats_min=6", "不要纯电 · 座位数 6 座以上"),
        ("seats=5&text=型", "座位数 = 5 座 · “型”"),
        (
            "price_wan_max=20&energy=BEV&seats_min=6&range_km_min=500&length_mm_max=4900&body=SUV",
            "20 万以内 · 纯电 · SUV · 座位数 6 座以上 等",
        ),
        (
            "features=全景天窗&features=座椅加热&energy=PHEV&energy=BEV",
            "插混、纯电 · 全景天窗 · 座椅加热",
        ),
    ],
)
def test_a_name_is_proposed_from_the_conditions(own: FlaskClient, address: str, name: str) -> None:
    fields = [part.split("=") for part in address.split("&")]
    form = {key: [v for k, v in fields if k == key] for key, _ in fields}
    own.post("/saved/", data=form)
    assert f">{name}</a>" in own.get("/saved/").text


def test_the_same_conditions_in_another_order_are_one_search(own: FlaskClient) -> None:
    first = {"energy": ["BEV", "PHEV"], "features": ["座椅加热", "全景天窗"], "seats": "5"}
    second = {"seats": "5.0", "features": ["全景天窗", "座椅加热"], "energy": ["PHEV", "BEV"]}
    for form in (first, second | {"sort": "price", "asked": "便宜的"}):
        own.post("/saved/", data=form)
    assert len(owners()) == 1


def test_a_guest_is_asked_to_log_in_and_finds_the_search_with_the_account(
    app: Flask, client: FlaskClient, person: Account
) -> None:
    answer = client.post("/saved/", data={"price_wan_max": "19"}, headers=SWAP)
    (number,) = db.session.scalars(select(SavedSearch.id))
    assert answer.headers["HX-Redirect"] == f"/saved/?kept={number}"
    page = client.get(f"/saved/?kept={number}").text
    assert "登录后就保存到账号" in page
    assert f'href="/accounts/login?next=/saved/?kept%3D{number}"' in page
    (guest,) = owners()
    assert guest.startswith("guest:")
    with app.test_request_context(headers={"Cookie": f"visitor={guest.removeprefix('guest:')}"}):
        for data in registry().personal.values():
            data.adopt(person.id)
        db.session.commit()
    assert owners() == [of_account(person.id)]
    found = signed_in(app, person).get(f"/saved/?kept={number}").text
    assert "已保存“19 万以内”" in found


def test_there_is_a_limit_that_names_itself_and_loses_nothing(
    own: FlaskClient, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST_SEARCHES", 1)
    monkeypatch.setattr(keeping, "MOST_BEFORE_LOGIN", 1)
    for browser, word in ((own, "最多保存 1 个筛选"), (client, "登录前最多记 1 个筛选")):
        assert browser.post("/saved/", data={"price_wan_max": "19"}).status_code == 303
        refused = browser.post("/saved/", data={"price_wan_max": "20"})
        assert refused.status_code == 409
        assert word in refused.text
        assert browser.post("/saved/", data={"price_wan_max": "19"}).status_code == 303
    assert len(owners()) == 2


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "还没有条件可以保存"),
        ({"sort": "price"}, "还没有条件可以保存"),
        ({"price_wan_max": "贵"}, "参数 price_wan_max=贵"),
        ({"horsepower": "300"}, "不认识这个参数"),
        ({"brand": "没有的牌子"}, "车型库里没有“没有的牌子”"),
    ],
)
def test_what_cannot_be_saved_is_named(own: FlaskClient, form: dict[str, str], said: str) -> None:
    answer = own.post("/saved/", data=form)
    assert answer.status_code == 400
    assert said in answer.text
    assert owners() == []


def test_new_cars_stand_below_their_search_until_it_is_opened(
    own: FlaskClient, keep: Keep, edit: Edit, clock: StoppedClock
) -> None:
    search = keep({"price_wan_max": "19"})
    clock.forward(minutes=5)
    edit(4, price_fen=18_500_000)
    page = own.get("/saved/").text
    assert "1</span> 款是新的" in page
    assert "指导价从 22.00 万降到 18.50 万" in page
    clock.forward(minutes=5)
    answer = own.get(f"/saved/{search.id}")
    assert answer.location == "/cars/?price_wan_max=19"
    assert "款是新的" not in own.get("/saved/").text


def test_a_search_is_renamed_silenced_and_removed_without_scripts(
    own: FlaskClient, keep: Keep
) -> None:
    search = keep({"price_wan_max": "19"})
    address = f"/saved/{search.id}"
    answer = own.post(address, data={"name": "  给 爸妈 ", "most_a_day": "10"})
    assert answer.location == f"/saved/#saved-{search.id}"
    own.post(address, data={"do": "off"})
    db.session.refresh(search)
    assert (search.name, search.most_a_day, search.alerts) == ("给 爸妈", 10, False)
    for wrong in ({"name": ""}, {"name": "长" * 41}, {"name": "好", "most_a_day": "7"}):
        assert own.post(address, data={"most_a_day": "5"} | wrong).status_code == 400
    for _ in range(2):
        assert own.post(f"{address}/remove").status_code == 303
    assert owners() == []


def test_nobody_opens_or_changes_the_search_of_another(
    app: Flask, client: FlaskClient, keep: Keep
) -> None:
    search = keep({"price_wan_max": "19"})
    other = signed_in(app, account("o-2"))
    assert other.get(f"/saved/{search.id}").status_code == 404
    assert other.post(f"/saved/{search.id}", data={"do": "off"}).status_code == 404
    for browser in (other, client):
        assert browser.post(f"/saved/{search.id}/remove").status_code == 303
        assert "19 万以内" not in browser.get("/saved/").text
    db.session.refresh(search)
    assert search.alerts


def test_conditions_that_are_gone_are_told_in_words_and_can_be_left_out(
    own: FlaskClient, keep: Keep, cars: list[Trim]
) -> None:
    search = keep({"series": "北斗0", "price_wan_max": "21"})
    db.session.scalars(select(Series).filter_by(name="北斗0")).one().name = "北斗九"
    search.conditions = search.conditions.replace('"price_wan"', '"horsepower"')
    db.session.commit()
    page = own.get("/saved/").text
    assert "指导价 ≤ 21 万、车系：北斗0：这些条件现在没有了" in page
    assert "按剩下的条件继续" not in page
    assert own.get(f"/saved/{search.id}").location == f"/saved/#saved-{search.id}"
    search.conditions = search.conditions.replace('"horsepower"', '"price_wan"')
    db.session.commit()
    assert "车系：北斗0：这个条件现在没有了" in own.get("/saved/").text
    own.post(f"/saved/{search.id}", data={"do": "mend"})
    page = own.get("/saved/").text
    assert "<li>指导价 ≤ 21 万</li>" in page
    assert "没有了" not in page


def test_of_several_brands_or_series_the_one_that_is_gone_is_left_out_alone(
    own: FlaskClient, keep: Keep, edit: Edit
) -> None:
    search = keep({"series": ["北斗0", "北斗1"], "price_wan_max": "19"})
    other = keep({"series_not": "北斗1", "price_wan_max": "19"})
    db.session.scalars(select(Series).filter_by(name="北斗1")).one().name = "北斗九"
    edit(4, price_fen=18_000_000)
    for one in (search, other):
        db.session.refresh(one)
        assert one.fresh == 0
    assert "车系：北斗1：这个条件现在没有了" in own.get("/saved/").text
    own.post(f"/saved/{search.id}", data={"do": "mend"})
    assert own.get(f"/saved/{search.id}").location == (
        "/cars/?price_wan_max=19&series=%E5%8C%97%E6%96%970"
    )
    edit(2, price_fen=22_000_000)
    edit(2, price_fen=18_000_000)
    db.session.refresh(search)
    assert search.fresh == 1


def test_what_is_left_of_a_search_may_be_saved_already(own: FlaskClient, keep: Keep) -> None:
    keep({"price_wan_max": "21"})
    search = keep({"series": "北斗0", "price_wan_max": "21"})
    db.session.scalars(select(Series).filter_by(name="北斗0")).one().name = "北斗九"
    db.session.commit()
    own.post(f"/saved/{search.id}", data={"do": "mend"})
    assert len(owners()) == 1


def test_searches_go_with_the_person(
    app: Flask, keep: Keep, person: Account, clock: StoppedClock
) -> None:
    other = account("o-2")
    keep({"price_wan_max": "19"})
    keep({"price_wan_max": "19"}, owner=of_account(other.id))
    keep({"price_wan_max": "20"}, owner=of_account(other.id))
    accounts.merge_accounts(loser=other.id, winner=person.id)
    assert owners() == [of_account(person.id)] * 2
    exported = registry().personal["saved_searches"].export(person.id)
    assert [(one["name"], one["address"]) for one in exported] == [
        ("20 万以内", "/cars/?price_wan_max=20"),
        ("19 万以内", "/cars/?price_wan_max=19"),
    ]
    keep({"price_wan_max": "18"}, owner="guest:gone")
    clock.forward(days=31)
    service.sweep(now=clock.moment)
    assert owners() == [of_account(person.id)] * 2
    accounts.ask_to_leave(account=person, now=clock.moment)
    clock.forward(days=8)
    accounts.erase_due(now=clock.moment)
    assert owners() == []
