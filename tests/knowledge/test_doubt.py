"""What is on another car or another subject is not offered as an answer."""

from __future__ import annotations

from tests.knowledge.conftest import draft
from webapp.knowledge import service
from webapp.knowledge.drafts import Draft


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
