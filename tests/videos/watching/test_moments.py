"""Moments that prove something of a car: marked, looked at, shown beside the row, cited."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.videos.watching.conftest import make_video
from webapp.accounts.models import Account
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.footage import with_footage
from webapp.assistant.answering.parts import Ref, Remark, bound, words
from webapp.assistant.events import Links
from webapp.audit import AuditEntry
from webapp.catalogue.models import Trim
from webapp.config import ROOT
from webapp.extensions import db
from webapp.registry import RowLink
from webapp.videos.models import Video
from webapp.videos.watching import beside, queries, service, topics

PAGE = "/videos/boot-of-a-car"


def form(car: Trim, **more: Any) -> dict[str, Any]:
    given = {"moment": "02:13", "trim": car.id, "subject": "price_wan", "note": "标价牌"}
    return given | more


def links(car: Trim, *keys: str) -> Mapping[str, RowLink]:
    """What stands beside the rows of a car's table."""
    with current_app.test_request_context():
        return beside.show(car.series_id, car.id, keys).links


def moderator(app: Flask) -> FlaskClient:
    person = account("o-moderator")
    person.role = "moderator"
    db.session.commit()
    return signed_in(app, person)


def test_what_the_author_marks_stands_beside_the_row_at_once(
    app: Flask, client: FlaskClient, author: Account, video: Video, cars: list[Trim]
) -> None:
    assert signed_in(app, author).post(f"{PAGE}/points", data=form(cars[0])).status_code == 303
    page = client.get(f"/cars/trims/{cars[0].id}").text
    row = page[page.index('id="spec-price_wan"') :].partition("</tr>")[0]
    assert f'href="{PAGE}?t=133"' in row
    assert "看实拍 02:13" in row
    assert "看实拍" not in client.get(f"/cars/trims/{cars[1].id}").text


def test_what_a_reader_marks_waits_for_staff(
    app: Flask, client: FlaskClient, reader: FlaskClient, video: Video, cars: list[Trim]
) -> None:
    for _ in range(2):
        assert reader.post(f"{PAGE}/points", data=form(cars[0])).status_code == 303
    assert "等审核" in reader.get(f"{PAGE}/own").text
    assert "等审核" not in client.get(f"{PAGE}/own").text
    assert links(cars[0], "price_wan") == {}
    staff = moderator(app)
    assert "标价牌" in staff.get("/console/moments").text
    (point,) = queries.points_waiting(10)
    staff.post(f"/console/moments/{point.id}", data={"do": "show"})
    assert links(cars[0], "price_wan")["price_wan"].label == "看实拍 02:13"
    assert "没有等审核" in staff.get("/console/moments").text
    line = db.session.scalars(select(AuditEntry).filter_by(action="decide moment")).one()
    assert json.loads(line.after or "")["state"] == "shown"


def test_a_refusal_needs_a_reason_which_its_maker_reads(
    app: Flask, reader: FlaskClient, video: Video, cars: list[Trim]
) -> None:
    reader.post(f"{PAGE}/points", data=form(cars[0]))
    (point,) = queries.points_waiting(10)
    staff = moderator(app)
    address = f"/console/moments/{point.id}"
    assert staff.post(address, data={"do": "refuse", "reason": " "}).status_code == 400
    assert queries.count_waiting() == 1
    staff.post(address, data={"do": "refuse", "reason": "那一刻拍的是别的车"})
    assert "那一刻拍的是别的车" in reader.get(f"{PAGE}/own").text
    assert queries.points_of_trims([cars[0].id]) == []


def test_a_mark_that_cannot_be_is_refused_in_words(
    reader: FlaskClient, video: Video, cars: list[Trim]
) -> None:
    for wrong, said in (
        ({"moment": "2 分"}, "02:13"),
        ({"moment": "04:00"}, "视频结束之后"),
        ({"trim": ""}, "哪一款车"),
        ({"trim": "99999"}, "没有编号为 99999"),
        ({"subject": "topic:nothing"}, "从列表里选"),
        ({"subject": "no_such_key"}, "从列表里选"),
        ({"note": "长" * 61}, "最多 60"),
        ({"note": "\u202e倒"}, "特殊符号"),
    ):
        answer = reader.post(f"{PAGE}/points", data=form(cars[0]) | wrong)
        assert (answer.status_code, said in answer.text) == (400, True), wrong
    assert queries.count_waiting() == 0


def test_a_guest_is_asked_to_log_in(client: FlaskClient, video: Video, cars: list[Trim]) -> None:
    answer = client.post(f"{PAGE}/points", data=form(cars[0]))
    assert (answer.status_code, "/accounts/login" in answer.location) == (303, True)
    assert "登录后标记" in client.get(f"{PAGE}/own").text


def test_a_reader_cannot_flood_the_staff(
    reader: FlaskClient, video: Video, cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_WAITING", 2)
    answers = [
        reader.post(f"{PAGE}/points", data=form(cars[0], moment=f"00:0{n}")) for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [303, 303, 409]


def test_a_mark_goes_by_its_maker_or_the_author_and_nobody_else(
    app: Flask, reader: FlaskClient, author: Account, video: Video, cars: list[Trim]
) -> None:
    reader.post(f"{PAGE}/points", data=form(cars[0]))
    (point,) = queries.points_waiting(10)
    address = f"/videos/points/{point.id}/remove"
    stranger = signed_in(app, account("o-stranger"))
    assert stranger.post(address).status_code == 404
    assert signed_in(app, author).post(address).status_code == 303
    assert queries.count_waiting() == 0


def test_moments_of_a_video_that_is_taken_down_are_not_shown(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    signed_in(app, author).post(f"{PAGE}/points", data=form(cars[0]))
    assert len(queries.points_of_trims([cars[0].id])) == 1
    video.state = "hidden"
    db.session.commit()
    assert queries.points_of_trims([cars[0].id]) == []


def test_a_topic_stands_beside_the_first_of_its_rows_that_is_there(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    post = signed_in(app, author).post
    post(f"{PAGE}/points", data=form(cars[0], subject="topic:boot"))
    assert set(links(cars[0], "trunk_max_l", "price_wan")) == {"trunk_max_l"}
    assert links(cars[0], "price_wan") == {}
    assert "后备厢" in beside.show(cars[0].series_id, cars[0].id, []).section


def test_the_most_watched_video_stands_beside_a_row(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    make_video("much-watched", account_id=author.id, views=100)
    for page in (PAGE, "/videos/much-watched"):
        signed_in(app, author).post(f"{page}/points", data=form(cars[0]))
    assert links(cars[0], "price_wan")["price_wan"].address == ("/videos/much-watched?t=133")


def test_every_topic_names_parameters_of_the_catalogue() -> None:
    table = ROOT / "webapp" / "catalogue" / "reference" / "parameters.csv"
    with table.open(encoding="utf-8", newline="") as file:
        keys = {row["key"] for row in csv.DictReader(file)}
    named = {key for topic in topics.TOPICS.values() for key in topic.parameters}
    assert named - keys == set()


def test_an_answer_that_gives_a_value_leads_to_the_moment_that_shows_it(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km")
    db.session.commit()
    post = signed_in(app, author).post
    post(f"{PAGE}/points", data=form(cars[0], subject="topic:motorway_range", moment="01:00"))
    given = bound("505 公里", f"trim:{cars[0].id}:range_km")
    other = Links((("全部参数", f"/cars/trims/{cars[0].id}"),))
    draft = with_footage(Draft("lookup", lead=(Remark(given),), tail=(other,)))
    (label, address), *_ = draft.tail[0].items  # type: ignore[union-attr]
    assert (address, draft.tail[1]) == (f"{PAGE}?t=60", other)
    assert label.startswith("看实拍 01:00")


def test_other_answers_stay_as_they_are(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    signed_in(app, author).post(f"{PAGE}/points", data=form(cars[0]))
    own, other = (f"trim:{car.id}" for car in cars[:2])
    for intent, source, refused in (
        ("lookup", f"{other}:price_wan", False),
        ("lookup", f"{own}:seats", False),
        ("lookup", f"{own}:price_wan", True),
        ("consult", f"{own}:price_wan", False),
        ("lookup", "computed:price_wan", False),
    ):
        lead = (Remark(bound("12.98 万元", source)),)
        draft = Draft(intent, lead=lead, refused=refused)  # type: ignore[arg-type]
        assert with_footage(draft) == draft, source


def test_a_row_that_is_cited_without_a_numeral_counts_as_stated(
    app: Flask, author: Account, video: Video, cars: list[Trim]
) -> None:
    signed_in(app, author).post(f"{PAGE}/points", data=form(cars[0]))
    ref = Ref(0, "车", "来源", trim_id=cars[0].id, field="price_wan")
    said = words("有。")
    draft = Draft("lookup", lead=(Remark(type(said)(said.text, (), (ref,))),))
    assert len(with_footage(draft).tail) == 1
