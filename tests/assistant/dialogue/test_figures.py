"""The form under a sum: the sentence it asks, and that the sum reads each figure of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Talk
from webapp.assistant import stored
from webapp.assistant.answering.stated import TAKES, changes
from webapp.assistant.dialogue.summing import LONGEST
from webapp.assistant.events import Answer, Figures
from webapp.assistant.figures import FIGURES, question_of
from webapp.errors import BadInput

FILLED = {
    "km": "30000",
    "years": "3",
    "fuel_price": "8.5",
    "power_price": "1.2",
    "down_yuan": "80000",
    "months": "60",
    "rate": "3.5",
}


def _form(done: Answer) -> dict[str, str]:
    (form,) = (block for block in done.blocks if isinstance(block, Figures))
    return dict(form.items)


@pytest.mark.parametrize("kind", ["years", "loan"])
def test_a_sum_reads_every_figure_of_the_sentence_its_form_asks(kind: str) -> None:
    mine = {name: value for name, value in FILLED.items() if name in TAKES[kind]}
    asked = question_of({f"sum_{name}": value for name, value in mine.items()})
    found = changes(asked, kind, {}, opens=False)
    assert {name: found.get(name) for name in mine} == {n: Decimal(v) for n, v in mine.items()}


def test_the_longest_sentence_of_a_form_is_read_as_figures() -> None:
    use = ("km", "years", "fuel_price", "power_price")
    assert len(question_of({f"sum_{name}": FILLED[name] for name in use})) <= LONGEST
    assert set(FILLED) == set(FIGURES)


def test_a_form_without_figures_asks_nothing() -> None:
    assert question_of({"sum_km": " ", "text": ""}) == ""


@pytest.mark.parametrize("value", ["三万", "-1", "1e9", "12345678901234"])
def test_what_is_no_figure_is_refused_with_its_name(value: str) -> None:
    with pytest.raises(BadInput, match="一年跑：请填一个数字，单位是公里"):
        question_of({"sum_km": value})


def test_the_form_of_a_loan_works_it_out_anew(talk: Talk) -> None:
    form = _form(talk.ask("织女贷款，首付3万，3年，月供多少"))
    assert form == {"down_yuan": "30000", "months": "36", "rate": ""}
    asked = question_of({f"sum_{name}": value for name, value in form.items()} | {"sum_rate": "3"})
    done = talk.ask(asked)
    assert "首付 30,000 元、贷 36 期" in done.text
    assert _form(done) == form | {"rate": "3"}
    assert stored.load(stored.dump(done)).blocks == done.blocks
