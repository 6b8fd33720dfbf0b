"""Turn the shared union catalogue into one import file: `from_union.py DIR OUT`.

DIR is the folder `catalog_union` with its `trims.csv`; OUT gets one row per row of it in the
format of docs/import.md, `key` being its `uid`. Nothing is left out or repaired: a row without
a name or a series, or with a garbled brand, is for the importer to report. Only the writing
changes: model year and series leave the name, months get two digits, codes get words, figures
lose rounding errors. The columns of sales belong to series, not trims, and are left out.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

SOURCES: Final = {
    "autohome-2025-11": ("汽车之家参数配置页", "2025-11"),
    "autocango-2025-05": ("Autocango 车型库", "2025-05"),
    "autohome-2024-06": ("汽车之家燃油车型库", "2024-06"),
}
"""Code of the union to the source's name and the month in which it was read."""

PARAMETER_PAGE: Final = "autohome-2025-11"
"""The only source that lists what is on sale, and tells depleted-battery consumption apart."""

SIZES: Final = ("中大型", "紧凑型", "微型", "小型", "中型", "大型")
PLUG_INS: Final = ("PHEV", "EREV")
RANGE_CYCLES: Final = ("CLTC", "WLTC", "NEDC", "EPA")

AS_THEY_ARE: Final = (
    "price_wan",
    "dealer_price_wan",
    "energy",
    "body",
    "seats",
    "length_mm",
    "width_mm",
    "height_mm",
    "wheelbase_mm",
    "curb_weight_kg",
    "power_kw",
    "torque_nm",
    "accel_0_100_s",
    "top_speed_kmh",
    "battery_kwh",
    "displacement_ml",
    "gearbox",
    "drive",
)
COLUMNS: Final = (
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
    "size",
    *AS_THEY_ARE,
    *(f"range_{cycle.lower()}_km" for cycle in RANGE_CYCLES),
    "fuel_l_100km",
    "fuel_depleted_l_100km",
)

# A model that was launched longer ago than this may be listed without being sold any more.
LONGEST_LIFE_YEARS: Final = 5


def month_of(launch: str) -> str:
    """`2025.07` as `2025-07`.

    The union holds months as decimal fractions, so October has lost its nought: `2025.1` is
    2025-10, January is `2025.01`. Anything else stays as it is.
    """
    match = re.fullmatch(r"(\d{4})\.(\d{1,2})", launch)
    return f"{match[1]}-{match[2]:0<2}" if match else launch


def status_of(launch: str, price_wan: str, captured: str) -> str:
    """在售 or 未上市 for a trim of a page that lists what is on sale, empty where it is open.

    `launch` and `captured` are months as `2025-07`. Neither launched nor priced is 未上市; a
    price without a launch month, or a launch very long ago, says neither.
    """
    if not launch:
        return "" if price_wan else "未上市"
    if launch > captured:
        return "未上市"
    return "在售" if int(captured[:4]) - int(launch[:4]) <= LONGEST_LIFE_YEARS else ""


def size_of(level: str) -> str:
    """The size in a level such as `中大型SUV`; empty for one that names none, such as `跑车`."""
    if level == "微面":
        return "微型"
    return next((size for size in SIZES if level.startswith(size)), "")


def version_of(full_name: str) -> str:
    """The name behind series and model year: `凯美瑞 2026款 2.0E 精英版` is `2.0E 精英版`."""
    version = re.sub(r"^.*?\b\d{4}款\s*", "", full_name)
    return version or full_name


def tidy(cell: str) -> str:
    """A figure without the rounding error of a binary fraction: `0.8500000000000001` is `0.85`."""
    return f"{float(cell):.7g}" if re.fullmatch(r"\d+\.\d+", cell) else cell


def convert(row: Mapping[str, str]) -> dict[str, str]:
    """One row of the union as a row of the import file; columns that say nothing are missing."""
    source, captured = SOURCES.get(row["source"], (row["source"], ""))
    launch = month_of(row["launch"])
    listed = row["source"] == PARAMETER_PAGE
    converted = {key: tidy(row[key]) for key in AS_THEY_ARE} | {
        "key": row["uid"],
        "brand": row["brand"],
        "maker": row["maker"],
        "series": row["series"],
        "name": version_of(row["full_name"]),
        "model_year": row["model_year"],
        "status": status_of(launch, row["price_wan"], captured) if listed else "",
        "launch": launch,
        "source": source,
        "captured": captured,
        "size": size_of(row["level"]),
    }
    if row["range_cycle"] in RANGE_CYCLES:
        converted[f"range_{row['range_cycle'].lower()}_km"] = row["range_km"]
    # Elsewhere it is not said whether a plug-in's figure is the one with an empty battery.
    depleted = listed and row["energy"] in PLUG_INS
    converted["fuel_depleted_l_100km" if depleted else "fuel_l_100km"] = tidy(row["fuel_l_100km"])
    return converted


def read_union(folder: Path) -> Iterator[dict[str, str]]:
    """The rows of `trims.csv` in `folder`. Raises OSError, and KeyError for a missing column."""
    with (folder / "trims.csv").open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = {"uid", "source", "brand", "series", "full_name"} - set(reader.fieldnames or ())
        if missing:
            raise KeyError(f"trims.csv has no column {', '.join(sorted(missing))}")
        yield from reader


def write(rows: Iterator[dict[str, str]], out: Path) -> str:
    """Write the import file and return a line of counts."""
    counts: Counter[str] = Counter()
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            converted = convert(row)
            writer.writerow(converted)
            counts["rows"] += 1
            counts["without name"] += not converted["name"]
            counts["without series"] += not converted["series"]
            counts["garbled brand"] += "\ufffd" in converted["brand"]
            counts["range without cycle"] += bool(row["range_km"] and not row["range_cycle"])
    return ", ".join(f"{name}: {count}" for name, count in counts.items())


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder catalog_union")
    parser.add_argument("out", type=Path, metavar="OUT", help="the import file to write")
    chosen = parser.parse_args(arguments)
    try:
        print(write(read_union(chosen.folder), chosen.out))
    except (OSError, KeyError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
