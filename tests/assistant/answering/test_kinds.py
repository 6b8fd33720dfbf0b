"""What a single question gets: danger first, what the tables lack, portraits, pairs, picks."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk
from tests.assistant.answering.test_answers import assert_bound
from tests.catalogue import catalogue
from webapp.assistant.answering.figures_said import a_day, down_share, km_a_year, months, price
from webapp.assistant.events import Cards, Table


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("刹车踩下去没反应了", "不要再开"),
        ("冷却液报警灯亮了还能开吗", "停车检查"),
        ("轮胎侧面鼓包了", "不能再开"),
        ("车祸有人受伤怎么办", "先救人"),
        ("仪表上亮了个红灯亮着", "靠边停车"),
        ("车没电了打不着火", "蓄电池"),
        ("放了两个星期今天早上打不着了", "蓄电池"),
        ("给油没反应，转速上去车不走", "靠边"),
        ("挂挡挂不进去", "靠边"),
        ("电动车着火了怎么办", "119"),
    ],
)
def test_whoever_is_in_danger_is_told_first_what_to_do(
    talk: Talk, question: str, first: str
) -> None:
    done = talk.ask(question)

    assert first in done.text.split("\n\n")[0]
    assert not done.refused
    assert_bound(done)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("时速一百以后车身发抖", "看四个轮胎"),
        ("踩刹车方向盘就抖", "刹车盘"),
        ("松手以后车往右跑偏", "四轮定位"),
        ("打死方向的时候咔咔响", "响声"),
        ("车里有一股甜味", "冷却液"),
        ("停车的地上有油迹", "先停车看"),
        ("等红灯的时候车抖动", "先看仪表"),
    ],
)
def test_a_symptom_gets_what_to_look_at_first_and_no_other_subject(
    talk: Talk, question: str, first: str
) -> None:
    done = talk.ask(question)

    assert first in done.text.split("\n\n")[0]
    assert not done.conditions
    assert_bound(done)


def test_what_follows_a_symptom_stays_with_it(talk: Talk) -> None:
    talk.ask("跑起来方向盘一直在抖")
    driving = talk.ask("那还敢开吗").text
    costs = talk.ask("修好要多少钱").text
    other = talk.ask("刹车的时候方向盘更抖").text

    assert driving.startswith("先别跑高速")
    assert "没有维修的报价" in costs
    assert "刹车盘" in other


@pytest.mark.parametrize("question", ["哪款车异响少", "抖音上推荐的车靠谱吗", "北斗方向盘大吗"])
def test_words_of_a_symptom_in_another_question_are_no_symptom(talk: Talk, question: str) -> None:
    assert "先别跑高速" not in talk.ask(question).text


@pytest.mark.parametrize("question", ["刹车片多久换一次", "哪款车刹车距离短", "电车容易着火吗"])
def test_who_only_asks_about_brakes_and_fires_is_in_no_danger(
    talk: Talk, passages: Put, question: str
) -> None:
    passages("刹车片磨到最小厚度就换。")

    assert "叫救援" not in talk.ask(question).text
    assert "119" not in talk.ask(question).text


@pytest.mark.parametrize(
    ("question", "what"),
    [
        ("天舟第三排空间大吗", "第三排"),
        ("天舟有几个ISOFIX接口", "ISOFIX"),
        ("天舟碰撞测试几颗星", "碰撞成绩"),
        ("天舟能拖房车吗", "准拖挂车总质量"),
    ],
)
def test_what_the_tables_do_not_state_is_said_with_where_to_look(
    talk: Talk, question: str, what: str
) -> None:
    done = talk.ask(question)

    assert done.refused
    assert "参数表没有列出" in done.text.split("。")[0]
    assert what in done.text.split("。")[0]
    assert_bound(done)


@pytest.mark.parametrize("question", ["介绍一下北斗", "北斗怎么样", "说说北斗"])
def test_a_car_is_introduced_with_its_price_and_its_versions(talk: Talk, question: str) -> None:
    done = talk.ask(question)

    assert "指导价 18.98 到 23.98 万元" in done.text.split("。")[0]
    assert "2025款 入门 版：18.98 万元" in done.text
    assert_bound(done)


def test_cars_are_compared_in_versions_of_one_energy_and_drive(talk: Talk, garage: Garage) -> None:
    done = talk.ask("天舟和织女哪个好")

    assert done.text.startswith("要便宜选织女（少 17.3 万元）")
    assert any(isinstance(block, Table) for block in done.blocks)
    family = catalogue.db.session.get(catalogue.Trim, garage.family)
    assert family is not None
    family.energy = "BEV"
    catalogue.publish()
    assert talk.ask("天舟和北斗对比").trims == (garage.family, garage.far)


def test_cars_of_different_energies_are_said_to_differ_before_any_figure_is_told(
    talk: Talk,
) -> None:
    text = talk.ask("北斗和天舟对比").text

    assert text.index("能源不同：北斗是纯电，天舟是插混") < text.index("指导价：")


def test_who_says_what_the_car_is_for_gets_a_few_cars_with_reasons(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("第一次买车，预算30万，没有充电桩，每天来回40公里，买啥好")

    assert set(done.trims) == {garage.family, garage.hybrid}  # no electric car without a charger
    assert "没有家充" in done.text
    assert "每天 40 公里" in done.text
    assert any(isinstance(block, Cards) for block in done.blocks)
    assert_bound(done)


@pytest.mark.parametrize(
    ("text", "km"),
    [("来回40公里", 40), ("单程 15 公里", 30), ("一天300公里", 300), ("续航600公里", None)],
)
def test_kilometres_of_a_day_are_told_from_other_kilometres(text: str, km: float | None) -> None:
    assert a_day(text) == km


def test_figures_of_a_sum_are_read_with_what_they_are_of() -> None:
    text = "20万的车首付三成，贷3年，每年跑1万5公里"

    assert price(text) == 200_000
    assert down_share(text) == 30
    assert months(text) == 36
    assert km_a_year(text) == 15_000


def test_what_a_comparison_asks_for_is_its_first_sentence(talk: Talk) -> None:
    assert talk.ask("天舟和织女续航哪个长").text.startswith("纯电续航：天舟")
    assert "没有实测" in talk.ask("天舟和织女冬天续航哪个扎实").text.split("\n\n")[0]


def test_equipment_asked_for_beside_what_the_tables_lack_is_answered_too(talk: Talk) -> None:
    first = talk.ask("北斗有激光雷达吗，后排放倒平不平").text.split("\n\n")[0]

    assert "远航 版带激光雷达" in first
    assert "没有列出座椅放倒" in first


def test_which_of_two_sells_more_is_the_first_sentence(talk: Talk) -> None:
    for name, units in (("天舟", 4_100), ("织女", 6_300)):
        catalogue.sales(catalogue.series(name), "2026-06", units)
    catalogue.publish()
    talk.ask("天舟和织女对比")

    assert talk.ask("谁的销量更高").text.startswith("2026 年 6 月织女卖得多。")
