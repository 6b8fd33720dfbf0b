"""What titles add to the order of what is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.backends.vectors.port import Hit
from webapp.knowledge import lexicon, ranking
from webapp.knowledge.lexicon import Entry, Lexicon

MANUAL, PAGE, OTHER = 1, 2, 3


@pytest.fixture
def words(tmp_path: Path) -> Lexicon:
    """A section of a manual whose words are asked for, and two pages without them."""
    texts = {MANUAL: "儿童锁在后门侧面", PAGE: "座椅怎么装", OTHER: "轮胎怎么换"}
    entries = (Entry(id_, id_, "samples", "", "", text) for id_, text in texts.items())
    lexicon.write(tmp_path, entries)
    return Lexicon(tmp_path)


@pytest.mark.parametrize(
    ("nearest_title", "gained"), [(0.92, 1.0), (0.90, 1.0), (0.89, 0.6), (0.86, 0.0)]
)
def test_a_title_counts_less_the_farther_it_is_behind_the_nearest_passage(
    words: Lexicon, nearest_title: float, gained: float
) -> None:
    passages = [Hit(MANUAL, 0.90), Hit(PAGE, 0.86), Hit(OTHER, 0.80)]
    titles = [Hit(PAGE, nearest_title), Hit(OTHER, nearest_title - 0.05)]
    without = dict(ranking.rank(words, "儿童锁", passages, limit=3).passages)
    found = dict(ranking.rank(words, "儿童锁", passages, titles, limit=3).passages)
    assert found[PAGE] - without[PAGE] == pytest.approx(gained, abs=0.001)
    assert found[MANUAL] == without[MANUAL]


def test_one_title_alone_says_nothing(words: Lexicon) -> None:
    with_title = ranking.rank(words, "儿童锁", [], [Hit(PAGE, 0.95)], limit=3)
    assert with_title == ranking.rank(words, "儿童锁", [], [], limit=3)
