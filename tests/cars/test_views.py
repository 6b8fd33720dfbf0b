"""The catalogue's pages over HTTP, without JavaScript."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from tests.catalogue import catalogue
from webapp.catalogue.models import Trim
from webapp.extensions import db

MAX_STATEMENTS = 12


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("PRAGMA"):
            statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def ids(html: str) -> list[int]:
    return [int(found) for found in re.findall(r'<li class="row" data-trim="(\d+)"', html)]


def total(html: str) -> int:
    found = re.search(r'data-total="(\d+)"', html)
    assert found is not None
    return int(found[1])


def conditions(html: str) -> list[dict[str, object]]:
    import html as entities

    return [
        json.loads(entities.unescape(found))
        for found in re.findall(r"data-condition='(.*?)'", html)
    ]


def test_the_list_shows_trims_total_and_chips(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/?energy=BEV&seats_min=6").text
    wanted = {car.id for car in trims if car.energy == "BEV" and car.seats == 7}
    assert set(ids(html)) == wanted
    assert total(html) == len(wanted)
    assert conditions(html) == [
        {"field": "energy", "operator": "==", "value": "BEV"},
        {"field": "seats", "operator": ">=", "value": 6},
    ]


def test_a_chip_takes_its_condition_away(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/?energy=BEV&seats=7").text
    assert 'href="/cars/?seats=7"' in html
    assert 'href="/cars/?energy=BEV"' in html


def test_an_unfilled_form_leads_to_the_explicit_address(
    client: FlaskClient, trims: list[Trim]
) -> None:
    answer = client.get("/cars/?energy=BEV&price_wan_min=&price_wan_max=&sort=price")
    assert answer.status_code == 303
    assert answer.location == "/cars/?energy=BEV&sort=price"


def test_a_swap_gets_the_results_and_the_facets_only(
    client: FlaskClient, trims: list[Trim]
) -> None:
    answer = client.get("/cars/?energy=BEV&price_wan_min=", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/cars/?energy=BEV"
    assert "<html" not in answer.text
    assert 'id="cars-results"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text


def test_an_empty_result_offers_the_nearest_value_and_what_to_drop(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?energy=BEV&price_wan_max=1").text
    assert total(html) == 0
    assert "放宽到“指导价 ≤ 10.5 万”：1 款" in html
    assert 'href="/cars/?price_wan_max=10.5&amp;energy=BEV"' in html
    assert "去掉“指导价 ≤ 1 万”：15 款" in html


def test_conditions_that_exclude_one_another_still_lead_somewhere(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?price_wan_min=30&price_wan_max=10").text
    assert total(html) == 0
    assert re.search(r"放宽到“指导价 ≥ 10 万”：1 款", html)


def test_trims_of_a_series_are_folded_below_the_first_match(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?energy=BEV&sort=-price").text
    assert len(re.findall(r"data-series=", html)) == 5
    first = re.findall(r'<li class="row" data-trim="(\d+)"', html)[0]
    assert int(first) == trims[29].id
    assert "北斗4另有 2 款符合" in html
    every = {car.id for car in trims if car.energy == "BEV"}
    assert {int(n) for n in re.findall(r'data-trim="(\d+)"', html)} == every
    apart = client.get("/cars/?energy=BEV&sort=-price&view=trims").text
    assert ids(apart) == sorted(every, reverse=True)


def test_the_figure_asked_about_is_in_the_row(client: FlaskClient, trims: list[Trim]) -> None:
    label = '<span class="fig-label">车长</span>'
    assert label not in client.get("/cars/").text
    assert label in client.get("/cars/?sort=-length").text
    assert label in client.get("/cars/?length_mm_min=4000").text


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/cars/?colour=red", "colour"),
        ("/cars/?energy=STEAM", "energy=STEAM"),
        ("/cars/?page=0", "page=0"),
        ("/cars/?page=1000000000", "page"),
        ("/cars/?page=99", "只有 1 页"),
        ("/cars/?view=trims&page=99", "只有 2 页"),
        ("/cars/?view=cards", "view=cards"),
        ("/cars/?q=%00", "参数 q"),
        ("/?utm=%ff", "utm"),
        ("/cars/?brand=%ff%fe", "UTF-8"),
        ("/cars/?text=a%00b", "UTF-8"),
        ("/cars/?brand=星和", "brand=星和"),
        ("/cars/?series=北斗9", "series=北斗9"),
        ("/cars/?series_not=北斗9", "series_not=北斗9"),
        ("/cars/compare?ids=1,2,3,4,5,6,7,8,9", "9 款车"),
        ("/cars/compare?ids=one", "one"),
        ("/cars/compare?ids=-1", "-1"),
        ("/cars/compare?ids=00000000000" + "9" * 5000, "不是车型编号"),
        ("/cars/compare?ids=1&colour=red", "colour"),
        ("/cars/compare.csv", "ids"),
    ],
)
def test_bad_input_is_a_400_that_names_it(
    client: FlaskClient, trims: list[Trim], path: str, named: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 400
    assert named in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/cars/series/999999",
        "/cars/trims/999999",
        "/cars/trims/0",
        "/cars/trims/" + "9" * 40,
        "/cars/trims/x",
        "/cars/compare?ids=999999",
        "/cars/nothing",
        "/nothing%ff",
    ],
)
def test_what_does_not_exist_is_a_404_with_a_search_box(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert 'name="q"' in answer.text


def test_a_mistyped_brand_is_offered_near_names(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/?series=北斗9").text
    assert re.search(r'href="/cars/series/\d+"[^>]*>\s*北斗', html)


def test_a_page_that_is_not_there_offers_what_was_meant(
    client: FlaskClient, trims: list[Trim]
) -> None:
    by_name = client.get("/cars/series/北斗9").text
    assert re.search(r'href="/cars/series/\d+"[^>]*>\s*北斗', by_name)
    by_id = client.get("/cars/trims/999999").text
    assert "北斗0" in by_id  # no name to go by: what sells most


def test_a_broken_swap_is_a_fragment_too(client: FlaskClient) -> None:
    answer = client.get("/cars/?colour=red", headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert "<html" not in answer.text


def test_a_trim_shows_every_value_with_its_source_and_month(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get(f"/cars/trims/{trims[11].id}").text
    assert "CLTC纯电续航里程" in html
    assert "星河官网 · 2025 年 11 月 · 官方公布" in html
    assert "标配" in html
    assert "未知" in html  # its consumption and acceleration are not known


def test_structured_data_is_valid_json_and_cannot_close_its_script(
    client: FlaskClient, trims: list[Trim]
) -> None:
    trims[1].name = "</script><b>版"
    catalogue.publish()
    html = client.get(f"/cars/trims/{trims[1].id}").text
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    kinds = [json.loads(block)["@type"] for block in blocks]
    assert kinds == ["Car", "BreadcrumbList"]
    assert "<b>版" not in html


def test_names_are_escaped_everywhere(client: FlaskClient, trims: list[Trim]) -> None:
    trims[1].name = "<img src=x onerror=alert(1)>"
    trims[1].series.name = "<b>车</b>"
    catalogue.publish()
    one, other = trims[1].id, trims[2].id
    for path in (
        "/",
        "/cars/",
        "/cars/brands",
        f"/cars/trims/{one}",
        f"/cars/series/{trims[1].series_id}",
        f"/cars/compare?ids={one},{other}",
        "/cars/?text=%3Cimg",
        "/cars/?asked=%3Cimg+src%3E",
    ):
        html = client.get(path).text
        assert "<img src=x" not in html, path
        assert "<b>车" not in html, path


def test_a_series_shows_years_sales_and_what_versions_add(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get(f"/cars/series/{trims[0].series_id}").text
    assert "2025款" in html
    assert "口径：零售" in html
    assert "各版本差在哪" in html


def test_brands_stand_under_their_letter(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/cars/brands").text
    assert 'id="X"' in html
    assert "北斗0" in html


def test_public_pages_set_no_cookie_and_are_the_same_for_everyone(
    client: FlaskClient, trims: list[Trim]
) -> None:
    client.post("/cars/basket", data={"trim": trims[0].id})
    for path in ("/", "/cars/", "/cars/brands", f"/cars/trims/{trims[0].id}"):
        mine = client.get(path)
        assert "Set-Cookie" not in mine.headers
        stranger = client.application.test_client().get(path)
        assert mine.text == stranger.text


def test_a_page_takes_as_many_statements_for_many_trims_as_for_few_and_at_most_twelve(
    app: Flask, client: FlaskClient, trims: list[Trim], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is compiled once per version of the catalogue is no page's own statement.
    monkeypatch.setattr("webapp.search.compiled.VERSION_SECONDS", float("inf"))

    def read_versions() -> None:  # once a second, for all pages together
        monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", 0.0)
        client.get("/cars/?energy=ICE")
        monkeypatch.setattr("webapp.pagecache.VERSION_SECONDS", float("inf"))

    read_versions()
    paths = [
        "/",
        "/cars/",
        "/cars/?energy=BEV&price_wan_max=40&features_not=冰箱&brand=星河",
        "/cars/brands",
        f"/cars/series/{trims[0].series_id}",
        f"/cars/trims/{trims[0].id}",
        "/cars/compare?ids=" + ",".join(str(car.id) for car in trims[:6]),
    ]

    def statements() -> list[int]:
        counts = []
        for path in paths:
            with counted(app) as noted:
                assert client.get(path).status_code == 200
            counts.append(len(noted))
        return counts

    few = statements()
    hud = catalogue.parameter("hud", "HUD抬头数字显示")
    for n in range(60):
        more = catalogue.trim(f"more{n}", series_name=f"北斗{n % 8}", launch="2025-12")
        catalogue.value(more, hud, fitted="standard")
    catalogue.publish()
    read_versions()
    assert statements() == few
    assert max(few) <= MAX_STATEMENTS


def test_the_sitemap_lists_every_series_and_trim(client: FlaskClient, trims: list[Trim]) -> None:
    xml = client.get("/sitemap.xml").text
    assert all(f"/cars/trims/{car.id}</loc>" in xml for car in trims)
    assert "Sitemap: http" in client.get("/robots.txt").text


def test_the_home_page_counts_what_is_there(client: FlaskClient, trims: list[Trim]) -> None:
    html = client.get("/").text
    assert "2026 年 6 月零售量" in html
    assert "新上市" not in html  # the last launch is long ago
    assert re.search(r'href="/cars/\?energy=BEV">.*?"pill-n">15<', html, re.S)
    assert f"按销量看全部 {len(trims)} 款" in html


def test_what_dealers_ask_stands_beside_the_guide_price_with_its_month(
    client: FlaskClient, trims: list[Trim]
) -> None:
    car = trims[0]
    assert car.price_fen is not None
    car.dealer_price_fen = car.price_fen - 1_000_000
    dealer = catalogue.parameter("dealer_price_wan", "经销商报价")
    catalogue.value(car, dealer, number=car.dealer_price_fen / 1_000_000, captured="2025-10")
    catalogue.publish()
    html = client.get("/cars/?view=trims").text
    assert html.count('class="row-dealer"') == 1
    assert "经销商报价是平台上的最低报价，2025 年 10 月采集" in html
    first = client.get("/cars/?sort=dealer_price&view=trims").text.split('class="row"', 1)[1]
    assert first.startswith(f' data-trim="{car.id}"')
    assert "row-dealer" not in first  # it is a column of its own there


def test_an_empty_catalogue_is_a_page_not_an_error(client: FlaskClient) -> None:
    for path in ("/", "/cars/", "/cars/brands", "/cars/compare", "/sitemap.xml"):
        assert client.get(path).status_code == 200


def test_a_range_of_a_field_with_values_is_edited_in_the_form_and_a_value_replaces_it(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?seats_min=6").text
    assert re.search(r'name="seats_min"[^>]*value="6"', html)
    assert not re.search(r'type="hidden" name="seats_min"', html.split('class="sort-form"')[0])
    links = re.findall(
        r'class="check" href="(/cars/\?seats=[\d&;a-z=]*)".*?<span class="check-count num[^"]*">'
        r"(\d+)",
        html,
    )
    assert links
    for address, promised in links:
        found = client.get(address).text
        assert f'data-total="{promised}"' in found


def test_a_range_is_one_chip_that_still_says_both_conditions(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/?price_wan_min=10&price_wan_max=20&energy=BEV").text
    assert "指导价 10–20 万" in html
    assert len(re.findall(r'<li class="chip', html)) == 2
    assert [(c["field"], c["operator"]) for c in conditions(html)] == [
        ("price_wan", ">="),
        ("price_wan", "<="),
        ("energy", "=="),
    ]
    assert 'href="/cars/?energy=BEV"' in html, "the cross takes both away"
    apart = client.get("/cars/?price_wan_min=20&price_wan_max=10").text
    assert len(re.findall(r'<li class="chip', apart)) == 2


def test_what_is_not_launched_yet_stands_last_and_no_order_by_unknown_scores_is_offered(
    client: FlaskClient, trims: list[Trim]
) -> None:
    first = trims[0].id
    db.session.execute(update(Trim).where(Trim.id != first).values(status="在售"))
    db.session.execute(update(Trim).where(Trim.id == first).values(status="未上市"))
    db.session.commit()
    html = client.get("/cars/?view=trims&page=2").text
    assert ids(html)[-1] == first
    assert 'value="-score"' not in html
    assert "-score" in client.get("/cars/?sort=-score").text


def test_a_pure_electric_list_spends_no_column_on_fuel(
    client: FlaskClient, trims: list[Trim]
) -> None:
    label = '<span class="fig-label">油耗</span>'
    assert label in client.get("/cars/").text
    electric = client.get("/cars/?energy=BEV").text
    assert label not in electric
    assert '<span class="fig-label">电池容量</span>' in electric
