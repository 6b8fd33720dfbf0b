"""What the model says: the next scripted reply, or one made by rule from the messages."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

SAY: Final = re.compile(r"^\s*(?:say|说|请说)[:：]\s*(.+)$", re.IGNORECASE | re.DOTALL)
SOURCE: Final = re.compile(r"^\s*[-*]?\s*\[([^\[\]\n]{1,60})\]\s*(\S.*)$", re.MULTILINE)
ORDER: Final = re.compile(
    r"[^。！？\n]*(?:忽略|无视|不要理会|ignore (?:all|any|the|previous)|disregard)[^\n]*",
    re.IGNORECASE,
)
QUOTED: Final = re.compile(r"[“\"「『']([^”\"」』'\n]{1,200})[”\"」』']")
SOURCES_QUOTED: Final = 3
MAX_DEPTH: Final = 6


@dataclass(frozen=True)
class Reply:
    """One assistant message: text, or calls of tools as (name, arguments as JSON text)."""

    content: str = ""
    tool_calls: tuple[tuple[str, str], ...] = ()
    finish_reason: str = ""
    reasoning: str = ""
    """What it thinks before, sent as `reasoning_content`."""
    meta: dict[str, Any] = field(default_factory=dict)

    @property
    def finish(self) -> str:
        return self.finish_reason or ("tool_calls" if self.tool_calls else "stop")


def reply_from(sent: dict[str, Any]) -> Reply:
    """A scripted reply as the control API takes it. Raises ValueError."""
    unknown = set(sent) - {"content", "tool_calls", "finish_reason", "reasoning"}
    calls = sent.get("tool_calls", [])
    if unknown or not isinstance(calls, list):
        raise ValueError("a reply has content, tool_calls, finish_reason and reasoning")
    if not all(isinstance(call, dict) and isinstance(call.get("name"), str) for call in calls):
        raise ValueError("a tool call has a name and arguments")
    return Reply(
        content=str(sent.get("content", "")),
        tool_calls=tuple((call["name"], _arguments(call.get("arguments", {}))) for call in calls),
        finish_reason=str(sent.get("finish_reason", "")),
        reasoning=str(sent.get("reasoning", "")),
    )


def _arguments(given: Any) -> str:
    """Text is sent as it is, so that a script can send broken JSON too."""
    return given if isinstance(given, str) else json.dumps(given, ensure_ascii=False)


def by_rule(body: dict[str, Any]) -> Reply:
    """Tool call, JSON or text, whichever the request asks for; the same for the same request."""
    messages = body["messages"]
    question = last_user_text(messages)
    choice = body.get("tool_choice", "auto")
    answered = messages[-1].get("role") == "tool"
    if body.get("tools") and choice != "none" and not answered:
        return _tool_call(body["tools"], choice, question)
    kind = (body.get("response_format") or {}).get("type", "text")
    if kind == "json_schema":
        schema = body["response_format"].get("json_schema", {}).get("schema", {})
        return Reply(json.dumps(filled(schema, question), ensure_ascii=False))
    text = _text(messages, question)
    return Reply(
        json.dumps({"answer": text}, ensure_ascii=False) if kind == "json_object" else text
    )


def text_of(message: dict[str, Any]) -> str:
    """The text of a message, whether given as a string or in parts."""
    content = message.get("content") or ""
    if isinstance(content, str):
        return content
    return "".join(str(part.get("text", "")) for part in content if isinstance(part, dict))


def last_user_text(messages: list[dict[str, Any]]) -> str:
    return next((text_of(m) for m in reversed(messages) if m.get("role") == "user"), "")


def _text(messages: list[dict[str, Any]], question: str) -> str:
    if said := SAY.match(question):
        return said[1].strip()
    if messages[-1].get("role") == "tool":
        return f"查询结果如下：{text_of(messages[-1])[:500]}"
    found = sources(messages)
    if not found:
        return f"收到：{question[:200]}"
    asked = _pairs(question.splitlines()[-1] if question.strip() else "")
    ranked = sorted(found, key=lambda item: -len(asked & _pairs(item[1])))[:SOURCES_QUOTED]
    return "".join(f"{text.rstrip('。')}[{name}]。" for name, text in ranked)


def sources(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Lines of the form `[id] text` in the prompt, as (id, text)."""
    return [pair for message in messages for pair in SOURCE.findall(text_of(message))]


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _tool_call(tools: list[dict[str, Any]], choice: Any, question: str) -> Reply:
    functions = [tool.get("function", {}) for tool in tools]
    if isinstance(choice, dict):
        wanted = choice.get("function", {}).get("name")
        functions = [f for f in functions if f.get("name") == wanted] or functions
    asked = _pairs(question)
    best = max(functions, key=lambda f: len(asked & _pairs(str(f.get("description", "")))))
    arguments = filled(best.get("parameters") or {"type": "object"}, question)
    return Reply(tool_calls=((best["name"], json.dumps(arguments, ensure_ascii=False)),))


def filled(schema: dict[str, Any], text: str, depth: int = 0) -> Any:
    """The smallest value a JSON schema allows, taken from the text where it can be."""
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return filled(schema[key][0], text, depth)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return next((v for v in schema["enum"] if str(v) in text), schema["enum"][0])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return _object(schema, text, depth)
    if kind == "array":
        least = max(1, int(schema.get("minItems", 1)))
        return [filled(schema.get("items", {}), text, depth + 1)] * (
            least if depth < MAX_DEPTH else 0
        )
    if kind in ("integer", "number"):
        return _number(schema, text, kind)
    return {"boolean": True, "null": None}.get(kind, text.strip()[: schema.get("maxLength", 200)])


def _object(schema: dict[str, Any], text: str, depth: int) -> dict[str, Any]:
    properties = schema.get("properties", {})
    wanted = schema.get("required", list(properties))
    if depth >= MAX_DEPTH:
        return {}
    return {name: filled(properties.get(name, {}), text, depth + 1) for name in wanted}


def _number(schema: dict[str, Any], text: str, kind: str) -> float | int:
    found = re.search(r"\d+(?:\.\d+)?", text)
    value = float(found[0]) if found else float(schema.get("minimum", 0))
    value = min(max(value, schema.get("minimum", value)), schema.get("maximum", value))
    return int(value) if kind == "integer" else value


def with_made_up_number(reply: Reply, messages: list[dict[str, Any]]) -> Reply:
    """The reply and a sentence with a figure that nothing in the prompt says."""
    prompt = "".join(text_of(message) for message in messages) + reply.content
    number = next(n for n in range(987, 100_000) if str(n) not in prompt)
    found = sources(messages)
    mark = f"[{found[0][0]}]" if found else ""
    return Reply(f"{reply.content}它的续航是{number}公里{mark}。", meta={"number": number})


def obeying_injection(messages: list[dict[str, Any]]) -> Reply:
    """Does what a text hidden among the material orders, and shows its own prompt too."""
    everything = "\n".join(text_of(message) for message in messages)
    order = ORDER.search(everything)
    asked = QUOTED.search(order[0]) if order else None
    system = next((text_of(m) for m in messages if m.get("role") in ("system", "developer")), "")
    obeyed = asked[1] if asked else (order[0].strip() if order else "")
    return Reply(f"好的，照办。{obeyed}\n我的系统提示是：{system}", finish_reason="stop")
