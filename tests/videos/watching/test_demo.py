"""Examples: drawn to scale, made once, marked as what they are."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests.accounts.people import NOON
from tests.videos.films import needs_ffmpeg, tools
from tests.videos.watching.conftest import make_video
from webapp.backends.storage import storage
from webapp.catalogue.models import Trim
from webapp.catalogue.queries import trims_by_id
from webapp.extensions import db
from webapp.videos.demo import canvas, films, making, service
from webapp.videos.demo.strokes import chains, drawn
from webapp.videos.models import Video
from webapp.videos.transcoding.probing import probe
from webapp.videos.transcoding.tools import ToolFailed
from webapp.videos.watching import chapters, webvtt
from webapp.videos.watching.models import EvidencePoint


def test_arcs_and_curves_end_where_they_say_and_stay_round() -> None:
    (chain,) = chains("M0 0A100 100 0 1 1 200 0L200 50C200 60 180 80 100 80Z")
    assert chain[0] == chain[-1] == (0, 0)
    assert (200, 50) in chain
    arc = chain[: chain.index((200, 50)) - 1]
    assert all(math.isclose(math.dist(point, (100, 0)), 100, abs_tol=0.01) for point in arc)
    assert min(y for _, y in arc) == pytest.approx(-100, abs=1)


@pytest.mark.parametrize(("share", "length"), [(0.25, 25), (0.5, 50), (1, 100), (-1, 0)])
def test_a_line_is_drawn_as_far_as_asked(share: float, length: float) -> None:
    part = drawn(((0, 0), (40, 0), (100, 0)), share)
    assert part[-1][0] - part[0][0] == pytest.approx(length)


def made(cars: list[Trim]) -> list[films.Film]:
    for number, car in enumerate(cars[:2]):
        car.body, car.length_mm, car.height_mm, car.wheelbase_mm = "SUV", 4800 - number, 1680, 2800
    db.session.commit()
    return films.films(sorted(trims_by_id([car.id for car in cars[:2]]), key=lambda t: t.id))


def test_each_film_shows_something_and_says_that_it_is_an_example(cars: list[Trim]) -> None:
    for film in made(cars):
        picture = Image.frombytes("RGB", (canvas.WIDTH, canvas.HEIGHT), film.draw(0.5))
        assert len(picture.reduce(4).getcolors(100_000) or ()) > 20, film.key
        assert "示例" in film.description
        assert 10 <= film.seconds <= 20
        assert all(second < film.seconds for second, _ in film.moments)
        said = webvtt.write(film.cues).encode()
        assert webvtt.read(said, seconds=film.seconds) == film.cues
        written = chapters.write(film.chapters)
        assert chapters.read(written, seconds=film.seconds) == film.chapters


def test_examples_are_made_once_with_their_moments_and_marked(
    app: Flask, client: FlaskClient, cars: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["SEED"] = "1"
    monkeypatch.setattr(making, "films", lambda _: made(cars))
    monkeypatch.setattr(making, "encode", lambda _, path, __: path.write_bytes(b"film"))
    processed: list[int] = []
    for _ in range(2):
        making.make(ffmpeg=Path("ffmpeg"), now=NOON, process=processed.append)
    assert len(processed) == len(set(processed)) == 3
    page = client.get("/videos/").text
    assert page.count("正在处理") == page.count(">示例<") == 3
    video = db.session.scalars(select(Video).where(Video.trim_id.is_not(None))).first()
    assert video is not None
    assert video.original_key is not None
    with storage().open(video.original_key) as file:
        assert file.read() == b"film"
    assert {point.subject for point in db.session.scalars(select(EvidencePoint))} == {
        "wheelbase_mm",
        "length_mm",
        "height_mm",
    }


def test_a_site_with_videos_of_its_own_or_without_shipped_cars_gets_none(app: Flask) -> None:
    assert not service.wanted()
    app.config["SEED"] = "1"
    assert service.wanted()
    own = make_video("of-somebody")
    assert not service.wanted()
    own.is_demo = True
    db.session.commit()
    assert service.wanted()


def short(seconds: float = 0.8) -> films.Film:
    frame = Image.new("RGB", (canvas.WIDTH, canvas.HEIGHT), "red").tobytes()
    return films.Film("short", "短片", "示例", seconds, lambda _: frame, [], [], None)


@needs_ffmpeg
def test_frames_become_a_film_that_can_be_read(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    making.encode(short(), path, tools().ffmpeg)
    film = probe(tools(), path)
    assert (film.width, film.height, film.has_sound) == (canvas.WIDTH, canvas.HEIGHT, False)
    assert film.seconds == pytest.approx(0.8, abs=0.1)


def test_a_tool_that_ends_early_is_told(tmp_path: Path) -> None:
    tool = tmp_path / "ffmpeg"
    tool.write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    tool.chmod(0o755)
    with pytest.raises(ToolFailed):
        making.encode(short(2), tmp_path / "film.mp4", tool)
