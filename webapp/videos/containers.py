"""Which files are videos, by their first bytes alone."""

from __future__ import annotations

from typing import Final

import filetype

HEAD_BYTES: Final = 8192
"""How much of a file `container_of` looks at."""
CONTAINERS: Final = {
    "video/mp4": "MP4",
    "video/x-m4v": "MP4",
    "video/quicktime": "MOV",
    "video/x-matroska": "MKV",
    "video/webm": "WebM",
    "video/x-msvideo": "AVI",
}
"""Media types that are taken, with the name people know."""


def container_of(head: bytes) -> str | None:
    """The media type of a container we take, None for anything else."""
    found = filetype.guess_mime(head[:HEAD_BYTES])
    return found if found in CONTAINERS else None
