"""Decisions and writes of the knowledge base, and retrieval."""

from webapp.knowledge.reports import Counts, Progress, Rejected, Report, Taken
from webapp.knowledge.service.changes import (
    accept_upload,
    ask_again,
    ask_apply,
    ask_removal,
    ask_stop,
    change_by_id,
    give_up,
    resume_changes,
    run_change,
    sweep_uploads,
)
from webapp.knowledge.service.indexing import (
    State,
    bring_up_to_date,
    build_words,
    is_missing,
    reindex,
    state,
)
from webapp.knowledge.service.ingest import ingest, remove
from webapp.knowledge.service.locks import Busy
from webapp.knowledge.service.preparing import Preparation, preparation, state_line
from webapp.knowledge.service.retrieving import (
    examine,
    passages_by_id,
    retrieve,
    shares_told,
)
from webapp.knowledge.service.shipped import refresh_shipped

__all__ = [
    "Busy",
    "Counts",
    "Preparation",
    "Progress",
    "Rejected",
    "Report",
    "State",
    "Taken",
    "accept_upload",
    "ask_again",
    "ask_apply",
    "ask_removal",
    "ask_stop",
    "bring_up_to_date",
    "build_words",
    "change_by_id",
    "examine",
    "give_up",
    "ingest",
    "is_missing",
    "passages_by_id",
    "preparation",
    "refresh_shipped",
    "reindex",
    "remove",
    "resume_changes",
    "retrieve",
    "run_change",
    "shares_told",
    "state",
    "state_line",
    "sweep_uploads",
]
