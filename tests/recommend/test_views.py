"""猜你喜欢, 同级对比 and 看了又看 as visitors get them."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import NOON, account, signed_in
from webapp.accounts import service as accounts
from webapp.catalogue.models import PairViews, Trim
from webapp.clock import day_in_china
from webapp.extensions import db
from webapp.garage import service as garage
from webapp.garage.models import Subject
from webapp.recommend import queries, service
from webapp.recommend.models import Choice, TogetherCount
from webapp.registry import registry_of
from webapp.visitor import of_account

SWAP = {"HX-Request": "true"}
Cars = dict[str, Trim]


def shown(html: str) -> list[str]:
    return re.findall(r'near-name">(车\d+)', html)


def reasons(html: str) -> list[str]:
    return re.findall(r'near-why small">([^<]*)<', html)


def look(client: FlaskClient, trim: Trim) -> None:
    assert client.post("/garage/visits", data={"trim": trim.id}).status_code == 200


def test_a_stranger_gets_what_sells_with_units_and_month(client: FlaskClient, cars: Cars) -> None:
    html = client.get("/recommend/_strip").text
    assert "大家在买" in html
    assert len(shown(html)) == 8
    assert all(re.fullmatch(r"2026 年 10 月卖出 [\d,]+ 辆", reason) for reason in reasons(html))


def test_each_car_says_which_one_seen_is_its_reason(client: FlaskClient, cars: Cars) -> None:
    look(client, cars["s4-0"])
    html = client.get("/recommend/_strip").text
    assert "猜你喜欢" in html
    assert "车4" not in shown(html)
    assert len(reasons(html)) == len(shown(html)) == 8
    assert all(reason.startswith("因为你看过 车4 2025款 0 型；") for reason in reasons(html))
    assert any("续航多" in reason for reason in reasons(html))


def test_a_reason_removed_is_gone_with_the_next_request_and_can_be_taken_back(
    client: FlaskClient, cars: Cars
) -> None:
    look(client, cars["s4-0"])
    look(client, cars["s12-0"])
    assert "因为你看过 车4" in client.get("/recommend/_strip").text
    said = {"kind": "ignored", "series": cars["s4-0"].series_id}
    swapped = client.post("/recommend/choices", data=said, headers=SWAP)
    assert "因为你看过 车4" not in swapped.text
    page = client.get("/recommend/").text
    assert "因为你看过 车12" in page
    assert "因为你看过 车4" not in page
    assert "不作为理由的车" in page
    assert client.post("/recommend/choices", data={**said, "do": "remove"}).status_code == 303
    assert "因为你看过 车4" in client.get("/recommend/").text


def test_a_car_dismissed_does_not_come_back(client: FlaskClient, cars: Cars) -> None:
    look(client, cars["s4-0"])
    first = shown(client.get("/recommend/_strip").text)[0]
    gone = next(trim for trim in cars.values() if trim.series.name == first).series_id
    for _ in range(2):
        client.post("/recommend/choices", data={"kind": "dismissed", "series": gone})
    assert first not in shown(client.get("/recommend/_strip").text)
    page = client.get("/recommend/").text
    assert first not in shown(page)
    assert "不看的车" in page


def test_what_is_in_the_comparison_is_a_reason(client: FlaskClient, cars: Cars) -> None:
    client.post("/cars/basket", data={"trim": cars["s2-1"].id, "do": "add"})
    assert "因为你在对比 车2 2025款 1 型" in client.get("/recommend/_strip").text


def test_with_personalisation_off_nothing_is_read_from_the_next_request_on(
    app: Flask, cars: Cars, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = account()
    client = signed_in(app, person)
    look(client, cars["s4-0"])
    assert "因为你看过" in client.get("/recommend/_strip").text
    accounts.set_privacy(account=person, personalised=False, keeps_history=True)

    def read(*_: object, **__: object) -> None:
        raise AssertionError("history was read")

    monkeypatch.setattr(queries, "seen", read)
    monkeypatch.setattr(queries, "saved", read)
    html = client.get("/recommend/_strip").text
    assert "因为你" not in html
    assert "个性化已关闭" in html


def test_a_guest_who_keeps_no_history_is_a_stranger(client: FlaskClient, cars: Cars) -> None:
    look(client, cars["s4-0"])
    client.post("/garage/history/switch", data={"keep": "no"})
    assert "因为你" not in client.get("/recommend/").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"kind": "hated", "series": "1"}, "参数 kind=hated"),
        ({"kind": "ignored", "series": "x"}, "参数 series=x"),
        ({"kind": "ignored", "series": "9" * 40}, "不是车系编号"),
        ({"kind": "ignored"}, "不是车系编号"),
    ],
)
def test_bad_choices_are_told_what_is_wrong(
    client: FlaskClient, sent: dict[str, str], said: str
) -> None:
    answer = client.post("/recommend/choices", data=sent)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_series_that_is_not_there_cannot_be_left_out(client: FlaskClient) -> None:
    answer = client.post("/recommend/choices", data={"kind": "ignored", "series": "77"})
    assert answer.status_code == 404


def test_the_fragment_is_never_cached_and_the_home_page_holds_nothing_of_it(
    client: FlaskClient, cars: Cars
) -> None:
    look(client, cars["s4-0"])
    assert client.get("/recommend/_strip").headers["Cache-Control"] == "private, no-store"
    home = client.get("/").text
    assert 'hx-get="/recommend/_strip"' in home
    assert "因为你" not in home


def test_a_cars_page_shows_its_class_with_differences_and_the_button_of_the_comparison(
    client: FlaskClient, cars: Cars
) -> None:
    html = client.get(f"/cars/trims/{cars['s3-0'].id}").text
    part = html[html.index('id="part-similar"') :]
    part = part[: part.index("</section>")]
    assert set(shown(part)) <= {f"车{n}" for n in range(10)} - {"车3"}
    assert len(set(shown(part))) == len(shown(part)) == 6
    assert part.count('name="do" value="add"') == 6
    assert "续航多" in part
    assert 'id="part-also"' not in html  # nobody has looked at two cars yet


def test_what_three_visitors_looked_at_or_was_compared_stands_on_a_series_page(
    client: FlaskClient, cars: Cars
) -> None:
    for n, seen in enumerate(("s0-0", "s0-0", "s0-0", "s1-0")):
        for key in (seen, "s12-0"):
            subject = Subject("trim", cars[key].id)
            garage.look(owner=f"guest:{n}", subject=subject, now=NOON)
    low, high = sorted((cars["s0-1"].id, cars["s5-2"].id))
    db.session.add(PairViews(low_id=low, high_id=high, day=day_in_china(NOON), views=2))
    db.session.commit()
    assert service.count(now=NOON) == 2
    assert service.count(now=NOON) == 2
    html = client.get(f"/cars/series/{cars['s0-0'].series_id}").text
    part = html[html.index('id="part-also"') :]
    assert set(shown(part[: part.index("</section>")])) == {"车12", "车5"}
    few = client.get(f"/cars/series/{cars['s1-0'].series_id}").text
    assert 'id="part-also"' not in few


def test_who_wants_no_personalisation_is_not_counted(app: Flask, cars: Cars) -> None:
    for n in range(3):
        person = account(f"p{n}") if n else account()
        for key in ("s0-0", "s1-0"):
            owner = of_account(person.id)
            garage.save(owner=owner, subject=Subject("trim", cars[key].id), now=NOON)
    assert service.count(now=NOON) == 1
    accounts.set_privacy(account=person, personalised=False, keeps_history=True)
    assert service.count(now=NOON) == 0
    assert db.session.scalars(select(TogetherCount)).all() == []


def test_choices_are_handed_over_exported_and_erased(app: Flask, cars: Cars) -> None:
    data = registry_of(app).personal["recommendations"]
    one, other = account(), account("other")
    series = cars["s0-0"].series_id
    service.choose(owner=of_account(one.id), kind="dismissed", series_id=series, now=NOON)
    data.merge(one.id, other.id)
    db.session.commit()
    assert data.export(one.id) == []
    (kept,) = data.export(other.id)
    assert (kept["kind"], kept["name"]) == ("dismissed", "星河车0")
    data.erase(other.id)
    db.session.commit()
    assert db.session.scalars(select(Choice)).all() == []


def test_a_guests_choices_go_with_the_cookie(app: Flask, cars: Cars) -> None:
    series = cars["s0-0"].series_id
    long_ago = NOON - service.GUESTS_KEPT - (NOON - NOON.replace(hour=0))
    service.choose(owner="guest:a", kind="ignored", series_id=series, now=long_ago)
    service.choose(owner="guest:b", kind="ignored", series_id=series, now=NOON)
    service.count(now=NOON)
    assert [one.owner for one in db.session.scalars(select(Choice))] == ["guest:b"]
