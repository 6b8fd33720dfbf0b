"""A comparison as CSV and JSON."""

from __future__ import annotations

import json
from typing import Any

from webapp.cars.pages.comparison import Cell, Comparison
from webapp.csvtext import csv_text
from webapp.formatting import wan


def as_csv(comparison: Comparison) -> str:
    """One row a parameter, one column a trim, then the source of each."""
    names = [trim.full_name for trim in comparison.trims]
    rows = [["分组", "参数", "单位", *names, *(f"来源：{name}" for name in names)]]
    for section in comparison.sections:
        for row in section.rows:
            cells = [cell.text for cell in row.cells]
            sources = [_source(cell) for cell in row.cells]
            rows.append([section.title, row.label, row.unit or "", *cells, *sources])
    return csv_text(rows)


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
