"""The table of rules: each example is won by its own rule."""

from __future__ import annotations

from tests.assistant.answering.conftest import Garage, Put, Talk
from webapp.assistant.calls import Plan, dump, load
from webapp.assistant.dialogue.holding import turn_of
from webapp.assistant.dialogue.rules import RULES
from webapp.assistant.events import Question

CARS = {"a": "北斗", "b": "天舟", "c": "织女"}
EXAMPLES = 3


def _named(text: str) -> str:
    return text.format(**CARS)


def test_every_example_is_won_by_its_own_rule(talk: Talk, garage: Garage, passages: Put) -> None:
    passages("冬天气温低，电池放电变慢，续航会短。")
    held: dict[tuple[str, ...], object] = {}
    lost = []
    for rule in RULES:
        for example in rule.examples:
            before, text = tuple(map(_named, example[:-1])), _named(example[-1])
            if before not in held:
                talk.history = ()
                for question in before:
                    talk.ask(question)
                held[before] = talk.history
            won = turn_of(Question(text, held[before])).plan.rule  # type: ignore[arg-type]
            if won != rule.name:
                lost.append(f"{' / '.join((*before, text))}: {won}, not {rule.name}")
    assert not lost, "\n".join(lost)


def test_every_rule_has_three_examples_and_a_name_of_its_own() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(len(rule.examples) >= EXAMPLES for rule in RULES)


def test_a_plan_and_its_calls_survive_json(talk: Talk, garage: Garage) -> None:
    talk.ask("30万以内的SUV")
    for text in ("再便宜点", "第二个续航多少", "第一个和第三个对比一下", "轴距最长的车", "谢谢"):
        plan = turn_of(Question(text, talk.history)).plan
        assert Plan.from_dict(plan.as_dict()) == plan
        assert all(load(dump(call)) == call for call in plan.calls)
