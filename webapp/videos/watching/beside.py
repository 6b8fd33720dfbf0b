"""Videos on the pages of cars: a section, and links beside the rows they prove."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from markupsafe import Markup

from webapp.registry import OfCar, RowLink
from webapp.videos.queries import newest
from webapp.videos.watching import queries, topics
from webapp.videos.watching.queries import Point

SHOWN = 3
POINTS = 8


def show(series_id: int, trim_id: int | None, keys: Sequence[str]) -> OfCar:
    """A row of posters, on a trim's page with its moments; nothing without videos of the series."""
    cards = newest(SHOWN, series_id=series_id)
    if not cards:
        return OfCar(Markup(), {})
    points = queries.points_of_trims([trim_id]) if trim_id is not None else []
    html = render_template(
        "videos/_beside.html", cards=cards, points=points[:POINTS], series_id=series_id
    )
    return OfCar(Markup(html), links(points, keys))  # noqa: S704  (our own template, which escapes)


def links(points: Sequence[Point], keys: Sequence[str]) -> dict[str, RowLink]:
    """By the key of a row the moment that shows it best: the first, of the most watched video."""
    found: dict[str, RowLink] = {}
    for point in points:
        row = topics.row_of(point.subject, keys)
        if row is not None and row not in found:
            title = f"{point.title}：{point.label}" + (f"，{point.note}" if point.note else "")
            found[row] = RowLink(point.invitation, point.address, title)
    return found
