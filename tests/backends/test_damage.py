"""An index whose files were cut is no index: nothing fails for it, and the next build heals it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.backends.search.test_engines import CARS, LAYOUT, asked, ids, silent
from tests.backends.vectors.test_contract import RECORDS
from webapp.backends.search import make_engine
from webapp.backends.search.generations import Generations
from webapp.backends.search.port import BadBuild, NoIndex
from webapp.backends.vectors import make_index
from webapp.backends.vectors.port import State, VectorsError
from webapp.knowledge import lexicon
from webapp.knowledge.lexicon import Entry, Lexicon

# Whoosh leaves files open where it fails to read them.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

PARTS = [0.0, 0.5, 0.95]
"""What is left of a file."""


def cut(file: Path, part: float) -> None:
    os.truncate(file, int(file.stat().st_size * part))


def garble(file: Path) -> None:
    """Of the same length, and nothing of it is as it was."""
    file.write_bytes(bytes(byte ^ 0x5A for byte in file.read_bytes()))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", ["*.seg", "*.toc", "columns.npz", "meta.json"])
def test_a_cut_file_of_the_search_index_is_no_index_and_heals(
    tmp_path: Path, kind: str, part: float
) -> None:
    root = tmp_path / "index"
    make_engine("whoosh:", root, LAYOUT).rebuild(CARS, 1, silent)
    cut(next(root.glob(f"gen-1/{kind}")), part)
    engine = make_engine("whoosh:", root, LAYOUT)
    with pytest.raises(NoIndex):
        engine.state()
    with pytest.raises(NoIndex):
        engine.search(asked("北斗"))
    engine.rebuild(CARS, 2, silent)
    assert ids(engine.search(asked("北斗"))) == [1, 2]


@pytest.mark.parametrize("kind", ["*.seg", "*.toc", "columns.npz"])
def test_a_garbled_file_of_the_search_index_is_found_out_and_heals(
    tmp_path: Path, kind: str
) -> None:
    root = tmp_path / "index"
    make_engine("whoosh:", root, LAYOUT).rebuild(CARS, 1, silent)
    garble(next(root.glob(f"gen-1/{kind}")))
    web, worker = (make_engine("whoosh:", root, LAYOUT) for _ in range(2))
    with pytest.raises(NoIndex):
        web.search(asked("北斗"))
    with pytest.raises(NoIndex):
        worker.state()  # so that it rebuilds, whoever found the damage
    worker.rebuild(CARS, 2, silent)
    assert ids(web.search(asked("北斗"))) == [1, 2]


def test_damage_found_while_searching_is_no_error_of_another_kind(tmp_path: Path) -> None:
    root = tmp_path / "index"
    engine = make_engine("whoosh:", root, LAYOUT)
    engine.rebuild(CARS, 1, silent)
    engine.search(asked("天狼"))
    _, opened = engine._current()  # type: ignore[attr-defined]

    def torn(*_: object) -> object:
        raise IndexError("index out of range")

    reader = opened._postings.__wrapped__.__closure__[0].cell_contents
    reader.postings = torn
    with pytest.raises(NoIndex):
        engine.search(asked("北斗"))
    with pytest.raises(NoIndex):
        make_engine("whoosh:", root, LAYOUT).state()


@pytest.mark.parametrize("part", PARTS)
def test_a_rebuild_that_was_killed_and_then_damaged_begins_anew(
    tmp_path: Path, part: float
) -> None:
    root = tmp_path / "index"

    class Killed(BaseException):
        pass

    def die(done: int, everything: int) -> None:
        if done == everything:
            raise Killed

    with pytest.raises(Killed):
        make_engine("whoosh:", root, LAYOUT).rebuild(CARS, 1, die)
    for file in root.glob("building/*.seg"):
        cut(file, part)
    engine = make_engine("whoosh:", root, LAYOUT)
    for _ in range(2):  # at worst one run finds it out and the next one builds
        try:
            engine.rebuild(CARS, 1, silent)
        except BadBuild:
            continue
    assert ids(engine.search(asked("北斗"))) == [1, 2]


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe", b"../../etc", b"gen-9"])
def test_a_pointer_that_leads_nowhere_is_no_index(tmp_path: Path, pointer: bytes) -> None:
    root = tmp_path / "index"
    make_engine("whoosh:", root, LAYOUT).rebuild(CARS, 1, silent)
    (root / "CURRENT").write_bytes(pointer)
    with pytest.raises(NoIndex):
        make_engine("whoosh:", root, LAYOUT).state()


@pytest.mark.parametrize(
    ("kind", "part"), [("segment.json", 0.5), ("chunk_0.mmap", 0.95), ("*.mappings", 0.0)]
)
def test_a_cut_file_of_the_vector_index_is_no_index_and_heals(
    tmp_path: Path, kind: str, part: float
) -> None:
    make_index("edge:", tmp_path, name="tests").rebuild(RECORDS, version=1)
    cut(next(tmp_path.glob(f"gen-1/**/{kind}")), part)
    index = make_index("edge:", tmp_path, name="tests")
    assert index.state() is None
    assert index.search((1.0, 0.0, 0.0), limit=2) == []
    index.rebuild(RECORDS, version=2)
    assert index.state() == State(2, 4)
    assert [hit.id for hit in index.search((1.0, 0.0, 0.0), limit=2)] == [1, 2]


def test_a_garbled_file_of_the_vector_index_is_found_out_and_heals(tmp_path: Path) -> None:
    make_index("edge:", tmp_path, name="tests").rebuild(RECORDS, version=1)
    garble(next(tmp_path.glob("gen-1/**/segment.json")))
    index = make_index("edge:", tmp_path, name="tests")
    with pytest.raises(VectorsError):
        index.search((1.0, 0.0, 0.0), limit=2)
    assert index.state() is None
    index.rebuild(RECORDS, version=2)
    assert [hit.id for hit in index.search((1.0, 0.0, 0.0), limit=2)] == [1, 2]


def words(root: Path) -> Path:
    """The folder of a word index in use."""
    generations = Generations(root)
    with generations.locked():
        folder = generations.begin(layout=lexicon.LAYOUT)
        entries = [
            Entry(n, n, "pages", "叶片", "冬天的续航", f"第 {n} 段。" * 40) for n in range(60)
        ]
        count = lexicon.write(folder, entries)
        generations.publish(folder, layout=lexicon.LAYOUT, version=1, documents=count)
    return root / "gen-1"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", ["postings.npy", "rows.npy", "series.json", "starts.npy"])
def test_a_cut_file_of_the_word_index_is_no_index(tmp_path: Path, kind: str, part: float) -> None:
    folder = words(tmp_path)
    assert Generations(tmp_path).state("gen-1", layout=lexicon.LAYOUT)
    cut(folder / kind, part)
    assert Generations(tmp_path).state("gen-1", layout=lexicon.LAYOUT) is None
    with pytest.raises((OSError, ValueError, EOFError)):
        Lexicon(folder)
