"""The pages and fragments of favourites and history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from tests.accounts.people import NOON, account, signed_in
from tests.catalogue import catalogue
from webapp.accounts import service as accounts
from webapp.catalogue import service as catalogue_service
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.garage import service
from webapp.garage.models import Favourite, Subject
from webapp.visitor import of_account

SWAP = {"HX-Request": "true"}
LONG = "000000001" + "9" * 5000
"""Begins like a small number, and is more than a database or `int` can take."""


def save(client: FlaskClient, car: Trim) -> None:
    assert client.post("/garage/favourites", data={"trim": car.id, "do": "add"}).status_code == 303


def look(client: FlaskClient, car: Trim) -> None:
    assert client.post("/garage/visits", data={"trim": car.id}).status_code == 200


def marked(client: FlaskClient) -> str:
    """What the link in the top bar knows to be saved."""
    found = re.search(r'data-saved="([^"]*)"', client.get("/garage/_link").text)
    assert found
    return found[1]


def names(html: str) -> list[str]:
    """The versions shown, from the first to the last."""
    return re.findall(r'class="row-sub">[^<]*?(\d) 型', html)


@contextmanager
def statements() -> Iterator[list[str]]:
    said: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


def test_a_guest_saves_a_car_without_scripts_and_comes_back_to_its_row(
    client: FlaskClient, cars: list[Trim]
) -> None:
    form = {"trim": cars[0].id, "do": "add", "anchor": f"trim-{cars[0].id}"}
    back = {"Referer": "http://localhost/cars/?energy=BEV"}
    answer = client.post("/garage/favourites", data=form, headers=back)
    assert answer.status_code == 303
    assert answer.location == f"/cars/?energy=BEV#trim-{cars[0].id}"
    assert names(client.get("/garage/").text) == ["0"]


def test_a_heart_is_answered_with_the_link_that_turns_it_round(
    client: FlaskClient, cars: list[Trim]
) -> None:
    form = {"series": cars[0].series_id, "do": "add"}
    answer = client.post("/garage/favourites", data=form, headers=SWAP)
    assert f'data-saved="series-{cars[0].series_id}"' in answer.text
    assert "<html" not in answer.text
    gone = client.post("/garage/favourites", data=form | {"do": "remove"}, headers=SWAP)
    assert 'data-saved=""' in gone.text


def test_pages_are_the_same_for_who_saved_something(
    app: Flask, client: FlaskClient, cars: list[Trim]
) -> None:
    save(client, cars[0])
    for path in ("/", "/cars/", f"/cars/trims/{cars[0].id}", f"/cars/series/{cars[0].series_id}"):
        mine, theirs = client.get(path), app.test_client().get(path)
        assert mine.data == theirs.data
        assert "Set-Cookie" not in theirs.headers


def test_what_is_saved_is_nobody_elses_to_see(
    app: Flask, client: FlaskClient, cars: list[Trim]
) -> None:
    save(client, cars[0])
    other = app.test_client()
    assert names(other.get("/garage/").text) == []
    assert marked(other) == ""
    assert "no-store" in client.get("/garage/").headers["Cache-Control"]


def test_asking_for_the_link_makes_nobody_known(client: FlaskClient, cars: list[Trim]) -> None:
    assert "Set-Cookie" not in client.get("/garage/_link").headers
    assert "还没有收藏" in client.get("/garage/").text


def test_an_answer_that_makes_a_guest_known_undoes_nothing_a_click_did_meanwhile(
    client: FlaskClient, cars: list[Trim]
) -> None:
    late = client.post("/garage/visits", data={"trim": cars[0].id})
    assert [line.partition("=")[0] for line in late.headers.getlist("Set-Cookie")] == ["visitor"]
    client.post("/cars/basket", data={"trim": cars[0].id})
    late = client.post("/garage/visits", data={"trim": cars[1].id})
    assert "Set-Cookie" not in late.headers
    saved = client.post("/garage/favourites", data={"trim": cars[1].id, "do": "add"})
    assert [line.partition("=")[0] for line in saved.headers.getlist("Set-Cookie")] == ["visitor"]


def test_a_full_garage_says_so_and_where_to_make_room(
    client: FlaskClient, cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_FAVOURITES", 1)
    save(client, cars[0])
    answer = client.post("/garage/favourites", data={"trim": cars[1].id, "do": "add"}, headers=SWAP)
    assert answer.status_code == 409
    assert "收藏最多 1 个" in answer.text
    assert 'href="/garage/"' in answer.text


@pytest.mark.parametrize(
    ("path", "form", "status", "says"),
    [
        ("favourites", {}, 400, "编号"),
        ("favourites", {"trim": "1", "series": "1"}, 400, "编号"),
        ("favourites", {"trim": "x"}, 400, "trim=x"),
        ("favourites", {"trim": LONG}, 400, "trim=00000000"),
        ("favourites", {"trim": "99999"}, 404, "99999"),
        ("visits", {"series": "0"}, 400, "series=0"),
        ("visits", {"trim": LONG}, 400, "trim=00000000"),
        ("visits", {"series": "99999"}, 404, "99999"),
    ],
)
def test_what_cannot_be_saved_is_named(
    client: FlaskClient, cars: list[Trim], path: str, form: dict[str, str], status: int, says: str
) -> None:
    answer = client.post(f"/garage/{path}", data=form)
    assert answer.status_code == status
    assert says in answer.text


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("?sort=x", "sort=x"),
        ("?page=0", "page=0"),
        (f"?page={LONG}", "page=00000000"),
        (f"history?page={LONG}", "page=00000000"),
        (f"?removed=trim-{LONG}", "trim=00000000"),
        ("?page=2", "只有 1 页"),
        ("history?page=2", "只有"),
    ],
)
def test_addresses_that_lead_nowhere_say_why(
    client: FlaskClient, cars: list[Trim], address: str, says: str
) -> None:
    save(client, cars[0])
    look(client, cars[0])
    answer = client.get(f"/garage/{address}")
    assert answer.status_code == 400
    assert says in answer.text


def pressed(html: str, after: str) -> dict[str, str]:
    """What the first form after this text sends."""
    form = html.split(after, 1)[1].split("<form", 1)[1].split("</form>")[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


@pytest.mark.parametrize("clicks", [1, 2], ids=["once", "doubled"])
@pytest.mark.parametrize("headers", [{}, SWAP], ids=["plain", "htmx"])
def test_a_removal_can_be_taken_back_to_its_old_place(
    client: FlaskClient, cars: list[Trim], headers: dict[str, str], clicks: int
) -> None:
    for car in cars[:3]:
        save(client, car)
    moments = [NOON + timedelta(microseconds=n) for n in range(3)]
    for car, moment in zip(cars, moments, strict=False):
        kept = db.session.scalars(select(Favourite).filter_by(trim_id=car.id)).one()
        kept.saved_at = moment
    db.session.commit()
    remove = pressed(client.get("/garage/").text, f'data-trim="{cars[1].id}"')
    assert (remove["do"], remove["trim"]) == ("remove", str(cars[1].id))
    for _ in range(clicks):
        answer = client.post("/garage/favourites", data=remove, headers=headers)
    html = answer.text if headers else client.get(answer.location).text
    assert "已移出 星河北斗1 2025款 1 型" in html
    assert marked(client) == f"trim-{cars[0].id},trim-{cars[2].id}"
    undo = pressed(html, 'class="row-gone"')
    for _ in range(clicks):
        client.post("/garage/favourites", data=undo, headers=headers)
    back = db.session.scalars(select(Favourite).filter_by(trim_id=cars[1].id)).one()
    assert back.saved_at == moments[1]
    assert names(client.get("/garage/").text) == ["2", "1", "0"]


def reprice(car: Trim, wan: str) -> int:
    """As staff do it; the id of the batch."""
    batch, _ = catalogue_service.set_value(
        trim_id=car.id,
        parameter="price_wan",
        text=wan,
        source="测试公告",
        captured="2026-11",
        confidence="official",
        today=date(2026, 11, 26),
    )
    assert batch is not None
    db.session.commit()
    return batch.id


def test_taking_back_a_removal_of_which_no_page_knows_the_time_saves_it_anew(
    client: FlaskClient, cars: list[Trim]
) -> None:
    form = {"trim": cars[0].id, "do": "remove", "from": "garage"}
    undo = pressed(client.post("/garage/favourites", data=form, headers=SWAP).text, "row-gone")
    client.post("/garage/favourites", data=undo)
    kept = db.session.scalars(select(Favourite)).one()
    assert kept.saved_at.year > 1970


def test_a_price_that_fell_since_is_told_with_its_day(
    client: FlaskClient, cars: list[Trim]
) -> None:
    save(client, cars[2])
    save(client, cars[3])
    assert "收藏时" not in client.get("/garage/").text
    batch = reprice(cars[2], "11.2")
    html = " ".join(re.sub(r"<[^>]+>", "", client.get("/garage/").text).split())
    assert re.search(r"降了 0.80 万，收藏时 12.00 万，20\d\d 年 \d+ 月 \d+ 日更新", html)
    assert "涨了" not in html
    assert catalogue_service.ask_undo(batch_id=batch)
    catalogue_service.undo_batch(batch_id=batch)
    assert "收藏时" not in client.get("/garage/").text


def test_what_changed_before_it_was_saved_is_not_news(
    client: FlaskClient, cars: list[Trim]
) -> None:
    reprice(cars[2], "11.2")
    save(client, cars[2])
    assert "收藏时" not in client.get("/garage/").text


def test_a_series_tells_what_became_of_its_trims(client: FlaskClient, cars: list[Trim]) -> None:
    client.post("/garage/favourites", data={"series": cars[0].series_id, "do": "add"})
    reprice(cars[0], "9.5")
    reprice(cars[2], "12.5")
    catalogue.trim("new", series_name="北斗0")
    catalogue.publish()
    html = " ".join(re.sub(r"<[^>]+>", "", client.get("/garage/").text).split())
    assert "收藏以来 1 款降价（最多 0.50 万） 1 款涨价 新增 1 款" in html


def test_favourites_are_put_in_order_of_price_or_of_what_fell(
    client: FlaskClient, cars: list[Trim]
) -> None:
    for n in (3, 0, 2):
        save(client, cars[n])
    reprice(cars[3], "12.9")
    assert names(client.get("/garage/").text) == ["2", "0", "3"]
    assert names(client.get("/garage/?sort=price").text) == ["0", "2", "3"]
    assert names(client.get("/garage/?sort=drop").text)[0] == "3"


def test_the_home_page_gets_what_was_seen_and_saved_last_with_how_prices_moved(
    client: FlaskClient, cars: list[Trim]
) -> None:
    assert "还没有看过或收藏" in client.get("/garage/_strip").text
    save(client, cars[0])
    look(client, cars[1])
    look(client, cars[2])
    look(client, cars[0])
    assert 'data-room="3"' in client.get("/garage/_link").text
    reprice(cars[2], "9.9")
    shown = client.get("/garage/_strip").text.split("<li>")[1:]
    assert [re.findall(r"\d 型", one)[0] for one in shown] == ["0 型", "2 型", "1 型"]
    assert ["已收藏" in one for one in shown] == [True, False, False]
    assert ["降了" in one for one in shown] == [False, True, False]


def test_history_is_listed_by_day_and_goes_one_by_one_or_at_once(
    client: FlaskClient, cars: list[Trim]
) -> None:
    for n in (0, 1, 0):
        look(client, cars[n])
    html = client.get("/garage/history").text
    assert "今天" in html
    assert "共 2 次" in html
    assert names(html) == ["0", "1"]
    client.post("/garage/visits/remove", data={"trim": cars[0].id})
    assert names(client.get("/garage/history").text) == ["1"]
    client.post("/garage/visits/clear")
    assert "还没有浏览记录" in client.get("/garage/history").text


def test_a_page_that_is_read_is_not_disturbed_where_the_database_is_locked(
    app: Flask, client: FlaskClient, cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    look(client, cars[0])
    with db.engine.connect() as other:
        if other.dialect.name != "sqlite":
            pytest.skip("only SQLite locks the whole database")
        monkeypatch.setattr("webapp.config.sqlite.BUSY_MILLISECONDS", 50)
        db.engine.dispose()
        other.exec_driver_sql("BEGIN IMMEDIATE")
        answer = client.post("/garage/visits", data={"trim": cars[1].id}, headers=SWAP)
        other.rollback()
    assert (answer.status_code, answer.text) == (204, "")
    look(client, cars[1])


def test_a_guest_who_switches_history_off_is_not_watched_any_more(
    client: FlaskClient, cars: list[Trim]
) -> None:
    look(client, cars[0])
    save(client, cars[0])
    client.post("/garage/history/switch", data={"keep": "no"})
    with statements() as said:
        look(client, cars[1])
        client.get("/garage/_strip")
        client.get("/garage/history")
    assert [s for s in said if re.search(r"\bvisit\b", s)] == []
    client.post("/garage/history/switch", data={"keep": "yes"})
    assert names(client.get("/garage/history").text) == []
    assert marked(client) == f"trim-{cars[0].id}"


def test_an_account_that_switches_history_off_is_not_watched_any_more(
    app: Flask, cars: list[Trim]
) -> None:
    person = account()
    client = signed_in(app, person)
    look(client, cars[0])
    client.post("/accounts/privacy", data={"personalised": "yes"})
    look(client, cars[1])
    html = client.get("/garage/history").text
    assert "浏览记录关着" in html
    client.post("/garage/history/switch", data={"keep": "yes"})
    assert names(client.get("/garage/history").text) == []
    look(client, cars[2])
    assert names(client.get("/garage/history").text) == ["2"]


def test_nor_is_the_browser_after_leaving_that_account(app: Flask, cars: list[Trim]) -> None:
    person = account()
    client = signed_in(app, person)
    client.post("/garage/history/switch", data={"keep": "no"})
    client.post("/accounts/logout")
    look(client, cars[0])
    assert "浏览记录关着" in client.get("/garage/history").text


def test_without_personalisation_no_page_reads_the_history(app: Flask, cars: list[Trim]) -> None:
    person = account()
    client = signed_in(app, person)
    look(client, cars[0])
    accounts.set_privacy(account=person, personalised=False, keeps_history=True)
    with statements() as said:
        html = client.get("/garage/_strip").text
        assert 'data-room=""' in client.get("/garage/_link").text
        client.get("/")
        client.get("/garage/")
    assert "0 型" not in html
    assert [s for s in said if re.search(r"\bvisit\b", s)] == []


def test_favourites_fill_pages_and_the_last_one_is_reached(
    client: FlaskClient, app: Flask, cars: list[Trim]
) -> None:
    person = account()
    client = signed_in(app, person)
    for n in range(21):
        car = catalogue.trim(f"more{n}", name=f"{n % 10} 型")
        subject = Subject("trim", car.id)
        moment = NOON + timedelta(minutes=n)
        service.save(owner=of_account(person.id), subject=subject, now=moment)
    assert len(names(client.get("/garage/").text)) == 20
    assert names(client.get("/garage/?page=2").text) == ["0"]
