"""Tabulate the seed out of the shared data: `python -m scripts.seed.build_seed --shared DIR`.

Writes `cars.csv` and `sales.csv` beside this file, or into `--out DIR`, the same bytes for the
same input, and prints what was chosen. What is in them, and from where, is in README.md.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Final

from scripts.seed.autohome import Listed, read_listed
from scripts.seed.choose import choose
from scripts.seed.columns import CAR_COLUMNS, Columns
from scripts.seed.sales_table import Month, Wanted, best_sellers, read_sales, read_wanted

ROOT: Final = Path(__file__).resolve().parents[2]
FOLDER: Final = ROOT / "scripts" / "seed"
PARAMETERS: Final = ROOT / "webapp" / "catalogue" / "reference" / "parameters.csv"
RANKED: Final = 40


def choose_trims(listed: Sequence[Listed], wanted: Sequence[Wanted]) -> list[Listed]:
    """The trims of the seed, series in the order of `wanted`.

    Raises KeyError for a series that the source does not have.
    """
    by_series: dict[tuple[str, str], list[Listed]] = defaultdict(list)
    for trim in listed:
        by_series[trim.series].append(trim)
    chosen: list[Listed] = []
    for series in wanted:
        if (series.brand, series.series) not in by_series:
            raise KeyError(f"{series.brand} {series.series} is not in the source")
        chosen += choose(by_series[series.brand, series.series])
    return chosen


def write_cars(rows: Sequence[dict[str, str]], order: Sequence[str], path: Path) -> None:
    """Write the import file with the columns that any row has, in the order of display."""
    used = {key for row in rows for key in row}
    header = [*CAR_COLUMNS, *(key for key in order if key in used)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write_sales(months: Sequence[Month], path: Path) -> None:
    """Write the sales file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, tuple(Month.__slots__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(month) for month in months)


def report(rows: Sequence[dict[str, str]], months: Sequence[Month], ranked: dict[str, bool]) -> str:
    """What was chosen, in a few lines."""
    filled = sorted(sum(key not in CAR_COLUMNS for key in row) for row in rows)
    prices = [float(row["price_wan"]) for row in rows if "price_wan" in row]
    lines = [
        f"series: {len({(row['brand'], row['series']) for row in rows})}, trims: {len(rows)}, "
        f"brands: {len({row['brand'] for row in rows})}",
        f"values a trim: {filled[0]} to {filled[-1]}, median {median(filled):.0f}, "
        f"at least 120: {sum(count >= 120 for count in filled)}",
        f"prices: {min(prices)} to {max(prices)} 万元",
        *(_spread(rows, key) for key in ("energy", "body", "size", "model_year", "status")),
        f"best sellers of 2025: {sum(ranked.values())} of {len(ranked)}; "
        f"missing: {', '.join(name for name, there in ranked.items() if not there) or 'none'}",
        f"sales: {len(months)} months of {len({month.series for month in months})} series, "
        f"{min(month.period for month in months)} to {max(month.period for month in months)}",
    ]
    return "\n".join(lines)


def _spread(rows: Sequence[dict[str, str]], key: str) -> str:
    counts = Counter(row[key] for row in rows)
    return f"{key}: " + ", ".join(f"{word or '-'} {n}" for word, n in counts.most_common())


def build(shared: Path, out: Path) -> str:
    """Write both files into `out`; the report. Raises OSError, KeyError and ValueError."""
    data = shared / "data"
    wanted = read_wanted(FOLDER / "series.csv")
    columns = Columns(PARAMETERS)
    rows = [columns.row(trim) for trim in choose_trims(read_listed(data), wanted)]
    write_cars(rows, columns.order, out / "cars.csv")
    months = read_sales(data / "sales" / "sales_monthly_by_series.csv", wanted)
    write_sales(months, out / "sales.csv")
    ranking = data / "sales" / "dongchedi_2025_cumulative.csv"
    return report(rows, months, best_sellers(ranking, wanted, RANKED))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(description="Tabulate the seed out of the shared data.")
    parser.add_argument("--shared", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, default=FOLDER, metavar="DIR")
    chosen = parser.parse_args(arguments)
    try:
        print(build(chosen.shared, chosen.out))
    except (OSError, KeyError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
