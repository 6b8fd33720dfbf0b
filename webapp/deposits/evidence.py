"""The evidence pack: a ZIP with the digest of everything in it, which proves itself offline."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from webapp.clock import CHINA

MANIFEST: Final = "manifest.sha256"
"""In the form that `sha256sum -c manifest.sha256` reads."""


def pack(files: Mapping[str, str | bytes], made_at: datetime) -> bytes:
    """The files with their manifest as a ZIP; the same files give the same bytes.

    Names are ASCII, since ZIP tools disagree about others.
    """
    contents = {
        name: text.encode() if isinstance(text, str) else text for name, text in files.items()
    }
    contents[MANIFEST] = manifest(contents).encode()
    stamp = made_at.astimezone(CHINA).timetuple()[:6]
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def manifest(contents: Mapping[str, bytes]) -> str:
    """A line for each file: SHA-256 in hex, two blanks, the name."""
    return "".join(
        f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()
    )


def written(value: Any) -> str:
    """JSON for people: indented, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n"


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(CHINA).isoformat(timespec="seconds")
    raise TypeError(type(value).__name__)
