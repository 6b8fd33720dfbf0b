"""Documents taken in, changed and taken out.

Each document is written whole or not at all, and one that did not change is left alone; so a
run that was killed is finished by the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Final, cast

from sqlalchemy import Table, delete, insert, select, update

from webapp.columns import utc_now
from webapp.extensions import db
from webapp.knowledge import models, queries
from webapp.knowledge.drafts import COLLECTION, Draft, DraftError, Piece, cut, passage_digest
from webapp.knowledge.reports import Counts, Progress, Read, Rejected, Report, Taken
from webapp.knowledge.service.locks import alone
from webapp.transactions import transaction

DOCUMENT: Final = cast(Table, models.KnowledgeDocument.__table__)
PASSAGE: Final = cast(Table, models.KnowledgePassage.__table__)
VERSION: Final = cast(Table, models.KnowledgeVersion.__table__)

TRANSACTION_DOCUMENTS: Final = 50
TRANSACTION_PASSAGES: Final = 2000
WAIT_SECONDS: Final = 600.0


def ingest(
    *,
    collection: str,
    drafts: Iterable[Read],
    whole: bool = False,
    dry_run: bool = False,
    done: int = 0,
    counts: Counts | None = None,
    report: Report = lambda _: None,
    before_commit: Callable[[int, Counts], None] = lambda *_: None,
    wait: float = WAIT_SECONDS,
) -> Counts:
    """Take documents in; commits as it goes.

    With `whole` the documents are all there are: others of the collection are taken out. A
    dry run writes none. `done` and `counts` are how far a run that was killed had come; they
    are told to `before_commit` in each transaction. Raises DraftError for a collection's bad
    name, and Busy where another process is at the collection after `wait` seconds.
    """
    check_collection(collection)
    with alone(f"collection-{collection}", wait=wait):
        return _ingest(
            _Run(collection, dry_run, report, before_commit),
            drafts,
            whole=whole,
            done=done,
            counts=counts or Counts(),
        )


def check_collection(collection: str) -> None:
    """Raises DraftError for a bad name."""
    if not COLLECTION.fullmatch(collection):
        raise DraftError(
            f"集合名 {collection!r} 不能用：小写字母开头，"
            "只含小写字母、数字、- 和 _，最多 40 个字符"
        )


def remove(
    *,
    collection: str,
    ids: Iterable[str] | None = None,
    done: int = 0,
    before_commit: Callable[[int, int], None] = lambda *_: None,
    wait: float = WAIT_SECONDS,
) -> int:
    """Take documents out, all of the collection unless told; commits as it goes and returns how
    many there were, with the `done` of a run that was killed.

    `before_commit` is told the documents done and those in all. Raises Busy as `ingest`.
    """
    with alone(f"collection-{collection}", wait=wait):
        held = queries.digests_of(collection)
        wanted = held if ids is None else [id_ for id_ in ids if id_ in held]
        total = done + len(wanted)
        for batch in _batches([held[id_][0] for id_ in wanted]):
            with transaction():
                done += _remove(batch)
                before_commit(done, total)
    return done


def bump_version() -> None:
    """Tell the indexes that documents changed. Commits nothing."""
    changed = update(VERSION).values(number=VERSION.c.number + 1).returning(VERSION.c.id)
    if db.session.execute(changed).first() is None:
        db.session.execute(insert(VERSION).values(id=1, number=1))


class _Run:
    """One run over a collection: what it holds, and which ids the file had so far."""

    def __init__(
        self,
        collection: str,
        dry_run: bool,
        report: Report,
        before_commit: Callable[[int, Counts], None],
    ) -> None:
        self.collection = collection
        self.dry_run = dry_run
        self.report = report
        self.before_commit = before_commit
        self.held = queries.digests_of(collection)
        self.seen: set[str] = set()
        self.pending: list[tuple[int | None, Draft, list[Piece]]] = []

    def take(self, item: Draft | Rejected, number: int, counts: Counts) -> None:
        counts.documents += 1
        told = item if isinstance(item, Rejected) else self._take(item, number, counts)
        if isinstance(told, Rejected):
            counts.rejected += 1
        if told is not None:
            self.report(told)

    def _take(self, item: Draft, number: int, counts: Counts) -> Rejected | Taken | None:
        if item.id in self.seen:
            return Rejected(number, f"id：{item.id!r} 在前面已经出现过")
        self.seen.add(item.id)
        known, digest = self.held.get(item.id, (None, ""))
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
        self.pending.append((known, item, parts))
        return Taken(item.id, item.title, known is None, len(parts))

    def is_full(self) -> bool:
        return sum(len(parts) for _, _, parts in self.pending) >= TRANSACTION_PASSAGES

    def write(self, number: int, counts: Counts) -> None:
        """Write what was read since the last time, in one transaction: while a file is read no
        writer waits."""
        with transaction():
            for known, draft, parts in self.pending:
                if self.dry_run:
                    counts.passages += len(parts)
                else:
                    document_id = _write_document(known, self.collection, draft)
                    counts.passages += _write_passages(document_id, draft, parts)
            if self.pending and not self.dry_run:
                bump_version()
            self.pending.clear()
            self.before_commit(number, counts)


def _ingest(run: _Run, drafts: Iterable[Read], *, whole: bool, done: int, counts: Counts) -> Counts:
    number, again = 0, Counts()
    for number, item in enumerate(drafts, start=1):
        if item is not None:
            # What a killed run had done is read again, for the ids, and not counted again.
            run.take(item, number, counts if number > done else again)
        if number > done and (number % TRANSACTION_DOCUMENTS == 0 or run.is_full()):
            run.write(number, counts)
            run.report(Progress(number))
    with transaction():
        if whole and not counts.rejected:
            counts.removed = _remove([run.held[gone][0] for gone in run.held.keys() - run.seen])
        run.write(number, counts)
    return counts


def _write_document(known: int | None, collection: str, draft: Draft) -> int:
    values = {
        "collection": collection,
        "external_id": draft.id,
        "title": draft.title,
        "also": draft.also,
        "summary": draft.summary[:600],
        "source": draft.source,
        "author": draft.author,
        "date": draft.date,
        "series": draft.series,
        "topic": draft.topic,
        "rules": " ".join(draft.rules),
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
