"""A web server with a folder of its own brings its indexes up to date from the database."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from flask import Flask

from tests.knowledge.conftest import draft
from webapp.knowledge import service
from webapp.operations.copies import PATIENCE_SECONDS, Keeper, bring, names_behind
from webapp.registry import LocalCopy, registry_of
from webapp.search.engine import engine


class Copy:
    def __init__(self, app: Flask) -> None:
        self.missing, self.behind = False, True
        self.brought = 0
        registry_of(app).copies[:] = [
            LocalCopy("one", lambda: self.missing, lambda: self.behind, lambda: None)
        ]
        self.keeper = Keeper(app, self._bring)

    def _bring(self) -> None:
        self.brought += 1


@pytest.fixture
def copy(app: Flask) -> Copy:
    return Copy(app)


def test_a_copy_that_is_behind_is_left_to_a_worker_for_a_while(copy: Copy) -> None:
    assert not copy.keeper.look(0.0)
    assert not copy.keeper.look(PATIENCE_SECONDS - 1)
    assert copy.keeper.look(PATIENCE_SECONDS)
    assert copy.brought == 1


def test_what_a_worker_did_meanwhile_is_not_done_again(copy: Copy) -> None:
    copy.keeper.look(0.0)
    copy.behind = False
    copy.keeper.look(20.0)
    copy.behind = True
    assert not copy.keeper.look(PATIENCE_SECONDS)


def test_a_copy_that_is_missing_is_made_at_once(copy: Copy) -> None:
    copy.missing = True
    assert copy.keeper.look(0.0)


def test_of_the_processes_of_a_folder_one_does_it(copy: Copy, app: Flask) -> None:
    copy.missing = True
    folder: Path = app.config["VAR_DIR"]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "copies.lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert not copy.keeper.look(0.0)
    assert copy.keeper.look(1.0)
    assert copy.brought == 1


def test_a_folder_without_indexes_gets_those_of_the_database(app: Flask) -> None:
    app.config["EMBEDDER"] = "none"
    service.ingest(collection="samples", drafts=[draft("a", "雨刷条每年更换一次。")])
    assert names_behind(app) == {"search", "knowledge"}
    bring()
    assert names_behind(app) == set()
    assert engine().state().documents == 0
    assert service.preparation().complete
    service.ingest(collection="samples", drafts=[draft("b", "机油每一万公里更换一次。")])
    assert names_behind(app) == {"knowledge"}
