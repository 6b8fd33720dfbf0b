"""Videos on the pages of cars: a section, and links beside the rows they prove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import render_template
from markupsafe import Markup

from webapp.registry import RowLink
from webapp.videos.queries import newest
from webapp.videos.watching import queries, topics

SHOWN = 3
POINTS = 8


def section(series_id: int, trim_id: int | None) -> Markup:
    """A row of posters, on a trim's page with its moments; nothing without videos."""
    cards = newest(SHOWN, series_id=series_id)
    points = queries.points_of_trims([trim_id]) if trim_id is not None else []
    if not cards and not points:
        return Markup("")
    html = render_template(
        "videos/_beside.html", cards=cards, points=points[:POINTS], series_id=series_id
    )
    return Markup(html)  # noqa: S704  (a template of our own, which escapes)


def links(trim_id: int, keys: Sequence[str]) -> Mapping[str, RowLink]:
    """By the key of a row the moment that shows it best: of the most watched video."""
    found: dict[str, RowLink] = {}
    for point in queries.points_of_trims([trim_id]):
        row = topics.row_of(point.subject, keys)
        if row is not None and row not in found:
            title = f"{point.title}：{point.label}" + (f"，{point.note}" if point.note else "")
            found[row] = RowLink(point.invitation, point.address, title)
    return found
