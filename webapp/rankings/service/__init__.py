"""Publishing of the rankings."""

from __future__ import annotations

from webapp.rankings.service.publishing import Recomputed, publish, recompute
from webapp.rankings.service.running import ask_run, last_due, publish_due, run

__all__ = ["Recomputed", "ask_run", "last_due", "publish", "publish_due", "recompute", "run"]
