"""The shape of the house: who may import whom, how long a module may be, what a view carries."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from flask import Flask

from webapp.access import access_of
from webapp.features import FEATURES

ROOT = Path(__file__).resolve().parent.parent
MAX_LINES = 400
"""Also where a module becomes a folder."""

SOURCES = sorted(
    path
    for folder in ("webapp", "tasks", "scripts", "tests")
    for path in (ROOT / folder).rglob("*.py")
    if "versions" not in path.parts
)


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> tuple[str, ...]:
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def offenders(layer: str, forbidden: tuple[str, ...]) -> list[str]:
    """Modules of a layer (a file or folder name inside webapp) that import what they must not."""
    found = []
    for path in SOURCES:
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] == "webapp" and layer in parts:
            bad = [name for name in imports(path) if name.startswith(forbidden)]
            found += [f"{module(path)} imports {name}" for name in bad]
    return found


def test_models_know_neither_flask_nor_the_layers_above() -> None:
    above = tuple(
        f"webapp.{feature}.{name}"
        for feature in [name.removeprefix("webapp.") for name in FEATURES]
        for name in ("queries", "service", "views", "forms")
    )
    assert offenders("models", ("flask", *above)) == []


def test_queries_and_services_know_nothing_of_requests_and_pages() -> None:
    for layer in ("queries", "service"):
        assert offenders(layer, ("flask.request", "flask.render_template", "webapp.htmx")) == []


def test_views_hold_no_sql() -> None:
    sql = ("sqlalchemy.select", "sqlalchemy.text", "sqlalchemy.orm", "webapp.extensions.db")
    assert offenders("views", sql) == []


def test_forms_do_not_touch_the_database() -> None:
    assert offenders("forms", ("sqlalchemy", "webapp.extensions.db")) == []


def test_backends_know_nothing_of_requests() -> None:
    assert offenders("backends", ("flask.request",)) == []


def test_no_files_import_each_other_in_a_circle_but_a_blueprint_and_its_views() -> None:
    graph = grimp.build_graph("webapp", "tasks", exclude_type_checking_imports=True)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    for name in imported:
        package, _, last = name.rpartition(".")
        if last == "views" or package.endswith(".views"):
            imported[name] -= {other for other in imported if other.startswith(f"{name}.")}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from error


def test_importing_the_package_imports_no_feature() -> None:
    script = "import sys, webapp; print(*sorted(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(ran.stdout.split())
    assert {name for name in FEATURES if name in loaded} == set()


def test_no_feature_imports_the_views_of_another() -> None:
    found = []
    for path in SOURCES:
        parts = path.relative_to(ROOT).parts
        if parts[0] == "webapp" and len(parts) > 2:
            own = f"webapp.{parts[1]}."
            views = [n for n in imports(path) if ".views" in n and not n.startswith(own)]
            found += [f"{module(path)} imports {name}" for name in views]
    assert found == []


def test_the_product_reads_nothing_beside_its_own_tree() -> None:
    product = [p for p in SOURCES if p.relative_to(ROOT).parts[0] in ("webapp", "tasks")]
    assert [module(p) for p in product if "shared/" in p.read_text("utf-8")] == []


def test_no_module_is_longer_than_a_room() -> None:
    long = {module(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > MAX_LINES} == {}


def test_one_module_commits_and_rolls_back() -> None:
    words = ("commit", "rollback", "begin_nested")
    offenders = [
        f"{module(path)} line {node.lineno}: {node.attr}"
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] in ("webapp", "tasks")
        and module(path) not in ("webapp.transactions", "webapp.schema", "webapp.migrations.env")
        and any(word in path.read_text("utf-8") for word in words)
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in words
    ]
    assert offenders == []


def test_every_view_carries_one_access_marker(app: Flask) -> None:
    bare = [name for name, view in app.view_functions.items() if access_of(view) is None]
    assert bare == []


def test_a_view_without_a_marker_stops_the_application() -> None:
    from webapp import access

    app = Flask(__name__, static_folder=None)
    app.add_url_rule("/", "bare", lambda: "")
    with pytest.raises(RuntimeError, match="bare"):
        access.check(app)


def test_the_architecture_page_names_every_part_of_the_application() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    parts = {
        f"webapp/{path.name}" + ("/" if path.is_dir() else "")
        for path in (ROOT / "webapp").iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    assert {part for part in parts if f"`{part}`" not in page} == set()
    named = set(re.findall(r"^\| `(webapp/[^`]+)`", page, re.MULTILINE))
    assert {part for part in named if not (ROOT / part).exists()} == set()
