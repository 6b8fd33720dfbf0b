"""Cars the catalogue does not have: known by name, kept in the talk, stood for by the nearest."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from tests.catalogue import catalogue
from webapp.assistant.dialogue import situation
from webapp.search.service import read_sentence


@pytest.fixture
def han(garage: Garage) -> int:
    """One car of a maker whose other cars are not there."""
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元", better="low")
    made = catalogue.trim(
        "尊荣",
        series_name="汉",
        brand_name="比亚迪",
        price_fen=18_000_000,
        energy="PHEV",
        body="轿车",
        seats=5,
    )
    catalogue.value(made, price, number=18)
    catalogue.series("汉", pinyin="han")
    catalogue.publish()
    return made.id


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("唐l多少钱", "唐l"),
        ("本田思域怎么样", "本田思域"),
        ("朗动和福克斯哪个好", "朗动"),
        ("问界 M5 续航", "问界 M5"),
    ],
)
def test_a_series_people_know_is_one_though_the_catalogue_lacks_it(
    garage: Garage, text: str, absent: str
) -> None:
    assert read_sentence(text).absent[0] == absent


@pytest.mark.parametrize("text", ["唐山哪里有4S店", "高尔夫球场附近", "20万以内的SUV"])
def test_what_only_looks_like_a_car_is_none(garage: Garage, text: str) -> None:
    assert "唐" not in read_sentence(text).absent
    assert all(len(name) > 2 for name in read_sentence(text).absent)


def test_the_nearest_of_the_maker_stands_for_it_and_is_said_to(talk: Talk, han: int) -> None:
    talk.ask("汉L多少钱")
    done = talk.ask("它落地多少")

    assert done.text.startswith("车库里没有汉L，下面说的是名字最接近的汉")
    assert done.trims == (han,)


def test_a_car_named_itself_stands_for_no_other(talk: Talk, han: int) -> None:
    talk.ask("汉L多少钱")

    assert "汉L" not in talk.ask("汉多少钱").text


def test_of_two_the_former_and_the_latter_are_told_in_the_order_of_mention(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("极氪007和天舟哪个好")

    assert talk.ask("前者多少钱").text.startswith("车库里没有找到“极氪007”。")
    assert talk.ask("后者多少钱").text.startswith("天舟")


def test_of_cars_none_of_which_is_there_no_figure_is_told(talk: Talk, garage: Garage) -> None:
    talk.ask("极氪007和蔚来ET5哪个好")
    done = talk.ask("哪个加速快")

    assert done.refused
    assert "“极氪007、蔚来ET5”" in done.text
    assert "查不到百公里加速" in done.text
    assert done.trims == ()


def test_the_one_that_is_there_is_told_what_was_asked(talk: Talk, garage: Garage) -> None:
    talk.ask("岚图梦想家多少钱")
    done = talk.ask("那和天舟比呢")

    assert "没有找到“岚图梦想家”" in done.text
    assert done.trims == (garage.family,)
    assert "天舟" in talk.ask("便宜的那个几座").text


def test_weighed_with_a_car_that_is_not_there_the_one_in_talk_stays(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("跟岚图梦想家比呢")

    assert "没有找到“岚图梦想家”" in done.text
    assert done.trims == (garage.family,)
    assert "天舟" in talk.ask("哪个更省油").text


def test_other_cars_of_its_kind_are_found_by_what_stands_for_it(talk: Talk, han: int) -> None:
    talk.ask("汉L多少钱")

    assert ("body", "==", "轿车") in conditions_of(talk.ask("不要插混，要纯电的"))


def test_a_fault_of_a_car_that_is_not_there_is_advice(talk: Talk, garage: Garage) -> None:
    assert talk.ask("飞度发动机烧机油怎么办").intent == "consult"


@pytest.mark.parametrize("text", ["2018款的思域现在什么价", "老捷达王还能卖几个钱"])
def test_the_price_of_an_old_car_is_found_elsewhere(talk: Talk, garage: Garage, text: str) -> None:
    done = talk.ask(text)

    assert "没有二手车的价格" in done.text
    assert "二手平台" in done.text


def test_what_stands_for_it_is_kept_with_the_turn(talk: Talk, han: int) -> None:
    talk.ask("汉L多少钱")
    (told, *_) = situation.before(talk.history).told

    assert told.absent == (("汉L", han),)
    assert told.present == ()
