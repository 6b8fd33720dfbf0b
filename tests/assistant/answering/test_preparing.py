"""While passages are being prepared, answers they could better say so in one quiet line."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Put, Talk
from tests.assistant.answering.test_answers import assert_bound
from tests.knowledge.conftest import draft
from webapp.assistant.events import Answer, Note
from webapp.knowledge import service

PREPARING = "知识库正在准备：0 / 2。"
DRAFTS = [draft("a", "雨刷条每年更换一次。"), draft("b", "机油每一万公里更换一次。")]


@pytest.fixture
def behind(talk: Talk) -> Talk:
    """Documents that are in no index yet."""
    service.ingest(collection="samples", drafts=DRAFTS)
    return talk


def notes_of(done: Answer) -> list[str]:
    return [block.text for block in done.blocks if isinstance(block, Note)]


def test_while_nothing_can_be_looked_up_the_visitor_is_told_to_ask_again(behind: Talk) -> None:
    done = behind.ask("冬天续航会打几折")
    assert notes_of(done) == [PREPARING]
    assert "资料还在准备" in done.blocks[0].sentences[0].text  # type: ignore[union-attr]
    assert "我不猜" not in done.text
    assert_bound(done)


def test_a_refusal_says_that_material_is_still_being_prepared(behind: Talk) -> None:
    service.bring_up_to_date()
    service.ingest(collection="samples", drafts=[draft("c", "玻璃水冬天要换防冻的。")])
    done = behind.ask("冬天续航会打几折")
    assert done.refused
    (said,) = notes_of(done)
    assert said.startswith("知识库正在准备：")
    assert "我不猜" in done.blocks[0].sentences[0].text  # type: ignore[union-attr]
    assert done.blocks[1] == Note(said)
    assert_bound(done)


def test_an_answer_from_passages_says_it_once_beneath(behind: Talk, passages: Put) -> None:
    passages("冬天续航会打七折左右，先插着枪预热再出发。")
    done = behind.ask("冬天续航会打几折")
    assert not done.refused
    assert notes_of(done) == [PREPARING]
    assert done.text.rstrip().endswith(PREPARING)
    assert_bound(done)


def test_what_was_not_understood_might_be_once_passages_are_there(behind: Talk) -> None:
    assert PREPARING in notes_of(behind.ask("嘟嘟噜噜"))


@pytest.mark.parametrize("question", ["20 万以内的纯电", "北斗多少钱", "北斗和天舟对比"])
def test_cars_and_figures_are_found_without_passages(behind: Talk, question: str) -> None:
    done = behind.ask(question)
    assert not done.refused
    assert PREPARING not in notes_of(done)


def test_when_all_is_ready_nothing_is_said(behind: Talk) -> None:
    behind_no_more = service.bring_up_to_date()
    assert behind_no_more
    assert notes_of(behind.ask("冬天续航会打几折")) == []


def test_an_empty_knowledge_base_is_told_to_whom_it_leaves_without_an_answer(talk: Talk) -> None:
    assert notes_of(talk.ask("冬天续航会打几折")) == ["知识库里还没有内容。"]
    assert notes_of(talk.ask("你好")) == []
