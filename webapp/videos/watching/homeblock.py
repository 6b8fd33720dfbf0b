"""What videos show on the home page."""

from __future__ import annotations

from typing import Final

from webapp.registry import HomeBlock
from webapp.videos import queries

CARDS: Final = 2


def newest() -> list[queries.VideoCard] | None:
    """None where there are no videos."""
    return queries.newest(CARDS) or None


BLOCK: Final = HomeBlock("videos", 40, "videos/_home.html", newest, "side", "css/videos.css")
