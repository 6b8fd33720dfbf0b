"""`assistant ask`: JSON Lines in and out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from tests.assistant.answering.conftest import garage, passages  # noqa: F401 - fixtures


def ask(app: Flask, *lines: str) -> list[dict[str, Any]]:
    result = app.test_cli_runner().invoke(args=["assistant", "ask"], input="\n".join(lines) + "\n")
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("garage", "passages")
def test_one_answer_a_line_in_order_with_all_that_is_promised(app: Flask) -> None:
    lines = ('{"id": 1, "q": "北斗和天舟对比"}', '{"id": "b", "q": "你好"}')
    first, second = ask(app, *lines)

    assert list(first) == ["id", "intent", "answer", "citations", "numbers", "trims", "refused"]
    assert (first["id"], first["intent"], len(first["trims"])) == (1, "compare", 2)
    assert {"text", "source"} == set(first["numbers"][0])
    assert (second["id"], second["intent"], second["refused"]) == ("b", "other", False)


@pytest.mark.usefixtures("garage", "passages")
def test_lines_of_one_conversation_follow_on_each_other(app: Flask) -> None:
    answers = ask(
        app,
        '{"id": 1, "q": "30万以内的SUV", "conversation": "a"}',
        '{"id": 2, "q": "20万以内的SUV", "conversation": "b"}',
        '{"id": 3, "q": "那七座的呢", "conversation": "a"}',
        '{"id": 4, "q": "那七座的呢"}',
    )

    assert "不超过 30 万元" in answers[2]["answer"]
    assert "万元、" not in answers[3]["answer"].splitlines()[0]


@pytest.mark.usefixtures("garage", "passages")
@pytest.mark.parametrize(
    "broken",
    [
        "nonsense",
        "[1]",
        '{"q": "北斗"}',
        '{"id": 1}',
        '{"id": 1, "q": "  "}',
        '{"id": 1, "q": "北斗", "conversation": [1]}',
        '{"id": 1, "q": "' + "长" * 2001 + '"}',
    ],
)
def test_a_broken_line_gets_an_error_and_the_rest_goes_on(app: Flask, broken: str) -> None:
    first, second = ask(app, broken, '{"id": 2, "q": "你好"}')

    assert "error" in first
    assert second["id"] == 2
