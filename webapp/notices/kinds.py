"""The kinds of notices: each feature registers its own, with the channels they take by default."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from flask import Flask, current_app

Channel = Literal["mail", "wechat"]
"""Beside the site itself, where every notice stands that is not muted."""

CHANNELS: Final[dict[Channel, str]] = {"mail": "邮件", "wechat": "微信"}
_EXTENSION: Final = "chezhi.notices.kinds"


@dataclass(frozen=True)
class Kind:
    """What a feature tells people about, such as 订金进展; `note` says when in a few words.

    `channels` are those it goes out by where the person has chosen nothing. An `urgent` kind is
    sent in quiet hours too, at once, and does not count: money and what the person waits for.
    """

    key: str
    label: str
    note: str
    channels: tuple[Channel, ...] = ()
    urgent: bool = False


def register(app: Flask, *kinds: Kind) -> None:
    """Called by a feature's `init_app`. Raises RuntimeError where a key is taken."""
    known: dict[str, Kind] = app.extensions.setdefault(_EXTENSION, {})
    for kind in kinds:
        if kind.key in known:
            raise RuntimeError(f"kind of notice {kind.key} is registered twice")
        known[kind.key] = kind


def kinds() -> dict[str, Kind]:
    """Those of the current application by key, in the order of the features."""
    found: dict[str, Kind] = current_app.extensions.setdefault(_EXTENSION, {})
    return found
