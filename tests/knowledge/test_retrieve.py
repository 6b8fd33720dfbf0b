"""The passage that answers is found by its words, and what nothing is about is said to be so."""

from __future__ import annotations

from flask import Flask

from tests.knowledge.conftest import draft
from webapp.knowledge import service
from webapp.knowledge.drafts import Draft
from webapp.knowledge.service import indexing


def documents_for(question: str, **options: list[str]) -> list[str]:
    return [item.document for item in service.retrieve(question, **options).passages]


def test_the_passage_on_the_subject_comes_first(documents: list[Draft]) -> None:
    found = service.retrieve("轮胎花纹多深要更换")
    assert found.passages[0].document == "p1"
    assert "花纹深度" in found.passages[0].text
    assert found.answerable


def test_further_titles_are_read_as_the_title_is_and_never_shown(documents: list[Draft]) -> None:
    assert not service.retrieve("雨刮器异响怎么处理").answerable
    also = draft(
        "w", "胶条老化或玻璃有油膜都会出声，先洗玻璃，再换胶条。", also="雨刮器异响怎么处理"
    )
    service.ingest(collection="samples", drafts=[also])
    service.build_words()

    found = service.retrieve("雨刮器异响怎么处理")

    assert found.answerable
    assert found.passages[0].document == "w"
    assert found.passages[0].titles == ("w", "雨刮器异响怎么处理")
    assert "异响" not in found.passages[0].text


def test_a_named_series_comes_before_others_on_the_same_subject(documents: list[Draft]) -> None:
    assert documents_for("云雀冬天续航")[0] == "r2"
    assert documents_for("叶片冬天续航")[0] == "r1"


def test_only_what_was_asked_for_is_searched(documents: list[Draft]) -> None:
    assert documents_for("冬天续航", series=["云雀"]) == ["r2"]
    assert documents_for("冬天续航", collections=["pages"]) == []


def test_a_question_on_something_else_is_not_answerable(documents: list[Draft]) -> None:
    assert not service.retrieve("足球队的队长是谁").answerable
    assert not service.retrieve("").answerable
    assert not service.retrieve("？！").answerable


def test_before_the_first_index_nothing_is_found_and_nothing_breaks(app: Flask) -> None:
    service.ingest(collection="samples", drafts=[draft("a", "一段。")])
    assert service.retrieve("一段").passages == ()


def test_an_empty_knowledge_base_has_an_index_too(app: Flask) -> None:
    service.build_words()
    assert service.retrieve("一段").passages == ()


def test_a_change_is_found_after_the_next_build_and_not_before(documents: list[Draft]) -> None:
    service.ingest(collection="samples", drafts=[draft("new", "雨刷条每年更换一次。")])
    assert "new" not in documents_for("雨刷条多久更换")
    assert service.build_words()
    assert documents_for("雨刷条多久更换")[0] == "new"
    assert not service.build_words()


def test_a_passage_taken_out_is_not_shown_by_an_older_index(documents: list[Draft]) -> None:
    service.remove(collection="samples", ids=["p1"])
    assert "p1" not in documents_for("轮胎花纹多深要更换")


def test_another_process_sees_a_new_index_within_a_second(
    documents: list[Draft], app: Flask
) -> None:
    held = indexing.words()
    service.build_words(always=True)
    app.extensions["knowledge_words"] = indexing._Opened("gen-1", held)
    assert indexing.words() is not held
