"""Answers while they are being written: who writes them, who follows them, who stops them.

One greenlet composes (it may wait for a model), one writes (it stores each frame before anyone
can see it), and each socket follows. The writer is in the process that got the question;
whoever follows in another process reads the store.
"""

from flask import Flask

from webapp.assistant.events import Answerer
from webapp.assistant.live.follow import follow, wait
from webapp.assistant.live.news import bell_watched, newest_turn, unread, watched
from webapp.assistant.live.registry import stop, writing
from webapp.assistant.live.writer import begin

__all__ = [
    "begin",
    "bell_watched",
    "follow",
    "init_app",
    "newest_turn",
    "stop",
    "unread",
    "wait",
    "watched",
    "writing",
]


def init_app(app: Flask, answerer: Answerer) -> None:
    """Let `answerer` compose the answers of this application."""
    app.extensions["assistant"] = answerer
