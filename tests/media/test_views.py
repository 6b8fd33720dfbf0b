"""Stored files as browsers get them: signed addresses, public pictures, the line in /readyz."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.clocks import StoppedClock
from webapp import create_app
from webapp.backends.storage import storage
from webapp.media.pictures import key_of

HOUR = timedelta(hours=1)
DIGEST = "0123456789abcdef" * 2


def test_a_signed_address_gives_the_file_whole_and_in_parts(client: FlaskClient) -> None:
    storage().put("exports/1.zip", io.BytesIO(b"0123456789"))
    address = storage().address("exports/1.zip", lifetime=HOUR, filename="我的 & 数据.zip")
    whole = client.get(address, buffered=True)
    assert (whole.status_code, whole.data) == (200, b"0123456789")
    assert whole.mimetype == "application/zip"
    assert whole.headers["Content-Disposition"].startswith("attachment; ")
    part = client.get(address, headers={"Range": "bytes=7-"}, buffered=True)
    assert (part.status_code, part.data) == (206, b"789")
    assert part.headers["Content-Range"] == "bytes 7-9/10"
    beyond = client.get(address, headers={"Range": "bytes=10-"}, buffered=True)
    assert beyond.status_code == 416


def test_a_served_file_may_do_nothing_on_the_site(client: FlaskClient) -> None:
    storage().put("notes/1", io.BytesIO(b"<script>1</script>"), content_type="text/html")
    answer = client.get(storage().address("notes/1", lifetime=HOUR), buffered=True)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer.headers["Cache-Control"]


def test_an_address_expires_and_says_so(client: FlaskClient, clock: StoppedClock) -> None:
    storage().put("one", io.BytesIO(b"x"))
    address = storage().address("one", lifetime=HOUR)
    clock.forward(minutes=59)
    assert client.get(address, buffered=True).status_code == 200
    clock.forward(minutes=1)
    answer = client.get(address)
    assert answer.status_code == 403
    assert "链接已经失效" in answer.text


def test_a_removed_file_is_not_found(client: FlaskClient) -> None:
    assert client.get(storage().address("gone", lifetime=HOUR)).status_code == 404


@pytest.mark.parametrize(
    "path", ["../chezhi.sqlite3", "..%2fsecret_key", "a/../../secret_key", "%2fetc%2fpasswd", "one"]
)
def test_no_address_climbs_out_of_the_store(client: FlaskClient, path: str) -> None:
    storage().put("one", io.BytesIO(b"x"))
    signed = storage().address("one", lifetime=HOUR).partition("?")[2].replace("signature=", "s=")
    assert client.get(f"/media/files/{path}?{signed}").status_code in (403, 404, 308)


def test_a_public_picture_may_be_kept_for_ever(client: FlaskClient) -> None:
    storage().put(key_of("cars", DIGEST, "small"), io.BytesIO(b"webp"))
    answer = client.get(f"/pictures/cars/{DIGEST}/small.webp")
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"webp", "image/webp")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(answer.request.path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        f"cars/{DIGEST}/huge.webp",
        f"cars/{DIGEST}/medium.webp",
        f"cars/{DIGEST.upper()}/small.webp",
        f"..%2foriginals/{DIGEST}/small.webp",
        "cars/../small.webp",
    ],
)
def test_only_pictures_that_are_kept_are_shown(client: FlaskClient, path: str) -> None:
    storage().put(key_of("cars", DIGEST, "small"), io.BytesIO(b"webp"))
    assert client.get(f"/pictures/{path}").status_code == 404


def test_the_store_has_a_line_in_readyz(client: FlaskClient) -> None:
    line = client.get("/readyz").json["checks"]["storage"]  # type: ignore[index]
    assert (line["state"], line["detail"], line["said"]) == ("ok", "files", "本机磁盘")


def test_where_the_store_is_away_pages_say_when_to_come_back(environ: dict[str, str]) -> None:
    away = {"STORAGE_URL": "minio://key:secret-key@127.0.0.2:1/bucket?secure=0"}
    app: Flask = create_app(environ | away)
    client = app.test_client()
    answer = client.get(f"/pictures/cars/{DIGEST}/small.webp")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "稍后再试" in answer.text
    assert "127.0.0.2" not in answer.text
    line = client.get("/readyz").json["checks"]["storage"]  # type: ignore[index]
    assert line["state"] == "down"
    assert "127.0.0.2" not in str(line)
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "img-src 'self' data: http://127.0.0.2:1;" in policy
    assert "script-src 'self';" in policy
