"""Keeps the catalogue in step with the calendar and with its own rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from webapp.catalogue.service.corrections import correct
from webapp.catalogue.service.projected import (
    bump_version,
    project_all_series,
    project_trims_of,
    rebuild_class_figures,
)
from webapp.catalogue.service.tables import SERIES, TRIM
from webapp.extensions import db
from webapp.transactions import transaction


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Trims that went on sale, series whose columns differed, whether class figures did, and
    shipped values that were corrected."""

    launched: int
    series: int
    class_figures: bool
    corrected: int


def refresh_catalogue(*, today: date, everything: bool = False) -> Refreshed:
    """Put trims whose launch month has come on sale and derive what follows from it.

    `today` is the date in China. With `everything` the columns of all trims and series are
    derived anew, as after a change of the rules. Corrections that came with a newer version of
    the product are made. One transaction; the version rises only if something differed.
    """
    with transaction():
        due = (TRIM.c.status == "未上市", TRIM.c.launch <= f"{today:%Y-%m}")
        launched = db.session.execute(select(TRIM.c.id, TRIM.c.series_id).where(*due)).all()
        if launched:
            db.session.execute(update(TRIM).where(*due).values(status="在售"))
        touched = {row.series_id for row in launched}
        if everything:
            touched = set(db.session.scalars(select(SERIES.c.id)))
        differing = 0
        for series_id in sorted(touched):
            trims_differ = everything and project_trims_of(series_id)
            if project_all_series([series_id]) or trims_differ:
                differing += 1
        corrected = correct()
        figures = bool(rebuild_class_figures())
        if launched or differing or figures:
            bump_version()
    return Refreshed(len(launched), differing, figures, corrected)
