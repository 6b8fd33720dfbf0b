"""The seed's catalogue in a database that lives as long as it is used."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def seeded() -> Iterator[None]:
    """Inside of an application's context with the seed imported, which takes some 15 s."""
    import flask_migrate

    from webapp import create_app
    from webapp.catalogue.service import seed_catalogue
    from webapp.extensions import db

    with tempfile.TemporaryDirectory() as folder:
        settings = {"APP_ENV": "testing", "VAR_DIR": folder, "SECRET_KEY": "-" * 32}
        with create_app(settings | {"LOG_LEVEL": "WARNING"}).app_context():
            flask_migrate.upgrade()
            seed_catalogue()
            yield
            db.session.remove()
            db.engine.dispose()
