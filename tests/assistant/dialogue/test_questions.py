"""Several questions in one message, and a long story with its question at the end."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk, cards_of, conditions_of
from webapp.assistant.dialogue.questions import STORY, read
from webapp.assistant.dialogue.situation import load
from webapp.assistant.events import Asks

WORN = (
    "我和对象都在市里上班，租的房子，家里没有充电桩，每天一起出门，先送她再绕去公司，一天下来八九十公里。"
    "手里这台旧的开了十年，去年修了三回，前前后后花了七八千，实在不想再修了，周末偶尔出城转转。"
)
TOLD = "我在沈阳，冬天很冷，家里没有充电桩。每天上下班来回四十公里，周末带着爸妈和孩子到处跑。"


def test_questions_of_one_message_are_answered_in_order(talk: Talk) -> None:
    text = talk.ask("北斗续航多少？天舟油耗多少？织女几座").text

    places = [text.index(one) for one in ("705", "6.2 升", "5 座")]
    assert places == sorted(places)
    assert "问：天舟油耗多少？" in text


def test_a_later_question_goes_on_with_the_car_of_an_earlier_one(talk: Talk) -> None:
    text = talk.ask("天舟多少钱？油耗多少？").text
    assert "29.8" in text
    assert "6.2 升" in text

    assert "4.6 升" in talk.ask("织女呢？").text


def test_more_than_three_are_named_and_offered(talk: Talk) -> None:
    done = talk.ask("北斗续航多少？天舟油耗多少？织女几座？织女多少钱？")

    assert "12.5" not in done.text
    assert "还没有回答：“织女多少钱？”" in done.text
    asks = [block.items for block in done.blocks if isinstance(block, Asks)]
    assert asks == [("织女多少钱？",)]


def test_a_promise_among_questions_is_refused_and_the_rest_answered(talk: Talk) -> None:
    done = talk.ask("天舟油耗多少？天舟能保证便宜两万吗？")

    assert "6.2 升" in done.text
    assert "不作任何承诺" in done.text
    assert not done.refused


@pytest.mark.parametrize(
    "text",
    [
        "家里有三个孩子。预算20万。推荐一款SUV",
        "北斗好？还是织女好？",
        "买电车还是油车？一年2万公里，哪个省钱？",
        "你好！北斗多少钱？",
        "真的吗？北斗多少钱？",
        "北斗多少钱",
    ],
)
def test_what_belongs_together_stays_one_question(talk: Talk, text: str) -> None:
    assert read(text).questions == (text,)


def test_what_is_told_belongs_to_the_question_behind_it(talk: Talk) -> None:
    assert read("我想买北斗。多少钱？续航多少？").questions == (
        "我想买北斗。多少钱？",
        "续航多少？",
    )


def test_a_story_is_answered_by_its_question_and_its_facts_are_known(
    talk: Talk, garage: Garage
) -> None:
    story = TOLD * 3 + "预算25万，想要SUV。"
    assert len(story) >= STORY

    done = talk.ask(story + "天舟的油耗是多少？")

    assert "6.2 升" in done.text
    assert done.trims == (garage.family,)
    known = load(done.situation or "")
    assert known.fact("place.home_charging") == "no"
    assert {(one.field, one.operator) for one in known.wants} == {
        ("price_wan", "<="),
        ("body", "=="),
    }


def test_a_story_that_asks_for_a_recommendation_is_read_whole(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    text = f"{WORN}预算25万，想要SUV。油钱一个月一千三。你推荐哪款？"
    message = read(text)
    assert message.questions == ("你推荐哪款？",)
    assert message.whole

    done = talk.ask(text)

    assert {("price_wan", "<=", "25"), ("body", "==", "SUV")} <= conditions_of(done)
    assert cards_of(done).trim_ids[:1] == (garage.hybrid,), done.text
    assert "没有家充" in done.text


def test_a_story_of_two_cars_compares_them(talk: Talk, garage: Garage, passages: Put) -> None:
    text = TOLD * 3 + "试驾过天舟，觉得底盘硬。她说一定要座椅舒服。织女坐着舒服。这两个哪个更适合？"

    done = talk.ask(text)

    assert done.intent == "compare"
    assert set(done.trims) == {garage.family, garage.hybrid}


def test_two_questions_with_a_pause_between_are_two(talk: Talk) -> None:
    assert read("北斗省电吗 天舟多少钱").questions == ("北斗省电吗", "天舟多少钱")
    assert read("北斗省电吗，天舟多少钱").questions == ("北斗省电吗", "天舟多少钱")
    assert read("北斗省电吗，还是天舟省").questions == ("北斗省电吗，还是天舟省",)


def test_what_only_tells_of_costs_is_no_question(talk: Talk) -> None:
    text = "现在油费一个月一千三。想换台30万以内的SUV，买什么？"
    assert read(text).questions == (text,)


def test_a_list_that_is_asked_for_first_is_not_lost(talk: Talk, passages: Put) -> None:
    passages("交强险每年都要买。")

    text = talk.ask("30万以内的SUV有哪些？交强险要买吗？").text

    assert "问：30万以内的SUV有哪些？\n\n符合“" in text
    assert "问：交强险要买吗？" in text
