"""The list of cars over HTTP, without JavaScript."""

from __future__ import annotations

import json
import re
from html import unescape

from flask.testing import FlaskClient
from sqlalchemy import update

from webapp.catalogue.models import Trim
from webapp.extensions import db


def ids(html: str, row: str = "row") -> list[int]:
    return [int(found) for found in re.findall(rf'<li class="{row}" data-trim="(\d+)"', html)]


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
    more = [
        client.get(unescape(url)).text for url in re.findall(r'hx-get="([^"]+/_more[^"]*)"', html)
    ]
    assert ids(more[0], "row-other") == [trims[19].id, trims[9].id]
    assert {*ids(html), *(n for part in more for n in ids(part, "row-other"))} == every
    (without_script,) = re.findall(r'href="([^"]+)">列出全部 3 款', html)[:1]
    assert set(ids(client.get(unescape(without_script)).text)) == {trims[n].id for n in (9, 19, 29)}
    apart = client.get("/cars/?energy=BEV&sort=-price&view=trims").text
    assert ids(apart) == sorted(every, reverse=True)


def test_the_figure_asked_about_is_in_the_row(client: FlaskClient, trims: list[Trim]) -> None:
    label = '<span class="fig-label">车长</span>'
    assert label not in client.get("/cars/").text
    assert label in client.get("/cars/?sort=-length").text
    assert label in client.get("/cars/?length_mm_min=4000").text


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
