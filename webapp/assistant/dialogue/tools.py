"""The calls as tools of a model: their schemas, and a model's arguments made into calls.

What a model sends is data of a stranger: cars must be of the catalogue, fields and values of the
table of filters, and each condition rests on words that were really said.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, get_args

from webapp.assistant.answering.sold_words import MOST as MOST_PLACES
from webapp.assistant.answering.sold_words import slices_of
from webapp.assistant.calls import (
    Call,
    Cars,
    Compare,
    Cost,
    CostKind,
    FindCars,
    ListVersions,
    LookUp,
    Quote,
    Rank,
    Reply,
    Sales,
    Want,
)
from webapp.backends.llm import Tool
from webapp.catalogue.filters import FIELDS, SORTS
from webapp.catalogue.measures import MEASURES
from webapp.catalogue.reading.reference import parameters
from webapp.rankings.periods import is_period
from webapp.search.proposing import condition_of

MOST_CARS: Final = 6
MOST_CONDITIONS: Final = 10
LONGEST_QUESTION: Final = 200
_TRIM: Final = "trim:"


class Unfit(ValueError):
    """A call of a model that cannot be carried out; the message says why."""


@dataclass(frozen=True)
class Grounds:
    """What a model's arguments may rest on: names of series and brands, ids of trims spoken of or
    shown, the words that were said, and the wishes that stand."""

    series: Collection[str]
    names: Collection[str]
    trims: Collection[int]
    words: str
    standing: Collection[Want]


def tools() -> list[Tool]:
    return [Tool(name, row.description, row.schema()) for name, row in _TOOLS.items()]


def call_from(name: str, arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    """The call a model asks for. Raises Unfit."""
    row = _TOOLS.get(name)
    if row is None:
        raise Unfit(f"no tool {name!r}")
    return row.make(arguments, grounds)


def answer_schema() -> dict[str, Any]:
    """For models that write JSON and call nothing: `{"calls": [{"tool", "arguments"}]}`."""
    one = {
        "type": "object",
        "properties": {
            "tool": {"type": "string", "enum": list(_TOOLS)},
            "arguments": {"type": "object"},
        },
        "required": ["tool", "arguments"],
    }
    return {
        "type": "object",
        "properties": {"calls": {"type": "array", "items": one}},
        "required": ["calls"],
    }


def described() -> Iterator[str]:
    """The tools in lines, for a model that is not given them as such."""
    for name, row in _TOOLS.items():
        yield f"- {name}({', '.join(row.properties)}): {row.description}"


# --- arguments ------------------------------------------------------------------------------


def _cars(arguments: Mapping[str, Any], grounds: Grounds, *, least: int = 1) -> Cars:
    given = arguments.get("cars", [])
    if not isinstance(given, list) or not least <= len(given) <= MOST_CARS:
        raise Unfit(f"between {least} and {MOST_CARS} cars are expected")
    trims, series = [], []
    for car in given:
        if isinstance(car, str) and car.startswith(_TRIM) and car[len(_TRIM) :].isdecimal():
            trims.append(int(car[len(_TRIM) :]))
        else:
            series.append(car)
    if strange := [car for car in series if not isinstance(car, str) or car not in grounds.series]:
        raise Unfit(f"no series {strange[0]!r}")
    if strange_ids := [trim for trim in trims if trim not in grounds.trims]:
        raise Unfit(f"trim {strange_ids[0]} was not spoken of")
    return Cars(tuple(dict.fromkeys(trims)), tuple(dict.fromkeys(series)))


def _wants(arguments: Mapping[str, Any], grounds: Grounds) -> tuple[Want, ...]:
    given = arguments.get("conditions", [])
    if not isinstance(given, list) or len(given) > MOST_CONDITIONS:
        raise Unfit(f"at most {MOST_CONDITIONS} conditions are expected")
    return tuple(dict.fromkeys(_want(item, grounds) for item in given))


def _want(item: Any, grounds: Grounds) -> Want:
    condition = condition_of(item, grounds.names) if isinstance(item, dict) else None
    if condition is None:
        raise Unfit(f"{item!r} is no condition of the table")
    for known in grounds.standing:
        if known.condition == condition:
            return known
    words = item.get("words")
    if not isinstance(words, str) or not words.strip() or words not in grounds.words:
        raise Unfit(f"{item!r} rests on no words that were said")
    # What a model understands is a proposal: shown as inferred, and easily taken away.
    return Want.of(condition, inferred=True)


def _field(arguments: Mapping[str, Any]) -> str | None:
    field = arguments.get("field") or None
    if field is not None and field not in _asked_for():
        raise Unfit(f"no field {field!r}")
    return field


@cache
def _asked_for() -> frozenset[str]:
    return frozenset({*(row.name for row in FIELDS), *MEASURES, *parameters()})


def _question(arguments: Mapping[str, Any]) -> str:
    text = arguments.get("question")
    if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST_QUESTION:
        raise Unfit(f"a question of at most {LONGEST_QUESTION} characters is expected")
    return text.strip()


# --- the tools ------------------------------------------------------------------------------


def _find_cars(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    sort = arguments.get("sort") or None
    if sort is not None and sort not in SORTS:
        raise Unfit(f"no order {sort!r}")
    return FindCars(_wants(arguments, grounds), sort, unread=True)


def _list_versions(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    series = arguments.get("series")
    if not isinstance(series, str) or series not in grounds.series:
        raise Unfit(f"no series {series!r}")
    return ListVersions(series, _wants(arguments, grounds))


def _look_up(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    return LookUp(_cars(arguments, grounds), _field(arguments), own=True)


def _compare(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    return Compare(_cars(arguments, grounds, least=2), _field(arguments))


def _rank(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    field = _field(arguments)
    if field is None or field not in {*MEASURES, *parameters()}:
        raise Unfit("a figure to rank by is expected")
    most = arguments.get("most", True)
    return Rank(field, bool(most), wants=_wants(arguments, grounds))


def _sales(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    cars, wants = _cars(arguments, grounds, least=0), _wants(arguments, grounds)
    period, top = arguments.get("period") or "", arguments.get("top", 0)
    if not isinstance(period, str) or not (period == "" or is_period(period)):
        raise Unfit(f"no period {period!r}")
    if not isinstance(top, int) or not 0 <= top <= MOST_PLACES or not (cars or top):
        raise Unfit(f"cars, or between 1 and {MOST_PLACES} places are expected")
    if slices_of(one.condition for one in wants) is None:
        raise Unfit("a ranking has no such part")
    return Sales(cars, period, top, wants)


def _cost(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    kinds = {kind: kind for kind in get_args(CostKind)}
    kind: CostKind | None = kinds.get(arguments.get("kind"))
    if kind is None:
        raise Unfit(f"no kind of cost {arguments.get('kind')!r}")
    return Cost(_question(arguments), _cars(arguments, grounds, least=0), kind)


def _quote(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    return Quote(_question(arguments), _cars(arguments, grounds, least=0))


def _reply(arguments: Mapping[str, Any], grounds: Grounds) -> Call:
    match arguments.get("kind"):
        case "talk":
            return Reply("talk")
        case "unclear":
            return Reply("unclear")
        case other:
            raise Unfit(f"no reply {other!r}")


@dataclass(frozen=True)
class _Row:
    description: str
    properties: dict[str, Callable[[], dict[str, Any]]]
    required: tuple[str, ...]
    make: Callable[[Mapping[str, Any], Grounds], Call]

    def schema(self) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "required": list(self.required),
            "properties": {name: made() for name, made in self.properties.items()},
        }


def _text() -> dict[str, Any]:
    return {"type": "string"}


def _list_of_cars() -> dict[str, Any]:
    return {"type": "array", "items": _text(), "maxItems": MOST_CARS}


def _any_field() -> dict[str, Any]:
    return {"type": "string", "description": f"such as {', '.join(MEASURES)}, or a parameter"}


@cache
def _conditions() -> dict[str, Any]:
    fields = [row.name for row in FIELDS]
    operators = ["==", "!=", ">=", "<=", "in", "not in"]
    choices = [
        f"{row.name} ({row.label}): {'/'.join(row.choices) if row.choices else row.unit or 'name'}"
        for row in FIELDS
    ]
    item = {
        "type": "object",
        "required": ["field", "operator", "value", "words"],
        "properties": {
            "field": {"type": "string", "enum": fields, "description": "; ".join(choices)},
            "operator": {"type": "string", "enum": operators},
            "value": {},
            "words": {"type": "string", "description": "copied from the data unchanged"},
        },
    }
    return {"type": "array", "items": item, "maxItems": MOST_CONDITIONS}


_TOOLS: Final[dict[str, _Row]] = {
    "find_cars": _Row(
        "A list of versions that meet all conditions.",
        {
            "conditions": _conditions,
            "sort": lambda: {"type": "string", "enum": [name for name in SORTS if name]},
        },
        ("conditions",),
        _find_cars,
    ),
    "list_versions": _Row(
        "All versions of one series with their prices.",
        {"series": _text, "conditions": _conditions},
        ("series",),
        _list_versions,
    ),
    "look_up": _Row(
        "One figure or fact of named cars, or without a field their portrait.",
        {"cars": _list_of_cars, "field": _any_field},
        ("cars",),
        _look_up,
    ),
    "compare": _Row(
        "Two to six cars side by side.",
        {"cars": _list_of_cars, "field": _any_field},
        ("cars",),
        _compare,
    ),
    "rank": _Row(
        "Cars in the order of a figure, the most of it first, or with most false the least.",
        {"field": _any_field, "most": lambda: {"type": "boolean"}, "conditions": _conditions},
        ("field",),
        _rank,
    ),
    "sales": _Row(
        "Units sold of cars, or without cars the first places of a ranking of sales.",
        {
            "cars": _list_of_cars,
            "period": lambda: {"type": "string", "description": "2026-06, 2026-Q2 or 2026"},
            "top": lambda: {"type": "integer"},
            "conditions": _conditions,
        },
        (),
        _sales,
    ),
    "cost": _Row(
        "Purchase tax, energy for a distance, or a loan, worked out.",
        {
            "question": _text,
            "kind": lambda: {"type": "string", "enum": list(get_args(CostKind))},
            "cars": _list_of_cars,
        },
        ("question", "kind"),
        _cost,
    ),
    "quote": _Row(
        "What the site's own pages say about a question of owning, law, technique or advice.",
        {"question": _text, "cars": _list_of_cars},
        ("question",),
        _quote,
    ),
    "reply": _Row(
        "Small talk, or that the sentence is not understood.",
        {"kind": lambda: {"type": "string", "enum": ["talk", "unclear"]}},
        ("kind",),
        _reply,
    ),
}
