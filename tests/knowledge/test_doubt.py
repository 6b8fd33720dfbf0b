"""What is on another car or another subject is not offered as an answer."""

from __future__ import annotations

from tests.knowledge.conftest import draft
from webapp.knowledge import service
from webapp.knowledge.asking import content_terms, telling_words
from webapp.knowledge.drafts import Draft
from webapp.knowledge.terms import terms


def answerable(question: str) -> bool:
    return service.retrieve(question).answerable


def test_a_model_that_no_passage_names_is_not_answered_from_another(
    documents: list[Draft],
) -> None:
    assert answerable("叶片冬天续航打几折")
    assert not answerable("叶片X9冬天续航打几折")


def test_a_model_is_the_same_with_and_without_what_joins_its_parts(
    documents: list[Draft],
) -> None:
    review = draft("r3", "冬天续航打八折，后备箱放得下婴儿车。", series="大众ID.3")
    service.ingest(collection="samples", drafts=[*documents, review])
    service.build_words()
    assert answerable("大众id3冬天续航打几折")
    assert answerable("ID.3 后备箱放得下婴儿车吗")


def test_a_brand_the_texts_are_not_about_is_not_answered_from_another(
    documents: list[Draft],
) -> None:
    assert answerable("冬天续航打几折")
    assert not answerable("法拉利冬天续航打几折")


def test_words_that_are_only_asked_with_are_no_subject(documents: list[Draft]) -> None:
    assert not answerable("请问这是什么，怎么办，多少钱")


def test_a_question_for_today_is_not_answered_from_texts(documents: list[Draft]) -> None:
    assert answerable("后备箱放得下行李箱吗")
    assert not answerable("今天哪家的后备箱行李箱优惠多少")


def test_a_year_that_no_passage_names_is_not_answered_from_another(
    documents: list[Draft],
) -> None:
    assert answerable("轮胎花纹深度低于多少要更换")
    assert not answerable("2031年轮胎花纹深度低于多少要更换")


def test_what_is_named_must_stand_in_one_document(documents: list[Draft]) -> None:
    assert answerable("云雀的后备箱有多大")
    assert not answerable("云雀的天窗玻璃漏水吗")


def test_telling_words_are_whole_words_that_are_not_only_asked_with() -> None:
    assert telling_words("请问轮胎的花纹大概要多深，怎么办") == ["轮胎", "花纹"]
    assert telling_words("ID.3 的 NOA 好用吗") == ["id3", "noa"]
    assert telling_words("这是什么") == []


def test_phrases_that_only_ask_are_not_searched_for() -> None:
    assert content_terms("请问冬季轮胎怎么选呢") == terms("冬季轮胎 选")
    assert content_terms("为什么") == terms("为什么")
