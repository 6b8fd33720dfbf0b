"""How a row changes its state: by a compare-and-set that the model's table of steps allows.

A model names its table: `__transitions__ = TRANSITIONS`, which stands in the feature's `state.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, inspect, update

from webapp.extensions import Model, db
from webapp.transactions import require

Transitions = Mapping[str, frozenset[str]]
"""From each state to those that may follow; from NEW to those a row begins in."""

NEW: Final = ""


def step(
    model: type[Model],
    key: int,
    from_: str | tuple[str, ...],
    to: str,
    /,
    *only: ColumnElement[bool],
    **columns: object,
) -> bool:
    """Move the row with this primary key on to a state, with other columns; whether it did: False
    where it is in none of the states `from_`, or not as `only` says. As `steps`."""
    (primary,) = inspect(model).primary_key
    return bool(steps(model, primary == key, *only, from_=from_, to=to, **columns))


def steps(
    model: type[Model],
    *which: ColumnElement[bool],
    from_: str | tuple[str, ...],
    to: str,
    **columns: object,
) -> int:
    """Move all such rows on to a state; how many. In the caller's transaction.

    Staying in a state is always allowed: a sign of life. Raises ValueError for a step that the
    model's table does not allow, RuntimeError outside of a transaction, where an update that
    finds nothing would keep SQLite's lock.
    """
    require()
    states = (from_,) if isinstance(from_, str) else from_
    _check(model, states, to)
    mapper: Any = inspect(model)
    moved = db.session.execute(
        update(model)
        .where(*which, mapper.columns.state.in_(states))
        .values(state=to, **columns)
        .returning(*mapper.primary_key)
    ).all()
    return len(moved)


def _check(model: type[Model], states: tuple[str, ...], to: str) -> None:
    table: Transitions = model.__transitions__  # type: ignore[attr-defined]
    for state in states:
        if state not in table or (to != state and to not in table[state]):
            raise ValueError(f"{model.__name__}: no step leads from {state!r} to {to!r}")
