"""Our queries in Elasticsearch's words, and its answers in ours.

Words are searched by the query itself, filters by `post_filter`, so that each facet can be
counted by an aggregation with its own filters left out. No scripts: ranking adds
`field_value_factor` functions to the score of the text.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from webapp.backends.search.analysis import whole_token
from webapp.backends.search.port import (
    ANYWHERE,
    ID,
    Affinity,
    EngineRefused,
    Explanation,
    Filter,
    Found,
    Hit,
    Layout,
    Matched,
    Query,
    Value,
    explanation,
    plain,
)

Json = dict[str, Any]

ANYWHERE_WEIGHT: Final = 0.1
"""What a match by the server's own analyser counts: little, so that it only adds what our tokens
do not find, see `analysis`, and both engines rank alike."""
MOST_VALUES: Final = 10_000
"""Values of one facet; Elasticsearch wants a bound."""
NEEDED: Final = ("hits.total.value", "hits.hits.sort", "aggregations")
"""Parts of an answer; an empty list is left out."""
WHOLE: Final = "="
"""Begins the name of a clause that asks for a whole name."""


def body(query: Query, layout: Layout) -> Json:
    """The arguments of a search."""
    scored = query.by_score or query.explain
    first = ["_score"] if query.by_score or query.affinity else []
    asked: Json = {
        "query": _near(query.affinity)
        if query.affinity
        else _scored(query, layout)
        if scored
        else _texts(query, layout),
        "size": query.limit,
        "sort": [*first, *_order(query), {ID: "asc"}],
        "track_total_hits": True,
    }
    if query.explain:
        asked |= {
            "source": [*layout.boosts],
            "include_named_queries_score": True,
            "track_scores": True,
        }
    else:
        # The id stands among the values sorted by: nothing need be fetched, which is most of
        # the work where thousands of hits are wanted.
        asked |= {"stored_fields": "_none_", "filter_path": list(NEEDED)}
    if query.filters:
        asked["post_filter"] = _all(query.filters, layout)
    if query.facets:
        asked["aggregations"] = _aggregations(query, layout)
    return asked


def read(answer: Mapping[str, Any], query: Query, layout: Layout) -> Found:
    """What `body` asked for. Raises KeyError where the answer is no answer to it."""
    groups = answer.get("aggregations", {})
    facets = {
        name: groups[group][name].get("buckets", ())
        for group, names in _groups(query, layout).items()
        for name in names
    }
    return Found(
        hits=tuple(_hit(hit, query, layout) for hit in answer["hits"].get("hits", ())),
        total=int(answer["hits"]["total"]["value"]),
        facets={
            name: {_key(bucket["key"]): bucket["doc_count"] for bucket in buckets}
            for name, buckets in facets.items()
        },
    )


def _key(value: Value) -> Value:
    return plain(value) if isinstance(value, float) else value


def _order(query: Query) -> list[Json]:
    return [
        {item.field: {"order": "desc" if item.descending else "asc", "missing": "_last"}}
        for item in query.order
    ]


def _all(filters: Iterable[Filter], layout: Layout) -> Json:
    return {"bool": {"filter": [_filter(item, layout) for item in filters]}}


def _filter(item: Filter, layout: Layout) -> Json:
    number = item.field == ID or item.field in layout.numbers
    word, a_set = item.field in layout.words, item.field in layout.sets
    bounds = {">=": "gte", "<=": "lte"}
    if number and item.operator in bounds:
        return {"range": {item.field: {bounds[item.operator]: item.values[0]}}}
    chosen = {"terms": {item.field: list(item.values)}}
    if (number or word or a_set) and item.operator in ("==", "in"):
        return chosen
    if (number or word) and item.operator in ("!=", "not in"):
        return {"bool": {"filter": {"exists": {"field": item.field}}, "must_not": chosen}}
    raise EngineRefused(f"no filter {item.field} {item.operator}")


def _groups(query: Query, layout: Layout) -> dict[str, list[str]]:
    """The facets by the field whose filters are left out: "" for those that leave none out."""
    filtered = {item.field for item in query.filters} - {*layout.sets}
    groups: dict[str, list[str]] = {}
    for name in query.facets:
        groups.setdefault(name if name in filtered else "", []).append(name)
    return {group or "all": names for group, names in groups.items()}


def _aggregations(query: Query, layout: Layout) -> Json:
    return {
        group: {
            "filter": _all(query.others(group), layout),
            "aggs": {name: {"terms": {"field": name, "size": MOST_VALUES}} for name in names},
        }
        for group, names in _groups(query, layout).items()
    }


def _texts(query: Query, layout: Layout) -> Json:
    words = []
    for place, word in enumerate(query.words):
        ways = [_way(f"{place} {name}", word.tokens, name, layout) for name in layout.texts]
        phrase = {"query": word.text, "boost": ANYWHERE_WEIGHT, "_name": f"{place} {ANYWHERE}"}
        words.append(_best([*ways, {"match_phrase": {ANYWHERE: phrase}}]))
    return {"bool": {"must": words}}


def _best(ways: list[Json]) -> Json:
    return {"dis_max": {"queries": ways}}


def _way(called: str, tokens: Iterable[str], field: str, layout: Layout) -> Json:
    """All tokens in one text field."""
    terms = [{"term": {field: {"value": token}}} for token in tokens]
    return {"bool": {"must": terms, "boost": layout.texts[field], "_name": called}}


def _near(affinity: Affinity) -> Json:
    """The documents of an affinity; those that are equally near share a clause."""
    ids: dict[float, list[int]] = {}
    for number, score in affinity.scores:
        ids.setdefault(score, []).append(number)
    return {
        "function_score": {
            "query": {
                "bool": {
                    "should": [
                        {"constant_score": {"filter": {"terms": {ID: same}}, "boost": score}}
                        for score, same in ids.items()
                    ],
                    "minimum_should_match": 1,
                }
            },
            "functions": [
                {"filter": {"match_all": {}}, "weight": 1},
                {
                    "field_value_factor": {
                        "field": affinity.popular,
                        "modifier": "log1p",
                        "missing": 0,
                    },
                    "weight": affinity.weight,
                },
            ],
            "score_mode": "sum",
            "boost_mode": "multiply",
        }
    }


def _scored(query: Query, layout: Layout) -> Json:
    text = _texts(query, layout)
    text["bool"]["should"] = [
        _best(
            [
                _way(f"{WHOLE}{place} {field}", (whole_token(name),), field, layout)
                for field in layout.names
            ]
        )
        for place, name in enumerate(query.exact)
    ]
    if not query.words:
        # Else every document would bring the 1.0 of a query that asks nothing.
        text = {"constant_score": {"filter": {"match_all": {}}, "boost": 0}}
    boosts = [
        {
            "field_value_factor": {"field": name, "modifier": "log1p", "missing": 0},
            "weight": weight,
        }
        for name, weight in layout.boosts.items()
    ]
    return {
        "function_score": {
            "query": text,
            "functions": boosts,
            "score_mode": "sum",
            "boost_mode": "sum",
        }
    }


def _hit(hit: Mapping[str, Any], query: Query, layout: Layout) -> Hit:
    return Hit(int(hit["sort"][-1]), _explain(hit, query, layout) if query.explain else None)


def _explain(hit: Mapping[str, Any], query: Query, layout: Layout) -> Explanation:
    best: dict[str, tuple[float, str]] = {}
    for name, score in hit.get("matched_queries", {}).items():
        place, _, field = name.partition(" ")
        best[place] = max(best.get(place, (0.0, "")), (score, field))
    words = _matched(best, "", [word.text for word in query.words])
    words += _matched(best, WHOLE, query.exact)
    boosts = {
        name: weight * math.log10(1 + (hit["_source"].get(name) or 0))
        for name, weight in layout.boosts.items()
    }
    return explanation(words, boosts)


def _matched(
    best: Mapping[str, tuple[float, str]], mark: str, texts: Sequence[str]
) -> list[Matched]:
    return [
        Matched(text, found[1], found[0], whole=bool(mark))
        for place, text in enumerate(texts)
        if (found := best.get(f"{mark}{place}"))
    ]
