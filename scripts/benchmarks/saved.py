"""`scripts/bench saved`: saved searches beside an import that changes the prices of 500 trims.

Ten thousand people have saved one search each, of two to five conditions. Measured is one run of
the worker: what differs, who newly matches, and telling them. The yardstick asks a sample of the
searches one by one of the same trims, as the list would, before and after the change.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import flask_migrate
from sqlalchemy import func, insert, select, update
from werkzeug.datastructures import MultiDict

from scripts.benchmarks.server import environment
from webapp import clock, create_app
from webapp.accounts.models import Account
from webapp.catalogue import service as catalogue
from webapp.catalogue.filters import read_selection
from webapp.catalogue.models import Trim
from webapp.catalogue.queries.listing import all_of
from webapp.catalogue.queries.rows import over_trims
from webapp.catalogue.service.projected import bump_version
from webapp.extensions import db
from webapp.notices.models import Notice
from webapp.saved import conditions, service
from webapp.saved.models import SavedSearch, SearchHit
from webapp.saved.service import lease
from webapp.transactions import transaction

BRANDS: Final = ("比亚迪", "特斯拉", "理想", "蔚来", "小鹏", "吉利银河", "大众", "丰田")
SAMPLE: Final = 200


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench saved", description=__doc__)
    parser.add_argument("--searches", type=int, default=10_000)
    parser.add_argument("--trims", type=int, default=500)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(environment(Path(folder)))
        with app.app_context():
            measure(given.searches, given.trims)
            db.engine.dispose()


def measure(searches: int, trims: int) -> None:
    flask_migrate.upgrade()
    catalogue.seed_catalogue()
    service.watch()
    save(searches)
    changed = list(db.session.scalars(select(Trim.id).order_by(Trim.id).limit(trims)))
    one_by_one = [asked_one_by_one(changed)]
    with transaction():
        lower = update(Trim).where(Trim.id.in_(changed))
        db.session.execute(lower.values(price_fen=Trim.price_fen * 9 // 10))
        bump_version()
    one_by_one.append(asked_one_by_one(changed))
    hold = lease.take(clock.now())
    assert hold is not None
    begun = time.process_time()
    service.look(hold)
    looked = time.process_time()
    people = service.tell(hold, now=clock.now(), most=SAMPLE)
    told = time.process_time() - looked
    looked -= begun
    naive = sum(one_by_one) * searches / SAMPLE
    hits, notices = count(SearchHit), count(Notice)
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} processors; processor time")
    print(f"{searches:,} searches, {len(changed):,} changed of {count(Trim):,} trims")
    print(f"comparing and matching {looked:8.1f} s, {hits:,} rows of cars that newly match")
    print(f"each search by itself  {naive:8.1f} s ({SAMPLE} measured), ratio {naive / looked:.1f}")
    print(f"telling {people} people     {told:8.1f} s, {notices:,} notices")


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def save(searches: int) -> None:
    """One search a person; prices and brands vary, so that most are different."""
    chance = random.Random(7)  # noqa: S311
    now = clock.now()
    for start in range(0, searches, 1000):
        people, rows = [], []
        for n in range(start, min(start + 1000, searches)):
            kept = conditions.kept_of(read_selection(MultiDict(asked(chance))))
            people.append({"id": n + 1, "nickname": f"u{n}", "notice": "2026-01"})
            rows.append(
                {
                    "owner": f"account:{n + 1}",
                    "name": conditions.proposed_name(kept),
                    "conditions": conditions.write(kept),
                    "digest": conditions.digest(kept),
                    "most_a_day": 5,
                    "saved_at": now,
                    "looked_at": now,
                    "version": 0,
                }
            )
        with transaction():
            db.session.execute(insert(Account), people)
            db.session.execute(insert(SavedSearch), rows)


def asked(chance: random.Random) -> dict[str, Any]:
    most = chance.choice([*range(8, 40), 12.8, 14.98, 19.98, 25.98])
    found: dict[str, Any] = {"price_wan_max": str(most)}
    if chance.random() < 0.4:
        found["price_wan_min"] = str(round(most * 0.7, 1))
    if chance.random() < 0.6:
        found["energy"] = chance.sample(["BEV", "PHEV", "EREV", "ICE"], 2)
    if chance.random() < 0.4:
        found["body"] = chance.choice(["SUV", "轿车", "MPV"])
    if chance.random() < 0.3:
        found["range_km_min"] = str(chance.randrange(300, 700, 10))
    if chance.random() < 0.3:
        found["length_mm_max"] = str(chance.randrange(4200, 5200, 10))
    if chance.random() < 0.2:
        found["brand"] = chance.choice(BRANDS)
    return found


def asked_one_by_one(trim_ids: list[int]) -> float:
    """Seconds for SAMPLE of the searches."""
    stored = db.session.scalars(select(SavedSearch.conditions).limit(SAMPLE)).all()
    begun = time.process_time()
    for one in stored:
        selection = conditions.read(one).selection
        statement = over_trims(Trim.id).where(Trim.id.in_(trim_ids), *all_of(selection))
        db.session.execute(statement).all()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
