"""A few cars, a person, and what they are told."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.accounts.people import account
from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from tests.kept import KeptRows
from tests.saved.saving import Edit, Keep
from webapp.catalogue.filters import read_selection
from webapp.catalogue.models import Trim
from webapp.extensions import db
from webapp.saved import service
from webapp.saved.models import SavedSearch
from webapp.visitor import of_account


@pytest.fixture
def cars(app: Flask, clock: StoppedClock, kept_rows: KeptRows) -> list[Trim]:
    """Five trims of two series, 18 to 22 万, that have been looked at."""
    kept_rows.fill("five cars looked at", _five)
    service.watch()
    return list(db.session.scalars(select(Trim).order_by(Trim.id)))


def _five() -> None:
    for n in range(5):
        catalogue.trim(
            f"k{n}",
            name=f"{n} 型",
            series_name=f"北斗{n % 2}",
            price_fen=(18 + n) * 1_000_000,
            range_km=500 + n,
        )
    catalogue.publish()


@pytest.fixture
def owner(cars: list[Trim]) -> str:
    return of_account(account().id)


@pytest.fixture
def keep(owner: str, clock: StoppedClock) -> Keep:
    """Saves a search of the person, by the parameters of a list's address."""

    def save(address: dict[str, Any], owner: str = owner) -> SavedSearch:
        selection = read_selection(MultiDict(address))
        return service.save(owner=owner, selection=selection, now=clock.moment)

    return save


@pytest.fixture
def edit(cars: list[Trim], clock: StoppedClock) -> Edit:
    """Changes a trim as an edit would, and lets the worker look."""

    def change(place: int, *, looked: bool = True, **columns: Any) -> None:
        for column, value in columns.items():
            setattr(cars[place], column, value)
        catalogue.publish()
        if looked:
            service.watch()

    return change
