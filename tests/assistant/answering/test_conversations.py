"""Conversations: what carries over from turn to turn, and what a page adds."""

from __future__ import annotations

from tests.assistant.answering.conftest import Garage, Talk, cards_of, conditions_of
from webapp.assistant.events import Links, PageContext


def test_a_search_shows_cards_conditions_a_count_and_the_way_to_the_list(
    talk: Talk, garage: Garage
) -> None:
    done = talk.ask("20万以内的SUV")

    assert done.intent == "search"
    assert conditions_of(done) == {("price_wan", "<=", "20"), ("body", "==", "SUV")}
    cards = cards_of(done)
    assert set(cards.trim_ids) == {garage.plain, garage.hybrid} == set(done.trims)
    assert cards.total == 2
    assert cards.address == "/cars/?price_wan_max=20&body=SUV"
    assert done.text.startswith("符合“指导价不超过 20 万元、SUV”的车型有 2 款")
    assert any(cards.address == link for b in done.blocks if isinstance(b, Links)
               for _, link in b.items)  # fmt: skip


def test_a_follow_up_adds_to_the_conditions(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask("那七座的呢")

    assert conditions_of(done) == {
        ("price_wan", "<=", "30"), ("body", "==", "SUV"), ("seats", "==", "7"),
    }  # fmt: skip
    assert done.trims == (garage.family,)


def test_a_follow_up_changes_what_was_asked_of_the_same_field(talk: Talk) -> None:
    talk.ask("30万以内的纯电SUV")
    done = talk.ask("换成插混")

    assert conditions_of(done) == {
        ("price_wan", "<=", "30"), ("body", "==", "SUV"), ("energy", "==", "PHEV"),
    }  # fmt: skip


def test_cheaper_moves_the_bound_and_says_so(talk: Talk) -> None:
    talk.ask("20万以内的SUV")
    done = talk.ask("再便宜点")

    assert ("price_wan", "<=", "17") in conditions_of(done)
    assert "原来是指导价不超过 20 万元" in done.text


def test_a_condition_can_be_taken_back(talk: Talk) -> None:
    talk.ask("20万以内的七座SUV")
    done = talk.ask("价格不限")

    assert conditions_of(done) == {("seats", "==", "7"), ("body", "==", "SUV")}


def test_a_whole_new_question_starts_anew(talk: Talk) -> None:
    talk.ask("20万以内的SUV")
    done = talk.ask("想买一辆七座的插混，预算30万")

    assert ("body", "==", "SUV") not in conditions_of(done)
    assert ("seats", "==", "7") in conditions_of(done)


def test_an_ordinal_means_the_car_in_that_place(talk: Talk) -> None:
    listed = talk.ask("30万以内的SUV").trims
    done = talk.ask("第二个续航多少")

    assert done.intent == "lookup"
    assert done.trims == (listed[1],)
    assert any(number.source == f"trim:{listed[1]}:range_km" for number in done.numbers)


def test_the_next_ordinal_asks_the_same_of_another_car(talk: Talk) -> None:
    listed = talk.ask("30万以内的SUV").trims
    talk.ask("第一个续航多少")
    done = talk.ask("那第三个呢")

    assert done.trims == (listed[2],)
    assert any(number.source == f"trim:{listed[2]}:range_km" for number in done.numbers)


def test_an_ordinal_beyond_the_list_is_said_not_guessed(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask("第九个续航多少")

    assert done.trims == ()


def test_it_means_the_car_last_spoken_of(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("它有没有四驱")

    assert done.intent == "lookup"
    assert done.text.startswith("有，都是四驱。")


def test_another_car_gets_the_same_question(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟续航多少")
    done = talk.ask("那织女呢")

    assert f"trim:{garage.hybrid}:range_km" in {number.source for number in done.numbers}


def test_two_of_the_list_are_compared(talk: Talk) -> None:
    listed = talk.ask("30万以内的SUV").trims
    done = talk.ask("第一个和第三个对比一下")

    assert done.intent == "compare"
    assert done.trims == (listed[0], listed[2])


def test_a_comparison_goes_on_with_another_field(talk: Talk) -> None:
    talk.ask("北斗和天舟对比")
    done = talk.ask("哪个更便宜")

    assert done.intent == "compare"
    assert "北斗 便宜" in done.text.replace("北斗便宜", "北斗 便宜")


def test_alike_means_price_and_body_of_the_car_last_spoken_of(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("同价位还有什么车")

    assert done.intent == "search"
    assert ("series", "!=", "天舟") in conditions_of(done)
    assert all(condition["inferred"] for condition in done.conditions)


def test_on_a_page_this_car_is_the_pages(talk: Talk, garage: Garage) -> None:
    done = talk.ask("这款车续航多少", PageContext(trim_id=garage.far))

    assert done.trims == (garage.far,)
    assert "705 公里" in done.text


def test_on_a_page_a_bare_question_is_about_the_pages_car(talk: Talk, garage: Garage) -> None:
    done = talk.ask("多少钱", PageContext(trim_id=garage.far))

    assert "23.98 万元" in done.text


def test_a_page_that_is_not_there_is_no_car(talk: Talk) -> None:
    done = talk.ask("这款车续航多少", PageContext(trim_id=999_999))

    assert done.trims == ()


def test_on_a_list_a_condition_narrows_what_is_listed(talk: Talk) -> None:
    done = talk.ask("只看四驱的", PageContext(address="/cars/?price_wan_max=30&body=SUV"))

    assert conditions_of(done) == {
        ("price_wan", "<=", "30"), ("body", "==", "SUV"), ("drive", "==", "四驱"),
    }  # fmt: skip
