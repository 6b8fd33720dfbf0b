"""What every vector index does, whichever engine is behind it.

Edge and the client's own engine run everywhere; a Qdrant server where TEST_VECTORS_URL names one
(an address without a prefix).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from webapp.backends.vectors import make_index
from webapp.backends.vectors.port import Record, State, VectorIndex, VectorsError
from webapp.backends.vectors.qdrant import QdrantIndex

ENGINES = ("edge", "local", *(("server",) if os.environ.get("TEST_VECTORS_URL") else ()))

RECORDS = [
    Record(1, (1.0, 0.0, 0.0), {"collection": "pages", "series": ""}),
    Record(2, (0.8, 0.6, 0.0), {"collection": "reviews", "series": "叶片"}),
    Record(3, (0.6, 0.8, 0.0), {"collection": "reviews", "series": "云雀"}),
    Record(4, (0.0, 0.0, 1.0), {"collection": "manual", "series": ""}),
]
REVIEWS = {"field": "meta.collection", "operator": "==", "value": "reviews"}


@pytest.fixture(params=ENGINES)
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VectorIndex]:
    if request.param == "edge":
        yield make_index("edge:", tmp_path, name="tests")
    elif request.param == "local":
        made = QdrantIndex({"location": ":memory:"}, prefix="tests")
        yield made
        made.close()
    else:
        made = QdrantIndex({"url": os.environ["TEST_VECTORS_URL"]}, prefix=f"t{token_hex(4)}")
        yield made
        made.drop()
        made.close()


def ids(index: VectorIndex, **options: object) -> list[int]:
    return [hit.id for hit in index.search((1.0, 0.0, 0.0), limit=10, **options)]  # type: ignore[arg-type]


def test_nothing_is_found_before_the_first_build(index: VectorIndex) -> None:
    assert index.state() is None
    assert ids(index) == []


def test_the_nearest_comes_first_with_its_cosine(index: VectorIndex) -> None:
    assert index.rebuild(RECORDS, version=3) == 4
    assert index.state() == State(3, 4)
    hits = index.search((1.0, 0.0, 0.0), limit=2)
    assert [hit.id for hit in hits] == [1, 2]
    assert hits[1].score == pytest.approx(0.8, abs=1e-3)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (REVIEWS, [2, 3]),
        ({"field": "meta.series", "operator": "in", "value": ["云雀", "叶片"]}, [2, 3]),
        ({"field": "meta.series", "operator": "not in", "value": ["云雀", "叶片"]}, [1, 4]),
        ({"field": "meta.collection", "operator": "!=", "value": "reviews"}, [1, 4]),
        (
            {
                "operator": "AND",
                "conditions": [
                    REVIEWS,
                    {"field": "meta.series", "operator": "==", "value": "云雀"},
                ],
            },
            [3],
        ),
        (
            {
                "operator": "OR",
                "conditions": [
                    {"field": "meta.collection", "operator": "==", "value": "manual"},
                    {"field": "meta.series", "operator": "==", "value": "云雀"},
                ],
            },
            [3, 4],
        ),
        ({"operator": "NOT", "conditions": [REVIEWS]}, [1, 4]),
    ],
    ids=["equal", "in", "not-in", "unequal", "and", "or", "not"],
)
def test_filters_choose_before_nearness(
    index: VectorIndex, filters: dict[str, object], expected: list[int]
) -> None:
    index.rebuild(RECORDS, version=1)
    assert ids(index, filters=filters) == expected


def test_a_rebuild_replaces_all_at_once(index: VectorIndex) -> None:
    index.rebuild(RECORDS, version=1)
    assert ids(index)[0] == 1
    index.rebuild([Record(9, (1.0, 0.0, 0.0), {"collection": "pages"})], version=2)
    assert ids(index) == [9]
    assert index.state() == State(2, 1)


def test_the_same_version_can_be_built_again(index: VectorIndex) -> None:
    index.rebuild(RECORDS, version=1)
    assert index.rebuild(RECORDS[:2], version=1) == 2
    assert ids(index) == [1, 2]


def test_a_build_that_breaks_off_leaves_the_old_index_in_use(index: VectorIndex) -> None:
    def broken() -> Iterator[Record]:
        yield from RECORDS[2:]
        raise KeyboardInterrupt

    index.rebuild(RECORDS[:2], version=1)
    with pytest.raises(KeyboardInterrupt):
        index.rebuild(broken(), version=2)
    assert ids(index) == [1, 2]
    index.rebuild(RECORDS[2:], version=2)
    assert ids(index) == [3, 4]


def test_an_empty_index_can_be_built(index: VectorIndex) -> None:
    index.rebuild([], version=1)
    assert index.state() == State(1, 0)


def test_a_filter_nobody_knows_is_an_error_of_ours(index: VectorIndex) -> None:
    index.rebuild(RECORDS, version=1)
    with pytest.raises(VectorsError) as caught:
        ids(index, filters={"field": "meta.series", "operator": "~", "value": "x"})
    assert not caught.value.retry


def test_another_reader_sees_the_new_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, reader = (make_index("edge:", tmp_path, name="tests") for _ in range(2))
    writer.rebuild(RECORDS[:1], version=1)
    assert ids(reader) == [1]
    writer.rebuild(RECORDS[1:3], version=2)
    monkeypatch.setattr("webapp.backends.vectors.edge.LOOK_SECONDS", 0.0)
    assert ids(reader) == [2, 3]


def test_vectors_of_another_embedder_are_not_searched(tmp_path: Path) -> None:
    make_index("edge:", tmp_path, name="one").rebuild(RECORDS, version=1)
    other = make_index("edge:", tmp_path, name="two")
    assert other.state() is None
    assert ids(other) == []


def test_a_server_that_is_away_is_said_to_be_worth_a_retry() -> None:
    away = make_index("http://127.0.0.1:9/tests", Path("unused"), name="x")
    with pytest.raises(VectorsError) as caught:
        away.state()
    assert caught.value.retry
