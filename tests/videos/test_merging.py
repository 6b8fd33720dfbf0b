"""From pieces to one file: verified, repeatable, and nothing removed before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clocks import StoppedClock
from tests.videos.sending import PIECE_BYTES, Sender, cut, digest_of, film
from webapp.backends.storage import storage
from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import StorageAway
from webapp.extensions import db
from webapp.notices import queries as notices
from webapp.videos.models import Piece, Upload, Video
from webapp.videos.service import leases, merging, sweeping

DATA = film(3 * PIECE_BYTES + 100)
Sent = list[tuple[str, tuple[object, ...]]]


def only(model: type[Video] | type[Upload]) -> Video | Upload:
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def video() -> Video:
    found = only(Video)
    assert isinstance(found, Video)
    return found


def keys() -> list[str]:
    return [found.key for found in storage().list("")]


@pytest.fixture
def finished(sender: Sender) -> int:
    """The number of a video whose upload is whole."""
    sender.upload(DATA)
    return video().id


def test_the_merged_file_is_the_one_that_was_sent(finished: int, sent: Sent) -> None:
    merging.merge(video_id=finished)
    made = video()
    assert (made.state, made.container) == ("processing", "video/mp4")
    assert made.source_digest == digest_of(DATA)
    assert made.original_key is not None
    with storage().open(made.original_key) as file:
        assert file.read() == DATA
    upload = only(Upload)
    assert upload.state == "done"
    prefix = upload.prefix
    assert [task for task, _ in sent] == [
        "tasks.videos.merge",
        "tasks.videos.process",
        "tasks.videos.remove_files",
    ]
    sweeping.remove_files(prefix=prefix)
    assert keys() == [f"videos/{made.public_id}/original"]


def test_a_merge_that_comes_twice_is_done_once(finished: int, sent: Sent) -> None:
    for _ in range(2):
        merging.merge(video_id=finished)
    assert [task for task, _ in sent].count("tasks.videos.process") == 1


def test_while_one_worker_merges_another_leaves_it_alone(finished: int, sent: Sent) -> None:
    assert leases.take(finished, merging.STATES, to="merging") is not None
    merging.merge(video_id=finished)
    assert video().state == "merging"


def test_a_merge_whose_worker_was_killed_is_sent_again_and_done(
    finished: int, sent: Sent, clock: StoppedClock
) -> None:
    leases.take(finished, merging.STATES, to="merging")
    assert sweeping.go_on(now=clock.moment) == 0
    clock.forward(minutes=4)
    sent.clear()
    assert sweeping.go_on(now=clock.moment) == 1
    assert sent == [("tasks.videos.merge", (finished,))]
    merging.merge(video_id=finished)
    assert video().state == "processing"


def _remove(key: str) -> None:
    storage().remove(key)


def _shorten(key: str) -> None:
    with storage().open(key) as file:
        half = file.read(100)
    (storage()._folder / key).write_bytes(half)  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", [_remove, _shorten])
def test_a_piece_that_is_gone_or_cut_is_asked_for_again(
    finished: int, sender: Sender, damage: Callable[[str], None]
) -> None:
    key = db.session.scalars(select(Piece.key).where(Piece.number == 2)).one()
    damage(key)
    merging.merge(video_id=finished)
    upload = only(Upload)
    assert isinstance(upload, Upload)
    state = sender.state(upload.public_id)
    assert (state["state"], state["have"]) == ("receiving", [1, 3, 4])
    assert "1 片" in str(state["problem"])
    (told,) = notices.page(video().account_id or 0, limit=9, offset=0)
    assert (told.title[:7], told.body) == ("视频需要补传：", state["problem"])
    assert video().state == "uploading"
    sender.send(upload.public_id, 2, cut(DATA)[1])
    assert sender.finish(upload.public_id, digest_of(DATA)).status_code == 202
    merging.merge(video_id=finished)
    assert video().state == "processing"


def test_a_store_that_is_away_leaves_the_merge_to_be_tried_again(
    finished: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise StorageAway

    with monkeypatch.context() as patched:
        patched.setattr(FileStorage, "compose", away)
        for _ in range(leases.MOST_TRIES + 2):
            with pytest.raises(StorageAway):
                merging.merge(video_id=finished)
    assert (video().state, video().lease_until) == ("merging", None)
    merging.merge(video_id=finished)
    assert video().state == "processing"


def test_a_merge_that_kills_its_worker_each_time_is_given_up_and_loses_nothing(
    finished: int, clock: StoppedClock
) -> None:
    for _ in range(leases.MOST_TRIES):
        leases.take(finished, merging.STATES, to="merging")
        clock.forward(minutes=2)
    merging.merge(video_id=finished)
    assert video().state == "failed"
    assert "不用重新上传" in video().problem
    assert len(keys()) == 4


def test_an_upload_is_given_up_seven_days_after_its_last_piece(
    app: Flask, sender: Sender, clock: StoppedClock
) -> None:
    upload = sender.begin(DATA)
    clock.forward(days=6)
    sender.send(upload, 1, cut(DATA)[0])
    clock.forward(days=6)
    sweeping.sweep(now=clock.moment)
    assert sender.state(upload)["state"] == "receiving"
    assert len(keys()) == 1
    clock.forward(days=1, minutes=1)
    sweeping.sweep(now=clock.moment)
    assert sender.state(upload)["state"] == "cancelled"
    sweeping.remove_files(prefix=f"uploads/{upload}/")
    assert keys() == []


def test_files_of_nothing_go_after_two_days_and_those_in_use_stay(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 1, cut(DATA)[0])
    (mine,) = keys()
    orphans = [f"uploads/{upload}/00002-0000abcd", f"uploads/{24 * 'a'}/00001-0000abcd"]
    orphans.append(f"videos/{16 * 'b'}/360p/media.mp4")
    for key in orphans:
        storage().put(key, BytesIO(b"x"))
    now = datetime.now(UTC)
    sweeping.sweep(now=now + timedelta(hours=47))
    assert set(keys()) == {mine, *orphans}
    sweeping.sweep(now=now + timedelta(hours=49))
    assert keys() == [mine]


def test_files_of_what_is_there_are_not_removed_whoever_asks(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 1, cut(DATA)[0])
    sweeping.remove_files(prefix=f"uploads/{upload}/")
    assert len(keys()) == 1
    with pytest.raises(ValueError, match="no folder"):
        sweeping.remove_files(prefix="pictures/")
