"""The shipped vectors are written anew only where a text changed, and checked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.seed import build_vectors
from webapp.knowledge import precomputed

MODEL = "model-1"
TEXTS = {"a" * 64: "甲", "b" * 64: "乙", "c" * 64: "丙"}


def embed(text: str) -> list[float]:
    return [float(ord(text) % (7 + place)) for place in range(precomputed.NUMBERS)]


@pytest.fixture
def texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Texts of a collection, to be changed; files in a folder of the test's own."""
    given = dict(TEXTS)
    monkeypatch.setattr(precomputed, "FOLDER", tmp_path / "vectors")
    monkeypatch.setitem(build_vectors.TEXTS, "pages", lambda: given)
    return given


@pytest.fixture
def build(texts: dict[str, str]) -> Callable[[], list[str]]:
    """Builds, and says which texts were embedded."""

    def run() -> list[str]:
        asked: list[str] = []

        def counted(text: str) -> list[float]:
            asked.append(text)
            return embed(text)

        build_vectors.build(MODEL, ["pages"], counted)
        return asked

    return run


def written() -> bytes:
    return precomputed.file_of(MODEL, "pages").read_bytes()


def problems() -> list[str]:
    return build_vectors.problems(MODEL, ["pages"], embed)


def test_only_what_changed_is_embedded_and_the_same_texts_give_the_same_bytes(
    texts: dict[str, str], build: Callable[[], list[str]]
) -> None:
    assert build() == ["甲", "乙", "丙"]
    before = written()
    assert build() == []
    assert written() == before
    del texts["b" * 64]
    texts["d" * 64] = "丁"
    assert build() == ["丁"]
    assert [line[:1] for line in written().splitlines()] == [b"a", b"c", b"d"]
    assert problems() == []


def test_vectors_of_another_model_go(build: Callable[[], list[str]], tmp_path: Path) -> None:
    (tmp_path / "vectors" / "model-0").mkdir(parents=True)
    build()
    assert [folder.name for folder in precomputed.FOLDER.iterdir()] == [MODEL]


def test_a_missing_a_needless_and_a_false_vector_are_told(
    texts: dict[str, str], build: Callable[[], list[str]]
) -> None:
    assert problems() == ["model-1/pages.txt: 3 of 3 passages have no vector"]
    build()
    removed = texts.pop("c" * 64)
    assert problems() == ["model-1/pages.txt: lines too many, or in another order"]
    texts["c" * 64] = removed
    texts["a" * 64] = "别"
    (found,) = problems()
    assert "a vector is not that of its text" in found


def test_a_check_that_fails_names_the_command(
    texts: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert build_vectors.main(["--check", "--pages-only"]) == 1
    assert build_vectors.COMMAND in capsys.readouterr().err
    assert not precomputed.FOLDER.exists()
