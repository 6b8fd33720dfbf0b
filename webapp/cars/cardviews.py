"""Pictures beside shared links."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access import public
from webapp.assets import asset
from webapp.cars import forms
from webapp.cars.cards import Card
from webapp.cars.cards.keeping import picture_of
from webapp.cars.loading import ID, load_series, load_trims, read
from webapp.cars.pages import cards
from webapp.catalogue import queries
from webapp.errors import NotFound
from webapp.extensions import limiter

bp = Blueprint("cards", __name__, url_prefix="/cars")

CARDS: Final = "30/minute"
"""For one network; only crawlers of shared links ask for any."""
CARD_SECONDS: Final = 86_400


@bp.get("/series/" + ID % "series_id" + "/card.png")
@public
@limiter.limit(CARDS)
def series_card(series_id: int) -> BaseResponse:
    """The picture beside a shared link."""
    head = load_series(series_id)
    return _card(cards.series_card(head, queries.series_trims(series_id)), keep=True)


@bp.get("/trims/" + ID % "trim_id" + "/card.png")
@public
@limiter.limit(CARDS)
def trim_card(trim_id: int) -> BaseResponse:
    (row,) = load_trims([trim_id])
    return _card(cards.trim_card(row), keep=True)


@bp.get("/compare.png")
@public
@limiter.limit(CARDS)
def compare_card() -> BaseResponse:
    ids = read(forms.read_ids, request.args)
    if not ids:
        raise NotFound("没有说比较哪几款车。")
    return _card(cards.comparison_card(load_trims(ids)), keep=False)


def _card(card: Card, *, keep: bool) -> BaseResponse:
    picture = picture_of(card, keep=keep)
    if picture is None:
        return redirect(asset("img/og.png"))
    response = Response(picture, mimetype="image/png")
    response.set_etag(card.digest)
    response.headers["Cache-Control"] = f"public, max-age={CARD_SECONDS}"
    return response.make_conditional(request)
