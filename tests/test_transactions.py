"""One way to commit: at the end of the outermost transaction, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from webapp import audit
from webapp.extensions import db
from webapp.search.models import Synonym
from webapp.transactions import after_commit, end_read, is_open, require, transaction


@pytest.fixture(autouse=True)
def toy(tmp_path: Path) -> Iterator[None]:
    """An application with one table and nothing else."""
    made = Flask("toy")
    made.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/toy.sqlite3"
    db.init_app(made)
    with made.app_context():
        Synonym.metadata.tables["synonym"].create(db.engine)
        yield
        db.session.remove()
        db.engine.dispose()


def write(word: str) -> None:
    """A service function of its own."""
    with transaction():
        db.session.add(Synonym(word=word, meaning="七座"))


def committed() -> list[str]:
    """What another connection sees."""
    with db.engine.connect() as other:
        return list(other.scalars(select(Synonym.word).order_by(Synonym.word)))


def test_the_outermost_commits_and_those_inside_only_flush() -> None:
    with transaction():
        write("甲")
        assert db.session.scalar(select(func.count(Synonym.id))) == 1
        assert not db.session.new
        write("乙")
        assert committed() == []
    assert committed() == ["乙", "甲"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_exception_rolls_everything_back_and_goes_on(error: type[BaseException]) -> None:
    def fail() -> None:
        with transaction():
            write("甲")
            raise error

    with pytest.raises(error):
        fail()
    assert committed() == []
    assert not is_open()
    write("乙")
    assert committed() == ["乙"]


def test_a_lost_race_is_caught_around_the_outermost() -> None:
    write("甲")
    with suppress(IntegrityError):
        write("甲")
    write("乙")
    assert committed() == ["乙", "甲"]


def test_an_exception_caught_further_in_commits_no_half_of_the_work() -> None:
    def half() -> None:
        with transaction():
            write("甲")
            with suppress(ValueError), transaction():
                db.session.execute(insert(Synonym).values(word="乙", meaning="七座"))
                raise ValueError

    with pytest.raises(RuntimeError, match="caught inside"):
        half()
    assert committed() == []


def test_a_dry_run_keeps_nothing_and_may_not_undo_what_is_around_it() -> None:
    with transaction(dry_run=True):
        write("甲")
        assert db.session.scalar(select(func.count(Synonym.id))) == 1
    assert committed() == []
    with pytest.raises(RuntimeError, match="dry run"), transaction(), transaction(dry_run=True):
        pass


def test_what_follows_the_commit_is_called_after_it_and_may_write() -> None:
    seen: list[list[str]] = []
    after_commit(lambda: seen.append(committed()))  # at once
    with transaction():
        write("甲")
        after_commit(lambda: seen.append(committed()))
        after_commit(lambda: write("乙"))
        assert seen == [[]]
    assert seen == [[], ["甲"]]
    assert committed() == ["乙", "甲"]


def test_what_follows_the_commit_is_never_called_after_a_rollback() -> None:
    called: list[int] = []
    with suppress(KeyError), transaction():
        after_commit(lambda: called.append(1))
        raise KeyError
    with transaction(dry_run=True):
        after_commit(lambda: called.append(2))
    write("甲")
    assert called == []


def test_a_session_that_was_removed_inside_is_an_error_and_leaves_nothing_behind() -> None:
    called: list[int] = []

    def remove() -> None:
        with transaction():
            write("甲")
            after_commit(lambda: called.append(1))
            db.session.remove()

    with pytest.raises(RuntimeError, match="removed"):
        remove()
    assert (committed(), called) == ([], [])
    write("乙")
    assert committed() == ["乙"]


def test_the_end_of_a_read_undoes_no_transaction() -> None:
    end_read()
    with pytest.raises(RuntimeError, match="roll back"), transaction():
        end_read()


def test_what_must_not_be_committed_alone_is_refused_outside() -> None:
    with pytest.raises(RuntimeError, match="inside"):
        require()
    with pytest.raises(RuntimeError, match="inside"):
        audit.record(audit.COMMAND_LINE, "set role", "account 1")
