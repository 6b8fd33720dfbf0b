"""车知: a Chinese car portal. `create_app` is the table of contents."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask

from webapp import (
    access,
    assets,
    config,
    database,
    errors,
    htmx,
    logs,
    origin,
    pagecache,
    pageviews,
    security,
    templating,
    visitor,
)
from webapp.accounts import cli as accounts_cli
from webapp.accounts import login as accounts_login
from webapp.accounts import views as accounts
from webapp.accounts.providers import clients
from webapp.assistant import cli as assistant_cli
from webapp.assistant import live
from webapp.assistant import own as assistant_own
from webapp.assistant import views as assistant
from webapp.assistant.answering import answer
from webapp.backends import cache
from webapp.cars import views as cars
from webapp.catalogue import cli as cars_cli
from webapp.console import views as console
from webapp.extensions import db, limiter, migrate
from webapp.garage import own as garage_own
from webapp.garage import views as garage
from webapp.home import views as home
from webapp.knowledge import cli as knowledge_cli
from webapp.knowledge import views as knowledge
from webapp.operations import views as operations
from webapp.search import cli as search_cli
from webapp.search import views as search
from webapp.usage import traffic
from webapp.wechat import views as wechat

ROOT = config.ROOT


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """Build the application from environment variables (`os.environ` unless given).

    Raises `config.ConfigError`, listing every bad setting at once.
    """
    app = Flask(__name__, template_folder=ROOT / "templates", static_folder=None)
    app.config.from_mapping(config.load(environ))

    logs.init_app(app)
    db.init_app(app)
    database.init_app(app)
    migrate.init_app(app, db, directory=ROOT / "webapp" / "migrations", render_as_batch=True)
    cache.init_app(app)
    limiter.init_app(app)

    accounts_login.init_app(app)
    clients.init_app(app)
    assistant_own.init_app(app)
    garage_own.init_app(app)
    live.init_app(app, answer)
    visitor.init_app(app)
    origin.init_app(app)
    security.init_app(app)
    htmx.init_app(app)
    templating.init_app(app)
    errors.init_app(app)

    app.register_blueprint(home.bp)
    app.register_blueprint(cars.bp)
    app.register_blueprint(search.bp)
    app.register_blueprint(assistant.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(garage.bp)
    app.register_blueprint(console.bp)
    app.register_blueprint(knowledge.bp)
    app.register_blueprint(wechat.bp)
    app.register_blueprint(operations.bp)
    app.register_blueprint(assets.bp)
    app.cli.add_command(accounts_cli.accounts)
    app.cli.add_command(assistant_cli.assistant)
    app.cli.add_command(cars_cli.cars)
    app.cli.add_command(knowledge_cli.knowledge)
    app.cli.add_command(search_cli.search)

    access.check(app)
    pagecache.init_app(app)
    pageviews.init_app(app)
    traffic.init_app(app)
    return app
