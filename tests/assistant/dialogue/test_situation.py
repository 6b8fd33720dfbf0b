"""What is remembered from turn to turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.assistant.answering.conftest import Garage, Talk, conditions_of
from webapp.assistant.dialogue import situation
from webapp.assistant.dialogue.situation import Situation
from webapp.assistant.dialogue.updates import facts_in
from webapp.search.service import parse_sentence


def _known(talk: Talk) -> Situation:
    return situation.before(talk.history)


def test_a_situation_survives_being_kept(talk: Talk) -> None:
    for text in ("家里没有充电桩，30万以内的SUV", "再便宜点", "第二个续航多少", "后备箱最大的SUV"):
        talk.ask(text)
    known = _known(talk)
    assert known.told
    assert situation.load(known.dump()) == known


def test_a_turn_from_before_situations_were_kept_is_gone_on_with(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    talk.history = tuple(replace(turn, situation=None) for turn in talk.history)

    assert ("price_wan", "<=", "26") in conditions_of(talk.ask("再便宜点"))


def test_what_another_version_wrote_is_not_read(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    talk.history = tuple(replace(turn, situation='{"version": 0}') for turn in talk.history)

    assert talk.ask("第二个多少钱").trims == (talk.history[0].trims[1],)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("我在沈阳 没有地库", {"place.city": "沈阳", "place.cold": "yes", "place.garage": "no"}),
        ("一天300公里", {"use.km_day": "300"}),
        ("一年跑2万公里", {"use.km_year": "20000"}),
        ("家里没有充电桩", {"place.home_charging": "no"}),
        ("有老人小孩", {"party.elders": "yes", "party.children": "1"}),
        ("一家六口", {"party.people": "6"}),
        ("跑网约车的", {"use.ride_hailing": "yes"}),
        ("海豚多少钱", {}),
    ],
)
def test_what_is_said_in_passing_is_remembered(
    talk: Talk, text: str, facts: dict[str, str]
) -> None:
    found = {fact.name: fact.value for fact in facts_in(parse_sentence(text), 1)}
    assert found == facts


def test_no_charger_at_home_counts_for_its_list_and_not_against_who_asks_for_electric_cars(
    talk: Talk, garage: Garage
) -> None:
    assert garage.plain not in talk.ask("家里没有充电桩，30万以内的SUV").trims
    assert garage.plain in talk.ask("纯电的").trims


def test_the_money_there_is_stands_until_another_sum_is_named(talk: Talk) -> None:
    talk.ask("20万以内的纯电SUV")
    assert ("price_wan", "<=", "20") in conditions_of(talk.ask("想买一辆五座的插混，四驱的"))
    done = talk.ask("重新找，四驱的SUV")
    assert not {c for c in conditions_of(done) if c[0] == "price_wan"}


def test_what_stands_says_when_it_was_said(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    talk.ask("要四驱的")
    turns = {one.want.field: one.turn for one in _known(talk).standing}
    assert turns == {"price_wan": 1, "body": 1, "drive": 2}
    assert {one.kind for one in _known(talk).standing} == {"must"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("把织女排除掉", ("series", "!=", "织女")),
        ("织女的去掉", ("series", "!=", "织女")),
        ("不要四驱的", ("drive", "!=", "四驱")),
    ],
)
def test_what_is_taken_out_is_never_asked_for(
    talk: Talk, text: str, left: tuple[str, str, str]
) -> None:
    talk.ask("30万以内的SUV")
    assert left in conditions_of(talk.ask(text))


def test_a_car_named_after_a_list_is_compared_in_the_version_that_was_listed(
    talk: Talk, garage: Garage
) -> None:
    listed = talk.ask("20万以上的四驱车").trims

    assert garage.far in listed
    assert set(talk.ask("北斗和天舟哪个好").trims) == {garage.far, garage.family}


def test_a_charger_told_after_a_list_goes_on_with_it(talk: Talk) -> None:
    talk.ask("30万以内的车")
    without = talk.ask("家里没桩")
    with_one = talk.ask("公司能充电")

    assert ("energy", "!=", "BEV") in {(c["field"], c["operator"], c["value"])
                                       for c in without.conditions}  # fmt: skip
    assert with_one.intent == "search"
    assert ("energy", "!=") not in {(c["field"], c["operator"]) for c in with_one.conditions}


def test_none_at_home_does_not_rule_out_electric_cars_for_the_rest_of_the_talk(
    talk: Talk,
) -> None:
    talk.ask("家里没桩")

    assert [c["field"] for c in talk.ask("推荐30万以内的SUV").conditions] == ["price_wan", "body"]
