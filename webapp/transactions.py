"""How the database is committed: `with transaction():` around what a service function writes.

No other module commits or rolls back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from webapp.extensions import db

_KEY: Final = "transaction"


@dataclass
class _Open:
    """The transaction under way; kept with its session, so that it goes where that goes."""

    is_spoilt: bool = False
    after: list[Callable[[], object]] = field(default_factory=list)


@contextmanager
def transaction(*, dry_run: bool = False) -> Iterator[None]:
    """Commit at the end of the outermost one, roll back where an exception leaves it; one
    inside another joins it and only flushes. With `dry_run` it rolls back at the end.

    A lost race (IntegrityError) is caught around the outermost one, where everything is rolled
    back. Raises RuntimeError for one that is caught further in, since half of its work would be
    committed; for a dry run inside another transaction; and where the session was removed.
    """
    session = db.session()
    outer: _Open | None = session.info.get(_KEY)
    if outer is not None:
        if dry_run:
            raise RuntimeError("a dry run would roll back the transaction around it")
        try:
            yield
            session.flush()
        except BaseException:
            outer.is_spoilt = True
            raise
        return
    session.info[_KEY] = opened = _Open()
    try:
        yield
        if db.session() is not session:
            raise RuntimeError("the session was removed inside its transaction")
        if opened.is_spoilt:
            raise RuntimeError("an exception that left an inner transaction was caught inside")
        if dry_run:
            session.rollback()
        else:
            session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info[_KEY]
    if not dry_run:
        for call in opened.after:
            call()


def after_commit(call: Callable[[], object]) -> None:
    """Call it once the transaction under way is committed, and never if that rolls back;
    outside of one at once. An exception it raises reaches the caller; the work is committed."""
    opened = _current()
    if opened is None:
        call()
    else:
        opened.after.append(call)


def is_open() -> bool:
    """Whether a transaction is under way in this database session."""
    return _current() is not None


def require() -> None:
    """Raises RuntimeError outside of a transaction."""
    if _current() is None:
        raise RuntimeError("this writes: it belongs inside `with transaction():`")


def end_read() -> None:
    """Let go of what was only read, or of what a failed read left, before something long; the
    next query sees the database anew. Raises RuntimeError inside a transaction."""
    if is_open():
        raise RuntimeError("ending the read would roll back the transaction around it")
    db.session.rollback()


def _current() -> _Open | None:
    opened: _Open | None = db.session().info.get(_KEY)
    return opened
