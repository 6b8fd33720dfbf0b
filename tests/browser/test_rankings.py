"""A reader of a ranking follows its chart by keyboard, reads it as a table and takes the CSV."""

from __future__ import annotations

import csv
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Visitor


def test_a_ranking_s_chart_reads_as_a_table_and_the_list_comes_as_csv(
    desktop: Visitor, tmp_path: Path
) -> None:
    page = desktop.open("/rankings/retail-series/2026-06")
    names = page.locator(".rank-table .rank-name").all_inner_texts()
    lines = page.locator("a.bump-line")
    expect(lines).to_have_count(10)
    lines.nth(1).focus()
    first = lines.first.evaluate("line => getComputedStyle(line).opacity")
    second = lines.nth(1).evaluate("line => getComputedStyle(line).opacity")
    assert float(first) < float(second) == 1
    page.get_by_text("看成表格").click()
    rows = page.locator(".bump-table tbody tr")
    assert rows.locator("th").all_inner_texts() == names[:10]
    assert rows.first.locator("td").last.inner_text() == "1"
    expect(rows.first.locator("td").filter(has_text="没有数据")).not_to_have_count(0)
    with page.expect_download() as download:
        page.get_by_text("下载 CSV").click()
    file = tmp_path / "ranking.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        assert [row["名称"] for row in csv.DictReader(opened)][: len(names)] == names
    assert desktop.errors == []
