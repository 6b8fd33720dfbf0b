"""The worker's own application with one more task, which does not end the first time."""

from __future__ import annotations

import os
import time
from pathlib import Path

from tasks.celery import celery

app = celery


@celery.task(name="tests.slow", base=celery.Task.__base__)
def slow() -> None:
    told = Path(os.environ["TOLD"])
    first = not told.exists()
    with told.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if first:
        time.sleep(600)
