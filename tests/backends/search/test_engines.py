"""What every search engine must do, and what only one of them can get wrong."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.backends.search.conftest import Make
from webapp.backends.search import elastic, make_engine, whoosh_engine
from webapp.backends.search.analysis import query_words, whole_names
from webapp.backends.search.port import (
    BadBuild,
    Changes,
    Document,
    EngineAway,
    EngineBusy,
    EngineRefused,
    Filter,
    Layout,
    NoIndex,
    Order,
    Query,
    Word,
)
from webapp.config import ROOT

LAYOUT = Layout(
    numbers=("price", "sold"),
    words=("kind",),
    sets=("extras",),
    texts={"name": 3.0, "kind_text": 1.0},
    names=("name",),
    boosts={"sold": 0.5},
)


def silent(done: int, everything: int) -> None:
    """Nobody wants to know."""


def car(id: int, name: str = "北斗", kind: str = "轿车", **values: Any) -> Document:
    return Document(
        id, {"kind": kind, **values}, {"name": (name,), "kind_text": (kind, "纯电 2.0T")}
    )


CARS = [
    car(1, "北斗 PLUS DM-i", price=10, sold=90, extras=("天窗", "冰箱")),
    car(2, "北斗七星", "SUV", price=20, sold=9, extras=("天窗",)),
    car(3, "天狼", price=20),
    car(4, "天狼 Model Y", "SUV", sold=900),
]


def asked(text: str, **more: Any) -> Query:
    words = tuple(Word(*word) for word in query_words(text))
    return Query(words=words, exact=tuple(whole_names(text)), by_score=True, **more)


def ids(found: Any) -> list[int]:
    return [hit.id for hit in found.hits]


@pytest.fixture
def filled(make: Make) -> Any:
    engine = make(LAYOUT)
    engine.rebuild(CARS, 7, silent)
    return engine


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("北斗", [1, 2]),  # sold most first, both names hold the word
        ("北斗七星", [2]),
        ("星七", []),
        ("plus", [1]),
        ("DMi", [1]),
        ("dm-i", [1]),
        ("ＤＭ－Ｉ", [1]),
        ("北斗plusdmi", [1]),
        ("modely", [4]),
        ("天狼", [3, 4]),  # the whole name before the longer one, though that sells
        ("天狼 suv", [4]),
        ("天狼轿车", [3]),
        ("2.0t", [4, 1, 2, 3]),
        ("🚗", []),
        ("", [4, 1, 2, 3]),
    ],
)
def test_words_are_found_however_they_are_typed(
    filled: Any, text: str, expected: list[int]
) -> None:
    found = filled.search(asked(text))
    assert ids(found) == expected
    assert found.total == len(expected)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((Filter("price", ">=", (20,)),), [2, 3]),
        ((Filter("price", "<=", (19.99,)),), [1]),
        ((Filter("price", "!=", (10,)),), [2, 3]),
        ((Filter("price", "not in", (20, 30)),), [1]),
        ((Filter("kind", "==", ("SUV",)),), [2, 4]),
        ((Filter("kind", "not in", ("SUV", "皮卡")),), [1, 3]),
        ((Filter("kind", "==", ("皮卡",)),), []),
        ((Filter("extras", "in", ("天窗",)), Filter("extras", "in", ("冰箱",))), [1]),
        ((Filter("extras", "in", ("冰箱", "天窗")),), [1, 2]),
        ((Filter("id", "in", (4, 2)), Filter("kind", "==", ("SUV",))), [2, 4]),
    ],
)
def test_filters_hold_together_and_unknown_satisfies_none(
    filled: Any, filters: tuple[Filter, ...], expected: list[int]
) -> None:
    assert ids(filled.search(Query(filters=filters))) == expected


def test_unknown_comes_last_either_way_and_ties_go_by_id(filled: Any) -> None:
    assert ids(filled.search(Query(order=(Order("price"),)))) == [1, 2, 3, 4]
    assert ids(filled.search(Query(order=(Order("price", True), Order("sold"))))) == [2, 3, 1, 4]
    assert ids(filled.search(Query(order=(Order("price"),), limit=2))) == [1, 2]


def test_a_facet_leaves_out_its_own_filters_and_a_set_does_not(filled: Any) -> None:
    query = Query(
        filters=(Filter("kind", "==", ("SUV",)), Filter("extras", "in", ("天窗",))),
        facets=("kind", "extras", "price"),
    )
    assert filled.search(query).facets == {
        "kind": {"轿车": 1, "SUV": 1},
        "extras": {"天窗": 1},
        "price": {20: 1},
    }


def test_an_explanation_adds_up_and_ranks_as_the_results_do(filled: Any) -> None:
    found = filled.search(asked("天狼 轿车", explain=True))
    (first,) = found.hits
    matched = first.explanation
    assert [(word.word, word.field, word.whole) for word in matched.words] == [
        ("天狼", "name", False),
        ("轿车", "kind_text", False),
        ("天狼", "name", True),
    ]
    assert matched.text == pytest.approx(sum(word.score for word in matched.words), abs=1e-9)
    assert matched.score == pytest.approx(matched.text + matched.boosts["sold"], abs=1e-9)
    assert matched.boosts["sold"] == 0
    (only,) = filled.search(asked("plus", explain=True)).hits
    assert only.explanation.boosts["sold"] == pytest.approx(0.5 * 1.959, abs=1e-3)
    scores = [hit.explanation.score for hit in filled.search(asked("天狼", explain=True)).hits]
    assert scores == sorted(scores, reverse=True)


def test_without_an_index_there_is_no_answer_but_an_error(make: Make) -> None:
    engine = make(LAYOUT)
    for ask in (lambda: engine.search(Query()), engine.state, lambda: engine.update(CARS, 1)):
        with pytest.raises(NoIndex):
            ask()


def test_an_index_for_another_layout_is_none(make: Make, filled: Any) -> None:
    other = make(replace(LAYOUT, numbers=("price", "sold", "doors")))
    with pytest.raises(NoIndex):
        other.search(Query())
    assert ids(filled.search(Query(limit=1))) == [1]


def test_what_cannot_be_asked_is_refused(filled: Any) -> None:
    for wrong in (
        Filter("colour", "==", ("红",)),
        Filter("kind", ">=", ("SUV",)),
        Filter("extras", "not in", ("天窗",)),
        Filter("price", ">=", ("dear",)),
    ):
        with pytest.raises(EngineRefused):
            filled.search(Query(filters=(wrong,)))


def test_a_rebuild_is_seen_when_it_is_whole_by_all_who_search(make: Make, filled: Any) -> None:
    seen: list[list[int]] = []

    def watch(done: int, everything: int) -> None:
        seen.append(ids(make(LAYOUT).search(Query())))

    before = filled.state()
    assert make(LAYOUT).rebuild(CARS[2:], 8, watch) == Changes(2, 2, 0)
    assert seen == [[1, 2, 3, 4]] * 2
    assert ids(filled.search(Query())) == [3, 4]
    after = filled.state()
    assert (after.version, after.documents) == (8, 2)
    assert after.generation != before.generation


def test_an_update_writes_only_what_differs(filled: Any) -> None:
    changed = [car(1, "南箕"), *CARS[1:3], car(9, "北斗九")]
    assert filled.update(changed, 8) == Changes(documents=4, written=2, removed=1)
    assert ids(filled.search(Query())) == [1, 2, 3, 9]
    assert ids(filled.search(asked("北斗"))) == [2, 9]
    assert ids(filled.search(asked("南箕"))) == [1]
    assert filled.state().version == 8
    for round_ in range(3):  # deletions of one generation must not come back in the next
        filled.update([car(n, f"第{round_}版") for n in range(1, 5)], 9 + round_)
        assert filled.search(asked(f"第{round_}版")).total == 4
        assert filled.search(Query()).total == 4


class Killed(BaseException):
    """Ends a rebuild where it stands."""


def test_a_killed_rebuild_harms_nobody_and_is_taken_up_where_it_was_left(
    make: Make, filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_engine, "PORTION", 2)
    monkeypatch.setattr(elastic, "PORTION", 2)
    many = [car(n, f"第{n}号") for n in range(1, 8)]

    def kill(done: int, everything: int) -> None:
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        make(LAYOUT).rebuild(many, 8, kill)
    assert ids(filled.search(Query())) == [1, 2, 3, 4]
    assert filled.state().version == 7
    many[0] = car(1, "改了")
    assert make(LAYOUT).rebuild(many, 9, silent) == Changes(documents=7, written=4, removed=0)
    assert ids(filled.search(asked("改了"))) == [1]
    assert filled.search(Query()).total == 7


def test_searches_never_fail_nor_see_half_an_index_while_it_changes(make: Make) -> None:
    writer, stop = make(LAYOUT), threading.Event()
    small = [car(n, price=n) for n in range(1, 11)]
    large = [car(n, "天狼", price=n) for n in range(1, 31)]
    writer.rebuild(small, 1, silent)
    seen: set[tuple[int, int, int]] = set()
    failed: list[BaseException] = []

    def search() -> None:
        engine = make(LAYOUT)
        try:
            while not stop.is_set():
                found = engine.search(Query(limit=100, facets=("kind",)))
                seen.add((found.total, len(found.hits), sum(found.facets["kind"].values())))
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for version in range(2, 8):
            documents = large if version % 2 else small
            if version < 5:
                writer.rebuild(documents, version, silent)
            else:
                writer.update(documents, version)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert seen <= {(10, 10, 10), (30, 30, 30)}


def test_an_index_that_lost_documents_does_not_come_into_use(
    make: Make, filled: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(documents: Sequence[Document]) -> Sequence[Document]:
        return documents[1:]

    add = whoosh_engine._add
    monkeypatch.setattr(
        whoosh_engine, "_add", lambda folder, layout, docs: add(folder, layout, forget([*docs]))
    )
    bulk = elastic.ElasticEngine._bulk
    monkeypatch.setattr(
        elastic.ElasticEngine, "_bulk", lambda self, name, lines: bulk(self, name, lines[2:])
    )
    with pytest.raises(BadBuild):
        make(LAYOUT).rebuild([car(n) for n in range(1, 6)], 8, silent)
    assert ids(filled.search(Query())) == [1, 2, 3, 4]


KILLED_REBUILD = """
import os, signal, sys
from pathlib import Path
from tests.backends.search.test_engines import LAYOUT, car
from webapp.backends.search import make_engine, whoosh_engine
whoosh_engine.PORTION = 2
def report(done, everything):
    if done == 4:
        os.kill(os.getpid(), signal.SIGKILL)
make_engine("whoosh:", Path(sys.argv[1]), LAYOUT).rebuild([car(n) for n in range(1, 8)], 1, report)
"""


def test_a_process_killed_while_it_rebuilds_leaves_no_lock_and_its_work(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_REBUILD, str(tmp_path / "index")], cwd=ROOT, check=False
    )
    assert done.returncode == -9
    engine = make_engine("whoosh:", tmp_path / "index", LAYOUT)
    assert engine.rebuild([car(n) for n in range(1, 8)], 1, silent).written == 3
    assert engine.search(Query()).total == 7


def test_two_processes_do_not_change_one_folder_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_engine, "WAIT_SECONDS", 0.2)
    engine = make_engine("whoosh:", tmp_path / "index", LAYOUT)
    other = make_engine("whoosh:", tmp_path / "index", LAYOUT)

    def interfere(done: int, everything: int) -> None:
        with pytest.raises(EngineBusy):
            other.rebuild(CARS, 2, silent)

    engine.rebuild(CARS, 1, interfere)
    assert other.state().version == 1


def test_one_generation_before_the_present_is_kept(tmp_path: Path) -> None:
    engine = make_engine("whoosh:", tmp_path / "index", LAYOUT)
    for version in range(1, 5):
        engine.rebuild(CARS, version, silent)
    assert sorted(path.name for path in (tmp_path / "index").glob("gen-*")) == ["gen-3", "gen-4"]


def test_a_damaged_index_is_as_good_as_none(tmp_path: Path) -> None:
    engine = make_engine("whoosh:", tmp_path / "index", LAYOUT)
    engine.rebuild(CARS, 1, silent)
    (tmp_path / "index" / "gen-1" / "columns.npz").write_bytes(b"PK\x03\x04 torn")
    with pytest.raises(NoIndex):
        make_engine("whoosh:", tmp_path / "index", LAYOUT).search(Query())
    engine.rebuild(CARS, 2, silent)
    assert engine.search(Query()).total == 4


def test_a_server_that_is_away_is_found_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:  # bound, and not listening
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        engine = make_engine(f"http://127.0.0.1:{port}/cars", tmp_path, LAYOUT)
        for ask in (
            lambda: engine.search(Query()),
            engine.state,
            lambda: engine.rebuild(CARS, 1, silent),
        ):
            with pytest.raises(EngineAway) as caught:
                ask()
            assert caught.value.retry
    with pytest.raises(EngineAway, match="a moment ago"):
        engine.search(Query())
    later = time.monotonic() + elastic.OPEN_SECONDS
    monkeypatch.setattr(elastic.time, "monotonic", lambda: later + 1)
    with pytest.raises(EngineAway, match="Connection"):
        engine.search(Query())


def test_a_server_that_takes_and_never_answers_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "SEARCH_SECONDS", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent_server:
        port = silent_server.getsockname()[1]
        engine = make_engine(f"http://127.0.0.1:{port}/cars", tmp_path, LAYOUT)
        with pytest.raises(EngineAway, match="Timeout"):
            engine.search(Query())
        with pytest.raises(EngineAway, match="a moment ago"):
            engine.search(Query())


@pytest.mark.parametrize(
    ("url", "header"),
    [
        ("http://who:pa%2Fss@127.0.0.1:9/cars", "Basic d2hvOnBhL3Nz"),
        ("http://127.0.0.1:9/cars?api_key=abc", "ApiKey abc"),
    ],
)
def test_the_address_carries_who_asks(url: str, header: str) -> None:
    client, prefix = elastic.client_of(url)
    with client:
        assert prefix == "cars"
        assert client._headers["authorization"] == header
