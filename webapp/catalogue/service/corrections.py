"""Corrections of the shipped cars: what their source says and cannot mean.

Each is a value that supersedes the one it names, so that the history keeps both and its batch
says why. All that share a reason are one batch, which can be undone in the console; it is made
once, so that what was undone stays so.
"""

from __future__ import annotations

import csv
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

from sqlalchemy import select

from webapp.catalogue.models import Batch, ExplainedDoubt, Parameter, Source, Trim, Value
from webapp.catalogue.reading.cells import read_cell
from webapp.catalogue.reading.telling import as_written
from webapp.catalogue.service.edits import (
    Said,
    current_value,
    edit_batch,
    project_edited,
    supersede,
)
from webapp.config import ROOT
from webapp.extensions import db

FOLDER: Final = ROOT / "scripts" / "seed"
CONFIDENCE: Final = "derived"


class Correction(NamedTuple):
    """A line of corrections.csv. `was` and `becomes` are written as in an import file, empty for
    unknown; `source` and `captured` are of the value that was corrected."""

    key: str
    parameter: str
    was: str
    becomes: str
    source: str
    captured: str
    reason: str


class _Place(NamedTuple):
    trim: Trim
    parameter: Parameter
    held: Value | None
    source: Source
    line: Correction


def correct(folder: Path = FOLDER) -> int:
    """Correct what still stands as the lines of corrections.csv found it, and keep what
    explained.csv explains; how many values were corrected. In the caller's transaction."""
    with (folder / "corrections.csv").open(encoding="utf-8", newline="") as file:
        lines = [Correction(**row) for row in csv.DictReader(file)]
    _explain(folder / "explained.csv")
    keys = {line.key for line in lines}
    trims = {t.key: t for t in db.session.scalars(select(Trim).where(Trim.key.in_(keys)))}
    lines = sorted((line for line in lines if line.key in trims), key=lambda line: line.reason)
    done = 0
    for reason, group in groupby(lines, key=lambda line: line.reason):
        if db.session.scalar(select(Batch.id).where(Batch.reason == reason).limit(1)) is None:
            done += _correct(reason, [p for line in group if (p := _place(line, trims))])
    return done


def _place(line: Correction, trims: dict[str, Trim]) -> _Place | None:
    """Where the line is to be applied; None where something else stands there by now."""
    trim = trims[line.key]
    parameter = db.session.scalar(select(Parameter).filter_by(key=line.parameter))
    source = db.session.scalar(select(Source).filter_by(name=line.source))
    if parameter is None or source is None:
        return None
    held = current_value(trim.id, parameter.id)
    if (as_written(line.parameter, held) if held else "") != line.was:
        return None
    if held and (held.source_id, held.captured) != (source.id, line.captured):
        return None
    return _Place(trim, parameter, held, source, line)


def _correct(reason: str, places: list[_Place]) -> int:
    if not places:
        return 0
    labels = "、".join(dict.fromkeys(place.parameter.label for place in places))
    batch = edit_batch(f"更正附带的数据 · {labels}", reason, rows=len(places))
    for trim, parameter, held, source, line in places:
        cell = read_cell(line.becomes, key=parameter.key, type=parameter.type, unit=parameter.unit)
        said = Said(source.id, line.captured, CONFIDENCE)
        supersede(batch, trim.id, parameter.id, held, (cell, said) if cell else None)
    project_edited(sorted({place.trim.series_id for place in places}))
    return len(places)


def _explain(path: Path) -> None:
    """Keep the lines of doubts that nobody has explained yet."""
    found = db.session.execute(select(ExplainedDoubt.trim_id, ExplainedDoubt.rule))
    known = {(trim_id, rule) for trim_id, rule in found}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            trim_id = db.session.scalar(select(Trim.id).where(Trim.key == row["key"]))
            if trim_id is not None and (trim_id, row["rule"]) not in known:
                row.pop("key")
                db.session.add(ExplainedDoubt(trim_id=trim_id, **row))
