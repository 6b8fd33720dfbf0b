"""Composing answers: a question in, a stream of events out, every figure with its source."""

from webapp.assistant.answering.answer import answer
from webapp.assistant.answering.warming import warm_up
from webapp.assistant.answering.writing import prepare

__all__ = ["answer", "prepare", "warm_up"]
