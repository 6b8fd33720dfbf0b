"""What a list is computed from, read from the catalogue and the counts of this site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from webapp.rankings import periods
from webapp.rankings.lists import Entry, Inputs
from webapp.rankings.methods import Group, Method
from webapp.rankings.queries import figures, interest, news, sales
from webapp.rankings.queries.published import current, inputs_of

_DUE: Final[dict[Group, Callable[[Method, date], list[str]]]] = {
    "sales": lambda method, _today: sales.due(method.scope),
    "figures": lambda _method, today: [f"{today:%Y-%m}"],
    "interest": lambda _method, today: interest.due(today),
    "news": lambda method, today: news.due(method.name, today),
}
_READ: Final[dict[Group, Callable[[Method, str, date], list[Entry]]]] = {
    "sales": lambda method, period, _today: sales.entries(method, period),
    "figures": lambda method, _period, _today: figures.entries(method),
    "interest": lambda method, period, today: interest.entries(method.name, period, today),
    "news": lambda method, period, _today: news.entries(method.name, period),
}


def due_periods(method: Method, today: date) -> list[str]:
    """The periods a list can be computed for, the newest first of each kind."""
    return _DUE[method.group](method, today)


def gather(method: Method, period: str, today: date) -> Inputs:
    """Everything the list of a period is computed from, as the database has it now; the places of
    the period before are those that are published."""
    entries = tuple(_READ[method.group](method, period, today))
    before = current(method.name, periods.before(period))
    earlier = None if before is None else inputs_of(before).as_earlier()
    return Inputs(entries, earlier).ordered()
