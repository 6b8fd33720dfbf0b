"""Commands for other programs: whatever a line holds, it is answered and the rest goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask

from tests.catalogue import catalogue
from webapp.catalogue.filters import TABLE
from webapp.filtering.given import condition_given, sort_given

BROKEN: Sequence[bytes] = (
    b"nonsense",
    b"[1]",
    b"null",
    b"\xff\xfe",
    b"\xe6\xb1",
    b"[" * 100_000,
    b'{"id": NaN, "q": "SUV", "typed": "b"}',
    b'{"id": 1, "q": "\\ud800", "typed": "\\ud800"}',
    b'{"id": "\\ud800", "q": "SUV", "typed": "b"}',
    b'{"id": 1, "q": 5, "typed": 5}',
)


@pytest.mark.parametrize(
    "command",
    ["search understand", "search query", "search suggest", "knowledge search", "assistant ask"],
)
def test_every_broken_line_gets_an_error_and_the_last_line_its_answer(
    app: Flask, command: str
) -> None:
    catalogue.trim("a")
    catalogue.publish()
    good = b'{"id": "z"}' if command == "search query" else b'{"id": "z", "q": "SUV", "typed": "b"}'
    sent = b"\n".join((*BROKEN, b"", good)) + b"\n"
    result = app.test_cli_runner().invoke(args=command.split(), input=sent)
    assert result.exit_code == 0, result.output
    answers: list[dict[str, Any]] = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(BROKEN) + 1
    assert ["error" in answer for answer in answers] == [True] * len(BROKEN) + [False]
    assert answers[-1].get("id", "z") == "z"


@pytest.mark.parametrize(
    "line",
    [
        {"fields": [["a"]]},
        {"fields": [{}]},
        {"sort": []},
        {"sort": {"field": "price"}},
        {"conditions": [{"field": "price_wan", "operator": [], "value": 1}]},
        {"conditions": [{"field": "price_wan", "operator": "<=", "value": 1e308}]},
        {"conditions": [{"field": "seats", "operator": "==", "value": 10**400}]},
    ],
)
def test_a_query_of_wrong_types_gets_an_error_and_the_rest_goes_on(
    app: Flask, line: dict[str, Any]
) -> None:
    catalogue.trim("a")
    catalogue.publish()
    sent = f'{json.dumps({"id": 1} | line)}\n{{"id": 2}}\n'
    result = app.test_cli_runner().invoke(args=["search", "query"], input=sent)
    first, second = map(json.loads, result.stdout.splitlines())
    assert sorted(first) == ["error", "id"]
    assert (second["id"], second["total"]) == (2, 1)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -(10**12), True, "20", None, [20]])
def test_a_number_is_one_that_a_field_could_hold(value: object) -> None:
    with pytest.raises(ValueError, match="needs a number"):
        condition_given(TABLE, {"field": "price_wan", "operator": "<=", "value": value})


def test_no_sort_is_asked_for_by_null_alone() -> None:
    assert sort_given(TABLE, None) is None
    with pytest.raises(ValueError, match="sort"):
        sort_given(TABLE, "")
