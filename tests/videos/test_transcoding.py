"""The real ffmpeg at real files, good and hostile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.videos import films
from tests.videos.films import needs_ffmpeg
from webapp.videos.transcoding import making, probing, tools

pytestmark = needs_ffmpeg


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return films.film(tmp_path_factory.mktemp("films") / "source.mp4", seconds=6)


def test_a_rung_plays_as_it_is_and_in_segments(source: Path, tmp_path: Path) -> None:
    film = probing.probe(films.tools(), source)
    assert (film.width, film.height, film.has_sound) == (640, 360, True)
    made = making.rung(films.tools(), source, film, (640, 360), tmp_path, lambda: None)
    assert made.seconds == pytest.approx(6, abs=0.2)
    assert made.codecs.startswith("avc1.")
    lines = made.playlist.read_text().splitlines()
    assert '#EXT-X-MAP:URI="media.mp4"' in "\n".join(lines)
    assert {line for line in lines if not line.startswith("#")} == {"media.mp4"}
    assert probing.probe(films.tools(), made.media).seconds == pytest.approx(6, abs=0.3)


def test_nothing_made_of_it_says_where_it_was_filmed(source: Path, tmp_path: Path) -> None:
    assert films.PLACE.encode() in source.read_bytes()
    film = probing.probe(films.tools(), source)
    making.rung(films.tools(), source, film, (640, 360), tmp_path, lambda: None)
    making.poster(films.tools(), source, film, tmp_path)
    assert making.storyboard(films.tools(), source, film, tmp_path) is not None
    made = list(tmp_path.iterdir())
    assert len(made) == 6
    assert [path.name for path in made if films.PLACE.encode() in path.read_bytes()] == []


def test_a_silent_video_is_a_video(tmp_path: Path) -> None:
    silent = films.film(tmp_path / "silent.mp4", sound=False)
    film = probing.probe(films.tools(), silent)
    assert not film.has_sound
    assert making.rung(films.tools(), silent, film, (640, 360), tmp_path, lambda: None).seconds > 1


def test_a_video_turned_by_its_phone_is_upright(source: Path, tmp_path: Path) -> None:
    turned = films.make(
        tmp_path / "turned.mp4", "-display_rotation", "90", "-i", str(source), "-c", "copy"
    )
    film = probing.probe(films.tools(), turned)
    assert (film.width, film.height) == (360, 640)


def refused(path: Path) -> str:
    with pytest.raises(probing.Refused) as caught:
        make_all(path)
    return caught.value.problem


def make_all(path: Path) -> None:
    film = probing.probe(films.tools(), path)
    making.poster(films.tools(), path, film, path.parent)
    making.rung(films.tools(), path, film, (640, 360), path.parent, lambda: None)


def test_sound_alone_is_refused_in_words(tmp_path: Path) -> None:
    tone = films.make(tmp_path / "tone.mp4", "-f", "lavfi", "-i", "sine=d=1", "-c:a", "aac")
    assert "只有声音" in refused(tone)


@pytest.mark.parametrize("cut", [0.02, 0.5])
def test_a_file_that_is_cut_is_refused_in_words(source: Path, tmp_path: Path, cut: float) -> None:
    # Its index at the front, so that the first half of it can be read.
    whole = films.make(
        tmp_path / "w.mp4", "-i", str(source), "-c", "copy", "-movflags", "faststart"
    )
    data = whole.read_bytes()
    short = tmp_path / "short.mp4"
    short.write_bytes(data[: int(len(data) * cut)])
    assert "不完整" in refused(short)


def test_what_is_too_long_or_too_large_is_refused_in_words(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "LONGEST_SIDE", 500)
    assert "640×360" in refused(source)
    monkeypatch.setattr(probing, "LONGEST_SIDE", 8192)
    monkeypatch.setattr(probing, "LONGEST_SECONDS", 5)
    assert "小时" in refused(source)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """What a playlist would lead to."""
    return films.film(tmp_path / "secret.mp4", seconds=1)


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nfile:{secret}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nhttp://127.0.0.1:9/x\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{secret}'\n",
    ],
    ids=["HLS to a file", "HLS to an address", "concat to a file"],
)
def test_a_playlist_called_mp4_opens_nothing(tmp_path: Path, secret: Path, text: str) -> None:
    evil = tmp_path / "evil.mp4"
    evil.write_text(text.format(secret=secret))
    assert "读不出画面" in refused(evil)


def test_a_tool_that_takes_too_long_is_ended(source: Path, tmp_path: Path) -> None:
    beats = []
    forever = ["-stream_loop", "-1", "-re", *tools.input_of(source), "-f", "null", "-"]
    with pytest.raises(tools.ToolFailed, match="not done"):
        tools.encode(
            films.tools(), forever, seconds=0.1, pixels=1, beat=lambda: beats.append(1), wake=0.1
        )
    assert beats
