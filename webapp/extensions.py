"""Flask extensions, created unbound; ``create_app`` binds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_limiter import Limiter
from flask_migrate import Migrate
from flask_sock import Sock
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from webapp.network import of_request

# Fixed constraint names: migrations must find them again on PostgreSQL and SQLite alike.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
sock = Sock()
limiter = Limiter(of_request, in_memory_fallback_enabled=True, headers_enabled=False)

if TYPE_CHECKING:
    # Flask-SQLAlchemy builds db.Model at run time, which a type checker cannot follow.
    class Model(DeclarativeBase): ...
else:
    Model = db.Model
