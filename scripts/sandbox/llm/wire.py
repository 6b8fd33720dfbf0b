"""How a reply looks on the wire: whole, or as server-sent chunks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from scripts.sandbox.llm.answers import Reply, text_of

PIECE: Final = 4
"""Characters in a chunk of text."""


def error(message: str, kind: str, code: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def usage(body: dict[str, Any], reply: Reply) -> dict[str, int]:
    """Counts characters, which is near enough to tokens for Chinese."""
    prompt = sum(len(text_of(message)) for message in body["messages"])
    written = len(reply.content) + sum(len(arguments) for _, arguments in reply.tool_calls)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
    }


def completion(head: dict[str, Any], body: dict[str, Any], reply: Reply) -> dict[str, Any]:
    """The whole answer of a request that does not stream."""
    message: dict[str, Any] = {"role": "assistant", "content": reply.content or None}
    if reply.reasoning:
        message["reasoning_content"] = reply.reasoning
    if reply.tool_calls:
        message["tool_calls"] = [
            {"id": call_id(head, i), "type": "function", "function": {"name": n, "arguments": a}}
            for i, (n, a) in enumerate(reply.tool_calls)
        ]
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": reply.finish}
    return head | {
        "object": "chat.completion",
        "choices": [choice],
        "usage": usage(body, reply),
    }


def chunks(head: dict[str, Any], body: dict[str, Any], reply: Reply) -> Iterator[str]:
    """The events of a stream, each with the blank line that ends it; without the last `[DONE]`."""
    head = head | {"object": "chat.completion.chunk"}

    def event(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return data(head | {"choices": [choice]} | more)

    yield event({"role": "assistant", "content": "" if not reply.tool_calls else None})
    for piece in pieces(reply.reasoning):
        yield event({"reasoning_content": piece})
    for piece in pieces(reply.content):
        yield event({"content": piece})
    for index, (name, arguments) in enumerate(reply.tool_calls):
        opened = {"name": name, "arguments": ""}
        call = {"index": index, "id": call_id(head, index), "type": "function", "function": opened}
        yield event({"tool_calls": [call]})
        for piece in pieces(arguments):
            yield event({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    yield event({}, reply.finish)
    if (body.get("stream_options") or {}).get("include_usage"):
        yield data(head | {"choices": [], "usage": usage(body, reply)})


def pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]


def data(content: dict[str, Any]) -> str:
    return f"data: {json.dumps(content, ensure_ascii=False)}\n\n"


def call_id(head: dict[str, Any], index: int) -> str:
    return f"call_{head['id'].removeprefix('chatcmpl-')}_{index}"
