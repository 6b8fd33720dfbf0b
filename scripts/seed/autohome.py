"""The shared parameter tables of late 2025, joined with the rows of the union catalogue."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from pathlib import Path

from scripts.seed.from_union import PARAMETER_PAGE


@dataclass(frozen=True, slots=True)
class Listed:
    """One trim: `raw` is its parameter page, Chinese name to cell, `union` its normalised row."""

    union: dict[str, str]
    raw: dict[str, str]

    @property
    def series(self) -> tuple[str, str]:
        """Brand and series in the canonical spelling."""
        return self.union["brand"], self.union["series"]

    @property
    def launched(self) -> bool:
        """Whether the page tells a month of launch."""
        return "上市时间" in self.raw

    @property
    def price_wan(self) -> float | None:
        """The guide price in 万元."""
        return float(self.union["price_wan"]) if self.union["price_wan"] else None


def read_listed(data: Path) -> list[Listed]:
    """Every trim of the parameter pages under `data`, in the order of the source.

    The two files share no key. They are joined by full name, which has to be unique in both;
    series and guide price have to agree as well. Raises ValueError where they do not.
    """
    with (data / "catalog_union" / "trims.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source"] == PARAMETER_PAGE]
    pages_file = data / "catalog_autohome_2025" / "trims_full.jsonl.gz"
    with gzip.open(pages_file, "rt", encoding="utf-8") as file:
        pages = [json.loads(line) for line in file]
    by_name = {row["full_name"]: row for row in rows}
    if not len(by_name) == len(rows) == len({page["trim"] for page in pages}) == len(pages):
        raise ValueError("full names are not unique, or the files differ in length")
    listed = [Listed(by_name[page["trim"]], page) for page in pages]
    for trim in listed:
        _check(trim)
    return listed


def _check(trim: Listed) -> None:
    name = trim.union["full_name"]
    if not name.startswith(f"{trim.union['series']} {trim.union['model_year']}款 "):
        raise ValueError(f"{name} is not of the series {trim.union['series']}")
    page_price = trim.raw["厂商指导价(元)"].removesuffix("万")
    if trim.price_wan is not None and float(page_price) != trim.price_wan:
        raise ValueError(f"{name} costs {page_price} and {trim.price_wan}")
