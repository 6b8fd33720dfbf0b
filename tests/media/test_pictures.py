"""The one way of pictures: what is taken and how it comes out, what is refused and why."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from flask import Flask
from PIL import Image, ImageCms, ImageOps

from tests.media.drawn import drawn, encoded
from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored
from webapp.errors import BadInput
from webapp.media.columns import check_alt
from webapp.media.hashes import ALIKE_BITS, are_alike, hashes_of
from webapp.media.pictures import (
    MOST_BYTES,
    SIZES,
    BadPicture,
    Picture,
    discard,
    fitted,
    keep,
    key_of,
    original_key,
    read_picture,
)

GPS = 0x8825
ORIENTATION = 0x0112


def read(content: bytes) -> Picture:
    return read_picture(io.BytesIO(content))


def opened(picture: Picture, size: str) -> Image.Image:
    return Image.open(io.BytesIO(picture.files[size]))


def problem(content: bytes) -> str:
    with pytest.raises(BadPicture) as caught:
        read(content)
    assert 400 <= caught.value.status < 500
    return caught.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_in_three_sizes_of_known_shape(kind: str) -> None:
    picture = read(encoded(drawn(2400, 1500), kind))
    assert (picture.width, picture.height) == (2400, 1500)
    assert {size: opened(picture, size).size for size in SIZES} == {
        "large": (1920, 1200),
        "medium": (960, 600),
        "small": (320, 200),
    }
    assert {opened(picture, size).format for size in SIZES} == {"WEBP"}


def test_nothing_is_made_larger_than_it_was() -> None:
    picture = read(encoded(drawn(300, 200)))
    assert {opened(picture, size).size for size in SIZES} == {(300, 200)}


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_photograph_stands_upright_whichever_way_the_camera_was_held(turned: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = turned
    scene = drawn(640, 400)
    held = encoded(scene, exif=exif, quality=95)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(held)))
    picture = read(held)
    assert (picture.width, picture.height) == expected.size
    assert opened(picture, "large").size == expected.size
    assert are_alike(picture.hashes, hashes_of(expected))


def test_place_camera_and_words_are_removed() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[GPS] = {1: "N", 2: (39.0, 54.0, 0.0), 3: "E", 4: (116.0, 23.0, 0.0)}
    content = encoded(drawn(), exif=exif, comment=b"at home", xmp=b"<x:xmpmeta>me</x:xmpmeta>")
    assert b"SecretCamera" in content
    picture = read(content)
    for made in picture.files.values():
        assert not Image.open(io.BytesIO(made)).getexif()
        for mark in (b"SecretCamera", b"EXIF", b"XMP ", b"ICCP", b"at home"):
            assert mark not in made


def test_colours_of_another_space_become_the_usual_ones() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    with_profile = read(encoded(drawn(), icc_profile=lab))
    with_broken_one = read(encoded(drawn(), icc_profile=b"no profile"))
    assert are_alike(with_profile.hashes, with_broken_one.hashes)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16"])
def test_pictures_of_few_or_transparent_colours_are_taken(mode: str) -> None:
    picture = read(encoded(drawn().convert("L").convert(mode), "PNG"))
    assert opened(picture, "small").mode == "RGB"


def test_what_is_transparent_becomes_white() -> None:
    clear = encoded(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), "PNG")
    assert min(opened(read(clear), "small").getpixel((50, 50))) >= 250  # type: ignore[arg-type]


def test_the_same_file_is_the_same_picture() -> None:
    content = encoded(drawn())
    assert read(content) == read(content)
    assert read(content).digest != read(encoded(drawn(seed=2))).digest


def bomb(width: int, height: int) -> bytes:
    """The head of a PNG that claims to be so large, with hardly any content."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def animated(kind: str) -> bytes:
    return encoded(drawn(), kind, save_all=True, append_images=[drawn(seed=2)], duration=100)


def archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as made:
        made.writestr("a.txt", "hidden")
    return written.getvalue()


REFUSED = {
    "nothing": (b"", "空文件"),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
    "svg with a head": (b"\xef\xbb\xbf <?xml version='1.0'?><svg/>", "SVG"),
    "heic": (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
    "avif": (b"\0\0\0\x1cftypavif\0\0\0\0", "AVIF"),
    "film": (b"\0\0\0\x18ftypmp42\0\0\0\0", "视频"),
    "gif": (b"GIF89a" + b"\0" * 50, "GIF"),
    "archive": (archive(), "压缩包"),
    "page": (b"<html><script>alert(1)</script>", "网页"),
    "text": ("车\U0001f697".encode(), "这种文件"),
    "30,000 x 30,000": (bomb(30_000, 30_000), "5000 万像素"),
    "9,000 x 9,000": (bomb(9_000, 9_000), "5000 万像素"),
    "claims more than it holds": (bomb(2_000, 2_000), "不完整"),
    "one pixel high": (encoded(drawn(640, 80).resize((640, 1))), "太小"),
    "a thread": (encoded(Image.new("RGB", (1000, 100)), "PNG"), "细长"),
    "cut off": (encoded(drawn())[:-400], "不完整"),
    "only a mark": (b"\xff\xd8\xff" + b"\0" * 100, "不完整"),
    "moving webp": (animated("WEBP"), "动图"),
    "moving png": (animated("PNG"), "动图"),
    "archive behind": (encoded(drawn()) + archive(), "夹带"),
    "script inside": (encoded(drawn(), comment=b"<?php system('x');"), "夹带"),
    "page behind": (encoded(drawn(), "PNG") + b"<script>alert(1)</script>", "夹带"),
    "document inside": (encoded(drawn(), comment=b"%PDF-1.4"), "夹带"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_picture_is_refused_in_words(name: str) -> None:
    content, said = REFUSED[name]
    message = problem(content)
    assert said in message
    assert message.endswith("。")


def test_a_picture_of_200_megabytes_is_read_no_further_than_the_limit() -> None:
    class Long(io.RawIOBase):
        given = 0

        def read(self, wanted: int = -1) -> bytes:
            assert wanted >= 0, "asked for all of it"
            self.given += wanted
            return b"\xff" * wanted

    stream = Long()
    with pytest.raises(BadPicture, match="超过 20 MB") as caught:
        read_picture(stream)  # type: ignore[arg-type]
    assert caught.value.status == 413
    assert stream.given == MOST_BYTES + 1


def test_what_phones_append_to_photographs_is_fine_and_not_kept() -> None:
    content = encoded(drawn()) + b"\0\0\0\x18ftypmp42" + b"film" * 100
    assert all(b"film" not in made for made in read(content).files.values())


def altered(scene: Image.Image, how: str) -> Image.Image:
    width, height = scene.size
    if how == "compressed":
        return Image.open(io.BytesIO(encoded(scene, quality=40)))
    if how == "half the size":
        return scene.resize((width // 2, height // 2))
    if how == "mirrored":
        return ImageOps.mirror(scene)
    share = 0.05 if how == "cropped by 5 %" else 0.1
    return scene.crop(
        (
            int(width * share),
            int(height * share),
            int(width * (1 - share)),
            int(height * (1 - share)),
        )
    )


@pytest.mark.parametrize(
    "how", ["compressed", "half the size", "mirrored", "cropped by 5 %", "cropped by 10 %"]
)
def test_a_picture_is_found_again_after_it_was_altered(how: str) -> None:
    scenes = [drawn(seed=seed) for seed in range(20)]
    kept = [hashes_of(scene) for scene in scenes]
    for number, scene in enumerate(scenes):
        asked = hashes_of(altered(scene, how))
        assert [other for other, held in enumerate(kept) if are_alike(asked, held)] == [number]


def test_pictures_are_alike_up_to_the_bound_and_not_beyond() -> None:
    one = "0" * 64
    near, far = (f"{(1 << bits) - 1:016x}" for bits in (ALIKE_BITS, ALIKE_BITS + 1))
    assert are_alike(one, near + "f" * 48)
    assert not are_alike(one, far + "f" * 48)


@pytest.mark.parametrize(
    ("shape", "longest", "expected"),
    [((4000, 3000), 320, (320, 240)), ((300, 400), 960, (300, 400)), ((8, 64), 4, (1, 4))],
)
def test_shapes_are_kept(shape: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    assert fitted(*shape, longest) == expected


def test_what_is_kept_is_discarded_whole(app: Flask) -> None:
    picture = read(encoded(drawn()))
    for _ in range(2):
        keep(picture, "cars", original=io.BytesIO(b"as sent"))
    other = read(encoded(drawn(seed=2)))
    keep(other, "cars")
    with storage().open(key_of("cars", picture.digest, "medium")) as stream:
        assert stream.read() == picture.files["medium"]
    assert storage().stat(original_key("cars", picture.digest)).size == 7
    with pytest.raises(NotStored):
        storage().stat(original_key("cars", other.digest))
    for _ in range(2):
        discard("cars", picture.digest)
    assert {stat.key.split("/")[2] for stat in storage().list("")} == {other.digest}


@pytest.mark.parametrize("text", ["", " 车 ", "车" * 101, "红\0车"])
def test_a_picture_needs_words_for_who_does_not_see_it(text: str) -> None:
    with pytest.raises(BadInput, match="写明图片里是什么"):
        check_alt(text)


def test_words_are_tidied() -> None:
    assert check_alt("  红色的车 \n 左前方 ") == "红色的车 左前方"
