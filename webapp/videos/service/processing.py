"""From the whole file to what can be played: poster, storyboard, rungs, the lowest first.

What is missing is read from the rows, and each thing made is published by itself. So a run can
end anywhere, and the next one goes on there.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import func, select, update
from structlog import get_logger

from webapp import clock
from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored
from webapp.errors import Unavailable
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.videos.models import Rendition, Video
from webapp.videos.service import leases, news
from webapp.videos.transcoding import making
from webapp.videos.transcoding.probing import BROKEN, Film, Refused, probe
from webapp.videos.transcoding.tools import ToolFailed, Tools, find

log = get_logger(__name__)

STATES: Final = ("processing", "playable")
TURN_SECONDS: Final = 1200.0
"""After so long the next rung waits its turn behind other videos."""
TOO_OFTEN: Final = "处理多次没有完成，工作人员会查看原因。"


def tools() -> Tools | None:
    """ffmpeg; None until it is installed, and where videos are left out."""
    return find(current_app.config["FFMPEG"]) if current_app.config["VIDEO"] == "1" else None


def work_folder() -> Path:
    """Where files are before they are stored; what a killed worker left there is swept."""
    folder: Path = current_app.config["VAR_DIR"] / "transcoding"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def process(*, video_id: int) -> None:
    """Make what is missing of a merged video. Without ffmpeg, or where another worker is at it,
    nothing happens.

    Raises StorageAway, StorageFull and OSError, after which it can be called again.
    """
    found = tools()
    if found is None:
        return
    video = leases.take(video_id, STATES)
    if video is None:
        return
    if video.tries > leases.MOST_TRIES:
        _fail(video_id, TOO_OFTEN, "")
        return
    try:
        with _source(video) as source:
            _Run(video, found, source).go_on()
    except Refused as error:
        _fail(video_id, error.problem, error.detail)
    except NotStored as error:
        _fail(video_id, "视频文件丢失，请重新上传。", str(error))
    except leases.Lost:
        log.info("video gone while it was processed", video=video_id)
        enqueue("tasks.videos.remove_files", f"videos/{video.public_id}/")
    except (Unavailable, OSError) as error:
        leases.give_back(video_id, STATES, detail=type(error).__name__)
        raise


@contextmanager
def _source(video: Video) -> Iterator[Path]:
    key = video.original_key
    assert key is not None  # merged
    db.session.expunge(video)
    end_read()
    with storage().local(key) as path:
        yield path


class _Run:
    """One worker at one video."""

    def __init__(self, video: Video, tools: Tools, source: Path) -> None:
        self._video = video
        self._id = video.id
        self._tools = tools
        self._source = source
        self._beat: Callable[[], None] = leases.keep_alive(video.id, STATES)
        self._until = time.monotonic() + TURN_SECONDS

    def go_on(self) -> None:
        """Raises Refused, Lost, and whatever the store raises."""
        film = self._film()
        self._beat()
        sizes = making.sizes_of(film)
        for size in sizes:
            if size[1] in self._made():
                continue
            if not self._rung(film, size):
                break
            if size != sizes[-1] and time.monotonic() > self._until:
                self._wait_for_turn()
                return
        self._end()

    def _film(self) -> Film:
        video = self._video
        if video.duration_s is not None and video.width and video.height:
            return Film(video.duration_s, video.width, video.height, video.has_sound)
        film = probe(self._tools, self._source)
        with tempfile.TemporaryDirectory(dir=work_folder()) as name:
            columns = self._pictures(film, Path(name))
        self._write(
            duration_s=film.seconds,
            width=film.width,
            height=film.height,
            has_sound=film.has_sound,
            **columns,
        )
        return film

    def _pictures(self, film: Film, folder: Path) -> dict[str, object]:
        """Poster and storyboard, stored; the columns that name them. A poster that the author has
        chosen stays."""
        prefix, columns = self._video.prefix, {}
        poster = making.poster(self._tools, self._source, film, folder)
        if self._video.poster_key is None:
            columns["poster_key"] = storage().put_file(f"{prefix}poster.jpg", poster).key
        self._beat()
        board = making.storyboard(self._tools, self._source, film, folder)
        if board is None:
            return {**columns}
        return {
            **columns,
            "storyboard_key": storage().put_file(f"{prefix}storyboard.jpg", board.path).key,
            "storyboard_columns": board.columns,
            "storyboard_rows": board.rows,
            "storyboard_tile_width": board.tile_width,
            "storyboard_tile_height": board.tile_height,
            "storyboard_step_s": board.step_s,
        }

    def _rung(self, film: Film, size: tuple[int, int]) -> bool:
        """Make and publish one; whether it could be made. Without the first there is no video:
        then it raises Refused."""
        is_first = not self._made()
        with tempfile.TemporaryDirectory(dir=work_folder()) as name:
            try:
                made = making.rung(self._tools, self._source, film, size, Path(name), self._beat)
            except ToolFailed as error:
                if is_first:
                    raise Refused(BROKEN, str(error)) from error
                log.error("rung left out", video=self._id, height=size[1], reason=str(error))
                self._write(detail=f"{size[1]}p: {error}"[:500])
                return False
            self._publish(made, is_first=is_first)
        return True

    def _publish(self, made: making.Rung, *, is_first: bool) -> None:
        store = storage()
        folder = f"{self._video.prefix}{made.height}p"
        row = Rendition(
            video_id=self._id,
            width=made.width,
            height=made.height,
            bitrate=made.bitrate,
            codecs=made.codecs,
            media_key=store.put_file(f"{folder}/media.mp4", made.media).key,
            playlist_key=store.put_file(f"{folder}/index.m3u8", made.playlist).key,
            mp4_key=store.put_file(f"{folder}/video.mp4", made.mp4).key if is_first else None,
            ready_at=clock.now(),
        )
        now = clock.now()
        with transaction():
            if is_first:
                since = func.coalesce(Video.published_at, now)
                first = {"published_at": since, "active_at": now}
                if step(Video, self._id, "processing", "playable", **first):
                    news.plays(self._id)
            self._renew()
            self._set(tries=0)
            db.session.add(row)

    def _write(self, **columns: object) -> None:
        with transaction():
            self._renew()
            self._set(**columns)

    def _set(self, **columns: object) -> None:
        db.session.execute(update(Video).where(Video.id == self._id).values(**columns))

    def _renew(self) -> None:
        leases.renew(self._id, STATES)

    def _made(self) -> set[int]:
        rows = select(Rendition.height).where(Rendition.video_id == self._id)
        heights = set(db.session.scalars(rows))
        end_read()
        return heights

    def _wait_for_turn(self) -> None:
        with transaction():
            step(Video, self._id, "playable", "playable", lease_until=None, tries=0)
            enqueue("tasks.videos.process", self._id)

    def _end(self) -> None:
        with transaction():
            step(
                Video,
                self._id,
                "playable",
                "ready",
                lease_until=None,
                tries=0,
                active_at=clock.now(),
            )


def _fail(video_id: int, problem: str, detail: str) -> None:
    """Say why no video could be made, or leave one that plays with the rungs it has."""
    ended = {"lease_until": None, "active_at": clock.now(), "detail": detail[:500]}
    end_read()
    with transaction():
        if not step(Video, video_id, "playable", "ready", **ended):
            told = problem[:300]
            if step(Video, video_id, "processing", "failed", problem=told, **ended):
                news.failed(video_id, told)
    log.warning("video not processed", video=video_id, reason=problem, detail=detail)
