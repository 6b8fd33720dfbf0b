"""Costs over HTTP, without JavaScript: the trim's box, the full page, several cars, a budget."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from webapp.catalogue.models import Trim

VALUES = {
    "price_wan": ("厂商指导价", "万元"),
    "dealer_price_wan": ("经销商报价", "万元"),
    "consumption_kwh_100km": ("百公里耗电量", "kWh/100km"),
    "fuel_depleted_wltc_l_100km": ("最低荷电状态油耗（WLTC）", "L/100km"),
    "range_cltc_km": ("CLTC纯电续航里程", "km"),
    "battery_kwh": ("电池能量", "kWh"),
}


def made(key: str, energy: str, **figures: float) -> Trim:
    """A trim of five seats with these values, published."""
    price = figures.get("price_wan")
    fen = None if price is None else round(price * 1_000_000)
    trim = catalogue.trim(key, energy=energy, seats=5, price_fen=fen)
    for name, number in figures.items():
        label, unit = VALUES[name]
        catalogue.value(trim, catalogue.parameter(name, label, unit=unit), number=number)
    catalogue.publish()
    return trim


@pytest.fixture
def electric(clock: StoppedClock, client: FlaskClient) -> Trim:
    clock.set("2026-12-01 12:00")
    return made("e1", "BEV", price_wan=12.98, dealer_price_wan=11.88, consumption_kwh_100km=13)


def text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


def said(client: FlaskClient, path: str, **fields: str) -> str:
    """The page's words, all white space as one."""
    answer = client.get(f"{path}?{urlencode(fields)}" if fields else path)
    assert answer.status_code == 200, answer.text[:500]
    return text(answer.text)


def test_a_trims_page_shows_its_costs_in_short_with_sources(
    client: FlaskClient, electric: Trim
) -> None:
    html = client.get(f"/cars/trims/{electric.id}").text
    box = html[html.index('id="cost"') : html.index("</section>", html.index('id="cost"'))]
    assert "5,743.36" in text(box)
    assert f'href="/cars/trims/{electric.id}/cost"' in box
    assert "商业险、上牌、首付和利率、充电、保养、卖车残值是假设" in text(box)
    dots = set(re.findall(r'href="#(source-\d+)"', box))
    assert len(dots) >= 5
    assert dots <= set(re.findall(r'id="(source-\d+)"', html))


def test_a_trim_without_a_price_asks_for_one(client: FlaskClient, clock: StoppedClock) -> None:
    unpriced = made("none", "BEV", consumption_kwh_100km=13)
    assert "填上开票价" in client.get(f"/cars/trims/{unpriced.id}").text
    page = f"/cars/trims/{unpriced.id}/cost"
    assert "没有指导价，请填开票价" in said(client, page)
    clock.set("2026-12-01 12:00")
    assert "4,424.78" in said(client, page, price="10")


def test_the_full_page_works_every_figure_out_and_names_its_source(
    client: FlaskClient, electric: Trim
) -> None:
    html = client.get(f"/cars/trims/{electric.id}/cost").text
    page = text(html)
    for words in (
        "129,800 ÷ 1.13 × 10%，减 50%（最多 15,000 元）",
        "财政部 税务总局 工业和信息化部公告2023年第10号",
        "厂商指导价 · 星河官网 · 2025 年 11 月",
        "假设，可改：",
        "经销商报价 11.88 万起（2025 年 11 月）",
        "五年总花费",
    ):
        assert words in page
    assert set(re.findall(r'href="#(source-\d+)"', html)) == set(
        re.findall(r'id="(source-\d+)"', html)
    )


def test_what_is_filled_in_stands_in_the_address_and_is_computed(
    client: FlaskClient, electric: Trim
) -> None:
    page = said(
        client,
        f"/cars/trims/{electric.id}/cost",
        price="11.5",
        insurance="4,200",
        trade="scrap",
        way="free",
        down="50",
        months="24",
    )
    assert "5,088.50" in page  # 115,000 ÷ 1.13 × 10% ÷ 2
    assert "−13,800" in page
    assert "57,500 ÷ 24 期" in page
    assert "2,395.83 × 24 期" in page
    assert "你填的商业险：4,200 元" in page


def test_paying_at_once_has_no_loan(client: FlaskClient, electric: Trim) -> None:
    html = client.get(f"/cars/trims/{electric.id}/cost?way=cash").text
    results = text(html[html.index('class="cost-results"') : html.index("</main>")])
    assert "五年总花费" in results
    assert [word for word in ("月供", "首付", "利息") if word in results] == []
    assert '<option value="cash" selected>' in html


def test_a_year_without_a_rule_computes_no_tax_and_says_so(
    client: FlaskClient, electric: Trim
) -> None:
    page = said(client, f"/cars/trims/{electric.id}/cost", day="2028-03-01", trade="swap")
    assert "落地价（不含购置税、以旧换新补贴）" in page
    assert "2028 年的新能源汽车购置税减免还没有登记规则" in page
    assert "不含购置税、以旧换新补贴" in page


def test_a_plug_in_of_unknown_standing_shows_both_sums(
    client: FlaskClient, clock: StoppedClock
) -> None:
    clock.set("2026-12-01 12:00")
    doubtful = made("p1", "PHEV", price_wan=15, range_cltc_km=120, consumption_kwh_100km=14)
    path = f"/cars/trims/{doubtful.id}/cost"
    page = said(client, path)
    assert "6,637.17–13,274.34" in page
    assert "要查目录" in page
    assert "没有这款车的亏电油耗，请填自己的油耗" in page
    assert "6,637.17–" not in said(client, path, eligible="yes")
    assert "没有这款车的亏电油耗" not in said(client, path, fuel_use="5")


def test_help_with_the_interest_is_named_while_its_rule_holds(
    client: FlaskClient, electric: Trim
) -> None:
    path = f"/cars/trims/{electric.id}/cost"
    assert "车贷算不算要问贷款机构" in said(client, path)
    assert "车贷算不算要问贷款机构" not in said(client, path, way="free")
    assert "车贷算不算要问贷款机构" not in said(client, path, day="2027-01-01")


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_computed(
    client: FlaskClient, electric: Trim
) -> None:
    wrong = {"price": "0", "day": "1890-01-01", "region": "CN-99", "rate": "100", "km": "1e9"}
    path = f"/cars/trims/{electric.id}/cost?{urlencode(wrong | {'down': '25'})}"
    answer = client.get(path)
    assert answer.status_code == 422
    assert "有 5 处要改" in text(answer.text)
    assert re.findall(r'id="c-(\w+)-error"', answer.text) == [
        "price",
        "day",
        "region",
        "rate",
        "km",
    ]
    assert 'name="down" value="25"' in answer.text
    assert "购置税" not in text(answer.text[answer.text.index('class="cost-results"') :])


def test_an_unknown_parameter_is_refused(client: FlaskClient, electric: Trim) -> None:
    answer = client.get(f"/cars/trims/{electric.id}/cost?colour=red")
    assert answer.status_code == 400
    assert "不认识参数 colour" in answer.text


def test_empty_fields_fall_out_of_the_address(client: FlaskClient, electric: Trim) -> None:
    path = f"/cars/trims/{electric.id}/cost"
    answer = client.get(f"{path}?price=&down=20&region=&rate=")
    assert (answer.status_code, answer.location) == (303, f"{path}?down=20")
    swapped = client.get(f"{path}?price=&down=20", headers={"HX-Request": "true"})
    assert swapped.headers["HX-Push-Url"] == f"{path}?down=20"
    assert "<html" not in swapped.text


def test_several_cars_stand_side_by_side(client: FlaskClient, electric: Trim) -> None:
    other = made("o1", "BEV", price_wan=10, consumption_kwh_100km=15)
    html = client.get(f"/cars/cost?ids={electric.id},{other.id}&km=10000").text
    assert re.findall(r'<th scope="col" data-trim="(\d+)"', html)[:2] == [
        str(electric.id),
        str(other.id),
    ]
    assert "5,743.36" in text(html)
    assert "4,424.78" in text(html)
    compared = client.get(f"/cars/compare?ids={electric.id},{other.id}").text
    assert f'href="/cars/cost?ids={electric.id},{other.id}"' in compared
    assert client.get(f"/cars/cost?ids={electric.id},999999").status_code == 404
    assert client.get("/cars/cost?ids=1,2,3,4,5,6,7").status_code == 400
    alone = client.get(f"/cars/cost?ids={other.id}&km=10000")
    assert alone.location == f"/cars/trims/{other.id}/cost?km=10000"


def test_a_monthly_payment_buys_a_price(client: FlaskClient) -> None:
    page = said(client, "/cars/cost", payment="3000")
    assert "14.51 万" in page
    assert "145,160.42" in page
    assert "3,000 × (1 − (1 + r)^−36) ÷ r" in page
    assert "看 14.51 万以内的车" in page
    assert "能买的车价最高" not in said(client, "/cars/cost")
    assert client.get("/cars/cost?payment=3000&way=cash").status_code == 422
    dear = client.get("/cars/cost?payment=1000000&way=free&months=120")
    assert dear.status_code == 422
    assert "车价是 17,142.86 万元，不在 0.5 到 5,000 万元之间，请少填一点" in dear.text
