"""The language model: what comes, what goes wrong, and that nobody waits for a silent one."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from haystack.dataclasses import ChatMessage

from tests.model_server import ModelServer, Reply, Request, model_server
from webapp.backends import llm
from webapp.backends.llm import ModelError

MESSAGES = [ChatMessage.from_user("你好")]
ASKED = llm.asking(MESSAGES)


@pytest.fixture
def model(app: Flask) -> Iterator[ModelServer]:
    with model_server(lambda reply, request: reply.say("你好，我在。")) as served:
        app.config |= {"LLM_BASE_URL": served.url, "LLM_MODEL": "m", "LLM_API_KEY": "k"}
        yield served


def trouble(answer: Callable[[], object]) -> ModelError:
    with pytest.raises(ModelError) as caught:
        answer()
    return caught.value


def test_without_an_address_there_is_no_generator(app: Flask) -> None:
    assert llm.generator() is None
    assert trouble(lambda: list(llm.stream(ASKED))).trouble == "unreachable"


def test_an_answer_arrives_in_pieces(model: ModelServer) -> None:
    pieces = list(llm.stream(ASKED))
    assert len(pieces) > 1
    assert "".join(pieces) == "你好，我在。"
    assert model.requests[0]["model"] == "m"
    assert model.requests[0]["stream"] is True
    assert model.requests[0]["authorization"] == "Bearer k"


def test_too_many_requests_is_not_tried_again_and_says_when(model: ModelServer) -> None:
    model.answer = lambda reply, request: reply.refuse(429, Retry_After="7")
    error = trouble(lambda: list(llm.stream(ASKED)))
    assert (error.trouble, error.retry_after) == ("quota", 7.0)
    assert len(model.requests) == 1


def test_a_failing_server_is_tried_once_more(model: ModelServer) -> None:
    def answer(reply: Reply, request: Request) -> None:
        if len(model.requests) == 1:
            reply.refuse(500)
        else:
            reply.say("好了。")

    model.answer = answer
    assert "".join(llm.stream(ASKED)) == "好了。"


def test_a_server_that_stays_broken_is_given_up(model: ModelServer) -> None:
    model.answer = lambda reply, request: reply.refuse(503)
    assert trouble(lambda: list(llm.stream(ASKED))).trouble == "unreachable"
    assert len(model.requests) == 2


def test_nothing_listens_there(app: Flask) -> None:
    app.config |= {"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m"}
    assert trouble(lambda: list(llm.stream(ASKED))).trouble == "unreachable"


def test_a_model_that_says_nothing_in_time_is_left_and_its_request_closed(
    model: ModelServer,
) -> None:
    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        reply.wait_for_goodbye()

    model.answer = answer
    error = trouble(lambda: list(llm.stream(ASKED, first_token_seconds=0.2)))
    assert error.trouble == "slow"
    assert model.closed.wait(5)


def test_a_server_that_never_answers_the_request_is_left_as_well(model: ModelServer) -> None:
    model.answer = lambda reply, request: reply.wait_for_goodbye()
    error = trouble(lambda: list(llm.stream(ASKED, first_token_seconds=0.2)))
    assert error.trouble == "slow"
    assert model.closed.wait(5)


@pytest.mark.parametrize("ending", ["by closing", "by stopping"])
def test_whoever_stops_reading_closes_the_request(model: ModelServer, ending: str) -> None:
    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        reply.piece("一")
        reply.wait_for_goodbye()

    model.answer = answer
    stopped = threading.Event()
    pieces = llm.stream(ASKED, stopped=stopped.is_set)
    assert next(pieces) == "一"
    if ending == "by closing":
        pieces.close()  # type: ignore[attr-defined]
    else:
        stopped.set()
        assert list(pieces) == []
    assert model.closed.wait(5)


def test_an_answer_that_breaks_off_is_told_from_a_whole_one(model: ModelServer) -> None:
    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        reply.piece("续航是")

    model.answer = answer
    pieces = llm.stream(ASKED)
    assert next(pieces) == "续航是"
    assert trouble(lambda: next(pieces)).trouble == "cut"
    assert len(model.requests) == 1


def test_a_stream_that_is_no_json_is_broken(model: ModelServer) -> None:
    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        reply.raw("data: {not json\n\n")

    model.answer = answer
    assert trouble(lambda: list(llm.stream(ASKED))).trouble == "broken"


def test_one_object_can_be_asked_for(model: ModelServer) -> None:
    model.answer = lambda reply, request: reply.whole('{"intent": "search"}')
    assert llm.ask_json(MESSAGES) == {"intent": "search"}
    assert model.requests[0]["response_format"] == {"type": "json_object"}


@pytest.mark.parametrize("text", ["好的", "[1]", ""])
def test_what_is_no_object_is_refused(model: ModelServer, text: str) -> None:
    model.answer = lambda reply, request: reply.whole(text)
    assert trouble(lambda: llm.ask_json(MESSAGES)).trouble == "broken"


def test_an_object_that_takes_too_long_is_not_waited_for(model: ModelServer) -> None:
    model.answer = lambda reply, request: reply.wait_for_goodbye()
    assert trouble(lambda: llm.ask_json(MESSAGES, seconds=0.2)).trouble == "slow"
    assert model.closed.wait(5)


def test_a_stream_nobody_read_to_its_end_is_closed_by_its_own_thread(model: ModelServer) -> None:
    """Not by the garbage collector, which may run while another thread has the client's lock."""
    gc.disable()
    try:
        pieces = llm.stream(ASKED)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
        for thread in threading.enumerate():
            if thread.name == "model":
                thread.join(5)
        made = llm.generator()
        assert made is not None
        assert made.client is not None
        assert made.client._client._transport._pool.connections == []  # type: ignore[attr-defined]
    finally:
        gc.enable()


def thinking(reply: Reply, text: str) -> None:
    delta = json.dumps({"reasoning_content": text})
    reply.raw(
        'data: {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m", '
        f'"choices": [{{"index": 0, "delta": {delta}, "finish_reason": null}}]}}\n\n'
    )


def test_a_model_that_thinks_is_waited_for_and_its_thoughts_are_not_shown(
    app: Flask, model: ModelServer
) -> None:
    app.config["LLM_FIRST_SECONDS"] = 0.6

    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        for _ in range(6):
            thinking(reply, "先想一想。")
            model.release.wait(0.2)
        reply.piece("想好了。")
        reply.piece(None, "stop")
        reply.raw("data: [DONE]\n\n")

    model.answer = answer
    assert "".join(llm.stream(ASKED, first_token_seconds=0.6)) == "想好了。"


@pytest.mark.parametrize("size", [1, 3, 100])
def test_thoughts_between_marks_are_taken_out_however_they_arrive(
    model: ModelServer, size: int
) -> None:
    whole = "<think>读者想要 <b>。</think>续航 510 公里，3 < 5。"

    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        for at in range(0, len(whole), size):
            reply.piece(whole[at : at + size])
        reply.piece(None, "stop")
        reply.raw("data: [DONE]\n\n")

    model.answer = answer
    assert "".join(llm.stream(ASKED)) == "续航 510 公里，3 < 5。"


def test_an_answer_at_the_limit_of_its_length_is_cut(model: ModelServer) -> None:
    def answer(reply: Reply, request: Request) -> None:
        reply.begin()
        reply.piece("第一句。第二")
        reply.piece(None, "length")
        reply.raw("data: [DONE]\n\n")

    model.answer = answer
    assert trouble(lambda: list(llm.stream(ASKED))).trouble == "cut"
