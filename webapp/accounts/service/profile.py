"""A person's own page: nickname, avatar, privacy switches, the kept comparison."""

from __future__ import annotations

import hashlib
import io
import time
import warnings
from collections.abc import Sequence
from typing import Final

import requests
from flask import current_app
from PIL import Image, ImageOps, UnidentifiedImageError
from sqlalchemy import delete
from structlog import get_logger
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from webapp.accounts import queries
from webapp.accounts.models import Account, Avatar
from webapp.accounts.providers.base import CONNECT_SECONDS, READ_SECONDS
from webapp.accounts.service.identities import clean_nickname
from webapp.errors import BadInput
from webapp.extensions import db
from webapp.registry import registry
from webapp.transactions import transaction

log = get_logger(__name__)

AVATAR_BYTES: Final = 10 * 1024 * 1024
AVATAR_SECONDS: Final = 20.0
"""For the whole picture, however often a byte of it arrives."""
AVATAR_PIXELS: Final = 40_000_000
AVATAR_SIDE: Final = 192
AVATAR_HOSTS: Final = (".qlogo.cn", ".qpic.cn")
"""Where WeChat and QQ keep avatars; beside these only the configured provider itself."""
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF")


class NoAvatar(Exception):
    """There is no usable picture; the text says why and names nobody."""


def rename(*, account: Account, nickname: str) -> None:
    """Raises BadInput."""
    cleaned = clean_nickname(nickname)
    if not cleaned:
        raise BadInput("昵称不能为空，请写 1 到 20 个字。")
    with transaction():
        account.nickname = cleaned


def set_privacy(*, account: Account, personalised: bool, keeps_history: bool) -> None:
    """Both switches take effect with the next request; history that may not be kept is erased."""
    erased = account.keeps_history and not keeps_history
    with transaction():
        account.personalised = personalised
        account.keeps_history = keeps_history
        db.session.flush()  # before what is erased: a visit on its way waits for the switch
        if erased:
            for data in registry().personal.values():
                if data.is_history:
                    data.erase(account.id)


def remember_basket(*, account: Account, trim_ids: Sequence[int]) -> None:
    """Keep the comparison with the account, so that it is there on the next device."""
    with transaction():
        account.basket = " ".join(map(str, trim_ids))


def fetch_avatar(*, account_id: int, url: str) -> None:
    """Download, re-encode and keep. Raises NoAvatar, and requests' errors where a retry helps."""
    webp = encode_avatar(_download(url))
    digest = hashlib.sha256(webp).hexdigest()[:16]
    if queries.account_by_id(account_id) is None:
        raise NoAvatar("the account is gone")
    with transaction():
        db.session.merge(Avatar(account_id=account_id, webp=webp, digest=digest))


def remove_avatar(*, account_id: int) -> None:
    with transaction():
        db.session.execute(delete(Avatar).where(Avatar.account_id == account_id))


def encode_avatar(data: bytes) -> bytes:
    """Any picture as a square WebP without its metadata. Raises NoAvatar."""
    try:
        with _opened(data) as opened:
            if opened.width * opened.height > AVATAR_PIXELS:
                raise NoAvatar("too many pixels")
            # Only the first frame; draft lets JPEG decode at a fraction of its size.
            opened.draft("RGB", (AVATAR_SIDE * 2, AVATAR_SIDE * 2))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
            square = ImageOps.fit(upright, (AVATAR_SIDE, AVATAR_SIDE))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise NoAvatar("no picture") from error
    written = io.BytesIO()
    square.save(written, "WEBP", quality=82)
    return written.getvalue()


def _opened(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        # Pillow's own limit is higher than ours, and only a warning.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(data), formats=FORMATS)


def _download(url: str) -> bytes:
    """At most AVATAR_BYTES from a host that providers use; redirects are not followed."""
    if not _is_allowed(url):
        raise NoAvatar("not a provider's address")
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            url,
            stream=True,
            allow_redirects=False,
            timeout=(CONNECT_SECONDS, READ_SECONDS),
        )
        with answer:
            if answer.status_code >= 500:
                answer.raise_for_status()
            if answer.status_code != 200:
                raise NoAvatar(f"status {answer.status_code}")
            data = bytearray()
            until = time.monotonic() + AVATAR_SECONDS
            for chunk in answer.iter_content(4 * 1024):
                data += chunk
                if time.monotonic() > until:
                    raise NoAvatar("too slow")
                if len(data) > AVATAR_BYTES:
                    raise NoAvatar("too big")
    return bytes(data)


def _is_allowed(url: str) -> bool:
    """By the parser that will connect: it takes a backslash for a slash, others for a letter."""
    try:
        parts = parse_url(url)
    except LocationParseError:
        return False
    if parts.scheme not in ("http", "https") or parts.auth or "\\" in url:
        return False
    if (parts.host or "").endswith(AVATAR_HOSTS) and parts.port in (None, 80, 443):
        return True
    bases = ("WECHAT_OPEN_BASE", "WECHAT_API_BASE", "QQ_BASE")
    own = {parse_url(current_app.config[name] or "").netloc for name in bases} - {None}
    return parts.netloc in own
