"""The setting of where files are kept."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from .settings import Kind, Setting

_OPTIONS: Final = {"secure", "region", "public"}


def _storage_url(text: str) -> str:
    """`file:`, or a MinIO server with a bucket as its path."""
    if text == "file:":
        return text
    url = urlsplit(text)
    _ = url.port
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    bucket = re.fullmatch(r"/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", url.path)
    if url.scheme != "minio" or not url.hostname or not bucket or url.fragment:
        raise ValueError
    if not url.username or not url.password or set(given) - _OPTIONS:
        raise ValueError
    public = urlsplit(given.get("public", "https://unset"))
    if given.get("secure", "1") not in ("0", "1") or public.scheme not in ("http", "https"):
        raise ValueError
    if not public.hostname or public.path or public.query or public.username:
        raise ValueError
    return text


STORAGE: Final[tuple[Setting, ...]] = (
    Setting(
        "STORAGE_URL",
        Kind(
            _storage_url,
            "file: or minio://KEY:SECRET@HOST:9000/BUCKET, with ?secure=0 for plain http, "
            "?region=NAME, and ?public=https://files.example.com where browsers reach the "
            "server by another address",
        ),
        "file:",
        "Where pictures and uploaded files are kept: in `VAR_DIR/media`, or in a bucket of MinIO "
        "or another server that speaks S3. Needed where web and worker share no disk.",
        "图片和上传的文件存在哪里：VAR_DIR/media，或 MinIO（也可以是其他兼容 S3 的服务）的一个桶。"
        "网站和后台进程不共用磁盘时必须设。",
        default_text="`file:`",
        secret=True,
    ),
)
