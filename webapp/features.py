"""The features of the product, each a package with `init_app(app)`.

Named and not imported: importing one module of a feature must not import all the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Final

from flask import Flask

FEATURES: Final = (
    "webapp.operations",
    "webapp.upkeep",
    "webapp.media",
    "webapp.catalogue",
    "webapp.pictures",
    "webapp.rules",
    "webapp.rankings",
    "webapp.search",
    "webapp.knowledge",
    "webapp.accounts",
    "webapp.notices",
    "webapp.usage",
    "webapp.cars",
    "webapp.garage",
    "webapp.videos",
    "webapp.deposits",
    "webapp.recommend",
    "webapp.saved",
    "webapp.home",
    "webapp.assistant",
    "webapp.wechat",
    "webapp.console",
)
"""In the order in which they register: `/readyz`, sitemap and exports follow it."""

PARTS: Final = ("models", "queries", "service", "views", "cli")
_EXTENSION: Final = "chezhi.features"


def init_app(app: Flask, features: Sequence[str] = FEATURES) -> None:
    """Let each feature register its blueprint, commands and parts of the registry."""
    app.extensions[_EXTENSION] = tuple(features)
    for name in features:
        import_module(name).init_app(app)


def import_models(app: Flask) -> None:
    """Import the tables of this application's features: one not imported would look dropped."""
    for name in app.extensions[_EXTENSION]:
        _import(name, ("models",))


def import_all() -> None:
    """Import what requests need, without an application: for a server before it forks."""
    for name in FEATURES:
        _import(name, PARTS)


def _import(feature: str, parts: Sequence[str]) -> None:
    for part in parts:
        if find_spec(f"{feature}.{part}"):
            import_module(f"{feature}.{part}")
