"""Work of many kinds that the product of the settings in the environment accepts, and what came of
it:

    python -m scripts.drills.accepted put FILE
    python -m scripts.drills.accepted look FILE

`put` is a web process without a web: once a second it opens a deposit, edits a value and asks for
an export, and writes into FILE what was committed, until it is told to end. `look` waits for the
exports, lets the clock's own look find those that nobody made, and prints as JSON how many of each
kind were accepted, were late and are lost.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from webapp import clock, create_app
from webapp.accounts.models import Account, DataExport
from webapp.accounts.service.identities import NOTICE
from webapp.accounts.service.leaving import EXPORT_AGAIN, ask_export, build_waiting_exports
from webapp.catalogue import service as catalogue
from webapp.catalogue.models import Batch
from webapp.clock import day_in_china
from webapp.deposits import service as deposits
from webapp.deposits.models import Deposit, Offer
from webapp.deposits.terms import digest_of, text_of
from webapp.extensions import db
from webapp.transactions import transaction

PAUSE_SECONDS: Final = 1.0
LATE_SECONDS: Final = 30.0
"""What a worker has not done by then is late."""


def put(file: Path) -> None:
    offer_id, agreed = _offer()
    kinds = {"order": lambda: _order(offer_id, agreed), "edit": _edit, "task": _task}
    with file.open("a", encoding="utf-8") as out:
        for n in count():
            for kind, accept in kinds.items():
                number = _accepted(accept) if n else accept()  # before any fault nothing may fail
                out.write(json.dumps([kind, number]) + "\n")
                out.flush()
            if n == 0:
                print("begun", flush=True)
            time.sleep(PAUSE_SECONDS)


def _accepted(accept: Callable[[], int]) -> int:
    """What was accepted; 0 where it was refused, which loses nothing."""
    try:
        return accept()
    except Exception:
        return 0
    finally:
        try:
            db.session.remove()
        except Exception:
            db.session.registry.clear()


def _offer() -> tuple[int, str]:
    offer = Offer(title="演练", seller="演练", amount_fen=9900, opens_at=clock.now())
    with transaction():
        db.session.add(offer)
    return offer.id, digest_of(text_of(offer.snapshot()))


def _person() -> int:
    now = clock.now()
    account = Account(nickname="演练", notice=NOTICE, agreed_at=now, created_at=now)
    with transaction():
        db.session.add(account)
    return account.id


def _order(offer_id: int, agreed: str) -> int:
    return deposits.open_deposit(
        account_id=_person(), offer_id=offer_id, agreed=agreed, now=clock.now()
    ).id


def _edit() -> int:
    today = day_in_china(clock.now())
    with transaction():
        batch, _ = catalogue.set_value(
            trim_id=1,
            parameter="length_mm",
            text=str(4000 + int(time.time()) % 1000),
            source="演练",
            captured=today.strftime("%Y-%m"),
            confidence="listed",
            today=today,
        )
    return batch.id if batch else 0


def _task() -> int:
    return ask_export(account_id=_person(), now=clock.now()).id


def look(file: Path) -> None:
    accepted: dict[str, list[int]] = {"order": [], "edit": [], "task": []}
    refused: Counter[str] = Counter()
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, number = json.loads(line)
        if number:
            accepted[kind].append(number)
        else:
            refused[kind] += 1
    made = DataExport.ready_at.is_not(None)
    deadline = time.monotonic() + LATE_SECONDS
    while (late := _missing(DataExport, accepted["task"], made)) and time.monotonic() < deadline:
        db.session.rollback()
        time.sleep(0.5)
    if late:
        build_waiting_exports(now=clock.now() + EXPORT_AGAIN + timedelta(minutes=1))
    lost = {
        "order": _missing(Deposit, accepted["order"]),
        "edit": _missing(Batch, accepted["edit"]),
        "task": _missing(DataExport, accepted["task"], made),
    }
    told = {
        kind: {
            "accepted": len(numbers),
            "refused": refused[kind],
            "late": late if kind == "task" else 0,
            "lost": lost[kind],
        }
        for kind, numbers in accepted.items()
    }
    print(json.dumps(told))


def _missing(model: type[Deposit | Batch | DataExport], numbers: list[int], *also: object) -> int:
    """How many of these rows are not there, or not as they should be."""
    found = select(func.count()).select_from(model).where(model.id.in_(numbers), *also)  # type: ignore[arg-type]
    return len(numbers) - (db.session.scalar(found) or 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m scripts.drills.accepted")
    parser.add_argument("what", choices=["put", "look"])
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    with create_app().app_context():
        {"put": put, "look": look}[given.what](given.file)
