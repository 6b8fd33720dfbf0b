"""The word index is the same however little of it is held in memory while it is built."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from webapp.knowledge import lexicon
from webapp.knowledge.lexicon import Entry, Lexicon

NAMES = ("海豚", "汉", "秦")


def passages(count: int) -> Iterator[Entry]:
    for n in range(count):
        words = " ".join(f"word{(n * 7 + m * m) % 900}" for m in range(n % 40))
        yield Entry(
            n + 5, n // 3, "pages", NAMES[n % 3], f"{NAMES[n % 3]} 续航", f"{words} 电池 电池"
        )


def built(folder: Path, count: int, block: int) -> dict[str, bytes]:
    folder.mkdir()
    assert lexicon.write(folder, passages(count), block=block) == count
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("count", [0, 1, 500])
def test_small_and_large_blocks_make_the_same_files(tmp_path: Path, count: int) -> None:
    small = built(tmp_path / "small", count, 200)
    assert small == built(tmp_path / "large", count, 1_000_000)
    assert set(small) == {
        "terms.npy",
        "starts.npy",
        "postings.npy",
        "weights.npy",
        "rows.npy",
        "series.npy",
        "series.json",
        "collections.npy",
        "collections.json",
    }


def test_what_is_built_in_blocks_finds_every_row_of_a_term(tmp_path: Path) -> None:
    built(tmp_path / "index", 500, 50)
    index = Lexicon(tmp_path / "index")
    for term in ("电池", "word7", "海豚"):
        meant = [n for n, e in enumerate(passages(500)) if term in f"{e.head} {e.text}".split()]
        assert index.scores([term]).nonzero()[0].tolist() == meant
        assert index.spread(term) == len(meant) > 0
    assert index.mask(series=["汉"], collections=["pages"]).nonzero()[0].tolist() == list(
        range(1, 500, 3)
    )


def test_a_small_block_keeps_memory_small(tmp_path: Path) -> None:
    def peak(block: int, n: int) -> int:
        tracemalloc.start()
        built(tmp_path / f"{block}-{n}", 1_000, block)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    # Of three the least: what another thread takes meanwhile counts too.
    small, large = (min(peak(block, n) for n in range(3)) for block in (1_000, 1_000_000))
    assert small < large / 2
