"""No cache grows with what visitors send."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from webapp.config import ROOT

BY_OUR_OWN_NAMES = {
    "webapp/assets.py:asset": "paths in our templates; a file that is not there raises",
    "webapp/assets.py:module": "likewise",
    "webapp/assistant/answering/cues.py:_rows": "names of word tables",
    "webapp/assistant/answering/guard.py:_pattern": "names of patterns",
    "webapp/assistant/answering/writing.py:_pipeline": "one model",
    "webapp/backends/cache.py:cache_client": "one Redis",
    "webapp/backends/embedder/components.py:_servers": "one server, by the settings",
    "webapp/videos/demo/canvas.py:_font": "sizes of our own drawings",
    "webapp/search/understanding/likeness.py:_aspects": "sides of a table of words",
    "webapp/search/understanding/normalise.py:_spellings": "two kinds of spellings",
}
"""Caches without a bound that take arguments, and why those are few."""


def test_a_cache_without_a_bound_takes_no_argument_a_visitor_could_choose() -> None:
    found = {
        f"{path.relative_to(ROOT)}:{function.name}"
        for folder in ("webapp", "tasks")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for function in _functions(path)
        if _takes_arguments(function) and any(map(_is_endless, function.decorator_list))
    }
    assert found == set(BY_OUR_OWN_NAMES)


def _functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def _takes_arguments(function: ast.FunctionDef) -> bool:
    given = function.args
    return bool(given.args or given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg)


def _is_endless(decorator: ast.expr) -> bool:
    written = ast.unparse(decorator).removeprefix("functools.")
    return written == "cache" or ("lru_cache" in written and "None" in written)
