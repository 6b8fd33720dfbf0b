"""The payment channels of this application, made when they are first needed."""

from __future__ import annotations

from typing import Final, cast

from flask import current_app

from webapp.backends.payments import channels
from webapp.backends.payments.port import Channel, PaymentChannel

_EXTENSION: Final = "chezhi.payments"


def known() -> dict[Channel, PaymentChannel]:
    """Those that are configured, by name. Raises UnusableKeys, which `scripts.prepare` has
    looked for before anything started."""
    if _EXTENSION not in current_app.extensions:
        current_app.extensions[_EXTENSION] = channels(current_app.config)
    return cast("dict[Channel, PaymentChannel]", current_app.extensions[_EXTENSION])


def channel(name: str) -> PaymentChannel | None:
    """None where it is not configured."""
    return known().get(cast("Channel", name))
