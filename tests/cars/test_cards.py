"""Cards of shared links: what they show, and that nobody makes the product draw without end."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from tests.catalogue import catalogue
from webapp import clock
from webapp.backends.storage import storage
from webapp.cars import cards
from webapp.cars.cards import Card, keeping
from webapp.cars.cards.paths import polylines
from webapp.cars.drawing import outline
from webapp.cars.pages.cards import comparison_card, series_card, trim_card
from webapp.catalogue import queries
from webapp.catalogue.models import Trim

SUV = outline("SUV", length_mm=4600, height_mm=1650, wheelbase_mm=2750)
CARD = Card("北斗", "2025款", (("厂商指导价", "18.98万"),), (SUV,))


@pytest.fixture
def trim(app: Flask) -> Trim:
    catalogue.trim("b", name="长续航版", price_fen=None, range_km=605, range_cycle="CLTC")
    made = catalogue.trim("a", range_km=505, range_cycle="CLTC", battery_kwh=60.5)
    catalogue.publish()
    return made


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("M0 0L10 0L10 10Z", [[(0, 0), (10, 0), (10, 10), (0, 0)]]),
        ("M0 0L1 1M5 5L6 6", [[(0, 0), (1, 1)], [(5, 5), (6, 6)]]),
    ],
)
def test_straight_paths_are_read(path: str, expected: list[list[tuple[float, float]]]) -> None:
    assert polylines(path) == expected


@pytest.mark.parametrize(
    ("flags", "top"), [("0 1", -10.0), ("0 0", 10.0), ("1 1", -10.0), ("1 0", 10.0)]
)
def test_an_arc_bends_as_its_flags_say(flags: str, top: float) -> None:
    (points,) = polylines(f"M-10 0A10 10 0 {flags} 10 0")
    assert points[-1] == pytest.approx((10, 0), abs=1e-6)
    assert points[len(points) // 2] == pytest.approx((0, top), abs=1e-6)
    assert {round(x * x + y * y) for x, y in points} == {100}


def test_a_large_arc_goes_the_long_way() -> None:
    (points,) = polylines("M-6 8A10 10 0 1 1 6 8")
    assert min(y for _, y in points) == pytest.approx(-10, abs=0.2)


def test_curves_end_where_they_are_said_to() -> None:
    (points,) = polylines("M0 0C0 10 10 10 10 0C10 -10 20 -10 20 0")
    assert points[16] == pytest.approx((10, 0))
    assert points[8] == pytest.approx((5, 7.5))
    assert points[-1] == pytest.approx((20, 0))


@pytest.mark.parametrize("font", ["as on this machine", "none"])
def test_a_card_is_drawn_with_or_without_a_chinese_font(
    font: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if font == "none":
        monkeypatch.setattr(cards, "font_path", lambda: None)
    image = Image.open(io.BytesIO(cards.draw(CARD)))
    assert image.size == (1200, 630)
    paper = image.getpixel((5, 5))
    middle = image.crop((500, 260, 700, 420))
    assert len(middle.getcolors(1_000_000) or ()) > 5  # the car
    words = image.crop((0, 0, 1200, 180)).getcolors(1_000_000)
    written = words is not None and any(colour != paper for _, colour in words)
    assert written == (cards.font_path() is not None)


def test_a_card_says_name_price_and_figures(trim: Trim) -> None:
    (row,) = queries.trims_by_id([trim.id])
    card = trim_card(row)
    assert card.title == "星河北斗"
    assert card.subtitle == "2025款 a 版，纯电，SUV"
    assert card.figures[:3] == (
        ("厂商指导价", "18.98万"),
        ("纯电续航", "505 km CLTC"),
        ("电池容量", "60.5 kWh"),
    )
    head = queries.series_head(trim.series_id)
    assert head is not None
    whole = series_card(head, queries.series_trims(trim.series_id))
    assert (whole.title, len(whole.cars)) == ("星河北斗", 1)
    assert "2 款车型" in whole.subtitle
    both = comparison_card(queries.series_trims(trim.series_id))
    assert both.title == "北斗"
    assert [name.rpartition(" ")[2] for name in both.names] == ["18.98万", "暂无报价"]


def test_a_card_has_another_digest_when_it_says_something_else() -> None:
    assert CARD.digest != Card("北斗", "2025款", (("厂商指导价", "17.98万"),), (SUV,)).digest
    assert CARD.digest == Card("北斗", "2025款", (("厂商指导价", "18.98万"),), (SUV,)).digest


def test_shared_links_name_their_card(client: FlaskClient, trim: Trim) -> None:
    for page, card in (
        (f"/cars/series/{trim.series_id}", f"/cars/series/{trim.series_id}/card.png"),
        (f"/cars/trims/{trim.id}", f"/cars/trims/{trim.id}/card.png"),
        (f"/cars/compare?ids={trim.id}", f"/cars/compare.png?ids={trim.id}"),
    ):
        assert f'og:image" content="http://127.0.0.1:8000{card}"' in client.get(page).text
        answer = client.get(card)
        assert (answer.status_code, answer.mimetype) == (200, "image/png")
        assert Image.open(io.BytesIO(answer.data)).size == (1200, 630)
        again = client.get(card, headers={"If-None-Match": answer.headers["ETag"]})
        assert again.status_code == 304
    # Comparisons are without number: theirs is not kept.
    assert len(list(storage().list("cards/"))) == 2
    assert client.get("/cars/compare.png").status_code == 404
    assert client.get("/cars/trims/999/card.png").status_code == 404


def test_a_card_is_drawn_once_and_then_kept(
    app: Flask, trim: Trim, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Card] = []
    monkeypatch.setattr(keeping, "draw", lambda card: drawn.append(card) or b"png")
    for _ in range(3):
        assert keeping.picture_of(CARD, keep=True) == b"png"
    assert len(drawn) == 1
    keeping.sweep(clock.now() + timedelta(days=29))
    assert list(storage().list("cards/"))
    keeping.sweep(clock.now() + timedelta(days=30, minutes=1))
    assert list(storage().list("cards/")) == []


def test_while_one_is_drawn_others_get_the_site_s_own_picture(
    client: FlaskClient, trim: Trim
) -> None:
    assert keeping._turn.acquire(blocking=False)
    try:
        answer = client.get(f"/cars/trims/{trim.id}/card.png")
    finally:
        keeping._turn.release()
    assert answer.status_code == 302
    assert "/img/og.png" in answer.location


def test_one_network_may_not_have_cards_drawn_without_end(
    client: FlaskClient, trim: Trim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "draw", lambda card: b"png")
    asked = [client.get(f"/cars/compare.png?ids={trim.id}").status_code for _ in range(31)]
    assert (set(asked[:30]), asked[30]) == ({200}, 429)
