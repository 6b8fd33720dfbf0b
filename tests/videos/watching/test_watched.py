"""Who watched, counted once; where one stopped, remembered for those who want it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from tests.videos.watching.conftest import make_video
from webapp.accounts import service as accounts
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.videos.models import Video
from webapp.videos.watching import personal_data, queries, service
from webapp.videos.watching.models import VideoView

ADDRESS = "/videos/boot-of-a-car/position"
BROWSER = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0"}


def watch(client: FlaskClient, second: int = 60, **headers: str) -> object:
    answer = client.post(ADDRESS, data={"second": second}, headers=BROWSER | headers)
    assert answer.status_code == 200
    return answer.get_json()


def views(video: Video) -> int:
    db.session.expire_all()
    return video.views


def test_a_viewer_counts_once_in_half_an_hour(
    app: Flask, reader: FlaskClient, video: Video, clock: StoppedClock
) -> None:
    for second in (0, 15, 30):
        watch(reader, second)
    assert views(video) == 1
    watch(app.test_client())
    assert views(video) == 2
    clock.forward(minutes=29)
    watch(reader)
    assert views(video) == 2
    clock.forward(minutes=1)
    watch(reader)
    assert views(video) == 3


def test_robots_and_what_cannot_be_played_yet_do_not_count(
    client: FlaskClient, video: Video
) -> None:
    watch(client, **{"User-Agent": "somebot/1.0"})
    assert views(video) == 0
    waiting = make_video("still-at-work", state="processing")
    client.post("/videos/still-at-work/position", data={"second": 0}, headers=BROWSER)
    assert views(waiting) == 0


def test_what_is_kept_of_a_view_names_nobody_and_goes_after_a_day(
    reader: FlaskClient, video: Video, clock: StoppedClock
) -> None:
    watch(reader)
    assert "account" not in db.session.scalars(select(VideoView.viewer)).one()
    service.sweep(now=clock.moment + timedelta(hours=23))
    service.sweep(now=clock.moment + timedelta(hours=25))
    assert db.session.scalar(select(func.count()).select_from(VideoView)) == 0


def test_a_person_goes_on_where_they_stopped_and_anew_after_the_end(
    reader: FlaskClient, video: Video
) -> None:
    assert watch(reader, 133) == {"here": False}
    assert reader.get(ADDRESS).get_json() == {"second": 133}
    watch(reader, 0)
    assert reader.get(ADDRESS).get_json() == {"second": 0}


def test_the_position_of_a_guest_stays_in_the_browser(client: FlaskClient, video: Video) -> None:
    assert watch(client, 133) == {"here": True}
    answer = client.get(ADDRESS)
    assert answer.get_json() == {"second": 0, "here": True}
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Set-Cookie" not in answer.headers


def test_without_a_history_nothing_is_kept_and_what_was_is_erased(
    app: Flask, author: Account, video: Video, client: FlaskClient
) -> None:
    own = signed_in(app, author)
    watch(own, 133)
    accounts.set_privacy(account=author, personalised=True, keeps_history=False)
    assert queries.positions(author.id) == []
    assert watch(own, 140) == {"here": False}
    assert queries.positions(author.id) == []
    client.post("/garage/history/switch", data={"keep": "no"})
    assert watch(client) == {"here": False}


def test_a_second_that_is_no_number_is_refused(client: FlaskClient, video: Video) -> None:
    assert client.post(ADDRESS, data={"second": "1.5"}).status_code == 400
    assert client.post(ADDRESS).status_code == 400


def test_of_two_accounts_that_become_one_the_later_position_stays(
    author: Account, video: Video, clock: StoppedClock
) -> None:
    other, second = account("o-2"), make_video("second-video")
    for position, (person, made, minutes) in enumerate(
        [(author, video, 0), (other, video, 1), (author, second, 3), (other, second, 2)], start=1
    ):
        service.stop_at(
            account_id=person.id,
            video=made,
            second=position,
            now=clock.moment + timedelta(minutes=minutes),
        )
    personal_data.POSITIONS.merge(author.id, other.id)
    db.session.commit()
    kept = {public_id: second for public_id, _, second, _ in queries.positions(other.id)}
    assert kept == {"boot-of-a-car": 2, "second-video": 3}
    assert queries.positions(author.id) == []


def test_only_so_many_positions_are_kept_of_a_person(
    author: Account, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "MOST_POSITIONS", 2)
    for n in range(4):
        made = make_video(f"video-number-{n}")
        now = clock.moment + timedelta(minutes=n)
        service.stop_at(account_id=author.id, video=made, second=9, now=now)
    assert [row[0] for row in queries.positions(author.id)] == ["video-number-3", "video-number-2"]
