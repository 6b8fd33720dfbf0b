"""A comparison as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from webapp.cars.pages.comparison import Cell, Comparison
from webapp.formatting import wan

_FORMULA = ("=", "+", "@", "\t", "\r")


def as_csv(comparison: Comparison) -> str:
    """One row a parameter, one column a trim, then the source of each. With a BOM: Excel
    would read UTF-8 without one as GBK."""
    out = io.StringIO()
    writer = csv.writer(out)
    names = [trim.full_name for trim in comparison.trims]
    writer.writerow(["分组", "参数", "单位", *names, *(f"来源：{name}" for name in names)])
    for section in comparison.sections:
        for row in section.rows:
            cells = [_safe(cell.text) for cell in row.cells]
            sources = [_safe(_source(cell)) for cell in row.cells]
            writer.writerow([section.title, row.label, row.unit or "", *cells, *sources])
    return "\ufeff" + out.getvalue()


def as_json(comparison: Comparison) -> str:
    return json.dumps(
        {
            "trims": [
                {
                    "id": trim.id,
                    "name": trim.full_name,
                    "brand": trim.brand,
                    "price_wan": None if trim.price_fen is None else float(wan(trim.price_fen)),
                }
                for trim in comparison.trims
            ],
            "sections": [
                {
                    "title": section.title,
                    "rows": [
                        {
                            "key": row.key,
                            "label": row.label,
                            "unit": row.unit,
                            "same": row.same,
                            "cells": [_cell(cell) for cell in row.cells],
                        }
                        for row in section.rows
                    ],
                }
                for section in comparison.sections
            ],
        },
        ensure_ascii=False,
    )


def _cell(cell: Cell) -> dict[str, Any]:
    spec = cell.spec
    if spec is None:
        return {"known": False, "applies": cell.applies}
    return {
        "known": True,
        "applies": True,
        "text": cell.text,
        "number": spec.number,
        "fitted": spec.fitted,
        "best": cell.best,
        "source": spec.source.name,
        "captured": spec.source.captured,
        "confidence": spec.source.confidence,
    }


def _source(cell: Cell) -> str:
    return f"{cell.spec.source.name} {cell.spec.source.captured}" if cell.spec else ""


def _safe(text: str) -> str:
    # A spreadsheet must not run a value as a formula.
    return f"'{text}" if text.startswith(_FORMULA) else text
