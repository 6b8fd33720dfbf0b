"""The home page offers the article that fits the month."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from tests.clocks import StoppedClock
from tests.knowledge.shipped import copy_pages
from webapp.knowledge.season import OF_MONTH, article
from webapp.knowledge.shipped import shipped_pages


def test_every_month_has_an_article_that_is_shipped() -> None:
    assert len(OF_MONTH) == 12
    assert set(OF_MONTH) <= {page.id for page in shipped_pages()}


@pytest.mark.parametrize(
    ("day", "title"), [("2026-07-01 00:10", "夏天"), ("2026-12-31 23:50", "冬天")]
)
def test_the_article_follows_the_month_in_china(
    app: Flask, prepared_pages: Path, clock: StoppedClock, day: str, title: str
) -> None:
    assert article() is None
    copy_pages(app, prepared_pages)
    clock.set(day)
    found = article()
    assert found is not None
    assert title in found.document.title
    assert found.pages == len(list(shipped_pages()))
