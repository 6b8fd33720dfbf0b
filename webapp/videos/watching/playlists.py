"""HLS playlists (RFC 8216) whose addresses expire: written here, the media comes from the store."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from webapp.backends.storage import signer, storage
from webapp.videos.models import Rendition, Video
from webapp.videos.queries import lifetime

TYPE: Final = "application/vnd.apple.mpegurl"
LONGEST: Final = 4 * 1024 * 1024
"""Bytes of a stored playlist; four hours in pieces of five seconds have a tenth."""
_URI: Final = re.compile(r'(URI=")([^"]*)(")')


def address(video: Video) -> str:
    """Where players get the playlist of a video, "" where nothing can be played yet."""
    if not video.renditions:
        return ""
    return _signed(video, "master.m3u8")


def is_open(video: Video, query: Mapping[str, str]) -> bool:
    """Whether the query is of an address made here that still holds."""
    return signer().read(_subject(video), query) is not None


def master(video: Video) -> str:
    """The rungs, the lowest first: players begin with it."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for rung in video.renditions:
        said = f"BANDWIDTH={rung.bitrate},RESOLUTION={rung.width}x{rung.height}"
        if rung.codecs:
            said += f',CODECS="{rung.codecs}"'
        lines += [f"#EXT-X-STREAM-INF:{said}", _signed(video, f"{rung.height}.m3u8")]
    return "\n".join(lines) + "\n"


def media(rung: Rendition) -> str:
    """The playlist of a rung as it is stored, with addresses that expire. Raises NotStored."""
    with storage().open(rung.playlist_key, length=LONGEST) as file:
        text = file.read().decode("utf-8")
    return "".join(f"{_addressed(line, rung)}\n" for line in text.splitlines())


def file_address(rung: Rendition) -> str:
    """Where a browser without a script gets the plain MP4 of a rung, "" where there is none."""
    if rung.mp4_key is None:
        return ""
    return storage().address(rung.mp4_key, lifetime=lifetime(), content_type="video/mp4")


def _addressed(line: str, rung: Rendition) -> str:
    if not line.strip():
        return line
    if line.startswith("#"):
        return _URI.sub(lambda found: found[1] + _stored(found[2], rung) + found[3], line)
    return _stored(line.strip(), rung)


def _stored(name: str, rung: Rendition) -> str:
    """The address of a file beside the playlist."""
    key = posixpath.join(posixpath.dirname(rung.playlist_key), posixpath.basename(name))
    return storage().address(key, lifetime=lifetime())


def _signed(video: Video, name: str) -> str:
    signed = signer().address(_subject(video), lifetime(), None, None)
    return f"/videos/{video.public_id}/{name}?{urlsplit(signed).query}"


def _subject(video: Video) -> str:
    """What is signed: one signature opens all playlists of a video, and no stored file."""
    return f"playlists/{video.public_id}"
