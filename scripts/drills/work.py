"""The long pieces of background work, as staff and people ask for them, in the product of VAR_DIR:

    python -m scripts.drills.work NAME FOLDER

asks for one. Files to take in are made in FOLDER.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Final

from webapp import clock, create_app, uploads
from webapp.accounts.models import Account
from webapp.accounts.service.identities import NOTICE
from webapp.accounts.service.leaving import ask_export
from webapp.audit import COMMAND_LINE
from webapp.catalogue import service as catalogue
from webapp.catalogue.models import Batch
from webapp.console import service as console
from webapp.extensions import db
from webapp.knowledge import service as knowledge
from webapp.knowledge.models import KnowledgeChange
from webapp.transactions import transaction
from webapp.transitions import step

SEED: Final = Path(__file__).resolve().parents[1] / "seed" / "cars.csv"
COPIES: Final = 4
"""Of each shipped car that the imported file holds, under keys and names of their own."""
DOCUMENTS: Final = 1500
COLLECTION: Final = "drill"
PEOPLE: Final = 60


def importing(folder: Path) -> None:
    """A file with COPIES of each shipped car, checked and asked for."""
    draft = _draft(folder, "cars.csv")
    csv.field_size_limit(10**7)
    with SEED.open(encoding="utf-8", newline="") as source, draft.open("w", newline="") as out:
        rows = csv.DictReader(source)
        writer = csv.DictWriter(out, rows.fieldnames or ())
        writer.writeheader()
        for row in rows:
            for copy in range(COPIES):
                writer.writerow(row | {"key": f"drill-{copy}-{row['key']}"})
    batch = catalogue.keep_upload(title="drill.csv", draft=draft)
    with transaction():
        step(Batch, batch.id, "checking", "checked")
    catalogue.ask_import(batch_id=batch.id)


def ingesting(folder: Path) -> None:
    """A file of DOCUMENTS, checked and asked for."""
    draft = _draft(folder, "documents.jsonl")
    with draft.open("w", encoding="utf-8") as out:
        for number in range(DOCUMENTS):
            line = {
                "id": f"drill-{number}",
                "title": f"演练文档 {number}",
                "text": f"这是第 {number} 篇演练文档。" + "冬天续航会短一些，出发前先预热。" * 20,
                "source": "演练",
            }
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    change = knowledge.accept_upload(
        name="drill.jsonl", draft=draft, collection=COLLECTION, given={}
    )
    with transaction():
        step(KnowledgeChange, change.id, "checking", "checked")
    knowledge.ask_apply(change_id=change.id)


def rebuilding(folder: Path) -> None:
    """The search index anew, as the console asks for it."""
    console.rebuild_index(actor=COMMAND_LINE, kind="search")


def exporting(folder: Path) -> None:
    """What is kept of each of PEOPLE."""
    now = clock.now()
    with transaction():
        made = [
            Account(nickname=f"演练{number}", notice=NOTICE, agreed_at=now, created_at=now)
            for number in range(PEOPLE)
        ]
        db.session.add_all(made)
    for account_id in [account.id for account in made]:
        ask_export(account_id=account_id, now=now)


WORK: Final = {work.__name__: work for work in (importing, ingesting, rebuilding, exporting)}


def _draft(folder: Path, name: str) -> Path:
    """A path for a file on its way in."""
    uploads.folder().mkdir(parents=True, exist_ok=True)
    return uploads.folder() / f"drill-{folder.name}-{name}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m scripts.drills.work")
    parser.add_argument("name", choices=sorted(WORK))
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    with create_app().app_context():
        WORK[given.name](given.folder)
    sys.exit()
