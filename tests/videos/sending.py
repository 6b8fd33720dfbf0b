"""Uploads a file over HTTP as a client would, piece by piece."""

from __future__ import annotations

import hashlib
from typing import Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PIECE_BYTES: Final = 4096
HEAD: Final = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
"""How an MP4 begins."""


def film(size: int, head: bytes = HEAD) -> bytes:
    """Bytes that begin as a video does."""
    return (head + hashlib.shake_128(b"film").digest(size))[:size]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def cut(data: bytes, size: int = PIECE_BYTES) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def digest_of(data: bytes, size: int = PIECE_BYTES) -> str:
    return sha256(b"".join(hashlib.sha256(piece).digest() for piece in cut(data, size)))


class Sender:
    """One browser that uploads."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def announce(self, name: str = "试驾.mp4", size: object = 1, **more: object) -> TestResponse:
        body = {"name": name, "size": size, "type": "video/mp4"} | more
        return self.client.post("/videos/uploads", json=body)

    def begin(self, data: bytes, name: str = "试驾.mp4") -> str:
        answer = self.announce(name, len(data))
        assert answer.status_code == 201, answer.text
        return str(answer.json["id"])

    def send(self, upload: str, number: int, data: bytes, digest: str = "") -> TestResponse:
        return self.client.post(
            f"/videos/uploads/{upload}/pieces/{number}",
            data=data,
            headers={"X-Piece-SHA256": digest or sha256(data)},
        )

    def send_all(self, upload: str, data: bytes) -> None:
        for number, piece in enumerate(cut(data), 1):
            answer = self.send(upload, number, piece)
            assert answer.status_code == 200, answer.text

    def finish(self, upload: str, digest: str) -> TestResponse:
        body = {"sha256_of_digests": digest}
        return self.client.post(f"/videos/uploads/{upload}/finish", json=body)

    def state(self, upload: str) -> dict[str, object]:
        answer = self.client.get(f"/videos/uploads/{upload}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json)

    def upload(self, data: bytes, name: str = "试驾.mp4") -> str:
        """All of it, up to the answer that it is going to be merged."""
        upload = self.begin(data, name)
        self.send_all(upload, data)
        assert self.finish(upload, digest_of(data)).status_code == 202
        return upload
