"""Pictures drawn for tests: nobody's photographs."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image, ImageDraw


def drawn(width: int = 640, height: int = 400, seed: int = 1) -> Image.Image:
    """A landscape of shapes that another seed draws otherwise."""
    chosen = random.Random(seed)
    picture = Image.new("RGB", (width, height), _colour(chosen))
    pen = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = chosen.randrange(width), chosen.randrange(height)
        box = (x, y, x + chosen.randrange(20, width), y + chosen.randrange(20, height))
        draw = pen.ellipse if chosen.random() < 0.5 else pen.rectangle
        draw(box, fill=_colour(chosen))
    return picture


def _colour(chosen: random.Random) -> tuple[int, int, int]:
    return chosen.randrange(256), chosen.randrange(256), chosen.randrange(256)


def encoded(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()
