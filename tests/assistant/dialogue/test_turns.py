"""Turns as buyers hold them: a car named after a list, why, wishes taken back, parts of a sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk, conditions_of
from webapp.assistant.answering.cues import rows_for
from webapp.assistant.answering.stated import changes
from webapp.assistant.dialogue import situation


def test_a_car_named_after_a_list_is_shown_in_what_was_asked_for(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("20万以内的纯电车")
    done = talk.ask("北斗呢")
    assert done.trims == (garage.plain,)
    assert done.text.startswith("北斗符合前面说的“指导价不超过 20 万元、纯电”的有 1 个版本。")


def test_a_car_that_meets_none_of_the_wishes_is_said_to(talk: Talk) -> None:
    talk.ask("20万以内的纯电车")
    assert talk.ask("天舟怎么样").text.startswith("天舟没有一个版本符合前面说的")


def test_what_is_asked_of_one_figure_of_a_car_is_of_all_its_versions(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("20万以内的纯电车")
    assert set(talk.ask("北斗续航多少").trims) == {garage.plain, garage.far}


def test_the_versions_of_one_car_are_no_two_cars(talk: Talk) -> None:
    talk.ask("30万以内的车")
    talk.ask("北斗怎么样")
    done = talk.ask("它俩哪个便宜")
    assert done.intent == "other"
    assert "它俩" in done.text


def test_why_by_itself_is_of_what_was_said_last(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")
    assert talk.ask("为什么").trims == (garage.plain, garage.family)
    talk.ask("30万以内的SUV")
    first = talk.history[-1].trims[0]
    assert talk.ask("为什么呢").trims == (first,)


def test_who_asks_which_to_take_is_told_which_is_ahead_in_most(talk: Talk) -> None:
    talk.ask("北斗和织女对比")
    assert "没有特别看重的一项，就选织女" in talk.ask("那你建议买哪个").text
    assert "没有特别看重的一项" not in talk.history[0].answer


def test_a_wish_that_is_left_alone_is_taken_back(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    talk.ask("要四驱的")
    assert ("drive", "==", "四驱") not in conditions_of(talk.ask("四驱算了"))


def test_a_wish_left_alone_that_never_stood_leaves_the_list_as_it_is(talk: Talk) -> None:
    before = talk.ask("30万以内的SUV")
    done = talk.ask("倒车影像算了")
    assert (done.intent, conditions_of(done)) == ("search", conditions_of(before))


def test_a_sentence_that_begins_with_never_mind_says_what_counts_now(talk: Talk) -> None:
    talk.ask("20万以内的SUV")
    assert ("price_wan", "<=", "30") in conditions_of(talk.ask("算了预算可以到30万"))


def test_a_part_of_the_running_sum_is_asked_for_in_few_words(talk: Talk) -> None:
    talk.ask("织女贷款，首付3万，3年，月供多少")
    done = talk.ask("利息一共多少")
    assert "一共多付利息" in done.text
    assert "首付 30,000 元、贷 36 期" in done.text


@pytest.mark.parametrize("asked", ["那这车要交多少", "它能减多少"])
def test_the_amount_of_a_topic_is_worked_out_for_the_car_in_talk(
    talk: Talk, garage: Garage, passages: Put, asked: str
) -> None:
    passages("新能源车购置税减半征收。")
    talk.ask("织女多少钱")
    talk.ask("新能源车购置税政策是什么")
    done = talk.ask(asked)
    assert done.trims == (garage.hybrid,)
    assert situation.before(talk.history).plan["rule"] == "the amount of the topic"  # type: ignore[index]


def test_a_month_of_charging_is_no_full_charge() -> None:
    kinds = [row["kind"] for row in rows_for("sums.csv", "充电一个月多少钱")]
    assert kinds[0] == "energymonth"


def test_money_said_after_advice_asks_for_cars_not_for_the_advice_again(
    talk: Talk, passages: Put
) -> None:
    passages("跑网约车先查当地对车辆的要求。")
    talk.ask("开滴滴用什么车好")
    done = talk.ask("不超过20万")
    assert (done.intent, conditions_of(done)) == ("search", {("price_wan", "<=", "20")})


def test_an_energy_said_after_advice_is_of_the_advice(talk: Talk, passages: Put) -> None:
    passages("冬天气温低，电池放电变慢，续航会短。")
    talk.ask("冬天电车续航为什么会短")
    assert talk.ask("那插混呢").intent == "consult"


def test_what_was_ruled_out_may_be_allowed_again(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的车，不要插混")
    done = talk.ask("插混也行")
    assert garage.hybrid in done.trims
    assert conditions_of(done) == {("price_wan", "<=", "30")}


def test_the_first_of_several_lists_comes_back(talk: Talk) -> None:
    first = talk.ask("30万以内的SUV")
    talk.ask("要四驱的")
    talk.ask("再便宜点")
    assert conditions_of(talk.ask("还是第一次那样吧")) == conditions_of(first)


def test_the_dearest_version_of_a_row_of_the_list(talk: Talk, garage: Garage) -> None:
    talk.ask("20万以内的纯电车")
    assert talk.ask("第一个的顶配多少钱").trims == (garage.far,)


def test_what_is_like_the_car_pointed_at(talk: Talk) -> None:
    talk.ask("北斗多少钱")
    done = talk.ask("还有什么跟它差不多的")
    assert ("series", "!=", "北斗") in conditions_of(done)
    assert {"price_wan", "body"} <= {field for field, _, _ in conditions_of(done)}


def test_cars_are_asked_for_what_a_payment_buys(talk: Talk) -> None:
    talk.ask("每个月最多还3000，首付5万，能买多少钱的车")
    done = talk.ask("那有什么SUV")
    assert ("body", "==", "SUV") in conditions_of(done)
    assert {field for field, _, _ in conditions_of(done)} == {"price_wan", "body"}


def test_a_down_payment_is_raised_by_so_much(talk: Talk) -> None:
    talk.ask("织女贷款，首付3万，3年，月供多少")
    assert "首付 50,000 元" in talk.ask("首付多给2万呢").text
    assert "首付 40,000 元" in talk.ask("首付减1万呢").text
    assert "首付 60,000 元" in talk.ask("首付加到6万呢").text


def test_winter_range_after_a_list_is_no_portrait(talk: Talk) -> None:
    talk.ask("20万以内的纯电车")
    assert "符合前面说的" not in talk.ask("北斗冬天能跑多少").text


@pytest.mark.parametrize(
    ("pointing", "car"), [("贵的那个", "family"), ("便宜的那款", "far"), ("续航长的那个", "far")]
)
def test_a_car_is_pointed_at_by_what_it_has_most_or_least_of(
    talk: Talk, garage: Garage, pointing: str, car: str
) -> None:
    talk.ask("北斗远航版和天舟对比")
    assert talk.ask(f"{pointing}有几个座位").trims == (getattr(garage, car),)


def test_why_the_dearer_one_is_dearer_is_a_comparison(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗远航版和天舟对比")
    done = talk.ask("贵的那个贵在哪")
    assert done.intent == "compare"
    assert set(done.trims) == {garage.far, garage.family}


def test_a_bound_is_widened_to_a_bare_number(talk: Talk) -> None:
    talk.ask("续航600公里以上的车")
    assert conditions_of(talk.ask("太少了，放宽到500")) == {("range_km", ">=", "500")}


def test_a_drive_asked_for_is_taken_back_and_an_energy_ruled_out(talk: Talk) -> None:
    talk.ask("30万以内的纯电SUV")
    talk.ask("要四驱的")
    fields = {(field, operator) for field, operator, _ in conditions_of(talk.ask("不要四驱了"))}
    assert fields == {("price_wan", "<="), ("body", "=="), ("energy", "==")}
    assert ("energy", "!=", "BEV") in conditions_of(talk.ask("不要纯电的了"))


def test_an_energy_is_weighed_with_what_is_known_before_it_is_listed(
    talk: Talk, passages: Put
) -> None:
    passages("零下 20 ℃以下纯电续航约四成。")
    talk.ask("我在哈尔滨，30万以内的SUV")
    done = talk.ask("纯电行吗")
    assert done.text.startswith("零下 20 ℃以下纯电续航约四成。")
    assert ("energy", "==", "BEV") in conditions_of(done)


def test_other_cars_are_those_like_the_one_in_talk(talk: Talk) -> None:
    talk.ask("北斗多少钱")
    assert ("series", "!=", "北斗") in conditions_of(talk.ask("还有别的选择吗"))


def test_cheap_versions_of_a_car_are_those_within_the_money(talk: Talk, garage: Garage) -> None:
    talk.ask("20万以内的车")
    assert talk.ask("北斗有便宜的吗").trims == (garage.plain,)


def test_advice_on_the_cars_compared_leaves_them_compared(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    passages("保值率是二手价占新车价的比例。")
    talk.ask("北斗、天舟和织女对比")
    assert talk.ask("哪个保值").intent == "consult"
    done = talk.ask("织女去掉")
    assert (done.intent, set(done.trims)) == ("compare", {garage.plain, garage.family})
    done = talk.ask("剩下的哪个便宜")
    assert (done.intent, set(done.trims)) == ("compare", {garage.plain, garage.family})


def test_how_much_less_than_another_is_of_what_was_asked_before(talk: Talk) -> None:
    talk.ask("天舟几座")
    assert talk.ask("比北斗多多少").text.startswith("座位数：")


def test_on_the_motorway_is_of_the_figure_asked_before(talk: Talk, passages: Put) -> None:
    passages("高速上油耗和电耗都会高一些。")
    talk.ask("天舟油耗多少")
    talk.ask("高速上呢")
    plan = situation.before(talk.history).plan
    assert plan is not None
    assert "综合油耗" in plan["calls"][0]["question"]


def test_why_nothing_matched_says_what_stands_in_the_way(talk: Talk) -> None:
    talk.ask("10万以内的七座车")
    assert "只改一个条件" in talk.ask("为什么").text


def test_a_place_counts_in_the_list_not_in_the_versions_of_a_car_named_since(talk: Talk) -> None:
    listed = talk.ask("30万以内的车").trims
    talk.ask("北斗怎么样")
    assert talk.ask("第一个多少钱").trims == listed[:1]


def test_a_place_counts_in_the_versions_that_were_asked_for(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的车")
    talk.ask("北斗有几个版本")
    assert talk.ask("第二个续航多少").trims == (garage.far,)


def test_a_tax_is_worked_out_for_another_year(talk: Talk) -> None:
    talk.ask("织女购置税多少")
    assert "2028" in talk.ask("2028年呢").text or "明年" in talk.ask("明年呢").text


def test_what_is_borrowed_for_the_car_in_talk_leaves_the_rest_to_pay_down(talk: Talk) -> None:
    talk.ask("织女落地多少钱")
    done = talk.ask("能贷款吗，贷10万3年")
    assert "首付 25,000 元、贷 36 期" in done.text
    assert "首付 50,000 元" in talk.ask("首付改成5万").text


def test_a_year_of_upkeep_shortens_no_loan() -> None:
    known = {"months": Decimal(36)}
    assert changes("一年保养呢", "loan", known, opens=True) == {}
    assert changes("分一年呢", "loan", known, opens=True) == {"months": Decimal(12)}


def test_more_like_the_car_pointed_at_is_no_further_page(talk: Talk) -> None:
    talk.ask("30万以内的车")
    talk.ask("北斗多少钱")
    assert ("series", "!=", "北斗") in conditions_of(talk.ask("跟它差不多价位的还有啥"))


def test_another_one_turns_the_page(talk: Talk) -> None:
    listed = talk.ask("有哪些车").trims
    talk.ask("太丑了，换一个")
    plan = situation.before(talk.history).plan
    assert plan is not None
    assert plan["rule"] == "a further page"
    assert listed


def test_too_few_takes_back_what_narrowed_the_list_last(talk: Talk) -> None:
    before = talk.ask("30万以内的SUV")
    talk.ask("要四驱的")
    assert conditions_of(talk.ask("太少了")) == conditions_of(before)


def test_money_said_after_a_comparison_is_of_the_cars_compared(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")
    done = talk.ask("预算20万呢")
    assert "北斗符合前面说的“指导价不超过 20 万元”的有 1 个版本" in done.text
    assert "天舟没有一个版本符合" in done.text


def test_a_down_payment_said_after_another_sum_is_of_a_loan_for_its_car(talk: Talk) -> None:
    talk.ask("织女落地多少钱")
    assert "首付 62,500 元、贷 36 期" in talk.ask("首付一半分三年呢").text


def test_the_first_three_of_two_are_both(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")
    assert talk.ask("前面三个哪个空间大").trims == (garage.plain, garage.family)


def test_she_is_a_person_and_no_car(talk: Talk) -> None:
    talk.ask("30万以内的SUV")
    assert ("energy", "!=", "BEV") in conditions_of(talk.ask("她没法装充电桩"))
