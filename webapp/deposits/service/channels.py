"""The payment channels of this application, made once."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, current_app

from webapp.backends.payments import channels
from webapp.backends.payments.port import Channel, PaymentChannel

_EXTENSION: Final = "chezhi.payments"


def init_app(app: Flask) -> None:
    """Read the keys. Raises UnusableKeys, so that a key that cannot be read stops the start."""
    app.extensions[_EXTENSION] = channels(app.config)


def known() -> dict[Channel, PaymentChannel]:
    """Those that are configured, by name."""
    return cast("dict[Channel, PaymentChannel]", current_app.extensions[_EXTENSION])


def channel(name: str) -> PaymentChannel | None:
    """None where it is not configured."""
    return known().get(cast("Channel", name))
