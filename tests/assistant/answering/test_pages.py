"""What a page means in a conversation that has gone on from another one."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk, conditions_of
from webapp.assistant.events import PageContext
from webapp.catalogue.models import Series
from webapp.extensions import db

SUVS = PageContext(address="/cars/?price_wan_max=30&body=SUV")


def at(trim_id: int) -> PageContext:
    return PageContext(trim_id=trim_id)


def of_series(name: str) -> PageContext:
    return PageContext(series_id=db.session.query(Series).filter_by(name=name).one().id)


@pytest.mark.parametrize("text", ["它的续航多少", "这款车的续航多少", "续航呢"])
def test_whoever_has_gone_to_another_car_asks_about_that_one(
    talk: Talk, garage: Garage, text: str
) -> None:
    talk.ask("这款车续航多少", at(garage.family))
    assert talk.ask(text, at(garage.hybrid)).trims == (garage.hybrid,)


def test_a_page_that_was_only_passed_is_not_spoken_of(talk: Talk, garage: Garage) -> None:
    talk.ask("冬天续航为什么会短", at(garage.plain))
    assert talk.ask("它多少钱", at(garage.hybrid)).trims == (garage.hybrid,)


def test_on_the_same_page_it_is_the_car_last_spoken_of(talk: Talk, garage: Garage) -> None:
    talk.ask("这款车多少钱", at(garage.family))
    talk.ask("织女多少钱", at(garage.family))
    assert talk.ask("它有没有四驱", at(garage.family)).trims == (garage.hybrid,)
    assert talk.ask("这款车有没有四驱", at(garage.family)).trims == (garage.family,)


@pytest.mark.parametrize("text", ["刚才那款多少钱", "那款车多少钱", "刚才说的那辆多少钱"])
def test_the_one_before_is_the_conversations(talk: Talk, garage: Garage, text: str) -> None:
    talk.ask("这款车续航多少", at(garage.family))
    assert talk.ask(text, at(garage.hybrid)).trims == (garage.family,)


def test_an_ordinal_counts_in_the_conversations_list_wherever_one_is(
    talk: Talk, garage: Garage
) -> None:
    listed = talk.ask("30万以内的SUV").trims
    assert talk.ask("第二个续航多少", at(garage.family)).trims == (listed[1],)
    assert talk.ask("第三个续航多少", SUVS).trims == (listed[2],)


@pytest.mark.parametrize("text", ["和刚才那款比哪个便宜", "这款和刚才那款哪个便宜", "它们哪个便宜"])
def test_the_page_is_compared_with_the_one_before(talk: Talk, garage: Garage, text: str) -> None:
    talk.ask("这款车续航多少", at(garage.family))
    done = talk.ask(text, at(garage.hybrid))

    assert done.intent == "compare"
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_the_one_before_is_asked_back_where_none_was(talk: Talk, garage: Garage) -> None:
    done = talk.ask("刚才那款多少钱", at(garage.family))
    assert (done.trims, done.intent) == ((), "other")


def test_a_search_goes_on_from_a_cars_page(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask("再便宜点", at(garage.far))
    assert conditions_of(done) == {("price_wan", "<=", "26"), ("body", "==", "SUV")}


def test_a_comparison_goes_on_and_takes_the_page_in(talk: Talk, garage: Garage) -> None:
    both = talk.ask("北斗和天舟对比").trims
    assert talk.ask("哪个更便宜", at(garage.hybrid)).trims == both
    assert talk.ask("把这款也加上", at(garage.hybrid)).trims == (*both, garage.hybrid)


def test_a_lookup_is_asked_again_of_the_page_gone_to(talk: Talk, garage: Garage) -> None:
    talk.ask("这款车油耗多少", at(garage.family))
    done = talk.ask("这款呢", at(garage.hybrid))
    assert f"trim:{garage.hybrid}:fuel_l_100km" in {number.source for number in done.numbers}


def test_the_topic_goes_on_from_page_to_page(talk: Talk, garage: Garage, passages: Put) -> None:
    passages("冬天气温低，电池放电变慢，续航会短。出发前先预热电池。")
    talk.ask("冬天续航为什么会短", at(garage.plain))
    for page in (at(garage.plain), at(garage.family)):
        assert talk.ask("有什么办法改善", page).intent == "consult"


def test_a_sum_asked_for_on_a_cars_page_is_of_the_car(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    passages("冬天气温低，电池放电变慢，续航会短。")
    talk.ask("这款车多少钱", at(garage.plain))
    done = talk.ask("冬天能跑多远", at(garage.far))

    assert done.trims == (garage.far,)
    assert "CLTC 705 km × 48.5%" in done.text
    assert "705" not in talk.ask("插混和增程冬天哪个好", at(garage.far)).text


def test_a_judgement_is_of_the_page_gone_to(talk: Talk, garage: Garage, passages: Put) -> None:
    passages("冬天气温低，续航会短。")
    talk.ask("怎么上牌", at(garage.plain))
    assert talk.ask("值得买吗", at(garage.hybrid)).trims == (garage.hybrid,)


def test_the_page_of_a_series_is_about_all_its_versions(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟多少钱")
    page = of_series("北斗")
    for text in ("它的续航多少", "续航呢", "这款车的续航多少"):
        assert "从 510 公里（CLTC）到 705 公里（CLTC）" in talk.ask(text, page).text
    assert talk.ask("顶配多少钱", page).trims == (garage.far,)


def test_on_a_comparison_a_bare_question_is_about_the_cars_compared(
    talk: Talk, garage: Garage
) -> None:
    page = PageContext(compare=(garage.plain, garage.family))
    for text in ("哪个更便宜", "续航呢", "这两款哪个便宜"):
        talk.history = ()
        talk.ask("织女多少钱")
        done = talk.ask(text, page)
        assert (done.intent, done.trims) == ("compare", page.compare)
    assert talk.ask("加上织女", page).trims == (*page.compare, garage.hybrid)


def test_on_a_list_a_wish_moves_the_bound_of_the_list(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("再便宜点的", SUVS)

    assert conditions_of(done) == {("price_wan", "<=", "26"), ("body", "==", "SUV")}
    assert "原来是指导价不超过 30 万元" in done.text


def test_on_a_list_the_rows_count_and_it_is_none_of_them(talk: Talk, garage: Garage) -> None:
    listed = talk.ask("30万以内的SUV").trims
    talk.history = ()

    assert talk.ask("第二个多少钱", SUVS).trims == (listed[1],)
    talk.history = ()
    assert talk.ask("它多少钱", SUVS).trims == ()


@pytest.mark.parametrize("text", ["插混的有吗", "只看插混的", "有插混的吗"])
def test_what_is_asked_for_on_a_list_is_asked_of_the_list(talk: Talk, text: str) -> None:
    asked = conditions_of(talk.ask(text, SUVS))
    assert asked == {("price_wan", "<=", "30"), ("body", "==", "SUV"), ("energy", "==", "PHEV")}


def test_a_wish_without_conditions_is_for_the_cars_of_the_list(talk: Talk) -> None:
    asked = conditions_of(talk.ask("帮我推荐一款", SUVS))
    assert asked == {("price_wan", "<=", "30"), ("body", "==", "SUV")}


def test_one_version_against_another_is_no_question_on_the_dearest(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    passages("选版本先看安全配置齐不齐，买顶配还是中配再看差价。")
    assert "先看安全配置" in talk.ask("买顶配还是中配", of_series("北斗")).text
    both = talk.ask("高配比低配多了什么", of_series("北斗"))
    assert both.text.startswith("最贵的 2025款 远航 版比最便宜的 2025款 入门 版贵 5 万元")
    assert both.trims == (garage.plain, garage.far)
    assert talk.ask("顶配多少钱", of_series("北斗")).trims == (garage.far,)


def test_a_search_of_its_own_leaves_the_list_alone(talk: Talk) -> None:
    done = talk.ask("20万以内的插混推荐", SUVS)
    assert conditions_of(done) == {("price_wan", "<=", "20"), ("energy", "==", "PHEV")}


@pytest.mark.parametrize(
    "page",
    [
        PageContext(trim_id=999_999),
        PageContext(series_id=999_999),
        PageContext(compare=(999_998, 999_999)),
        PageContext(address="/cars/?nonsense=1"),
    ],
)
def test_a_page_that_is_not_there_changes_nothing(
    talk: Talk, garage: Garage, page: PageContext
) -> None:
    talk.ask("天舟多少钱")
    assert talk.ask("它有没有四驱", page).trims == (garage.family,)
