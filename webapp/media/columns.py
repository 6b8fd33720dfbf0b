"""What every table of pictures has, whichever feature's."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.errors import BadInput
from webapp.media.pictures import DIGEST_DIGITS, SIZES, address_of, fitted

ALT_LENGTHS: Final = (2, 100)


class PictureColumns:
    """A picture that `webapp.media.pictures` keeps; `width` and `height` are in pixels.

    `alt` says in words what is to be seen. `hashes` are those of `webapp.media.hashes`.
    """

    digest: Mapped[str] = mapped_column(String(DIGEST_DIGITS), index=True)
    width: Mapped[int]
    height: Mapped[int]
    alt: Mapped[str] = mapped_column(String(ALT_LENGTHS[1]))
    hashes: Mapped[str] = mapped_column(String(64))


class Shown(NamedTuple):
    """One size of a picture for a template; `width` and `height` in pixels."""

    address: str
    width: int
    height: int
    alt: str


def shown(folder: str, picture: PictureColumns, size: str) -> Shown:
    shape = fitted(picture.width, picture.height, SIZES[size])
    return Shown(address_of(folder, picture.digest, size), *shape, picture.alt)


def check_alt(text: str) -> str:
    """The words for who does not see the picture, tidied. Raises BadInput."""
    least, most = ALT_LENGTHS
    tidy = " ".join(text.split())
    if not tidy.isprintable() or not least <= len(tidy) <= most:
        raise BadInput(f"请用 {least} 到 {most} 个字写明图片里是什么，给看不到图片的人。")
    return tidy
