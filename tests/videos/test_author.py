"""The author's pages, and what staff do: words, poster, who finds it, taking down, deleting."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.videos.sending import PIECE_BYTES, Sender, film
from webapp.accounts.models import Account
from webapp.backends.storage import storage
from webapp.extensions import db
from webapp.registry import registry
from webapp.transactions import transaction
from webapp.transitions import step
from webapp.videos import queries
from webapp.videos.models import Upload, Video
from webapp.videos.service import merging, sweeping

DATA = film(PIECE_BYTES + 100)
Sent = list[tuple[str, tuple[object, ...]]]


def video() -> Video:
    db.session.rollback()
    return db.session.scalars(select(Video)).one()


@pytest.fixture
def merged(sender: Sender) -> str:
    """The address of a video that waits to be processed."""
    sender.upload(DATA)
    merging.merge(video_id=video().id)
    return f"/videos/{video().public_id}"


@pytest.fixture
def staff(app: Flask, merged: str) -> FlaskClient:
    person = account("o-staff")
    person.role = "moderator"
    db.session.commit()
    return signed_in(app, person)


def test_a_small_file_is_sent_by_the_plain_form(browser: FlaskClient, sent: Sent) -> None:
    answer = browser.post("/videos/new", data={"file": (BytesIO(DATA), "试驾.mp4")})
    assert answer.status_code == 303
    assert answer.location == f"/videos/{video().public_id}/edit"
    merging.merge(video_id=video().id)
    with storage().open(str(video().original_key)) as file:
        assert file.read() == DATA


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        (b"PK\x03\x04 and more", "x.mp4", 415, "MP4"),
        (b"", "x.mp4", 400, "空"),
        (DATA, "a" * 256, 400, "256"),
    ],
)
def test_the_plain_form_says_what_is_wrong(
    browser: FlaskClient, data: bytes, name: str, status: int, said: str
) -> None:
    answer = browser.post("/videos/new", data={"file": (BytesIO(data), name)})
    assert answer.status_code == status
    assert said in answer.text
    assert "<form" in answer.text
    assert list(storage().list("")) == []


def test_own_videos_are_listed_with_how_far_they_are(sender: Sender, browser: FlaskClient) -> None:
    data = film(4 * PIECE_BYTES)
    upload = sender.begin(data, "空间 <b>.mp4")
    sender.send(upload, 1, data[:PIECE_BYTES])
    page = browser.get("/videos/mine").text
    assert "空间 &lt;b&gt;" in page
    assert "已收到 25%" in page
    assert 'hx-trigger="every' in page
    assert f'data-upload="{upload}"' in browser.get("/videos/new").text


def test_a_persons_own_page_leads_to_their_videos_and_a_guests_does_not(
    app: Flask, browser: FlaskClient
) -> None:
    assert 'href="/videos/mine"' in browser.get("/accounts/").text
    guest = app.test_client().get("/accounts/", follow_redirects=True).text
    assert 'href="/garage/"' in guest
    assert "/videos/mine" not in guest


def test_the_words_of_a_video_can_be_changed(browser: FlaskClient, merged: str) -> None:
    catalogue.trim("k1", name="长续航", series_name="海豚")
    db.session.commit()
    series = queries.series_called("海豚")[0]
    sent = {"title": " 海豚  后备厢 ", "description": "两行\r\n简介", "series": "海豚"}
    answer = browser.post(f"{merged}/edit", data=sent | {"visibility": "unlisted"})
    assert answer.status_code == 303, answer.text
    made = video()
    assert (made.title, made.description, made.series_id) == (
        "海豚 后备厢",
        "两行\n简介",
        series[0],
    )
    assert made.visibility == "unlisted"


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    browser: FlaskClient, merged: str
) -> None:
    sent = {"title": "", "description": "留着", "series": "没有这个车系的名字"}
    answer = browser.post(f"{merged}/edit", data=sent)
    assert answer.status_code == 422
    assert "请填写标题" in answer.text
    assert "没有这个车系" in answer.text
    assert "留着" in answer.text
    assert video().title == "试驾"


def test_a_poster_of_ones_own_takes_the_place_of_the_frame(
    browser: FlaskClient, merged: str
) -> None:
    picture = BytesIO()
    Image.new("RGB", (640, 360), "teal").save(picture, "PNG")
    picture.seek(0)
    answer = browser.post(f"{merged}/change-poster", data={"poster": (picture, "p.png")})
    assert answer.status_code == 303, answer.text
    assert storage().stat(str(video().poster_key)).content_type == "image/webp"
    answer = browser.post(f"{merged}/change-poster", data={"poster": (BytesIO(b"x"), "p.png")})
    assert answer.status_code == 422


def test_deleting_a_video_removes_all_its_files(
    browser: FlaskClient, merged: str, sent: Sent
) -> None:
    sent.clear()
    assert browser.post(f"{merged}/remove").status_code == 303
    for task, (prefix,) in sent:
        assert task == "tasks.videos.remove_files"
        sweeping.remove_files(prefix=str(prefix))
    assert list(storage().list("")) == []
    assert browser.get(f"{merged}/edit").status_code == 404


def test_another_person_may_do_nothing_with_it(app: Flask, merged: str) -> None:
    other = signed_in(app, account("o-2"))
    posts = [f"{merged}/{name}" for name in ("edit", "change-poster", "remove")]
    assert [other.post(address).status_code for address in posts] == [404] * 3
    assert other.get(f"{merged}/edit").status_code == 404


def test_staff_take_a_video_down_with_a_reason_and_restore_it(
    browser: FlaskClient, staff: FlaskClient, merged: str, sent: Sent
) -> None:
    console = f"/console{merged}"
    assert staff.post(f"{console}/hide", data={"reason": " "}).status_code == 400
    assert staff.post(f"{console}/hide", data={"reason": "画面里有车牌"}).status_code == 303
    assert video().state == "hidden"
    assert "画面里有车牌" in browser.get("/videos/mine").text
    assert "视频已下架：" in browser.get("/notices/").text
    assert staff.post(f"{console}/hide", data={"reason": "again"}).status_code == 409
    sent.clear()
    assert staff.post(f"{console}/restore").status_code == 303
    assert (video().state, video().problem) == ("processing", "")
    assert [task for task, _ in sent] == ["tasks.videos.process"]


def test_staff_see_why_a_video_failed_and_try_again(
    staff: FlaskClient, merged: str, sent: Sent
) -> None:
    with transaction():
        number = video().id
        step(
            Video, number, "processing", "failed", problem="读不出画面", detail="code 183", tries=5
        )
    page = staff.get("/console/videos").text
    assert "读不出画面" in page
    assert "code 183" in page
    sent.clear()
    assert staff.post(f"/console{merged}/process").status_code == 303
    assert (video().state, video().tries) == ("processing", 0)
    assert [task for task, _ in sent] == ["tasks.videos.process"]


def test_videos_go_with_their_person_and_follow_a_merge(
    author: Account, merged: str, sent: Sent
) -> None:
    data = registry().personal["videos"]
    author_id, winner = author.id, account("o-2").id
    with transaction():
        data.merge(author_id, winner)
    assert [row["title"] for row in data.export(winner)] == ["试驾"]
    prefix = video().prefix
    sent.clear()
    with transaction():
        data.erase(winner)
    assert ("tasks.videos.remove_files", (prefix,)) in sent
    assert db.session.scalars(select(Upload)).all() == []
    assert queries.videos_of(winner) == []
