"""Cards that were drawn are kept, and few are drawn at a time."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Final

from structlog import get_logger

from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored, StorageAway, StorageFull
from webapp.backends.threads import beside_the_hub
from webapp.cars.cards import Card, draw

AT_ONCE: Final = 1
"""Cards that one process draws at a time; for others there is the site's own picture."""
KEPT: Final = timedelta(days=30)
"""A card that is still asked for after so long is drawn anew."""
_FOLDER: Final = "cards"
_turn = BoundedSemaphore(AT_ONCE)


def picture_of(card: Card, *, keep: bool) -> bytes | None:
    """The PNG of a card, as it was kept or drawn now; None while others are being drawn.

    Comparisons are without number: they are not to be kept.
    """
    key = f"{_FOLDER}/{card.digest}.png"
    if keep:
        try:
            with storage().open(key) as stream:
                return stream.read()
        except (NotStored, StorageAway):
            pass
    if not _turn.acquire(blocking=False):
        return None
    try:
        drawn = beside_the_hub(draw, card)
    finally:
        _turn.release()
    if keep:
        try:
            storage().put(key, io.BytesIO(drawn), len(drawn))
        except (StorageAway, StorageFull) as error:
            get_logger(__name__).info("card not kept", error=type(error).__name__)
    return drawn


def sweep(now: datetime) -> None:
    """Remove cards drawn long ago: most show figures of the past."""
    for stat in storage().list(f"{_FOLDER}/"):
        if now - stat.modified > KEPT:
            storage().remove(stat.key)
