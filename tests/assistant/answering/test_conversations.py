"""Conversations: what carries over from turn to turn, and what a page adds."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Garage, Put, Talk, cards_of, conditions_of
from tests.catalogue import catalogue
from webapp.assistant.answering import composing, searching
from webapp.assistant.events import Links, PageContext
from webapp.catalogue.models import ClassFigure, Trim


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
    assert any(
        cards.address == link for b in done.blocks if isinstance(b, Links) for _, link in b.items
    )


def test_a_follow_up_adds_to_the_conditions(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask("那七座的呢")

    assert conditions_of(done) == {
        ("price_wan", "<=", "30"),
        ("body", "==", "SUV"),
        ("seats", "==", "7"),
    }
    assert done.trims == (garage.family,)


def test_a_follow_up_changes_what_was_asked_of_the_same_field(talk: Talk) -> None:
    talk.ask("30万以内的纯电SUV")
    done = talk.ask("换成插混")

    assert conditions_of(done) == {
        ("price_wan", "<=", "30"),
        ("body", "==", "SUV"),
        ("energy", "==", "PHEV"),
    }


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
        ("price_wan", "<=", "30"),
        ("body", "==", "SUV"),
        ("drive", "==", "四驱"),
    }


# --- what people say in the middle of it -----------------------------------------------------


def test_small_talk_is_answered_and_interrupts_nothing(talk: Talk, garage: Garage) -> None:
    talk.ask("天舟多少钱")
    assert talk.ask("谢谢").text.startswith("不客气")
    assert talk.ask("你是谁").text.startswith("我是车知的助手")
    assert "没有接入语言模型" in talk.ask("你是ChatGPT吗").text
    assert talk.ask("讲个笑话").text.startswith("这个我答不了")
    assert "中文" in talk.ask("please tell me about your day").text
    assert "没看懂“asdfgh”" in talk.ask("asdfgh").text

    assert talk.ask("几座的").trims == (garage.family,)


def test_abuse_is_met_with_a_way_on(talk: Talk) -> None:
    done = talk.ask("你这个废物")
    assert (done.intent, done.refused) == ("other", False)
    assert "没用" in done.text


@pytest.mark.parametrize("text", ["第三个呢", "它多长", "这款车怎么样"])
def test_words_that_point_at_nothing_are_asked_back(talk: Talk, text: str) -> None:
    done = talk.ask(text)
    assert (done.intent, done.trims) == ("other", ())
    assert "写上车名" in done.text


def test_a_first_car_or_a_second_row_points_at_no_list(talk: Talk, garage: Garage) -> None:
    assert ("price_wan", "<=", "20") in conditions_of(talk.ask("人生第一辆车，预算20万"))
    assert talk.ask("第二排空间大吗").intent == "consult"


def test_an_ordinal_counts_in_the_list_though_one_car_was_spoken_of_since(talk: Talk) -> None:
    listed = talk.ask("30万以内的SUV").trims
    talk.ask("第二个续航多少")
    done = talk.ask("那第一个呢")

    assert done.trims == (listed[0],)
    assert any(number.source == f"trim:{listed[0]}:range_km" for number in done.numbers)


def test_a_yes_no_question_about_the_same_car_says_yes_or_no(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗续航多少")
    assert talk.ask("有四驱吗").text.startswith("有，2025款 远航 版是四驱。")


def test_cars_asked_about_one_after_the_other_are_those_compared(
    talk: Talk, garage: Garage
) -> None:
    for text in ("天舟多少钱", "那织女呢"):
        talk.ask(text)
    done = talk.ask("它们哪个便宜")

    assert (done.intent, done.trims) == ("compare", (garage.family, garage.hybrid))


def test_the_question_goes_on_from_car_to_car(talk: Talk, garage: Garage) -> None:
    for text in ("天舟多少钱", "那织女呢"):
        talk.ask(text)
    done = talk.ask("北斗呢")
    assert any(number.source == f"trim:{garage.plain}:price_wan" for number in done.numbers)


def test_a_car_joins_a_comparison_and_leaves_it(talk: Talk, garage: Garage) -> None:
    talk.ask("北斗和天舟对比")
    assert talk.ask("加上织女").trims == (garage.plain, garage.family, garage.hybrid)
    assert talk.ask("去掉天舟").trims == (garage.plain, garage.hybrid)
    assert talk.ask("那推荐哪个").trims == (garage.plain, garage.hybrid)


def test_a_car_that_is_not_there_is_named_where_it_was_to_be_compared(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("它和凌霄X9比呢")

    assert "没有找到“凌霄X9”" in done.text
    assert done.trims == (garage.family,)


def test_the_cheapest_of_the_list_is_found_in_the_whole_list(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的SUV")
    done = talk.ask("最便宜的那个续航多少")
    assert done.trims == (garage.hybrid,)

    talk.ask("30万以内的SUV")
    done = talk.ask("最便宜的是哪个")
    assert (done.intent, done.sort, done.trims[0]) == ("search", "price", garage.hybrid)


def test_a_further_page_leaves_out_what_was_shown(
    talk: Talk, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "CARDS", 2)
    first = talk.ask("30万以内的SUV")
    second = talk.ask("换一批")
    assert conditions_of(second) == conditions_of(first)
    assert len(first.trims) == 2
    assert len(second.trims) == 1
    assert not set(first.trims) & set(second.trims)
    assert "都已经列过了" in talk.ask("还有别的吗").text


def test_dearer_raises_the_bound_that_was_set(talk: Talk) -> None:
    talk.ask("20万以内的SUV")
    assert ("price_wan", "<=", "23") in conditions_of(talk.ask("再贵一点"))


def test_too_dear_means_cheaper(talk: Talk) -> None:
    talk.ask("20万以内的SUV")
    assert ("price_wan", "<=", "17") in conditions_of(talk.ask("太贵了"))


def test_a_bare_number_takes_the_place_of_the_one_it_is_most_like(talk: Talk) -> None:
    talk.ask("续航800公里，30万以内的纯电")
    done = talk.ask("那500呢")
    assert conditions_of(done) >= {("range_km", ">=", "500"), ("price_wan", "<=", "30")}


def test_an_order_can_be_taken_back(talk: Talk) -> None:
    assert talk.ask("最省油的SUV").sort == "fuel"
    done = talk.ask("去掉省油这个条件")
    assert (done.intent, done.sort) == ("search", None)


def test_why_a_car_is_shown_is_its_place_its_conditions_and_the_order(
    talk: Talk, garage: Garage
) -> None:
    listed = talk.ask("30万以内的SUV，价格从低到高").trims
    done = talk.ask("第二个为什么排第二")

    assert done.trims == (listed[1],)
    assert "符合“指导价不超过 30 万元、SUV”，在这个列表的 3 个车系里排第 2 位" in done.text
    assert "按价格从低到高排" in done.text


def test_why_about_a_car_nobody_listed_claims_no_recommendation(talk: Talk) -> None:
    talk.ask("天舟多少钱")
    assert "我没有专门推荐" in talk.ask("为什么推荐它").text


def test_the_versions_of_a_car_go_from_lowest_to_highest(talk: Talk, garage: Garage) -> None:
    assert "18.98 万元：" in talk.ask("北斗有几个版本").text
    assert talk.ask("顶配续航多少").trims == (garage.far,)
    assert talk.ask("最低配呢").trims == (garage.plain,)


def test_advice_goes_on_with_its_topic(talk: Talk, passages: Put) -> None:
    passages("冬天气温低，电池放电变慢，续航会短。")
    talk.ask("冬天电车续航为什么会短")
    done = talk.ask("有什么办法改善")
    assert done.intent == "consult"
    assert talk.ask("20万以内的SUV").intent == "search"


def test_a_judgement_is_about_the_car_spoken_of(talk: Talk, garage: Garage, passages: Put) -> None:
    passages("天舟的保养间隔是一年或一万公里。")
    talk.ask("天舟多少钱")
    done = talk.ask("保养贵吗")
    assert (done.intent, done.trims) == ("consult", (garage.family,))


def test_a_search_without_a_condition_says_so(talk: Talk) -> None:
    assert "没有读出筛选条件" in talk.ask("推荐一款车").text


def test_what_a_lookup_could_not_read_is_said(talk: Talk) -> None:
    assert "没有看懂“凌霄X9”" in talk.ask("天舟 凌霄X9").text


def test_a_question_with_subjects_of_its_own_is_no_comparison_of_the_cars_before(
    talk: Talk, passages: Put
) -> None:
    passages("插混能插电也能加油，增程的发动机只发电。")
    talk.ask("北斗和天舟对比")
    assert talk.ask("插混和增程有什么区别").intent == "consult"
    talk.ask("北斗和天舟对比")
    assert talk.ask("它们有什么区别").intent == "compare"


def test_a_car_is_weighed_against_the_median_of_its_class(talk: Talk, garage: Garage) -> None:
    for field, median in (("price_wan", 20.0), ("range_km", 600.0)):
        of_class = {"size": "中型", "body": "SUV", "energy": "BEV", "field": field}
        figures = ClassFigure(**of_class, low=1.0, median=median, high=999.0, trims=8)
        catalogue.db.session.add(figures)
    catalogue.publish()
    done = talk.ask("这款车和同级比有什么优势", PageContext(trim_id=garage.far))

    assert (done.intent, done.trims) == ("lookup", (garage.far,))
    assert "指导价 23.98 万元，同级中位数 20 万元，贵 3.98 万元。" in done.text
    assert "纯电续航 705 公里（CLTC），同级中位数 600 公里，长 105 公里。" in done.text
    assert any(number.source == "computed:23.98-20" for number in done.numbers)
    catalogue.db.session.get_one(Trim, garage.far).range_cycle = "NEDC"
    catalogue.publish()
    done = talk.ask("这款车和同级比有什么优势", PageContext(trim_id=garage.far))
    assert "（NEDC），同级中位数 600 公里是 CLTC 的，不能直接比。" in done.text


def test_a_class_too_small_for_a_median_makes_no_comparison(
    talk: Talk, garage: Garage, passages: Put
) -> None:
    done = talk.ask("这款车和同级比有什么优势", PageContext(trim_id=garage.far))
    assert "中位数" not in done.text


def test_cheaper_after_talk_of_one_car_means_others_of_its_class(
    talk: Talk, garage: Garage
) -> None:
    talk.ask("天舟多少钱")
    done = talk.ask("有没有便宜点的")

    assert {("energy", "==", "PHEV"), ("price_wan", "<=", "25")} <= conditions_of(done)
    assert "刚才那款是 29.8" in done.text
    assert done.trims == (garage.hybrid,)


def test_words_that_point_at_nothing_are_asked_back_though_a_page_speaks_of_them(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(composing, "is_known", lambda text: True)
    assert "写上车名" in talk.ask("它多长").text
