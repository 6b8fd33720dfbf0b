"""What comes to a car's price: purchase tax by the rule of the day, energy for a distance."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk
from tests.assistant.answering.test_answers import assert_bound
from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from webapp.assistant.events import PageContext


@pytest.fixture(autouse=True)
def in_2026(clock: StoppedClock) -> None:
    clock.set("2026-11-26 12:00")


def test_the_tax_of_a_car_is_told_for_its_cheapest_and_its_dearest_version(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("北斗购置税多少")

    assert "北斗 2025款 入门 版按指导价 18.98 万元开票，购置税约 8398 元。" in done.text
    assert "购置税约 10611 元" in done.text
    assert done.trims == (garage.plain, garage.far)
    assert_bound(done)


def test_the_tax_on_a_price_is_told_for_both_kinds_of_car_unless_one_is_named(talk: Talk) -> None:
    both = talk.ask("22.6万的车购置税多少").text

    assert "新能源车按 22.6 万元开票，购置税约 10000 元。" in both
    assert "燃油车和油混按 22.6 万元开票，购置税约 20000 元。" in both
    assert "燃油车" not in talk.ask("22.6万的电车购置税多少").text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2025年买北斗购置税多少", "18.98 万元、2025 年开票，免征购置税，应缴 0 元"),
        ("2025年12月买北斗购置税多少", "、2025 年 12 月开票，免征购置税"),
        ("去年买北斗购置税多少", "、去年（2025 年）开票，免征购置税"),
        ("2027年买北斗购置税多少", "、2027 年开票，购置税约 8398 元"),
        ("明年买北斗购置税多少", "、明年（2027 年）开票，购置税约 8398 元"),
        ("2028年买北斗购置税多少", "2028 年的新能源汽车购置税减免还没有登记规则"),
        ("2028年购置税多少", "2028 年的新能源汽车购置税减免还没有登记规则"),
        ("2028年的购置税政策", "2028 年的新能源汽车购置税减免还没有登记规则"),
        ("2025年购置税多少", "购置税免征，每辆最多免 3 万元"),
        ("2028年22.6万的燃油车购置税多少", "22.6 万元、2028 年开票，购置税约 20000 元"),
    ],
)
def test_the_year_that_is_named_decides(talk: Talk, text: str, told: str) -> None:
    done = talk.ask(text)

    assert told in done.text
    assert_bound(done)


def test_nothing_is_worked_out_for_a_year_without_a_rule(talk: Talk) -> None:
    done = talk.ask("2028年买北斗购置税多少")

    assert "购置税约" not in done.text
    assert "登记的到 2027 年 12 月 31 日为止" in done.text


def test_a_model_year_is_no_year_of_an_invoice(talk: Talk) -> None:
    assert "购置税约 8398 元" in talk.ask("2025款北斗购置税多少").text


def test_a_plug_in_that_may_miss_the_line_gets_both_sums(talk: Talk) -> None:
    done = talk.ask("天舟购置税多少")

    both = "在减免目录里购置税约 13186 元，不在约 26372 元：它的纯电续航是 120 公里（CLTC），"
    assert f"{both}目录要求不少于 100 公里（WLTC），要查目录。" in done.text
    assert_bound(done)


def test_the_price_of_some_plug_in_gets_both_sums_too(talk: Talk) -> None:
    done = talk.ask("22.6万的插混购置税多少")

    assert "在减免目录里购置税约 10000 元，不在约 20000 元" in done.text
    assert_bound(done)


@pytest.fixture
def versions(garage: Garage) -> None:
    """Of 云雀 a plug-in with 80 km and one with 128 km of the year after, and a hybrid."""
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元", better="low")
    reach = catalogue.parameter("range_wltc_km", "WLTC纯电续航里程", unit="km", better="high")
    for name, year, wan, energy, km in (
        ("DM 80KM豪华型", 2025, 9.98, "PHEV", 60),
        ("DM 128KM豪华型", 2026, 11.3, "PHEV", 101),
        ("油混 1.5T 星云版", 2024, 15.97, "HEV", None),
    ):
        made = catalogue.trim(
            name,
            series_name="云雀",
            model_year=year,
            energy=energy,
            price_fen=round(wan * 1_000_000),
        )
        catalogue.value(made, price, number=wan)
        if km:
            catalogue.value(made, reach, number=km)
    catalogue.series("云雀", pinyin="yunque")
    catalogue.publish()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "云雀购置税多少",
            "云雀 2026款 DM 128KM豪华型 版按指导价 11.30 万元开票，购置税约 5000 元。",
        ),
        (
            "云雀 80KM购置税多少",
            "80KM豪华型 版按指导价 9.98 万元开票，在减免目录里购置税约 4416 元",
        ),
        ("云雀 油混购置税", "油混 1.5T 星云版 版按指导价 15.97 万元开票，购置税约 14133 元。"),
        ("云雀 1.5T购置税", "油混 1.5T 星云版 版按指导价 15.97 万元"),
        ("2025款云雀购置税", "80KM豪华型 版按指导价 9.98 万元开票"),
        ("云雀 甲醇购置税多少", "没有找到这个版本：车库里的云雀没有“甲醇”的。"),
        ("云雀 28KM购置税多少", "没有找到这个版本：车库里的云雀没有“28KM”的。"),
        ("云雀 Ultra购置税多少", "没有找到这个版本：车库里的云雀没有“Ultra”的。"),
        ("云雀 2.0T购置税多少", "没有找到这个版本：车库里的云雀没有“2.0T”的。"),
        ("2023款云雀购置税多少", "没有找到这个版本：车库里的云雀没有“2023款”的。"),
    ],
)
def test_the_version_that_is_named_is_the_one_that_is_taxed(
    talk: Talk, versions: None, text: str, told: str
) -> None:
    done = talk.ask(text)

    assert told in done.text
    assert_bound(done)


def test_how_the_tax_works_stays_a_question_of_advice(talk: Talk, passages: Put) -> None:
    passages("车辆购置税按不含增值税的车价计算。")

    assert talk.ask("北斗购置税怎么算").intent == "consult"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("一年跑2万公里，天舟要花多少油钱", "跑 20000 公里约用 1240 升油，乘上你那里的油价"),
        ("天舟油价8块2，一万公里油费多少", "跑 10000 公里约用 620 升油，按每升 8.2 元约 5084 元"),
        ("天舟一年油费多少", "每跑 1 万公里约用 620 升油"),
        ("百公里电耗13度，一度电6毛，100公里多少钱", "约用 13 度电，按每度 0.6 元约 7.8 元"),
    ],
)
def test_energy_is_worked_out_for_the_distance_said(talk: Talk, text: str, told: str) -> None:
    done = talk.ask(text)

    assert told in done.text
    assert_bound(done)


def test_costs_go_on_with_the_car_spoken_of(talk: Talk, garage: Garage) -> None:
    power = catalogue.parameter("consumption_kwh_100km", "百公里耗电量", unit="kWh/100km")
    plain = catalogue.db.session.get(catalogue.Trim, garage.plain)
    assert plain is not None
    catalogue.value(plain, power, number=13)
    catalogue.publish()
    talk.ask("北斗多少钱")

    assert "购置税约 8398 元" in talk.ask("购置税多少").text
    assert "1 年充电约 1,209 元" in talk.ask("一年电费呢").text


def test_what_a_car_costs_on_the_road_is_an_interval_with_each_line_of_it(talk: Talk) -> None:
    done = talk.ask("北斗落地多少钱")

    assert "北斗 2025款 入门 版落地约 " in done.text
    assert "购置税 8,398 元（189,800 ÷ 1.13 × 10%" in done.text
    assert "保险公司的报价" in done.text
    assert_bound(done)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("北斗18.98万那款购置税多少", "北斗 2025款 入门 版按指导价 18.98 万元开票，购置税约 8398"),
        ("2028年买北斗购置税多少", "2028 年的新能源汽车购置税减免还没有登记规则"),
        ("25万的插混购置税多少", "要查目录"),
        ("北斗贷款首付三成3年月供多少", "首付 56,940 元、贷 36 期：月供约 3,923 元"),
        ("首付5万月供3000能买什么价位", "贷 36 期，大约能买 15.16 万元的车"),
        ("北斗冬天能跑多少公里", "零下 15 ℃约 247 公里"),
        ("特斯拉家充桩充一小时多少钱", "约 3.85 元"),
    ],
)
def test_a_sum_is_worked_out_for_what_was_said(talk: Talk, question: str, told: str) -> None:
    done = talk.ask(question)

    assert told in done.text
    assert_bound(done)


def test_what_a_price_consists_of_is_no_value_of_the_car_before(talk: Talk, passages: Put) -> None:
    passages("落地价包含哪些钱：车价、购置税、保险和上牌的费用。")
    talk.ask("北斗多少钱")

    assert talk.ask("落地价包含哪些钱").intent == "consult"


def test_the_price_of_a_used_car_is_not_that_of_a_new_one(talk: Talk) -> None:
    assert "没有二手车的价格" in talk.ask("二手北斗多少钱").text
    assert "二手" not in talk.ask("北斗多少钱").text


def test_what_insurance_costs_is_not_known_and_is_no_energy(talk: Talk, garage: Garage) -> None:
    for text in ("北斗第一年保险多少钱", "第一年保险多少钱", "保费贵不贵"):
        done = talk.ask(text, PageContext(trim_id=garage.plain))

        assert "没有保险报价" in done.text
        assert "度电" not in done.text


def test_what_else_a_year_costs_is_no_energy_either(talk: Talk, garage: Garage) -> None:
    page = PageContext(trim_id=garage.hybrid)

    assert "升油" not in talk.ask("织女一年保养多少钱", page).text
    assert "升油" in talk.ask("织女一年油费多少钱", page).text
