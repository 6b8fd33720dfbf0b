"""车知: a Chinese car portal. `create_app` is the table of contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Flask

from webapp import (
    access,
    addresses,
    assets,
    carriers,
    config,
    database,
    errors,
    features,
    htmx,
    logs,
    navigation,
    origin,
    pagecache,
    pageviews,
    security,
    templating,
    visitor,
)
from webapp.backends import cache, storage
from webapp.extensions import db, limiter, migrate
from webapp.registry import registry_of

ROOT = config.ROOT


def create_app(
    environ: Mapping[str, str] | None = None, parts: Sequence[str] = features.FEATURES
) -> Flask:
    """Build the application from environment variables (`os.environ` unless given).

    `parts` are the packages of its features. Raises `config.ConfigError`, listing every bad
    setting at once.
    """
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.config.from_mapping(config.load(environ))

    addresses.init_app(app)
    logs.init_app(app)
    database.init_app(app)
    migrate.init_app(app, db, directory=ROOT / "webapp" / "migrations", render_as_batch=True)
    cache.init_app(app)
    kept = storage.init_app(app)
    limiter.init_app(app)
    visitor.init_app(app)
    origin.init_app(app)
    security.init_app(app, kept.origin)
    htmx.init_app(app)
    templating.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    app.register_blueprint(assets.bp)

    features.init_app(app, parts)

    access.check(app)
    pagecache.init_app(app, versions=registry_of(app).page_versions.values())
    carriers.init_app(app)
    pageviews.init_app(app)
    for stand_in_front in registry_of(app).middleware:
        stand_in_front(app)
    security.know_host(app)
    return app
