"""What is made of a merged video, in which order, and what a run that ends early leaves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.clocks import StoppedClock
from tests.videos.sending import PIECE_BYTES, Sender, film
from webapp.backends.storage import storage
from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import StorageFull
from webapp.extensions import db
from webapp.notices import queries as notices
from webapp.transactions import transaction
from webapp.transitions import step
from webapp.videos import queries
from webapp.videos.models import Rendition, Video
from webapp.videos.service import leases, merging, processing, sweeping
from webapp.videos.transcoding import making, probing
from webapp.videos.transcoding.tools import ToolFailed, Tools

FILM = probing.Film(12.0, 1280, 720, True)
Sent = list[tuple[str, tuple[object, ...]]]


class Bench:
    """Stands in for ffmpeg: notes what it was asked to make, and what to do meanwhile."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.meanwhile: Callable[[int], None] = lambda _height: None

    def probe(self, _tools: Tools, _path: Path) -> probing.Film:
        self.made.append("probe")
        return FILM

    def poster(self, _tools: Tools, _source: Path, _film: probing.Film, folder: Path) -> Path:
        return _written(folder / "poster.jpg")

    def storyboard(
        self, _tools: Tools, _source: Path, _film: probing.Film, folder: Path
    ) -> making.Storyboard:
        return making.Storyboard(_written(folder / "board.jpg"), 10, 2, 160, 90, 1.0)

    def rung(
        self,
        _tools: Tools,
        _source: Path,
        film: probing.Film,
        size: tuple[int, int],
        folder: Path,
        beat: Callable[[], None],
    ) -> making.Rung:
        self.made.append(f"{size[1]}p")
        self.meanwhile(size[1])
        beat()
        files = [_written(folder / name) for name in ("index.m3u8", "media.mp4", "rung.mp4")]
        return making.Rung(*size, 800_000, "avc1.64001e", *files, film.seconds)


def _written(path: Path) -> Path:
    path.write_bytes(b"x")
    return path


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    made = Bench()
    monkeypatch.setattr(processing, "tools", lambda: Tools(Path("ffmpeg"), Path("ffprobe")))
    monkeypatch.setattr(processing, "probe", made.probe)
    for name in ("poster", "storyboard", "rung"):
        monkeypatch.setattr(making, name, getattr(made, name))
    return made


@pytest.fixture
def merged(app: Flask, sender: Sender, sent: Sent) -> int:
    """The number of a video that waits to be processed."""
    sender.upload(film(PIECE_BYTES + 1))
    number = db.session.scalars(select(Video.id)).one()
    merging.merge(video_id=number)
    sent.clear()
    return number


def video(number: int) -> Video:
    db.session.rollback()
    found = queries.video_by_id(number)
    assert found is not None
    return found


def test_the_lowest_rung_is_published_before_the_next_is_made(merged: int, bench: Bench) -> None:
    seen = []
    bench.meanwhile = lambda height: seen.append((height, video(merged).state))
    processing.process(video_id=merged)
    assert seen == [(360, "processing"), (720, "playable")]
    made = video(merged)
    assert (made.state, made.published_at is not None) == ("ready", True)
    (told,) = notices.page(made.account_id or 0, limit=9, offset=0)
    assert told.title.startswith("视频可以播放了：")
    assert told.address == f"/videos/{made.public_id}"
    assert [(rung.name, rung.mp4_key is not None) for rung in made.renditions] == [
        ("360p", True),
        ("720p", False),
    ]
    for rung in made.renditions:
        assert storage().stat(rung.playlist_key).size == storage().stat(rung.media_key).size == 1
    assert made.poster_key is not None
    assert (made.storyboard_columns, made.storyboard_rows) == (10, 2)


def test_a_killed_run_is_gone_on_with_where_it_ended(
    merged: int, bench: Bench, clock: StoppedClock, sent: Sent
) -> None:
    class Killed(BaseException):
        pass

    def kill(height: int) -> None:
        if height == 720:
            raise Killed

    bench.meanwhile = kill
    with pytest.raises(Killed):
        processing.process(video_id=merged)
    assert video(merged).state == "playable"
    bench.meanwhile = lambda _height: None
    bench.made.clear()
    processing.process(video_id=merged)
    assert bench.made == [], "its lease still stands"
    clock.forward(minutes=4)
    assert sweeping.go_on(now=clock.moment) == 1
    assert sent == [("tasks.videos.process", (merged,))]
    processing.process(video_id=merged)
    assert bench.made == ["720p"]
    assert video(merged).state == "ready"


def test_without_ffmpeg_the_video_waits(
    merged: int, monkeypatch: pytest.MonkeyPatch, clock: StoppedClock
) -> None:
    monkeypatch.setattr(processing, "tools", lambda: None)
    processing.process(video_id=merged)
    clock.forward(minutes=10)
    assert sweeping.go_on(now=clock.moment) == 0
    assert (video(merged).state, video(merged).tries) == ("processing", 0)


def test_a_file_that_is_refused_says_why(
    merged: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> probing.Film:
        raise probing.Refused("文件里只有声音，没有画面。", "no video stream")

    monkeypatch.setattr(processing, "probe", refuse)
    processing.process(video_id=merged)
    made = video(merged)
    assert (made.state, made.problem) == ("failed", "文件里只有声音，没有画面。")
    assert made.detail == "no video stream"
    (told,) = notices.page(made.account_id or 0, limit=9, offset=0)
    assert (told.title[:9], told.body) == ("视频没有处理成功：", made.problem)


def test_a_higher_rung_that_cannot_be_made_is_left_out(merged: int, bench: Bench) -> None:
    def fail(height: int) -> None:
        if height == 720:
            raise ToolFailed("not done after 600 s")

    bench.meanwhile = fail
    processing.process(video_id=merged)
    made = video(merged)
    assert (made.state, len(made.renditions)) == ("ready", 1)
    assert "720p" in made.detail


def test_a_video_that_cannot_be_decoded_is_failed(merged: int, bench: Bench) -> None:
    def fail(_height: int) -> None:
        raise ToolFailed("code 183")

    bench.meanwhile = fail
    processing.process(video_id=merged)
    assert (video(merged).state, video(merged).problem) == ("failed", probing.BROKEN)


def test_a_full_store_leaves_it_to_be_tried_again(
    merged: int, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageFull

    with monkeypatch.context() as patched:
        patched.setattr(FileStorage, "put_file", full)
        for _ in range(leases.MOST_TRIES + 2):
            with pytest.raises(StorageFull):
                processing.process(video_id=merged)
    processing.process(video_id=merged)
    assert video(merged).state == "ready"


def test_what_kills_its_worker_each_time_is_given_up(
    merged: int, bench: Bench, clock: StoppedClock
) -> None:
    for _ in range(leases.MOST_TRIES):
        leases.take(merged, processing.STATES)
        clock.forward(minutes=2)
    processing.process(video_id=merged)
    assert video(merged).state == "failed"
    assert bench.made == []


def test_a_video_taken_down_meanwhile_stays_down(merged: int, bench: Bench, sent: Sent) -> None:
    def take_down(height: int) -> None:
        if height == 720:
            with transaction():
                step(Video, merged, "playable", "hidden")

    bench.meanwhile = take_down
    processing.process(video_id=merged)
    made = video(merged)
    assert (made.state, len(made.renditions)) == ("hidden", 1)
    sweeping.remove_files(prefix=made.prefix)
    assert storage().stat(str(made.original_key)).size > 0


def test_files_made_for_a_video_that_was_deleted_meanwhile_go(
    merged: int, bench: Bench, sent: Sent
) -> None:
    def delete(_height: int) -> None:
        with transaction():
            db.session.delete(db.session.get_one(Video, merged))

    bench.meanwhile = delete
    processing.process(video_id=merged)
    assert [task for task, _ in sent] == ["tasks.videos.remove_files"]
    sweeping.remove_files(prefix=str(sent[0][1][0]))
    assert [found.key for found in storage().list("videos/")] == []
    assert db.session.scalars(select(Rendition)).all() == []


@pytest.mark.parametrize(
    ("width", "height", "sizes"),
    [
        (1920, 1080, [(640, 360), (1280, 720), (1920, 1080)]),
        (1080, 1920, [(360, 640), (720, 1280), (1080, 1920)]),
        (854, 480, [(640, 360), (854, 480)]),
        (320, 241, [(320, 240)]),
        (3840, 2160, [(640, 360), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160)]),
        (1920, 800, [(864, 360), (1728, 720)]),
    ],
)
def test_the_ladder_goes_up_to_the_size_of_the_source(
    width: int, height: int, sizes: list[tuple[int, int]]
) -> None:
    assert making.sizes_of(probing.Film(10, width, height, True)) == sizes
