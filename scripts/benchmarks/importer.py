"""`scripts/bench importer [--trims N] [--values N]`: how fast and in how much memory cars are
imported.

A made-up file is imported into an empty SQLite database, then once more unchanged. The
yardstick is the bare driver inserting as many value rows in one statement.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from webapp.catalogue.reading.cells import BOUNDS
from webapp.catalogue.reading.reference import ParameterRow, parameters
from webapp.config import sqlite_library

_IDENTITY = (
    "key",
    "brand",
    "maker",
    "series",
    "name",
    "model_year",
    "status",
    "launch",
    "source",
    "captured",
)
_CHOICES = {
    "energy": ("纯电动", "汽油", "插电式混合动力"),
    "body": ("SUV", "轿车"),
    "size": ("中型", "紧凑型"),
    "drive": ("前置前驱", "双电机四驱"),
    "gearbox": ("固定齿比变速箱", "8挡手自一体"),
}
_TRIMS_PER_SERIES = 20


def write_cars(path: Path, *, trims: int, values: int) -> None:
    """Write an import file of so many made-up trims with so many values each.

    Rows of a series are scattered over the file, as an export sorted by price would have them.
    """
    columns = list(itertools.islice(parameters().values(), values))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*_IDENTITY, *(column.key for column in columns)])
        writer.writerows(_rows(trims, columns))


def _rows(trims: int, columns: list[ParameterRow]) -> Iterator[list[str]]:
    series = max(1, trims // _TRIMS_PER_SERIES)
    for number in range(trims):
        group = number % series
        identity = [
            f"bench-{number}",
            f"品牌{group % 50}",
            f"厂商{group % 50}",
            f"车系{group}",
            f"车系{group} 2025款 第{number}版",
            "2025",
            "在售",
            "2025-07",
            "测量",
            "2025-11",
        ]
        yield identity + [_cell(column, number) for column in columns]


def _cell(column: ParameterRow, number: int) -> str:
    if column.key in _CHOICES:
        words = _CHOICES[column.key]
        return words[number % len(words)]
    if column.type == "number":
        low, high = BOUNDS.get(column.key, (1, 1000))
        return str(round(low + (high - low) * (1 + number % 97) / 98))
    if column.type == "flag":
        return ("●", "○ (3000元)", "-")[number % 3]
    return f"{column.label}第{number % 41}种"


def import_rate(path: Path, database: Path) -> float:
    """Seconds to import the file into the database, which is migrated first."""
    import flask_migrate

    from webapp import create_app
    from webapp.catalogue import service

    settings = {"APP_ENV": "testing", "LOG_LEVEL": "ERROR", "VAR_DIR": str(database.parent)}
    app = create_app(settings | {"DATABASE_URL": f"sqlite:///{database}"})
    with app.app_context():
        flask_migrate.upgrade()
        started = time.perf_counter()
        counts = service.import_cars(path=path)
        seconds = time.perf_counter() - started
    if counts.rejected:
        raise SystemExit(f"{counts.rejected} rows rejected: the made-up file is wrong")
    return seconds


def driver_rate(database: Path, rows: int) -> float:
    """Seconds in which the bare driver inserts so many rows like those of `value`."""
    # With the product's own library: two at one file would lose each other's locks.
    with sqlite_library().module.connect(database) as connection:
        connection.execute(
            "CREATE TABLE plain (id INTEGER PRIMARY KEY, trim_id INTEGER, parameter_id INTEGER,"
            " number REAL, text TEXT, fitted TEXT, source_id INTEGER, captured TEXT,"
            " confidence TEXT, superseded_at TEXT)"
        )
        connection.execute("CREATE UNIQUE INDEX plain_current ON plain (trim_id, parameter_id)")
        started = time.perf_counter()
        connection.executemany(
            "INSERT INTO plain VALUES (NULL, ?, ?, ?, NULL, NULL, 1, '2025-11', 'listed', NULL)",
            ((number // 200, number % 200, number / 7) for number in range(rows)),
        )
        connection.commit()
        return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench importer", description=__doc__)
    parser.add_argument("--trims", type=int, default=10_000)
    parser.add_argument("--values", type=int, default=200)
    asked = parser.parse_args()
    total = asked.trims * asked.values
    with tempfile.TemporaryDirectory(prefix="chezhi-bench-") as folder:
        file, database = Path(folder) / "cars.csv", Path(folder) / "cars.db"
        write_cars(file, trims=asked.trims, values=asked.values)
        plain = driver_rate(Path(folder) / "plain.db", total)
        first = import_rate(file, database)
        again = import_rate(file, database)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{asked.trims:,} trims x {asked.values} values, peak memory {peak:.0f} MB")
    print(f"{'':24}{'seconds':>10}{'values/s':>12}{'x driver':>10}")
    for name, seconds in (("bare driver", plain), ("first", first), ("unchanged", again)):
        print(f"{name:24}{seconds:10.1f}{total / seconds:12,.0f}{seconds / plain:10.1f}")


if __name__ == "__main__":
    main()
