"""What the pages of videos show, without Flask's request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from webapp.backends.storage import storage
from webapp.catalogue import queries as catalogue
from webapp.catalogue.queries import TrimRow
from webapp.videos.models import Video
from webapp.videos.places import may_tell_place
from webapp.videos.queries import VideoCard, card_of, lifetime, newest
from webapp.videos.watching import playlists, queries, topics
from webapp.videos.watching.chapters import Chapter
from webapp.videos.watching.queries import Point
from webapp.videos.watching.service import LANGUAGES

PLAYABLE: Final = "video/mp4"
"""An original that a browser plays by itself, as a rule, and of which we know what it tells."""
BESIDE: Final = 4
"""Further videos of the same series."""


@dataclass(frozen=True)
class Storyboard:
    """One picture of tiles, a tile each `every` seconds, row by row."""

    address: str
    columns: int
    rows: int
    width: int
    height: int
    every: float


@dataclass(frozen=True)
class Player:
    """What the player is told. `file` plays without a script; addresses expire, "" without one."""

    public_id: str
    state: str
    seconds: float
    start: int
    poster: str
    playlist: str
    file: str
    storyboard: Storyboard | None
    captions: list[tuple[str, str]]
    """Language and its name."""
    width: int
    height: int
    has_sound: bool


@dataclass(frozen=True)
class VideoPage:
    card: VideoCard
    description: str
    player: Player
    original: str
    """Where the original is, while there is nothing else; "" where no browser plays it, or where it
    may tell where it was filmed."""
    chapters: list[Chapter]
    points: list[Point]
    brand: str
    trim: TrimRow | None
    beside: list[VideoCard]


class Marking(NamedTuple):
    """What a moment can be tied to: trims, and topics and parameters by key."""

    trims: list[TrimRow]
    chosen: int | None
    topics: list[tuple[str, str]]
    parameters: list[tuple[str, str]]


def video_page(video: Video, *, start: int, author: str | None) -> VideoPage:
    series = queries.series_of_video(video)
    head = catalogue.series_head(series.id) if series else None
    card = card_of(video, author, head.name if head else None)
    trims = catalogue.trims_by_id([video.trim_id]) if video.trim_id else []
    more = newest(BESIDE + 1, series_id=head.id) if head else newest(BESIDE + 1)
    return VideoPage(
        card=card,
        description=video.description,
        player=player(video, start=start),
        original=_original(video),
        chapters=queries.chapters_of(video.id),
        points=queries.points_of_video(video.id),
        brand=head.brand if head else "",
        trim=next(iter(trims), None),
        beside=[one for one in more if one.public_id != video.public_id][:BESIDE],
    )


def player(video: Video, *, start: int) -> Player:
    files = (playlists.file_address(rung) for rung in video.renditions)
    return Player(
        public_id=video.public_id,
        state=video.state,
        seconds=video.duration_s or 0,
        start=start,
        poster=_address(video.poster_key),
        playlist=playlists.address(video),
        file=next(filter(None, files), ""),
        storyboard=_storyboard(video),
        captions=[(one, LANGUAGES.get(one, one)) for one in queries.languages_of(video.id)],
        width=video.width or 16,
        height=video.height or 9,
        has_sound=video.has_sound,
    )


def marking(video: Video) -> Marking:
    series = queries.series_of_video(video)
    return Marking(
        catalogue.series_trims(series.id) if series else [],
        video.trim_id,
        [(topics.PREFIX + key, topic.label) for key, topic in topics.TOPICS.items()],
        list(catalogue.parameter_labels().items()),
    )


def described(base: str, page: VideoPage) -> dict[str, Any]:
    """schema.org's VideoObject (JSON-LD); what is unknown is left out."""
    card = page.card
    address = f"{base}/videos/{card.public_id}"
    said = {
        "@context": "https://schema.org",
        "@type": "VideoObject",
        "name": card.title,
        "description": page.description or card.title,
        "url": address,
        "uploadDate": card.published_at.isoformat() if card.published_at else None,
        "duration": f"PT{round(card.duration_s)}S" if card.duration_s else None,
        "thumbnailUrl": f"{address}/poster" if card.poster else None,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/WatchAction",
            "userInteractionCount": card.views,
        },
        "hasPart": [
            {
                "@type": "Clip",
                "name": chapter.title,
                "startOffset": chapter.second,
                "endOffset": end,
                "url": f"{address}?t={chapter.second}",
            }
            for chapter, end in _ends(page.chapters, page.player.seconds)
        ],
    }
    return {name: value for name, value in said.items() if value}


def _ends(chapters: list[Chapter], seconds: float) -> list[tuple[Chapter, int]]:
    ends = [*(chapter.second for chapter in chapters[1:]), round(seconds)]
    return [(chapter, end) for chapter, end in zip(chapters, ends, strict=False) if end]


def _storyboard(video: Video) -> Storyboard | None:
    if not (video.storyboard_key and video.storyboard_step_s):
        return None
    return Storyboard(
        _address(video.storyboard_key),
        video.storyboard_columns or 1,
        video.storyboard_rows or 1,
        video.storyboard_tile_width or 160,
        video.storyboard_tile_height or 90,
        video.storyboard_step_s,
    )


def _original(video: Video) -> str:
    if video.renditions or video.container != PLAYABLE or not video.original_key:
        return ""
    if may_tell_place(video.original_key):
        return ""
    return _address(video.original_key)


def _address(key: str | None) -> str:
    return storage().address(key, lifetime=lifetime()) if key else ""
