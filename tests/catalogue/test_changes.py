"""What a change of the catalogue tells the page cache, and the pages that are made anew for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.catalogue.import_files import car, import_rows
from webapp import pagecache
from webapp.catalogue import queries, service
from webapp.catalogue.models import CatalogueVersion, Trim
from webapp.catalogue.service.projected import bump_version
from webapp.extensions import db
from webapp.transactions import transaction

pytestmark = pytest.mark.database


@pytest.fixture
def ids(app: Flask, tmp_path: Path) -> dict[str, int]:
    """Trims of two series and classes by key."""
    other = {"brand": "远山", "series": "岭", "maker": "远山汽车", "energy": "燃油", "body": "轿车"}
    import_rows(
        tmp_path,
        car(price_wan="10", energy="纯电", body="SUV"),
        car(key="B1", price_wan="20", **other),
    )
    return {row.key: row.id for row in db.session.execute(select(Trim.key, Trim.id))}


@pytest.fixture
def rendered(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The paths that the application was asked for, past the page cache."""
    monkeypatch.setattr(pagecache, "VERSION_SECONDS", 0.0)
    paths: list[str] = []

    def note(_app: Flask) -> None:
        paths.append(request.path)

    with request_started.connected_to(note, app):
        yield paths


def edit(trim_id: int, parameter: str, text: str) -> dict[str, int]:
    """Set a value as staff would; what that told."""
    before = queries.catalogue_version()
    with transaction():
        service.set_value(
            trim_id=trim_id,
            parameter=parameter,
            text=text,
            source="星河官网",
            captured="2026-05",
            confidence="official",
            today=date(2026, 6, 1),
        )
    return queries.catalogue_changes(before)


def test_an_edit_of_one_trim_drops_its_pages_and_the_lists_and_no_others(
    ids: dict[str, int], client: FlaskClient, rendered: list[str]
) -> None:
    own = [f"/cars/trims/{ids['A1']}", f"/cars/compare?ids={ids['A1']},{ids['B1']}"]
    others = [f"/cars/trims/{ids['B1']}", f"/cars/trims/{ids['B1']}/cost", "/robots.txt"]
    lists = ["/cars/", "/", "/cars/brands"]
    pages = [*own, *others, *lists]
    for page in pages:
        assert client.get(page).status_code == 200
    rendered.clear()
    edit(ids["A1"], "price_wan", "11.98")
    shown = {page: client.get(page).text for page in pages}
    assert sorted(rendered) == sorted(page.partition("?")[0] for page in [*own, *lists])
    assert all("11.98" in shown[page] for page in [*own, "/cars/"])


def test_an_edit_that_no_list_is_made_of_leaves_the_lists_of_other_cars(
    ids: dict[str, int], client: FlaskClient, rendered: list[str]
) -> None:
    pages = [f"/cars/trims/{ids['A1']}", "/cars/brands", "/cars/?energy=ICE", "/cars/?energy=BEV"]
    for page in pages:
        client.get(page)
    rendered.clear()
    told = edit(ids["A1"], "emission_standard", "国VI")
    assert [subject.partition(":")[0] for subject in told] == ["series"]
    for page in pages:
        client.get(page)
    assert rendered == [f"/cars/trims/{ids['A1']}", "/cars/"]


def test_an_edit_of_an_suv_leaves_the_list_of_saloons_and_drops_those_it_may_be_in(
    ids: dict[str, int], client: FlaskClient, rendered: list[str]
) -> None:
    saloons = "/cars/?body=轿车"
    pages = [saloons, "/cars/?body=SUV", "/cars/?price_wan_max=11", "/cars/?series=岭", "/cars/"]
    for page in pages:
        assert client.get(page).status_code == 200
    rendered.clear()
    edit(ids["A1"], "seats", "7")
    kept = []
    for page in pages:
        rendered.clear()
        client.get(page)
        kept += [] if rendered else [page]
    assert kept == [saloons, "/cars/?series=岭"]


def test_an_import_tells_the_series_it_changes(ids: dict[str, int], tmp_path: Path) -> None:
    before = queries.catalogue_version()
    import_rows(tmp_path, car(price_wan="12", captured="2026-02"))
    series_id = db.session.scalar(select(Trim.series_id).where(Trim.id == ids["A1"]))
    assert set(queries.catalogue_changes(before)) == {
        f"series:{series_id}",
        "lists",
        "names",
        "trims",
    }


def test_a_change_of_everything_takes_the_place_of_all_others(app: Flask) -> None:
    for changed in ((), ("lists", "series:1"), ("lists",)):
        with transaction():
            bump_version(*changed)
    assert queries.catalogue_changes(-1) == {"": 1, "lists": 3, "series:1": 2}
    with transaction():
        bump_version()
    assert queries.catalogue_changes(-1) == {"": 4}
    assert db.session.scalar(select(CatalogueVersion.number)) == 4
