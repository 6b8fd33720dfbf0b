"""One car more closely: its versions by what people call them, and several values at once."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from tests.assistant.answering.test_answers import assert_bound
from tests.catalogue import catalogue
from webapp.assistant.answering.versions import said_near
from webapp.assistant.events import Bullets, Links


@pytest.fixture
def versions(garage: Garage) -> dict[str, int]:
    """牵牛: a Pro and a Max, each with five or six seats."""
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元")
    made = {}
    for name, wan, seats in (
        ("Pro 5座版", 25.0, 5),
        ("Pro 6座版", 26.0, 6),
        ("Max 5座版", 30.0, 5),
        ("Max 6座版", 31.5, 6),
    ):
        trim = catalogue.trim(
            name,
            series_name="牵牛",
            name=name,
            seats=seats,
            drive="后驱",
            price_fen=round(wan * 1_000_000),
        )
        catalogue.value(trim, price, number=wan)
        made[name] = trim.id
    catalogue.series("牵牛", pinyin="qianniu")
    catalogue.publish()
    return made


@pytest.mark.parametrize("text", ["北斗哪个版本更值得买", "北斗买哪款划算", "北斗版本怎么选"])
def test_which_version_is_worth_it_is_judged_by_what_each_step_adds(
    talk: Talk, garage: Garage, text: str
) -> None:
    done = talk.ask(text)

    assert "远航 版这一步最划算（23.98 万元）" in done.text.split("。")[0]
    assert "纯电续航 510 公里（CLTC） → 705 公里（CLTC）" in done.text
    assert "多激光雷达" in done.text
    assert "入门 版：18.98 万元" in done.text
    assert done.trims == (garage.plain, garage.far)
    assert_bound(done)


def test_whether_the_cheapest_does_says_first_what_it_lacks(talk: Talk) -> None:
    talk.ask("北斗多少钱")

    assert talk.ask("低配够用吗").text.startswith("入门的 2025款 入门 版没有激光雷达")


def test_what_the_dearest_has_more_than_the_cheapest_is_said_first(talk: Talk) -> None:
    first = talk.ask("北斗顶配比低配多什么").text.split("。")[0]

    assert first.startswith("最贵的 2025款 远航 版比最便宜的 2025款 入门 版贵 5 万元")


def test_a_step_that_brings_nothing_is_not_worth_it(talk: Talk, versions: dict[str, int]) -> None:
    assert "最便宜的 2025款 Pro 5座版最划算" in talk.ask("牵牛哪个版本划算").text


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("牵牛 pro 和 max 有啥区别", ("Pro 5座版", "Max 5座版")),
        ("牵牛五座和六座差多少钱", ("Pro 5座版", "Pro 6座版")),
        ("牵牛顶配和低配差多少", ("Max 6座版", "Pro 5座版")),
    ],
)
def test_two_versions_of_a_car_are_compared_that_differ_in_what_was_said(
    talk: Talk, versions: dict[str, int], text: str, pair: tuple[str, str]
) -> None:
    done = talk.ask(text)

    assert done.intent == "compare"
    assert done.trims == tuple(versions[name] for name in pair)
    assert "牵牛的这几个版本：" in done.text.replace(" 的", "的")
    assert_bound(done)


def test_a_version_that_is_named_is_the_one_looked_up(talk: Talk, versions: dict[str, int]) -> None:
    done = talk.ask("牵牛Max多少钱")

    assert done.trims == (versions["Max 5座版"], versions["Max 6座版"])
    assert talk.ask("牵牛最高配多少钱").trims == (versions["Max 6座版"],)


def test_a_version_there_is_not_is_said_before_the_others_are_told(talk: Talk) -> None:
    talk.ask("北斗多少钱")
    done = talk.ask("插混版的呢")

    assert done.text.startswith("没有插混的版本，下面说的是全部版本。")
    assert "从 18.98 万元到 23.98 万元" in done.text


def test_a_version_asked_for_after_talk_of_a_car_is_of_that_car(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗多少钱")
    done = talk.ask("四驱版的呢")

    assert done.intent == "lookup"
    assert done.trims == (garage.far,)
    assert "23.98 万元" in done.text
    assert "705 公里" in talk.ask("四驱的续航多少").text
    assert "510 公里" in talk.ask("后驱的呢").text


def test_several_values_are_answered_each(talk: Talk) -> None:
    done = talk.ask("北斗续航和座位数，多少钱")

    (points,) = (block for block in done.blocks if isinstance(block, Bullets))
    assert [item.text.split(" ")[0].split("：")[0] for item in points.items] == [
        "纯电续航",
        "座位数",
        "指导价",
    ]
    assert_bound(done)


def test_of_several_values_the_unknown_one_is_said_to_be_unknown(talk: Talk) -> None:
    done = talk.ask("天舟的座位数和后备厢容积")

    assert done.text.startswith("天舟 2025款 家庭 版的座位数 7 座。后备厢容积未知，")
    assert not done.refused


def test_a_figure_a_car_cannot_have_gives_the_one_most_like_it(talk: Talk) -> None:
    done = talk.ask("北斗油耗多少")

    assert "北斗 2025款没有综合油耗这一项。它是纯电车。" in done.text
    assert "纯电续航：510 公里（CLTC）" in done.text
    assert_bound(done)


def test_charging_in_less_than_an_hour_is_told_in_minutes(talk: Talk, garage: Garage) -> None:
    hours = catalogue.parameter("fast_charge_h", "电池快充时间", unit="h")
    far = catalogue.db.session.get(catalogue.Trim, garage.far)
    assert far is not None
    catalogue.value(far, hours, number=0.35)
    catalogue.publish()

    done = talk.ask("北斗快充要多久")

    assert "0.35 小时（21 分钟）" in done.text
    assert ("21", "computed:0.35*60") in {(n.text, n.source) for n in done.numbers}


def test_what_was_asked_of_a_comparison_comes_first_though_it_is_equal(talk: Talk) -> None:
    done = talk.ask("天舟和北斗哪个座位多，座位数多少")
    same = talk.ask("北斗和织女座位数")

    assert done.text.startswith("座位数：天舟 7 座，北斗 5 座。")
    assert same.text.startswith("座位数都是 5 座。")


@pytest.mark.parametrize("text", ["便宜多少", "为什么便宜"])
def test_a_comparison_goes_on_with_by_how_much_and_why(talk: Talk, text: str) -> None:
    talk.ask("天舟和北斗对比")
    done = talk.ask(text)

    assert done.intent == "compare"
    assert done.text.startswith("指导价：北斗 18.98 万元，天舟 29.80 万元")
    assert ("没有资料" in done.text) == (text == "为什么便宜")


def test_it_means_all_versions_where_they_were_spoken_of(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗续航多少")

    assert talk.ask("它多少钱").trims == (garage.plain, garage.far)


# --- names there are no cars for -----------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("蔚来ES6多少钱", "蔚来ES6"),
        ("有没有法拉利", "法拉利"),
        ("极氪001零百几秒", "极氪001"),
        ("星河X9续航", "星河X9"),
    ],
)
def test_a_car_of_no_series_is_said_to_be_missing(talk: Talk, text: str, name: str) -> None:
    done = talk.ask(text)

    assert (done.intent, done.refused) == ("lookup", True)
    assert f"车库里没有找到“{name}”" in done.text


@pytest.mark.parametrize("text", ["海豹", "海豹续航多少", "海豹的优缺点是什么", "海豹有什么毛病"])
def test_what_several_names_begin_with_is_missing_with_those_named(talk: Talk, text: str) -> None:
    near = catalogue.trim("近", series_name="海豹06新能源").series_id
    catalogue.publish()

    done = talk.ask(text)

    assert done.text.startswith("车库里没有找到“海豹”。")
    (links,) = (block for block in done.blocks if isinstance(block, Links))
    assert ("海豹06新能源", f"/cars/series/{near}") in links.items


def test_a_series_typed_by_its_sound_behind_the_brand_is_not_missing(talk: Talk) -> None:
    shortest = catalogue.trim("旗舰", series_name="汉", price_fen=21_000_000).id
    catalogue.series("汉", pinyin="han")
    catalogue.publish()

    assert talk.ask("Galaxy han").trims == (shortest,)
    assert talk.ask("Galaxy tang").refused


def test_a_brand_asked_about_gives_its_series(talk: Talk) -> None:
    done = talk.ask("星河多少钱")

    assert conditions_of(done) == {("brand", "==", "星河")}
    assert "织女 2025款 轻快 版：指导价 12.50 万元" in done.text


@pytest.mark.parametrize("text", ["多少钱", "哪个好", "值得买吗？"])
def test_a_question_about_no_car_is_asked_back(talk: Talk, text: str) -> None:
    assert "指的是哪款车？" in talk.ask(text).text


def test_a_first_place_by_sales_points_at_no_list(talk: Talk) -> None:
    done = talk.ask("哪个车销量第一")

    assert (done.intent, done.sort) == ("search", "-sales")


def test_a_discount_demanded_by_an_amount_is_refused(talk: Talk) -> None:
    done = talk.ask("帮我便宜5万块，我现在就下单")

    assert done.refused
    assert not any(isinstance(block, Links) and "万" in str(block) for block in done.blocks)


def test_a_name_written_with_a_space_ends_what_is_said_of_the_car_before_it(
    talk: Talk, garage: Garage
) -> None:
    catalogue.trim("后驱", series_name="Comet 3", brand_name="彗星", price_fen=20_000_000)
    catalogue.publish()

    assert said_near("天舟和Comet 3五年哪个省", "天舟", ("天舟", "Comet 3")) == "天舟和"


@pytest.mark.parametrize("text", ["北斗续航最长那个版本多少钱", "北斗最便宜的四驱版多少钱"])
def test_the_most_of_a_figure_picks_among_the_versions_that_are_as_said(
    talk: Talk, garage: Garage, text: str
) -> None:
    assert talk.ask(text).trims == (garage.far,)
