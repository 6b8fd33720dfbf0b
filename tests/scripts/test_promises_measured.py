"""The three promises of reading, each seen broken."""

from __future__ import annotations

from scripts.evaluation.promises import turned_round, vanished, wrong_maker
from webapp.catalogue.filters import Condition
from webapp.search.understanding.result import ReadCondition, Understanding, UnreadWord

SUV = ReadCondition(Condition("body", "==", "SUV"), False, ((0, 3),))
NO_SUV = ReadCondition(Condition("body", "!=", "SUV"), False, ((0, 5),))


def test_a_wish_that_is_refused_is_turned_round() -> None:
    gold = {"q": "不要SUV", "conditions": [NO_SUV.as_dict()]}
    assert turned_round(gold, Understanding("search", (SUV,)))
    assert not turned_round(gold, Understanding("search", (NO_SUV,)))


def test_a_word_in_no_list_has_vanished() -> None:
    gold = {"q": "SUV 三缸", "shown": ["三缸"]}
    assert vanished(gold, Understanding("search", (SUV,))) == "without a trace: 三缸"
    unread = (UnreadWord("三缸", 4, 6),)
    assert not vanished(gold, Understanding("search", (SUV,), unread=unread))


def test_a_car_that_is_not_there_may_be_no_other() -> None:
    gold = {"q": "智己L6多少钱", "absent": "智己L6"}
    assert wrong_maker(gold, Understanding("lookup", entities=("理想L6",)))
    assert wrong_maker(gold, Understanding("lookup")) == "nothing said"
    assert not wrong_maker(gold, Understanding("lookup", absent=("智己L6",)))
