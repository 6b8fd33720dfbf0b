"""The comparison and its basket over HTTP, without JavaScript."""

from __future__ import annotations

import csv
import io
import re

import pytest
from flask.testing import FlaskClient

from webapp.catalogue.models import Trim


def test_comparison_keeps_the_order_and_folds_repeats(
    client: FlaskClient, trims: list[Trim]
) -> None:
    one, two = trims[3].id, trims[1].id
    html = client.get(f"/cars/compare?ids={one},{two},{one}").text
    assert re.findall(r'class="cmp-car" data-trim="(\d+)"', html) == [str(one), str(two)]
    assert "更好" in html


def test_only_differences_hides_equal_rows(client: FlaskClient, trims: list[Trim]) -> None:
    pair = f"{trims[11].id},{trims[13].id}"
    assert "HUD抬头数字显示" in client.get(f"/cars/compare?ids={pair}").text
    assert "HUD抬头数字显示" not in client.get(f"/cars/compare?ids={pair}&only=diff").text


def test_one_car_is_shown_and_a_second_asked_for(client: FlaskClient, trims: list[Trim]) -> None:
    answer = client.get(f"/cars/compare?ids={trims[0].id}")
    assert answer.status_code == 200
    assert "再加一款" in answer.text


def test_a_car_is_found_and_added_without_javascript(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get(f"/cars/compare?ids={trims[0].id}&find=7 型").text
    assert f'href="/cars/compare?ids={trims[0].id},{trims[7].id}"' in html


def test_the_comparison_is_a_csv_and_json_with_sources(
    client: FlaskClient, trims: list[Trim]
) -> None:
    pair = f"{trims[11].id},{trims[12].id}"
    answer = client.get(f"/cars/compare.csv?ids={pair}")
    lines = list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))
    header, rows = lines[0], {line[1]: line for line in lines[1:]}
    assert header[3].endswith("11 型")
    assert rows["CLTC纯电续航里程"][3:5] == ["411", "未知"]
    assert rows["CLTC纯电续航里程"][5] == "星河官网 2025-11"
    data = client.get(f"/cars/compare.json?ids={pair}").get_json()
    assert [entry["id"] for entry in data["trims"]] == [trims[11].id, trims[12].id]


def test_the_basket_follows_a_guest(client: FlaskClient, trims: list[Trim]) -> None:
    for car in trims[:2]:
        answer = client.post("/cars/basket", data={"trim": car.id, "do": "add"})
        assert answer.status_code == 303
    client.post("/cars/basket", data={"trim": trims[0].id, "do": "add"})  # twice is once
    assert f'data-basket="{trims[0].id},{trims[1].id}"' in client.get("/cars/_basket").text
    answer = client.get("/cars/compare")
    assert answer.location == f"/cars/compare?ids={trims[0].id},{trims[1].id}"
    client.post("/cars/basket", data={"trim": trims[0].id, "do": "remove"})
    assert f'data-basket="{trims[1].id}"' in client.get("/cars/_basket").text


def test_the_basket_holds_six_and_says_so(client: FlaskClient, trims: list[Trim]) -> None:
    answers = [client.post("/cars/basket", data={"trim": car.id}) for car in trims[:7]]
    assert [answer.status_code for answer in answers] == [303] * 6 + [409]
    assert "最多放 6 款" in answers[-1].text


def test_a_forged_basket_cookie_is_an_empty_basket(client: FlaskClient) -> None:
    client.set_cookie("chezhi", "eyJiYXNrZXQiOlsxXX0.forged.signature")
    assert 'data-basket=""' in client.get("/cars/_basket").text


def test_another_sites_page_cannot_fill_the_basket(client: FlaskClient, trims: list[Trim]) -> None:
    data = {"trim": trims[0].id}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ):
        assert client.post("/cars/basket", data=data, headers=headers).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert client.post("/cars/basket", data=data, headers=own).status_code == 303


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_after_the_basket_one_stays_on_this_site(
    client: FlaskClient, trims: list[Trim], back: str
) -> None:
    data = {"trim": str(trims[0].id), "back": back}
    answer = client.post("/cars/basket", data=data, headers={"Referer": back})
    assert answer.location == "/cars/compare"
