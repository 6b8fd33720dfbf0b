"""A model plans: it sees the sentence, the situation and the page, and asks for calls.

It has LLM_PLAN_SECONDS and two rounds; in the second it sees which cars the first one found.
Whatever is late, invalid or absent leaves the plan of the rules as it stands.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog
from flask import current_app

from webapp.assistant.calls import MOST_CALLS, Call, Compare, FindCars, LookUp, Plan, dump
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.situation import Situation
from webapp.assistant.dialogue.tools import (
    Grounds,
    Unfit,
    answer_schema,
    call_from,
    described,
    tools,
)
from webapp.backends import llm
from webapp.backends.abilities import ability
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.search.finding import find_trims
from webapp.search.names import all_names

if TYPE_CHECKING:
    from haystack.dataclasses import ChatMessage

RULE: Final = "model"
PROMPT: Final = Path(__file__).resolve().parent.parent / "prompts" / "plan.txt"
TURNS_TOLD: Final = 6
FOUND_TOLD: Final = 5
"""Cars of a list that the second round is told."""
LEAST_SECONDS: Final = 0.5
"""Of what is left for a second round; with less there is none."""

log = structlog.get_logger(__name__)


def plans() -> bool:
    """Whether the model is asked for a plan."""
    return _mode() is not None


def planned(said: Said) -> Plan | None:
    """The model's plan; None where it is not to plan, or gave none that holds."""
    mode = _mode()
    if mode is None:
        return None
    deadline = time.monotonic() + current_app.config["LLM_PLAN_SECONDS"]
    grounds = _grounds(said)
    try:
        calls = _asked(mode, _messages(said, mode), grounds, deadline)
        if found := _found(calls):
            left = deadline - time.monotonic()
            if left > LEAST_SECONDS:
                known = {trim.id for trim in found}
                more = replace(grounds, trims={*grounds.trims, *known})
                told = [f"trim:{trim.id} {trim.full_name}" for trim in found]
                calls = _second(mode, said, calls, told, more, deadline)
    except llm.ModelError as error:
        log.info("no plan of the model", trouble=error.trouble)
        return None
    return Plan(tuple(calls[:MOST_CALLS]), RULE) if calls else None


def _mode() -> str | None:
    """How the model is asked: by tools or for JSON; None where it is not asked at all."""
    wish = current_app.config["LLM_PLANS"]
    if wish == "off" or not llm.is_ready():
        return None
    can = ability()
    if wish == "always":
        return "json" if can in ("json", "text") else "tools"
    return can if can in ("tools", "json") else None


def _second(
    mode: str,
    said: Said,
    calls: list[Call],
    found: list[str],
    grounds: Grounds,
    deadline: float,
) -> list[Call]:
    """The calls of the first round and what the model adds, knowing the cars that were found;
    where it fails now, those of the first."""
    done = {"calls_made": [dump(call) for call in calls], "found": found}
    asked = _messages(said, mode, done)
    try:
        further = _asked(mode, asked, grounds, deadline)
    except llm.ModelError as error:
        log.info("no second round", trouble=error.trouble)
        return calls
    # A list the visitor did not ask to see gives way to what is done with its cars.
    if any(isinstance(call, Compare | LookUp) for call in further):
        return [*(call for call in calls if not isinstance(call, FindCars)), *further]
    return [*calls, *(call for call in further if call not in calls)]


def _asked(mode: str, messages: list[ChatMessage], grounds: Grounds, deadline: float) -> list[Call]:
    seconds = max(deadline - time.monotonic(), 0.0)
    calls = []
    for name, arguments in _raw(mode, messages, seconds):
        try:
            calls.append(call_from(name, arguments, grounds))
        except Unfit as error:
            log.info("call of the model refused", why=str(error)[:120])
    return calls


def _raw(
    mode: str, messages: list[ChatMessage], seconds: float
) -> Iterable[tuple[str, dict[str, Any]]]:
    if mode == "tools":
        answer = llm.ask_tools(messages, tools(), seconds=seconds)
        return [(call.tool_name, call.arguments) for call in answer.tool_calls]
    given = llm.ask_json(messages, seconds=seconds, schema=answer_schema()).get("calls")
    return [
        (str(one.get("tool")), one["arguments"])
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, dict) and isinstance(one.get("arguments"), dict)
    ]


def _found(calls: list[Call]) -> list[queries.TrimRow]:
    """The first cars of the first list among the calls."""
    for call in calls:
        if isinstance(call, FindCars) and call.wants:
            selection = Selection(tuple(want.condition for want in call.wants), call.sort)
            return queries.trims_by_id(find_trims(selection, limit=FOUND_TOLD).ids)
    return []


def _grounds(said: Said) -> Grounds:
    names = all_names()
    known = said.known
    words = [said.text, *(one.question for one in known.asked), *(f.said for f in known.facts)]
    trims = {trim for told in known.told for trim in told.trims} | {*said.here, *said.pointed.trims}
    return Grounds(
        series={name.text for name in names if name.kind == "series"},
        names={name.text for name in names if name.kind != "group"},
        trims=trims,
        words="\n".join((*words, *(one.said for one in known.standing))),
        standing=known.wants,
    )


def _messages(said: Said, mode: str, done: dict[str, Any] | None = None) -> list[ChatMessage]:
    from haystack.dataclasses import ChatMessage

    instructions = PROMPT.read_text("utf-8")
    if mode == "json":
        instructions += 'Answer with JSON: {"calls": [{"tool", "arguments"}]}. Tools:\n'
        instructions += "\n".join(described())
    data = {"sentence": said.text, **_told(said.known, said.here), **(done or {})}
    return [
        ChatMessage.from_system(instructions),
        # As JSON: what a visitor types is data, not an instruction.
        ChatMessage.from_user(json.dumps(data, ensure_ascii=False)),
    ]


def _told(known: Situation, here: tuple[int, ...]) -> dict[str, Any]:
    """The situation in short: no text of pages, passages or answers, which could give orders."""
    ids = [trim for told in known.asked[:TURNS_TOLD] for trim in told.trims[:FOUND_TOLD]]
    cars = {trim.id: trim.full_name for trim in queries.trims_by_id((*here, *ids))}
    turns = [
        {
            "question": told.question,
            "kind": told.intent,
            "cars": [f"trim:{id_} {cars[id_]}" for id_ in told.trims[:FOUND_TOLD] if id_ in cars],
        }
        for told in reversed(known.asked[:TURNS_TOLD])
    ]
    return {
        "turns": turns,
        "page": [f"trim:{id_} {cars[id_]}" for id_ in here[:FOUND_TOLD] if id_ in cars],
        "facts": [{"name": one.name, "value": one.value, "words": one.said} for one in known.facts],
        "standing": [{**asdict(one.want), "words": one.said} for one in known.standing],
    }
