"""Small deterministic vectors: texts that share pairs of characters are near each other."""

from __future__ import annotations

import base64
import hashlib
import math
import struct
from typing import Final

DIMENSIONS: Final = 64


def embed(text: str, dimensions: int = DIMENSIONS) -> list[float]:
    """A unit vector of so many numbers; the first axis for a text without any pair."""
    sums = [0.0] * dimensions
    for i in range(len(text) - 1):
        digest = hashlib.blake2b(text[i : i + 2].encode(), digest_size=8).digest()
        value = int.from_bytes(digest, "big")
        sums[value % dimensions] += 1.0 if value >> 63 else -1.0
    length = math.sqrt(sum(x * x for x in sums))
    return [x / length for x in sums] if length else [1.0, *sums[1:]]


def packed(vector: list[float]) -> str:
    """Little-endian float32 in base64, which OpenAI's own client asks for."""
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
