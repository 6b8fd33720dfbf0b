"""Pieces over HTTP: what is taken, what is refused, and that nothing is lost or stored twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from tests.videos.sending import PIECE_BYTES, Sender, cut, digest_of, film, sha256
from webapp.accounts.models import Account
from webapp.backends.storage import storage
from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import StorageAway, StorageFull
from webapp.extensions import db
from webapp.videos import queries
from webapp.videos.models import Piece, Upload, Video

DATA = film(3 * PIECE_BYTES + 100)
PIECES = cut(DATA)


def stored() -> list[str]:
    return [found.key for found in storage().list("")]


def rows(model: type[Upload] | type[Video] | type[Piece]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_upload_is_announced_with_the_size_of_its_pieces(sender: Sender) -> None:
    answer = sender.announce(size=len(DATA))
    assert answer.status_code == 201
    assert (answer.json["piece_bytes"], answer.json["pieces"]) == (PIECE_BYTES, 4)
    assert sender.state(answer.json["id"]) == {
        "state": "receiving",
        "name": "试驾.mp4",
        "size": len(DATA),
        "piece_bytes": PIECE_BYTES,
        "have": [],
        "video": answer.json["video"],
    }


def test_one_call_tells_which_pieces_are_there(sender: Sender) -> None:
    upload = sender.begin(DATA)
    for number in (3, 1):
        assert sender.send(upload, number, PIECES[number - 1]).status_code == 200
    assert sender.state(upload)["have"] == [1, 3]
    answer = sender.client.get(f"/videos/uploads/{upload}?digests=1")
    assert answer.json["digests"] == {"1": sha256(PIECES[0]), "3": sha256(PIECES[2])}


def test_a_piece_is_there_only_with_its_own_digest(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 2, PIECES[1])
    address = f"/videos/uploads/{upload}/pieces/2"
    for digest, status in ((sha256(PIECES[1]), 200), (sha256(b"other"), 204)):
        headers = {"X-Piece-SHA256": digest}
        assert sender.client.get(address, headers=headers).status_code == status


def test_a_piece_sent_twice_is_stored_once(sender: Sender) -> None:
    upload = sender.begin(DATA)
    for _ in range(2):
        assert sender.send(upload, 1, PIECES[0]).status_code == 200
    assert len(stored()) == rows(Piece) == 1


def test_a_piece_of_a_changed_file_takes_the_place_of_the_old_one(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 2, PIECES[1])
    changed = b"x" * PIECE_BYTES
    assert sender.send(upload, 2, changed).status_code == 200
    (key,) = stored()
    with storage().open(key) as file:
        assert file.read() == changed


def test_finish_sends_the_merge_and_says_the_same_again(
    sender: Sender, sent: list[tuple[str, tuple[object, ...]]]
) -> None:
    upload = sender.begin(DATA)
    sender.send_all(upload, DATA)
    for _ in range(2):
        answer = sender.finish(upload, digest_of(DATA))
        assert (answer.status_code, answer.json) == (202, {"state": "merging"})
    assert [task for task, _ in sent] == ["tasks.videos.merge"]
    video = db.session.scalars(select(Video)).one()
    assert (video.state, video.title, video.size) == ("uploaded", "试驾", len(DATA))


def test_finish_names_the_pieces_that_are_missing(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 3, PIECES[2])
    answer = sender.finish(upload, digest_of(DATA))
    assert (answer.status_code, answer.json["missing"]) == (409, [1, 2, 4])
    assert sender.state(upload)["state"] == "receiving"


def test_finish_with_the_digest_of_another_file_changes_nothing(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send_all(upload, DATA)
    assert sender.finish(upload, sha256(b"other")).status_code == 422
    assert sender.state(upload)["state"] == "receiving"
    assert sender.finish(upload, digest_of(DATA)).status_code == 202
    assert sender.finish(upload, sha256(b"other")).status_code == 409


def test_cancel_removes_what_was_received(
    sender: Sender, sent: list[tuple[str, tuple[object, ...]]]
) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 1, PIECES[0])
    for _ in range(2):
        assert sender.client.delete(f"/videos/uploads/{upload}").status_code == 204
    assert sent == [("tasks.videos.remove_files", (f"uploads/{upload}/",))]
    assert (rows(Video), rows(Piece)) == (0, 0)
    answer = sender.send(upload, 2, PIECES[1])
    assert answer.status_code == 409
    assert "取消" in answer.json["error"]


def test_nothing_is_taken_after_the_end(sender: Sender) -> None:
    upload = sender.upload(DATA)
    before = stored()
    assert sender.send(upload, 1, b"x" * PIECE_BYTES).status_code == 409
    assert stored() == before


def test_another_person_is_told_that_there_is_no_such_upload(app: Flask, sender: Sender) -> None:
    upload = sender.begin(DATA)
    other = Sender(signed_in(app, account("o-2")))
    address = f"/videos/uploads/{upload}"
    headers = {"X-Piece-SHA256": sha256(PIECES[0])}
    answers = [
        other.client.get(address),
        other.client.get(f"{address}/pieces/1", headers=headers),
        other.send(upload, 1, PIECES[0]),
        other.finish(upload, digest_of(DATA)),
        other.client.delete(address),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert stored() == []


def test_who_is_not_logged_in_is_told_so_and_not_led_to_a_page(app: Flask, sender: Sender) -> None:
    upload = sender.begin(DATA)
    answer = Sender(app.test_client()).send(upload, 1, PIECES[0])
    assert answer.status_code == 401
    assert "登录" in answer.json["error"]


@pytest.mark.parametrize(
    ("number", "data", "digest", "status"),
    [
        (0, PIECES[0], "", 400),
        (5, PIECES[0], "", 400),
        (1_000_000, PIECES[0], "", 400),
        (1, PIECES[0][:-1], "", 400),
        (1, PIECES[0] + b"x", "", 413),
        (4, PIECES[0], "", 413),
        (2, PIECES[1], sha256(b"other"), 422),
        (2, PIECES[1], "no digest", 400),
        (1, b"PK\x03\x04" + PIECES[0][4:], "", 415),
        (1, (b"#EXTM3U\n#EXTINF:1\nfile:///etc/passwd\n" + PIECES[0])[:PIECE_BYTES], "", 415),
    ],
    ids=[
        "no number",
        "a number behind the last",
        "a number far behind",
        "too short",
        "too long",
        "the size of another",
        "the digest of another",
        "no digest",
        "a ZIP called mp4",
        "a playlist called mp4",
    ],
)
def test_a_wrong_piece_is_refused_in_words_and_not_stored(
    sender: Sender, number: int, data: bytes, digest: str, status: int
) -> None:
    upload = sender.begin(DATA)
    answer = sender.send(upload, number, data, digest)
    assert answer.status_code == status
    assert "。" in answer.json["error"]
    assert (stored(), rows(Piece)) == ([], 0)


def test_what_is_no_video_ends_its_upload(sender: Sender) -> None:
    upload = sender.begin(DATA)
    sender.send(upload, 2, PIECES[1])
    sender.send(upload, 1, b"PK\x03\x04" + PIECES[0][4:])
    assert sender.state(upload)["state"] == "failed"
    assert "MP4" in str(sender.state(upload)["problem"])
    assert rows(Video) == 0
    assert sender.send(upload, 3, PIECES[2]).status_code == 409


@pytest.mark.parametrize(
    ("announced", "status", "said"),
    [
        ({"size": 0}, 400, "空"),
        ({"size": -1}, 400, "空"),
        ({"size": True}, 400, "字节数"),
        ({"size": "12"}, 400, "字节数"),
        ({"size": 20 * 1024**3 + 1}, 413, "20 GB"),
        ({"name": "../x.mp4"}, 400, "文件夹"),
        ({"name": "a\\b.mp4"}, 400, "文件夹"),
        ({"name": ".."}, 400, "文件夹"),
        ({"name": "  "}, 400, "文件名"),
        ({"name": "a\x00b.mp4"}, 400, "不能识别"),
        ({"name": "\ud800.mp4"}, 400, "不能识别"),
        ({"name": "字" * 256}, 400, "256"),
        ({"type": "x" * 101}, 400, "type"),
    ],
)
def test_what_cannot_be_announced_is_refused_in_words(
    sender: Sender, announced: dict[str, object], status: int, said: str
) -> None:
    answer = sender.announce(**{"size": 5} | announced)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert said in answer.json["error"]
    assert (rows(Upload), rows(Video)) == (0, 0)


@pytest.mark.parametrize("name", ["🚗 试驾 😀.mp4", "字" * 251 + ".mp4", "a.b.c", ".mp4"])
def test_odd_names_are_names(sender: Sender, name: str) -> None:
    assert sender.announce(name, 5).status_code == 201
    assert 0 < len(db.session.scalars(select(Video.title)).one()) <= 80


def test_a_body_that_is_no_json_is_refused(browser: FlaskClient) -> None:
    answer = browser.post("/videos/uploads", data=b"{", content_type="application/json")
    assert (answer.status_code, "JSON" in answer.json["error"]) == (400, True)


def test_the_quota_counts_what_is_announced(app: Flask, sender: Sender) -> None:
    app.config["VIDEO_QUOTA_GB"] = 1
    assert sender.announce(size=1024**3 - 5).status_code == 201
    answer = sender.announce(size=6)
    assert answer.status_code == 413
    assert "1 GB" in answer.json["error"]


def test_an_operator_can_leave_videos_out(app: Flask, sender: Sender) -> None:
    app.config["VIDEO"] = "0"
    assert sender.announce(size=5).status_code == 503


@pytest.mark.parametrize("error", [StorageAway, StorageFull])
def test_a_store_that_cannot_take_it_now_asks_to_try_again(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    upload = sender.begin(DATA)

    def fail(*_: object, **__: object) -> None:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(FileStorage, "put", fail)
        answer = sender.send(upload, 1, PIECES[0])
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert sender.send(upload, 1, PIECES[0]).status_code == 200


def test_a_piece_tells_that_the_upload_is_alive(
    sender: Sender, author: Account, clock: StoppedClock
) -> None:
    upload = sender.begin(DATA)
    clock.forward(days=6)
    sender.send(upload, 1, PIECES[0])
    found = queries.upload_of(author.id, upload)
    assert found is not None
    assert found.active_at - found.created_at == timedelta(days=6)
