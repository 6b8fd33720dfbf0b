"""Documents are taken in whole, only where they changed, and a citation outlives a change."""

from __future__ import annotations

import json
import traceback
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from tests.knowledge.conftest import LEAF, draft
from webapp.extensions import db
from webapp.knowledge import queries, service
from webapp.knowledge.drafts import Draft, DraftError
from webapp.knowledge.files import read_file

TOLD = "第二段说的是充电，家里装桩最省事，一晚充满。"


def passage_ids(external: str) -> list[int]:
    (row,) = [row for row in queries.documents_of("samples") if row.external_id == external]
    return [passage.id for passage in queries.passages_of(row.id)]


def test_what_did_not_change_is_left_alone(documents: list[Draft]) -> None:
    before = queries.version()
    counts = service.ingest(collection="samples", drafts=documents)
    assert (counts.unchanged, counts.added, counts.passages) == (3, 0, 0)
    assert queries.version() == before


def test_a_passage_that_stays_keeps_its_id(app: Flask) -> None:
    pages = [f"## 夏天\n\n{LEAF}\n\n## 冬天\n\n{winter}" for winter in (LEAF, LEAF + TOLD)]
    first, second = [Draft("r1", "用车", page, "示例", is_markdown=True) for page in pages]
    service.ingest(collection="samples", drafts=[first])
    before = passage_ids("r1")
    counts = service.ingest(collection="samples", drafts=[second])
    after = passage_ids("r1")
    assert (counts.changed, counts.passages) == (1, 1)
    assert after[0] == before[0]
    assert after[1] not in before


def test_the_id_of_a_passage_is_never_used_again(documents: list[Draft]) -> None:
    (gone,) = passage_ids("p1")
    service.remove(collection="samples", ids=["p1"])
    service.ingest(collection="samples", drafts=[draft("p2", "别的内容。")])
    assert service.passages_by_id([gone]) == ()


def test_a_whole_collection_loses_what_is_no_longer_there(documents: list[Draft]) -> None:
    counts = service.ingest(collection="samples", drafts=documents[:1], whole=True)
    assert counts.removed == 2
    assert queries.size().documents == 1


def test_a_broken_document_does_not_empty_a_whole_collection(documents: list[Draft]) -> None:
    broken = service.Rejected(1, "读不了")
    service.ingest(collection="samples", drafts=[broken], whole=True)
    assert queries.size().documents == 3


def test_the_same_id_twice_is_refused_the_second_time(app: Flask) -> None:
    told: list[object] = []
    twice = [draft("a", "一段。"), draft("a", "另一段。")]
    counts = service.ingest(collection="samples", drafts=twice, report=told.append)
    assert (counts.added, counts.rejected) == (1, 1)
    assert told == [
        service.Taken("a", "a", is_new=True, passages=1),
        service.Rejected(2, "id：'a' 在前面已经出现过"),
    ]


def test_a_collection_needs_a_plain_name(app: Flask) -> None:
    with pytest.raises(DraftError, match="集合名"):
        service.ingest(collection="../x", drafts=[])


def test_the_shipped_pages_are_taken_in_once(app: Flask) -> None:
    first, second = service.refresh_shipped(), service.refresh_shipped()
    assert first["pages"].added > 5
    assert first["pages"].rejected == 0
    assert second["pages"].unchanged == first["pages"].added
    assert second["pages"].passages == 0


@pytest.mark.parametrize("field", ["id", "title", "text", "source", "author", "series"])
def test_half_a_character_in_any_field_costs_that_character_and_nothing_else(
    app: Flask, tmp_path: Path, field: str
) -> None:
    good = {
        "id": "a",
        "title": "题",
        "text": "正文一段。",
        "source": "示例",
        "author": "某人",
        "series": "某车",
    }
    bad = good | {"id": "b"}
    bad[field] = f"\ud800{bad[field]}\u0000"
    file = tmp_path / "two.jsonl"
    file.write_text(f"{json.dumps(bad)}\n{json.dumps(good)}\n", encoding="ascii")
    counts = service.ingest(collection="samples", drafts=read_file(file, {}))
    assert (counts.added, counts.rejected) == (2, 0)
    kept = {row.external_id: row for row in queries.documents_of("samples")}
    assert kept.keys() == {"a", "b"}
    assert (kept["b"].title, kept["b"].author, kept["b"].series) == ("题", "某人", "某车")


def test_an_error_of_the_database_says_nothing_of_the_document(app: Flask) -> None:
    secret = Draft("a", "题", "谁也不该读到的一段话。", "示例", author="半个\ud800")
    with pytest.raises(Exception, match="surrogates") as raised:
        service.ingest(collection="samples", drafts=[secret])
    assert "谁也不该读到" not in "".join(traceback.format_exception(raised.value))
    db.session.rollback()
    with pytest.raises(SQLAlchemyError) as failed:
        db.session.execute(text("SELECT * FROM nowhere WHERE a = :a"), {"a": "谁也不该读到"})
    assert "谁也不该读到" not in str(failed.value)
