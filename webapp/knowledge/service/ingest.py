"""Documents taken in, changed and taken out.

Each document is written whole or not at all, and one that did not change is left alone; so a
run that was killed is finished by the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select, update

from webapp.cars.models import utc_now
from webapp.extensions import db
from webapp.knowledge import models, queries
from webapp.knowledge.drafts import COLLECTION, Draft, DraftError, Piece, cut, passage_digest

DOCUMENT: Final = cast(Table, models.KnowledgeDocument.__table__)
PASSAGE: Final = cast(Table, models.KnowledgePassage.__table__)
VERSION: Final = cast(Table, models.KnowledgeVersion.__table__)

TRANSACTION_DOCUMENTS: Final = 50


@dataclass(frozen=True)
class Rejected:
    """A document that was not taken in: where it stands in what was sent, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Progress:
    documents: int


Report = Callable[[Rejected | Progress], None]
Read = Draft | Rejected
"""What a reader yields for each document of a file."""


@dataclass
class Counts:
    """Documents by what became of them, and the passages written anew."""

    documents: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    passages: int = 0


def ingest(
    *,
    collection: str,
    drafts: Iterable[Read],
    whole: bool = False,
    report: Report = lambda _: None,
) -> Counts:
    """Take documents in; commits as it goes. Raises DraftError for a collection's bad name.

    With `whole` the documents are all there are: others of the collection are taken out.
    """
    if not COLLECTION.fullmatch(collection):
        raise DraftError(
            f"集合名 {collection!r} 不能用：小写字母开头，"
            "只含小写字母、数字、- 和 _，最多 40 个字符"
        )
    counts = Counts()
    held = queries.digests_of(collection)
    seen: set[str] = set()
    for number, item in enumerate(drafts, start=1):
        counts.documents += 1
        problem = _take(item, number, collection, held, seen, counts)
        if problem:
            counts.rejected += 1
            report(problem)
        if number % TRANSACTION_DOCUMENTS == 0:
            db.session.commit()
            report(Progress(number))
    if whole and not counts.rejected:
        counts.removed = _remove([held[gone][0] for gone in held.keys() - seen])
    db.session.commit()
    return counts


def remove(*, collection: str, ids: Iterable[str] | None = None) -> int:
    """Take documents out, all of the collection unless told; returns how many there were."""
    held = queries.digests_of(collection)
    wanted = held if ids is None else [id_ for id_ in ids if id_ in held]
    removed = _remove([held[id_][0] for id_ in wanted])
    db.session.commit()
    return removed


def bump_version() -> None:
    """Tell the indexes that documents changed. Commits nothing."""
    changed = update(VERSION).values(number=VERSION.c.number + 1).returning(VERSION.c.id)
    if db.session.execute(changed).first() is None:
        db.session.execute(insert(VERSION).values(id=1, number=1))


def _take(
    item: Read,
    number: int,
    collection: str,
    held: dict[str, tuple[int, str]],
    seen: set[str],
    counts: Counts,
) -> Rejected | None:
    if isinstance(item, Rejected):
        return item
    if item.id in seen:
        return Rejected(number, f"id：{item.id!r} 在前面已经出现过")
    seen.add(item.id)
    known, digest = held.get(item.id, (None, ""))
    if digest == item.digest:
        counts.unchanged += 1
        return None
    parts = cut(item)
    if not parts:
        return Rejected(number, "text：没有可以读的文字")
    if known is None:
        counts.added += 1
    else:
        counts.changed += 1
    document_id = _write_document(known, collection, item)
    counts.passages += _write_passages(document_id, item, parts)
    held[item.id] = (document_id, item.digest)
    bump_version()
    return None


def _write_document(known: int | None, collection: str, draft: Draft) -> int:
    values = {
        "collection": collection,
        "external_id": draft.id,
        "title": draft.title,
        "summary": draft.summary[:600],
        "source": draft.source,
        "author": draft.author,
        "date": draft.date,
        "series": draft.series,
        "topic": draft.topic,
        "digest": draft.digest,
        "changed_at": utc_now(),
    }
    if known is not None:
        db.session.execute(update(DOCUMENT).where(DOCUMENT.c.id == known).values(values))
        return known
    made = db.session.execute(insert(DOCUMENT).values(values).returning(DOCUMENT.c.id))
    return int(made.scalar_one())


def _write_passages(document_id: int, draft: Draft, parts: list[Piece]) -> int:
    """Make the passages these, keeping the rows of those that stay; returns how many are new."""
    kept: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    statement = (
        select(PASSAGE.c.id, PASSAGE.c.heading, PASSAGE.c.text)
        .where(PASSAGE.c.document_id == document_id)
        .order_by(PASSAGE.c.position.desc())
    )
    for id_, heading, text in db.session.execute(statement):
        kept[heading, text].append(id_)
    new = []
    for position, part in enumerate(parts):
        values = {
            "position": position,
            "markdown": part.markdown,
            "digest": passage_digest(series=draft.series, title=draft.title, piece=part),
        }
        if same := kept[part.heading, part.text]:
            db.session.execute(update(PASSAGE).where(PASSAGE.c.id == same.pop()).values(values))
        else:
            new.append(
                {"document_id": document_id, "heading": part.heading, "text": part.text} | values
            )
    gone = [id_ for ids in kept.values() for id_ in ids]
    for batch in _batches(gone):
        db.session.execute(delete(PASSAGE).where(PASSAGE.c.id.in_(batch)))
    if new:
        db.session.execute(insert(PASSAGE), new)
    return len(new)


def _remove(document_ids: list[int]) -> int:
    for batch in _batches(document_ids):
        db.session.execute(delete(DOCUMENT).where(DOCUMENT.c.id.in_(batch)))
    if document_ids:
        bump_version()
    return len(document_ids)


def _batches(ids: list[int]) -> Iterator[list[int]]:
    return (ids[start : start + queries.BATCH] for start in range(0, len(ids), queries.BATCH))
