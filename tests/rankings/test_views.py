"""Pages of the rankings: what they name, what they refuse, what they say when a night failed."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from tests.kept import KeptRows
from tests.rankings.conftest import _sold
from webapp import clock as product_clock
from webapp.audit import AuditEntry
from webapp.catalogue.models import Sales, Series
from webapp.extensions import db
from webapp.rankings import pages, queries, service

pytestmark = pytest.mark.database
JUNE = "/rankings/retail-series/2026-06"


@pytest.fixture
def reader(app: Flask, kept_rows: KeptRows, clock: StoppedClock) -> FlaskClient:
    """Somebody who reads the lists of the night before."""
    kept_rows.fill("published", _published)
    return app.test_client()


def _published() -> None:
    _sold()
    service.publish_due(product_clock.now())


def page(reader: FlaskClient, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def table(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.lstrip("\ufeff"))))


def test_the_overview_has_each_list_with_basis_source_and_period(reader: FlaskClient) -> None:
    text = page(reader, "/rankings/")
    assert re.findall('data-ranking="([^"]+)"', text)[:2] == ["retail-series", "wholesale-series"]
    assert "2026 年 6 月，口径：零售。来源：星河官网。" in text
    assert "口径：批发（含出口）" in text


def test_a_list_names_basis_source_period_method_and_reasons(reader: FlaskClient) -> None:
    text = page(reader, JUNE)
    assert 'data-ranking="retail-series" data-period="2026-06" data-total="5"' in text
    for words in (
        "零售",
        "星河官网",
        "2026 年 6 月",
        "第 1 版",
        "销量 +12 %，上月第 1",
        "不是全市场排名",
    ):
        assert words in text
    ids = re.findall('<tr data-series="([0-9]+)"', text)
    names = {s.id: s.name for s in db.session.scalars(select(Series))}
    assert [names[int(one)] for one in ids][:2] == ["北斗1", "北斗0"]


def test_the_chart_has_a_table_with_the_same_places(reader: FlaskClient) -> None:
    text = page(reader, JUNE)
    first = re.search(r'<tr><th scope="row">北斗1</th>(.*?)</tr>', text, re.DOTALL)
    assert first is not None
    assert re.findall(r"没有数据|(?<=>)[0-9]+(?=<)", first[1])[-4:] == ["没有数据", "2", "1", "1"]


def test_a_part_of_a_list_has_its_own_places_and_leads_to_the_same_cars(
    reader: FlaskClient,
) -> None:
    text = page(reader, f"{JUNE}?body=轿车&price=15-20")
    assert 'data-total="1"' in text
    assert "<title>2026 年 6 月车系零售销量榜：轿车、15–20 万" in text
    assert "/cars/?body=%E8%BD%BF%E8%BD%A6&price_wan_min=15&price_wan_max=19.99" in text


def test_a_part_without_rows_offers_ways_on(reader: FlaskClient) -> None:
    assert "这个条件下没有上榜的" in page(reader, f"{JUNE}?energy=ICE")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"{JUNE}?colour=red", 400, "没有“colour”这个条件"),
        (f"{JUNE}?body=飞机", 400, "车身里没有“飞机”"),
        (f"{JUNE}?body=SUV&body=MPV", 400, "车身一次只能选一个"),
        (f"{JUNE}?page=x", 400, "没有第“x”页"),
        (f"{JUNE}?page=7", 404, "只有 1 页"),
        ("/rankings/compared/2026-11?body=SUV", 400, "站内对比榜不能按车身看"),
        ("/rankings/retail-series/2026-07", 404, "2026 年 7 月没有车系零售销量榜"),
        ("/rankings/retail-series/soon", 404, "“soon”不是榜单的期间"),
        ("/rankings/retail-series/soon.csv", 404, "“soon”不是榜单的期间"),
        ("/rankings/best/2026-06", 404, "没有“best”这份榜单"),
        ("/rankings/insured-series/", 404, "还没有发布过"),
    ],
)
def test_what_is_not_there_is_named(
    reader: FlaskClient, address: str, status: int, said: str
) -> None:
    answer = reader.get(address)
    assert answer.status_code == status
    assert said in unescape(answer.text)


def test_a_name_alone_leads_to_its_newest_month(reader: FlaskClient) -> None:
    assert reader.get("/rankings/retail-series/").location == JUNE


def test_empty_choices_leave_the_address(reader: FlaskClient) -> None:
    answer = reader.get(f"{JUNE}?energy=&body=SUV&size=")
    assert (answer.status_code, answer.location) == (303, f"{JUNE}?body=SUV")


def test_the_csv_is_the_published_bytes(reader: FlaskClient) -> None:
    answer = reader.get(f"{JUNE}.csv")
    assert answer.data == service.recompute("retail-series", "2026-06").csv.encode()
    assert answer.mimetype == "text/csv"
    rows = table(answer.text)
    assert [row["名次"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert {(row["口径"], row["来源"]) for row in rows} == {("零售", "星河官网")}


def test_the_csv_of_a_part_has_that_part(reader: FlaskClient) -> None:
    assert [row["名称"] for row in table(reader.get(f"{JUNE}.csv?body=轿车").text)] == ["北斗4"]


def test_the_command_prints_the_same_bytes(reader: FlaskClient, app: Flask) -> None:
    ran = app.test_cli_runner().invoke(args=["rankings", "recompute", "retail-series", "2026-06"])
    assert ran.exit_code == 0
    assert ran.stdout_bytes == reader.get(f"{JUNE}.csv").data


@pytest.mark.parametrize("period", ["2026-13", "2026-07"])
def test_the_command_says_what_it_cannot_print(
    reader: FlaskClient, app: Flask, period: str
) -> None:
    ran = app.test_cli_runner().invoke(args=["rankings", "recompute", "retail-series", period])
    assert ran.exit_code != 0
    assert period in ran.output or "2026-06、2026-Q2" in ran.output


def test_lists_of_a_day_ago_say_until_when_they_hold(
    reader: FlaskClient, clock: StoppedClock
) -> None:
    clock.forward(hours=25)
    assert "数据截至" not in page(reader, "/rankings/")
    clock.forward(hours=2)
    assert pages.overview(product_clock.now()).freshness.is_stale
    assert "数据截至 2026 年 11 月 25 日 12:00" in page(reader, f"{JUNE}?body=SUV")


def test_a_site_without_lists_says_when_they_come(client: FlaskClient) -> None:
    assert "还没有榜单" in page(client, "/rankings/")


def test_the_series_page_tells_the_place(reader: FlaskClient) -> None:
    number = db.session.scalars(select(Series.id).where(Series.name == "北斗4")).one()
    text = re.sub("<[^>]+>", "", page(reader, f"/cars/series/{number}"))
    assert "2026 年 6 月零售第 5 （5 个里），中型轿车里第 1 （1 个里）" in text


def test_search_engines_are_told_of_every_list(reader: FlaskClient) -> None:
    text = page(reader, "/sitemap.xml")
    assert f"{JUNE}<" in text
    assert "/rankings/retail-series/2026-Q2<" in text


def test_the_navigation_leads_here(reader: FlaskClient) -> None:
    assert re.search(r'<a[^>]+href="/rankings/"[^>]*>榜单', page(reader, "/"))


SALES = "品牌,车系,月份,口径,销量,来源\n"


def staff(app: Flask) -> FlaskClient:
    person = account("o-editor")
    person.role = "editor"
    db.session.commit()
    return signed_in(app, person)


def send(reader: FlaskClient, rows: str, **fields: str) -> str:
    file = (io.BytesIO((SALES + rows).encode()), "sales.csv")
    answer = reader.post(
        "/console/rankings/sales",
        data={"file": file} | fields,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200
    return unescape(answer.text)


def test_staff_import_sales_and_read_what_was_refused(reader: FlaskClient, app: Flask) -> None:
    editor = staff(app)
    rows = (
        "星河,北斗0,2026-07,上险,321,中汽中心\n"
        "星河,北斗0,2026-12,零售,1,乘联会\n"
        "星河,北斗0,2026-07,订单,1,乘联会\n"
        "星河,北斗0,2026-07,零售,-5,乘联会\n"
        "星河,北斗0,2026-07,零售,900000,乘联会\n"
        "星河,南斗,2026-07,零售,5,乘联会\n"
    )
    checked = send(editor, rows, check="1")
    assert "没有写入" in checked
    assert db.session.scalar(select(Sales.id).where(Sales.scope == "insured")) is None
    text = send(editor, rows)
    assert "新增 1，更新 0，未变 0，拒绝 5" in text
    for said in (
        "在未来",
        "应为 retail（零售）、wholesale（批发）或 insured（上险）",
        "应为 0 至 300000 的整数",
        "没有这个车系：星河 南斗",
    ):
        assert said in text
    assert db.session.scalar(select(Sales.units).where(Sales.scope == "insured")) == 321
    assert db.session.scalars(select(AuditEntry.action)).all() == ["import sales"]
    assert "新增 0，更新 0，未变 1" in send(editor, rows)


def test_the_console_shows_runs_and_their_failures(
    redis_url: str, reader: FlaskClient, app: Flask
) -> None:
    editor = staff(app)
    run = queries.runs()[0]
    run.failures = '{"retail-series 2026-06": "有 1 条没有来源"}'
    db.session.commit()
    text = page(editor, "/console/rankings")
    assert "retail-series 2026-06：有 1 条没有来源" in text
    answer = editor.post("/console/rankings/runs", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.location == "/console/rankings"
    assert "进行中" in page(editor, "/console/rankings")


def test_a_run_that_the_worker_cannot_be_told_of_is_not_begun(
    reader: FlaskClient, app: Flask
) -> None:
    editor = staff(app)
    for _ in range(2):
        answer = editor.post("/console/rankings/runs", headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 503
    assert queries.runs()[0].state == "failed"


def test_other_pages_can_show_the_first_rows_behind_tabs(reader: FlaskClient, app: Flask) -> None:
    lists = [queries.top(name, 2) for name in ("retail-series", "compared", "wholesale-series")]
    source = '{% from "rankings/short.html" import short %}{{ short(lists) }}'
    with app.test_request_context():
        text = app.jinja_env.from_string(source).render(lists=lists)
    assert re.findall('data-ranking="([^"]+)"', text) == ["retail-series", "wholesale-series"]
    assert text.count('type="radio"') == text.count("checked") + 1 == 2
    assert text.count("data-series") == 4
    assert "口径：零售。来源：星河官网" in text
