"""Decisions and writes of the knowledge base, and retrieval."""

from webapp.knowledge.service.indexing import State, bring_up_to_date, build_words, reindex, state
from webapp.knowledge.service.ingest import Counts, Progress, Rejected, Report, ingest, remove
from webapp.knowledge.service.retrieving import passages_by_id, retrieve
from webapp.knowledge.service.shipped import refresh_shipped

__all__ = [
    "Counts",
    "Progress",
    "Rejected",
    "Report",
    "State",
    "bring_up_to_date",
    "build_words",
    "ingest",
    "passages_by_id",
    "refresh_shipped",
    "reindex",
    "remove",
    "retrieve",
    "state",
]
