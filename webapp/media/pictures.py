"""Pictures of all features go through here: checked by content, turned upright, freed of what
they tell of place and camera, made in three sizes.

Nothing of the file that was sent is served: every size is drawn anew from the pixels.
"""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Mapping
from typing import BinaryIO, Final, NamedTuple

from PIL import Image, ImageCms, ImageOps
from structlog import get_logger

from webapp.backends.storage import storage
from webapp.backends.threads import beside_the_hub
from webapp.errors import DomainError
from webapp.media.hashes import hashes_of
from webapp.media.kinds import is_also_something_else, other_kind, picture_kind

SIZES: Final[Mapping[str, int]] = {"large": 1920, "medium": 960, "small": 320}
"""Name of a size: its longer side in pixels, at most. None is larger than what was sent."""
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
LEAST_SIDE: Final = 64
LONGEST_SHAPE: Final = 8
"""How many times longer than wide a picture may be."""
DIGEST_DIGITS: Final = 32
_QUALITY: Final = 80
_ACCEPTED: Final = "请换成 JPEG、PNG 或 WebP 图片。"


class BadPicture(DomainError):
    """The file is no picture that can be taken; the message says why and what to do."""

    status = 422
    title = "这张图片不能用"
    message = f"图片读不出来，{_ACCEPTED}"


class PictureTooBig(BadPicture):
    status = 413


class Picture(NamedTuple):
    """A picture ready to be kept. `digest` names its content; `width` and `height` are those of
    the upright original in pixels; `files` holds the WebP of each size."""

    digest: str
    width: int
    height: int
    hashes: str
    files: Mapping[str, bytes]


def read_picture(stream: BinaryIO) -> Picture:
    """Whatever was sent, as a picture. Raises BadPicture; keeps nothing."""
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise PictureTooBig(f"图片超过 {MOST_BYTES // 2**20} MB，请压缩后再上传。")
    kind = picture_kind(content)
    if kind is None:
        raise BadPicture(f"不支持{other_kind(content)}，{_ACCEPTED}")
    if is_also_something_else(content):
        raise BadPicture("图片里夹带了别的内容，请用图片软件另存一次再上传。")
    return beside_the_hub(_made, content, kind)


def keep(picture: Picture, folder: str, original: BinaryIO | None = None) -> None:
    """Store a picture in a feature's folder, which visitors may see; the original only where it
    is given, where they may not. Safe to repeat. Raises StorageAway and StorageFull."""
    kept = storage()
    if original is not None:
        kept.put(original_key(folder, picture.digest), original)
    for size, content in picture.files.items():
        key = key_of(folder, picture.digest, size)
        kept.put(key, io.BytesIO(content), len(content))


def discard(folder: str, digest: str) -> None:
    """Remove a picture that nothing of the feature shows any more. Safe to repeat."""
    storage().remove_all(f"pictures/{folder}/{digest}/")
    storage().remove(original_key(folder, digest))


def key_of(folder: str, digest: str, size: str) -> str:
    return f"pictures/{folder}/{digest}/{size}.webp"


def original_key(folder: str, digest: str) -> str:
    return f"originals/{folder}/{digest}"


def address_of(folder: str, digest: str, size: str) -> str:
    """Where everybody gets one size; the address stands for its content and may be kept."""
    return f"/pictures/{folder}/{digest}/{size}.webp"


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """Width and height of a size, in pixels."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _made(content: bytes, kind: str) -> Picture:
    try:
        with _opened(content, kind) as opened:
            _check_shape(*opened.size)
            if kind != "JPEG" and getattr(opened, "n_frames", 1) > 1:
                raise BadPicture(f"不支持动图，{_ACCEPTED}")
            quarter = opened.getexif().get(0x0112, 1) >= 5
            width, height = opened.size[::-1] if quarter else opened.size
            # JPEG decodes at a fraction of its size where that is enough.
            opened.draft("RGB", (SIZES["large"], SIZES["large"]))
            upright = _plain(ImageOps.exif_transpose(opened))
    except DomainError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except MemoryError:
        raise
    except Exception as error:  # whatever a decoder finds wrong with a broken or hostile file
        get_logger(__name__).info("picture refused", error=type(error).__name__)
        raise BadPicture(f"图片已损坏或不完整，{_ACCEPTED}") from error
    digest = hashlib.sha256(content).hexdigest()[:DIGEST_DIGITS]
    return Picture(digest, width, height, hashes_of(upright), _sizes(upright, width, height))


def _opened(content: bytes, kind: str) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow's own limit is higher than ours, and only a warning.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(content), formats=(kind,))


def _check_shape(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < LEAST_SIDE:
        raise BadPicture(f"图片太小，宽和高都至少要 {LEAST_SIDE} 像素。")
    if max(width, height) > LONGEST_SHAPE * min(width, height):
        raise BadPicture(f"图片太细长，长边最多是短边的 {LONGEST_SHAPE} 倍。")


def _too_many_pixels() -> BadPicture:
    return PictureTooBig(f"图片超过 {MOST_PIXELS // 10_000} 万像素，请缩小后再上传。")


def _plain(picture: Image.Image) -> Image.Image:
    """RGB in the usual colours on white, with nothing else said."""
    profile = picture.info.get("icc_profile")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture)
    picture = picture.convert("RGB")
    if profile:
        picture = _usual_colours(picture, profile)
    picture.info = {}
    return picture


def _usual_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    """From the camera's colour space to sRGB; a profile that cannot be read counts for none."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        made = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        return picture
    return made or picture


def _sizes(picture: Image.Image, width: int, height: int) -> dict[str, bytes]:
    """Each from the next larger one."""
    files = {}
    for name, longest in SIZES.items():
        picture = picture.resize(fitted(width, height, longest), Image.Resampling.LANCZOS)
        written = io.BytesIO()
        picture.save(written, "WEBP", quality=_QUALITY, method=4)
        files[name] = written.getvalue()
    return files
