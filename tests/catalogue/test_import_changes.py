"""Importing again: what stays, what is superseded, and what a broken-off import leaves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from tests.catalogue.import_files import CAR, Run, car, import_rows
from webapp.catalogue.models import (
    Brand,
    CatalogueVersion,
    ClassFigure,
    Maker,
    Parameter,
    Series,
    Source,
    Trim,
    Value,
)
from webapp.extensions import db

pytestmark = pytest.mark.database

TABLES = (Brand, Maker, Series, Trim, Parameter, Source, Value, ClassFigure, CatalogueVersion)


def trim(key: str = "A1") -> Trim:
    return db.session.scalars(select(Trim).where(Trim.key == key)).one()


def version() -> int:
    return db.session.scalar(select(CatalogueVersion.number)) or 0


def history(parameter: str, key: str = "A1") -> list[Value]:
    """Every row of one value, the current one last."""
    rows = db.session.scalars(
        select(Value)
        .join(Parameter, Parameter.id == Value.parameter_id)
        .join(Trim, Trim.id == Value.trim_id)
        .where(Parameter.key == parameter, Trim.key == key)
        .order_by(Value.id)
    )
    return list(rows)


def counts() -> dict[str, int]:
    return {
        model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) or 0
        for model in TABLES
    }


def test_the_same_file_twice_changes_nothing_the_second_time(app: Flask, tmp_path: Path) -> None:
    rows = [
        car(price_wan="17.98万", seats="5 ○ 7", fridge="○ (2000元)", engine="2.0L", status="在售"),
        car(key="A2", series="南斗", energy="纯电动", launch="2025-07", source_url="https://a.cn/"),
    ]
    assert import_rows(tmp_path, *rows).outcome() == (2, 0, 0, 0)
    before, number = counts(), version()
    assert import_rows(tmp_path, *rows).outcome() == (0, 0, 2, 0)
    assert counts() == before
    assert version() == number > 0


def test_a_different_value_supersedes_and_the_old_one_stays(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(price_wan="17.98", seats="5"))
    id, number = trim().id, version()
    later = car(price_wan="16.98", seats="5", source="新闻稿", captured="2026-01")
    assert import_rows(tmp_path, later | {"confidence": "official"}).outcome() == (0, 1, 0, 0)
    old, new = history("price_wan")
    assert (old.number, old.captured, old.confidence) == (17.98, "2025-11", "listed")
    assert old.superseded_at is not None
    assert (new.number, new.captured, new.confidence) == (16.98, "2026-01", "official")
    assert new.superseded_at is None
    assert new.source_id != old.source_id
    assert len(history("seats")) == 1
    assert (trim().id, trim().price_fen) == (id, 16_980_000)
    assert version() > number


def test_an_older_month_never_supersedes_a_newer_one(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(price_wan="17.98", status="停售", captured="2025-11"))
    older = car(price_wan="19.98", status="在售", captured="2025-10", seats="5")
    run = import_rows(tmp_path, older)
    assert run.outcome() == (0, 1, 0, 0)  # the seats were not known
    assert (trim().price_fen, trim().status, trim().seats) == (17_980_000, "停售", 5)
    del older["seats"]
    assert import_rows(tmp_path, older).outcome() == (0, 0, 1, 0)
    assert len(history("price_wan")) == 1


def test_an_empty_cell_leaves_what_was_known(app: Flask, tmp_path: Path) -> None:
    known = car(price_wan="17.98", status="在售", launch="2025-07", model_year="2025")
    import_rows(tmp_path, known)
    empty = car(price_wan="暂无", status="", launch="", model_year="", seats="5", name="长续航版")
    assert import_rows(tmp_path, empty).outcome() == (0, 1, 0, 0)
    found = trim()
    assert (found.price_fen, found.status, found.launch, found.model_year, found.seats) == (
        17_980_000,
        "在售",
        "2025-07",
        2025,
        5,
    )


def test_a_trim_keeps_its_id_when_it_moves_to_another_series(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(price_wan="10"), car(key="A2", price_wan="20", name="顶配"))
    id, old_series = trim("A2").id, trim("A2").series
    assert old_series.price_max_fen == 20_000_000
    moved = car(key="A2", brand="银河", series="南斗", name="顶配", price_wan="20")
    assert import_rows(tmp_path, moved).outcome() == (0, 1, 0, 0)
    assert trim("A2").id == id
    assert (trim("A2").series.name, trim("A2").series.brand.name) == ("南斗", "银河")
    assert (old_series.price_max_fen, trim("A2").series.price_max_fen) == (10_000_000, 20_000_000)


def test_rows_of_a_series_may_be_scattered_over_the_file(app: Flask, tmp_path: Path) -> None:
    rows = [
        car(
            key=f"A{number}",
            series=f"北斗{number % 3}",
            name=f"{number}号版",
            maker=f"厂{number % 3}",
        )
        for number in range(12)
    ]
    run = import_rows(tmp_path, *rows)
    assert run.outcome() == (12, 0, 0, 0)
    assert [event.done for event in run.progress] == [4, 8, 12]
    sizes = db.session.execute(
        select(Series.name, func.count()).join(Trim).group_by(Series.name).order_by(Series.name)
    )
    assert [tuple(row) for row in sizes] == [("北斗0", 4), ("北斗1", 4), ("北斗2", 4)]


def test_a_series_with_more_trims_than_one_portion_is_imported_whole(
    app: Flask, tmp_path: Path
) -> None:
    rows = [car(key=f"A{n}", name=f"{n}号版", price_wan=f"{10 + n / 100}") for n in range(450)]
    assert import_rows(tmp_path, *rows).outcome() == (450, 0, 0, 0)
    assert import_rows(tmp_path, *rows).outcome() == (0, 0, 450, 0)
    assert trim().series.price_max_fen == 14_490_000


def test_a_dry_run_reports_the_same_and_changes_nothing(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(price_wan="17.98"))
    before, number = counts(), version()
    rows = [
        car(price_wan="16.98"),
        car(key="A2", brand="银河", name="标准版"),
        car(key="A3", seats="很多"),
    ]
    tried = import_rows(tmp_path, *rows, dry_run=True)
    assert tried.outcome() == (1, 1, 0, 1)
    assert tried.counts.dry_run
    assert (counts(), version()) == (before, number)
    done = import_rows(tmp_path, *rows)
    assert done.outcome() == tried.outcome()
    assert (done.reasons, done.warnings) == (tried.reasons, tried.warnings)


def test_a_dry_run_on_an_empty_database_leaves_it_empty(app: Flask, tmp_path: Path) -> None:
    run = import_rows(tmp_path, car(price_wan="17.98"), dry_run=True)
    assert run.outcome() == (1, 0, 0, 0)
    assert set(counts().values()) == {0}


@contextmanager
def failing_at(statement: str, time: int) -> Iterator[None]:
    """The database connection breaks at the n-th statement that starts so."""
    seen = 0

    def count(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal seen
        seen += sql.startswith(statement)
        if seen == time and sql.startswith(statement):
            raise ConnectionAbortedError

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", count)


@pytest.mark.parametrize("statement", ["INSERT INTO value", "UPDATE series", "UPDATE catalogue"])
def test_a_broken_off_import_has_whole_series_and_a_second_run_completes_it(
    app: Flask, tmp_path: Path, statement: str
) -> None:
    rows = [
        car(
            key=f"A{n}",
            series=f"北斗{n}",
            name=f"{n}",
            price_wan=f"{n + 10}",
            energy="BEV",
            body="SUV",
            size="中型",
        )
        for n in range(6)
    ]
    with failing_at(statement, 4), pytest.raises(ConnectionAbortedError):
        import_rows(tmp_path, *rows)
    db.session.rollback()
    stored = counts()
    whole = stored["trim"]
    assert 0 < whole < 6
    assert (stored["series"], stored["value"]) == (whole, 4 * whole)
    assert version() > 0
    run = import_rows(tmp_path, *rows)
    assert run.outcome() == (6 - whole, 0, whole, 0)
    assert counts()["value"] == 24
    assert db.session.scalars(select(ClassFigure.trims)).all() == [6]


def test_class_figures_lost_to_a_broken_off_import_come_with_the_next(
    app: Flask, tmp_path: Path
) -> None:
    rows = [
        car(key=f"A{n}", name=f"{n}", price_wan=f"{n + 10}", energy="BEV", body="SUV", size="中型")
        for n in range(5)
    ]
    with failing_at("INSERT INTO class_figure", 1), pytest.raises(ConnectionAbortedError):
        import_rows(tmp_path, *rows)
    db.session.rollback()
    number = version()
    assert import_rows(tmp_path, *rows).outcome() == (0, 0, 5, 0)
    figure = db.session.scalars(select(ClassFigure)).one()
    assert (figure.field, figure.median, figure.trims) == ("price_wan", 12, 5)
    assert version() == number + 1


def test_class_figures_leave_out_what_is_no_longer_sold(app: Flask, tmp_path: Path) -> None:
    rows = [
        car(
            key=f"A{n}",
            name=f"{n}",
            price_wan=f"{n + 10}",
            energy="BEV",
            body="SUV",
            size="中型",
            status="停售" if n == 6 else "",
        )
        for n in range(7)
    ]
    import_rows(tmp_path, *rows)
    assert db.session.scalars(select(ClassFigure.trims)).all() == [6]


def test_a_source_keeps_the_first_address_given_for_it(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, CAR, car(key="A2", name="二", source_url="https://a.cn/1"))
    import_rows(tmp_path, car(source_url="https://a.cn/2"))
    assert db.session.scalars(select(Source.url)).all() == ["https://a.cn/1"]


def test_the_maker_of_a_series_follows_the_newest_import(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, CAR)
    number = version()
    run: Run = import_rows(tmp_path, car(maker="星河新能源"))
    maker = trim().series.maker
    assert maker is not None
    assert maker.name == "星河新能源"
    assert run.outcome() == (0, 0, 1, 0)
    assert version() == number + 1
