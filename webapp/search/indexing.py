"""Keeps the search index in step with the catalogue."""

from __future__ import annotations

from typing import Final

from flask import current_app
from structlog import get_logger

from webapp.backends.search.port import BadBuild, Changes, NoIndex, Report
from webapp.catalogue.queries import catalogue_version
from webapp.search.engine import changing, engine
from webapp.search.index import car_documents
from webapp.search.service import refresh_aliases

log = get_logger(__name__)

SILENT: Final[Report] = lambda _done, _all: None  # noqa: E731


def rebuild_index(report: Report = SILENT, *, wait: float = 0) -> Changes:
    """A new index beside the one in use, then in its place. Raises SearchError; EngineBusy where
    another process still changes the index after `wait` seconds."""
    refresh_aliases()  # other names are searched too
    with changing(wait=wait) as keep:

        def reported(done: int, everything: int) -> None:
            keep()
            report(done, everything)

        # Read before the documents: a change in between is then seen as one to come.
        version = catalogue_version()
        changes = engine().rebuild(car_documents(), version, reported)
    log.info("search index rebuilt", version=version, **changes.as_dict())
    return changes


def sync_index(*, always: bool = False, report: Report = SILENT) -> Changes | None:
    """Bring the index up to date, writing only the documents that differ; None where it is.

    An index that is missing, damaged or was made by other rules is rebuilt. Without `always`
    nothing is compared while the catalogue's version stands; page views alone do not raise it.
    Raises SearchError.
    """
    try:
        state = engine().state()
    except NoIndex:
        return rebuild_index(report)
    version = catalogue_version()
    if state.version == version and not always:
        return None
    try:
        with changing():
            changes = engine().update(car_documents(), version)
    except BadBuild as error:  # what it was to be made of may be damaged
        log.warning("search index not updated", reason=str(error))
        return rebuild_index(report)
    log.info("search index updated", version=version, **changes.as_dict())
    return changes


def is_missing() -> bool:
    """Whether this machine is to have an index of its own and has none."""
    if current_app.config["SEARCH_URL"] != "whoosh:":
        return False
    try:
        engine().state()
    except NoIndex:
        return True
    return False


def is_behind() -> bool:
    """Whether it is missing, or of another version of the catalogue."""
    if current_app.config["SEARCH_URL"] != "whoosh:":
        return False
    return is_missing() or engine().state().version != catalogue_version()
