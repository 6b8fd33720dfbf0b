"""A video that can be watched: its rows, and its files in the store."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import NOON, account, signed_in
from tests.garage.conftest import cars as cars
from webapp.accounts.models import Account
from webapp.backends.storage import storage
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.videos.models import Rendition, Video

PLAYLIST = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-MAP:URI="{name}.mp4",BYTERANGE="8@0"
#EXTINF:5.0,
#EXT-X-BYTERANGE:4@8
{name}.mp4
#EXT-X-ENDLIST
"""
FILM = b"0123456789abcdef"


def make_video(public_id: str = "boot-of-a-car", **more: object) -> Video:
    """A video of four minutes with one rung; committed."""
    given: dict[str, object] = {
        "title": "北斗的后备厢",
        "state": "ready",
        "duration_s": 240.0,
        "width": 1280,
        "height": 720,
        "published_at": NOON,
        "container": "video/mp4",
    }
    video = Video(public_id=public_id, **(given | more))
    db.session.add(video)
    db.session.commit()
    return video


def box(kind: bytes, content: bytes = b"") -> bytes:
    """A box of an MP4."""
    return (8 + len(content)).to_bytes(4) + kind + content


def store_mp4(key: str, header: bytes) -> None:
    """An MP4 with its pictures before its header, as cameras write it."""
    film = box(b"ftyp", b"isom") + box(b"mdat", FILM * 3) + box(b"moov", header)
    storage().put(key, io.BytesIO(film))


def add_rung(video: Video, height: int = 360) -> None:
    """A rung with its playlist and its file."""
    folder = f"{video.prefix}{height}"
    rung = Rendition(
        video_id=video.id,
        height=height,
        width=height * 16 // 9,
        bitrate=height * 2000,
        codecs="avc1.64001e",
        playlist_key=f"{folder}/i.m3u8",
        media_key=f"{folder}/{height}.mp4",
        mp4_key=f"{folder}/plain.mp4" if height == 360 else None,
    )
    storage().put(rung.playlist_key, io.BytesIO(PLAYLIST.format(name=height).encode()))
    for key in (rung.media_key, rung.mp4_key):
        if key:
            storage().put(key, io.BytesIO(FILM))
    db.session.add(rung)
    db.session.commit()
    db.session.expire(video)


@pytest.fixture
def author(cars: list[Trim]) -> Account:
    return account("o-author", nickname="李四光")


@pytest.fixture
def reader(app: Flask, cars: list[Trim]) -> FlaskClient:
    return signed_in(app, account("o-reader"))


@pytest.fixture
def video(cars: list[Trim], author: Account) -> Video:
    """Of the first car, by the author."""
    made = make_video(account_id=author.id, series_id=cars[0].series_id, trim_id=cars[0].id)
    add_rung(made)
    return made
