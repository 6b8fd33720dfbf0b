"""Staff add pictures in the console, and visitors see them."""

from __future__ import annotations

import io
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.media.drawn import drawn, encoded
from webapp.backends.storage import storage
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.media.pictures import MOST_BYTES
from webapp.pictures import queries
from webapp.pictures.models import CarPicture, Subject

SAID = {"alt": "红色车身左前方", "source": "厂商媒体图库", "licence": "厂商授权使用", "of": ""}


@pytest.fixture
def trim(app: Flask) -> Trim:
    made = catalogue.trim("a", length_mm=4600, wheelbase_mm=2700, height_mm=1600)
    catalogue.publish()
    return made


@pytest.fixture
def editor(app: Flask, trim: Trim) -> FlaskClient:
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def page(trim: Trim) -> str:
    return f"/console/catalogue/series/{trim.series_id}/pictures"


def send(
    editor: FlaskClient, trim: Trim, content: bytes, name: str = "a.jpg", **said: str
) -> TestResponse:
    """As a browser sends it; the test client would put a large body into a file and leave it."""
    boundary = "----boundary"
    head = f"--{boundary}\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{key}"\r\n\r\n{text}\r\n' for key, text in (SAID | said).items()]
    parts.append(f'{head}"file"; filename="{name}"\r\n\r\n')
    body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    return editor.post(
        page(trim), input_stream=io.BytesIO(body), content_type=kind, content_length=len(body)
    )


def rows(trim: Trim) -> list[CarPicture]:
    db.session.expire_all()
    return [row for found in queries.pictures_about(trim.series_id).values() for row in found]


def test_an_added_picture_is_on_every_page_of_the_car(
    editor: FlaskClient, app: Flask, trim: Trim
) -> None:
    visitor = app.test_client()
    addresses = [f"/cars/series/{trim.series_id}", f"/cars/trims/{trim.id}"]
    other = catalogue.trim("b", series_name="南斗")
    catalogue.publish()
    answer = send(editor, trim, encoded(drawn(800, 500)))
    assert answer.status_code == 303
    assert "图片已加上" in editor.get(answer.location).text
    (row,) = rows(trim)
    small = f"/pictures/cars/{row.digest}/small.webp"
    assert visitor.get(small).status_code == 200
    for address in addresses:
        html = visitor.get(address).text
        assert 'alt="红色车身左前方"' in html
        assert "厂商授权使用" in html
        assert "侧视图" in html  # the drawing stays beside it
        assert re.search(r'medium\.webp"[^>]* width="800" height="500"', html)
    assert "data-gallery" not in visitor.get(f"/cars/trims/{other.id}").text
    assert f'<img class="row-photo" src="{small}"' in visitor.get("/cars/").text
    assert small in visitor.get(f"/cars/compare?ids={trim.id}").text


def test_a_picture_of_a_trim_is_named_on_the_page_of_its_series(
    editor: FlaskClient, app: Flask, trim: Trim
) -> None:
    send(editor, trim, encoded(drawn()), of=str(trim.id))
    assert queries.pictures_of(Subject("trim", trim.id))
    html = app.test_client().get(f"/cars/series/{trim.series_id}").text
    assert f'<span class="gallery-of">{trim.title}</span>' in html


@pytest.mark.parametrize(
    "name", ["../../etc/passwd.jpg", "\U0001f697.jpg", "名" * 255 + ".jpg", "a.svg", "no name"]
)
def test_the_name_of_the_file_means_nothing(editor: FlaskClient, trim: Trim, name: str) -> None:
    assert send(editor, trim, encoded(drawn(100, 80)), name).status_code == 303
    (row,) = rows(trim)
    assert {stat.key.split("/")[2] for stat in storage().list("")} == {row.digest}


@pytest.mark.parametrize(
    ("content", "said", "status"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不支持SVG 图片", 422),
        (b"\0\0\0\x18ftypheic", "不支持HEIC 照片", 422),
        (b"PK\x03\x04", "不支持压缩包", 422),
        (b"\xff\xd8\xff" + b"\0" * MOST_BYTES, "超过 20 MB", 413),
        (b"\xff\xd8\xff" + b"\0" * (2 * MOST_BYTES), "超过 20 MB", 413),
    ],
    ids=["svg", "heic", "zip", "too big by little", "too big by far"],
)
def test_bad_files_are_refused_in_words_and_leave_nothing(
    editor: FlaskClient, trim: Trim, content: bytes, said: str, status: int
) -> None:
    answer = send(editor, trim, content)
    assert answer.status_code == status
    assert said in answer.text
    assert rows(trim) == []
    assert list(storage().list("")) == []


def test_what_is_missing_is_said_beside_its_field_and_the_rest_stays(
    editor: FlaskClient, trim: Trim
) -> None:
    answer = send(editor, trim, encoded(drawn()), alt="", licence="")
    assert answer.status_code == 422
    assert "写明图片里是什么" in answer.text
    assert "许可没有写" in answer.text
    assert 'value="厂商媒体图库"' in answer.text
    without = editor.post(page(trim), data=SAID)
    assert (without.status_code, "请先选择一张图片" in without.text) == (422, True)
    other = send(editor, trim, encoded(drawn()), of="999")
    assert (other.status_code, "没有选中的车型" in other.text) == (400, True)
    assert rows(trim) == []


def test_pictures_are_described_ordered_and_removed(editor: FlaskClient, trim: Trim) -> None:
    for seed in range(3):
        send(editor, trim, encoded(drawn(100, 80, seed)), alt=f"第{seed}张")
    last = rows(trim)[-1]
    address = f"/console/catalogue/pictures/{last.id}"
    said = {"alt": "改过的", "source": "本站拍摄", "licence": "自有", "source_url": ""}
    assert editor.post(address, data=said | {"do": "save"}).status_code == 303
    wrong = editor.post(address, data=said | {"alt": ""})
    assert (wrong.status_code, f"picture-{last.id}-alt-wrong" in wrong.text) == (422, True)

    def order(do: str) -> list[str]:
        assert editor.post(address, data={"do": do}).status_code == 303
        return [row.alt for row in rows(trim)]

    assert order("up") == ["第0张", "改过的", "第2张"] or order("up")[0] == "改过的"
    assert order("first")[0] == "改过的"
    assert order("down")[1] == "改过的"
    assert "改过的" not in order("remove")
    assert editor.post(address, data={"do": "remove"}).status_code == 404


def test_the_maker_s_page_is_linked_where_it_is_known(
    editor: FlaskClient, app: Flask, trim: Trim
) -> None:
    address = f"/console/catalogue/series/{trim.series_id}/maker"
    bad = editor.post(address, data={"url": "javascript:alert(1)"})
    assert (bad.status_code, "网址要以" in bad.text) == (422, True)
    assert editor.post(address, data={"url": "https://maker.example/a"}).status_code == 303
    html = app.test_client().get(f"/cars/trims/{trim.id}").text
    assert 'href="https://maker.example/a" rel="noopener nofollow"' in html


def test_a_picture_that_looks_like_another_is_shown_beside_it(
    editor: FlaskClient, trim: Trim
) -> None:
    first, small = drawn(800, 500), drawn(800, 500).resize((400, 250))
    other = send(editor, trim, encoded(drawn(800, 500, seed=2)), alt="另一张")
    assert "很像" not in editor.get(other.location).text
    assert "很像" not in editor.get(send(editor, trim, encoded(first)).location).text
    again = send(editor, trim, encoded(small, quality=60), alt="缩小的", of=str(trim.id))
    html = editor.get(again.location).text
    (alike,) = re.findall(r'<section class="picture-alike.*?</section>', html, re.S)
    assert alike.count("<img ") == 2
    assert 'alt="缩小的"' in alike
    assert 'alt="红色车身左前方"' in alike
    assert "很像" not in editor.get(page(trim)).text
    assert "很像" not in editor.get(page(trim) + "?added=999999999999999999999").text
