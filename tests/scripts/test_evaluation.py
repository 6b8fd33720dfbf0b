"""What `scripts/evaluate` counts; the shipped sample files are what they should be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.evaluation import retrieval
from scripts.evaluation.__main__ import SAMPLES, evaluate
from scripts.evaluation.figures import Figure, percentile, read_lines, table
from scripts.evaluation.sentences import Score, alike
from webapp.catalogue.filters import FIELDS_BY_NAME, SORTS
from webapp.search.understanding.result import INTENTS

PRICE = {"field": "price_wan", "operator": "<=", "value": 20}
HINT = {"field": "range_km", "operator": ">=", "value": 500, "inferred": True}


def gold(*conditions: dict[str, Any], intent: str = "search") -> dict[str, Any]:
    return {"q": "…", "intent": intent, "conditions": [*conditions], "sort": None}


def test_hard_conditions_are_counted_as_triples_without_regard_to_order_or_type() -> None:
    score = Score()
    brands = {"field": "brand", "operator": "in", "value": ["甲", "乙"]}
    turned = brands | {"value": ["乙", "甲"]}
    score.add(gold(PRICE, brands), gold(turned, PRICE | {"value": 20.0}))
    assert (score.hits, score.exact, score.invented, score.missed) == (2, 1, 0, 0)


def test_a_wrong_value_counts_twice_and_a_field_nobody_asked_for_is_invented() -> None:
    score = Score()
    drive = {"field": "drive", "operator": "==", "value": "四驱"}
    score.add(gold(PRICE), gold(PRICE | {"value": 25}, drive))
    assert (score.hits, score.invented, score.missed) == (0, 2, 1)
    assert score.invented_fields == 1
    assert len(score.wrong) == 1


def test_inferred_conditions_count_apart_with_a_fifth_of_tolerance() -> None:
    assert alike(HINT, HINT | {"value": 590})
    assert not alike(HINT, HINT | {"value": 610})
    score = Score()
    score.add(gold(HINT), gold(HINT | {"value": 450}))
    assert (score.hits, score.inferred_hits, score.exact) == (0, 1, 1)


def test_recall_counts_documents_and_refusals() -> None:
    asked = [
        {"id": "1", "source": "manual", "q": "a", "gold_ids": [29]},
        {"id": "2", "source": "koubei", "q": "b", "gold_ids": ["x"]},
        {"id": "3", "source": "none", "q": "c", "gold_ids": []},
    ]
    answers = [
        {"passages": [{"document": "7"}, {"document": "29"}], "answerable": True},
        {"passages": [{"document": "y"}], "answerable": False},
        {"passages": [], "answerable": False},
    ]
    figures, wrong = retrieval.score(asked, answers)
    values = {figure.name: figure.value for figure in figures}
    assert values["recall@1"] == 0
    assert values["recall@5"] == 0.5
    assert values["refused, rightly"] == 1
    assert values["refused, wrongly"] == 0.5
    assert wrong == ["2 b: not among the first ten"]


def test_the_table_says_what_reaches_its_bar() -> None:
    shown = table(
        [
            Figure("a", "good", 0.96, 0.95),
            Figure("a", "slow", 16, 15, at_most=True, unit="ms"),
            Figure("b", "not available", None, note="why"),
        ]
    ).splitlines()
    assert shown[1].split() == ["a", "good", "0.96", "≥", "0.95", "ok"]
    assert shown[2].split()[-1] == "above"
    assert shown[3].endswith("why")


def test_percentiles_are_the_nearest_rank_in_milliseconds() -> None:
    assert percentile([0.001 * n for n in range(1, 101)], 0.95) == pytest.approx(95)
    assert percentile([], 0.95) == 0


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"id": 1}\n\nnot json\n', encoding="utf-8")
    with pytest.raises(ValueError, match="line 3"):
        read_lines(path)


def test_the_shipped_sentences_follow_the_vocabulary() -> None:
    rows = read_lines(SAMPLES / "understanding.jsonl")
    assert len(rows) >= 60
    for row in rows:
        assert row["intent"] in INTENTS
        assert row["sort"] is None or row["sort"] in SORTS
        for condition in row["conditions"]:
            field = FIELDS_BY_NAME[condition["field"]]
            values = condition["value"]
            for value in values if isinstance(values, list) else [values]:
                assert not field.choices or value in field.choices, row


def test_the_shipped_suggestions_name_what_is_meant() -> None:
    rows = read_lines(SAMPLES / "suggest.jsonl")
    assert len(rows) >= 30
    assert all(row["typed"] and row["expect_series"] for row in rows)


def test_the_shipped_questions_have_ids_of_their_own_and_some_without_answer() -> None:
    files = [SAMPLES / "retrieval.jsonl", *sorted((SAMPLES / "shared").glob("*.jsonl"))]
    rows = [row for file in files for row in read_lines(file)]
    assert len({row["id"] for row in rows}) == len({row["q"] for row in rows}) == len(rows)
    assert sum(not row["gold_ids"] for row in rows) >= 100
    assert all((row["source"] == "none") == (not row["gold_ids"]) for row in rows)


def test_of_empty_files_nothing_is_loaded_or_measured(tmp_path: Path) -> None:
    nothing: dict[str, list[dict[str, Any]]] = {
        "understanding": [],
        "suggest": [],
        "retrieval": [],
    }
    assert evaluate(nothing, None, tmp_path) == ([], [])
    assert not list(tmp_path.iterdir())
