"""Decisions and writes about saved searches and price changes."""

from __future__ import annotations

from contextlib import suppress

from webapp import clock
from webapp.catalogue.queries import catalogue_version
from webapp.saved import queries
from webapp.saved.service import lease
from webapp.saved.service.keeping import (
    GUESTS_KEPT,
    MOST_BEFORE_LOGIN,
    MOST_SEARCHES,
    adopt,
    adopt_prices,
    change,
    drop_gone,
    erase,
    erase_prices,
    looked,
    remove,
    save,
    set_alerts,
    sweep,
)
from webapp.saved.service.telling import tell
from webapp.saved.service.watching import look

__all__ = [
    "GUESTS_KEPT",
    "MOST_BEFORE_LOGIN",
    "MOST_SEARCHES",
    "adopt",
    "adopt_prices",
    "change",
    "drop_gone",
    "erase",
    "erase_prices",
    "look",
    "looked",
    "remove",
    "save",
    "set_alerts",
    "sweep",
    "tell",
    "watch",
]


def watch() -> None:
    """Find what changed in the catalogue and tell people; nothing where nothing did, or where
    another worker is at it. Safe to be killed and repeated."""
    seen = queries.watch()
    changed = seen is None or seen.version != catalogue_version()
    if not changed and not queries.waiting_owners(limit=1):
        return
    hold = lease.take(clock.now())
    if hold is None:
        return
    with suppress(lease.Lost):
        look(hold)
        tell(hold, now=clock.now())
        hold.give_back()
