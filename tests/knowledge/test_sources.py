"""What can become false on a day stands in a page with the rule or the source it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from webapp.knowledge.shipped import ShippedDocument, shipped_pages

FACT = re.compile(
    r"(?:19|20)\d\d ?年|\d[\d,.]* ?万元|\d[\d.]* ?%|\bGB(?:/T)? ?\d[\d.]*(?:[-—]\d+)?"
)
BOUND = re.compile(r"\{(?:rule|price):")
NAMED = re.compile(r"《[^》]+》|（(?:来源|依据)：[^）]+）|没有核对到|没有可核对的|编辑部的估计")
"""A document by its title, a line that says the source, or that there is none to compare with."""
SOURCE_LINE = re.compile(r"（(?:来源|依据)：[^）]+）")
PAGE_SOURCES = re.compile(r"^## 依据\n", re.MULTILINE)

EXAMPLE = re.compile(r"(?:^例：|举例来说).*|例如[^。]*", re.DOTALL | re.MULTILINE)
SUM = re.compile(r"\(?\d[\d,.%×÷+−() 年]*[×÷+−][\d,.%×÷+−() 年]* [=≈] [\d,.]+%?")
QUOTED = re.compile(r"“[^”]*”|\[[^\]]*\]\([^)]*\)")
"""What somebody else says, and the title of another page."""
CHARGE = re.compile(r"[^。；\n]*(?:电量|充|满电|SOC|掉到)[^。；\n]*")
"""A sentence on how full a battery is: its per cent are no share that anybody sets."""


def facts_in(text: str) -> list[str]:
    """Years, sums of money, shares and standards that somebody set, without examples."""
    text = SUM.sub("", EXAMPLE.sub("", QUOTED.sub("", text)))
    kept = CHARGE.sub(lambda found: re.sub(r"\d[\d.]* ?%", "", found[0]), text)
    return FACT.findall(kept)


def paragraphs(section: str) -> Iterator[str]:
    """Its paragraphs; a list belongs to the paragraph that introduces it."""
    whole = ""
    for block in re.split(r"\n\s*\n", section):
        if whole and re.match(r"(?:- |\d+\. )", block) and whole.endswith("："):
            whole = f"{whole}\n{block}"
            continue
        if whole:
            yield whole
        whole = block
    if whole:
        yield whole


def unsourced(page: ShippedDocument) -> list[str]:
    """Facts of the page that rest on nothing it names."""
    body = page.text.removeprefix(page.summary)
    if PAGE_SOURCES.search(body):
        return []
    found = [fact for fact in facts_in(page.summary) if fact not in body]
    for section in re.split(r"(?m)^## .*$", body):
        if SOURCE_LINE.search(section):
            continue
        for paragraph in paragraphs(section):
            if not BOUND.search(paragraph) and not NAMED.search(paragraph):
                found += facts_in(paragraph)
    return found


def page(body: str, summary: str = "看依据。") -> ShippedDocument:
    return ShippedDocument(
        "money-x",
        "pages",
        "税",
        summary,
        f"{summary}\n\n{body}\n",
        "车知",
        None,
        None,
        "money",
        None,
    )


@pytest.mark.parametrize(
    "body",
    [
        "2026 年起减半。",
        "最多减 1.5 万元。",
        "税率是 10%。",
        "新版 GB 38031-2025 更严。",
        "条件有两条：\n\n- 2026 年开票。\n- 在目录里。",
        "依据见下。{rule:vat.rate}\n\n税率是 10%。",
        "## 一\n\n看《车船税法》。\n\n## 二\n\n2026 年起减半。",
        "例：缴 10%。\n\n实际是 10%。",
    ],
)
def test_a_fact_of_a_day_without_a_source_is_found(body: str) -> None:
    assert unsourced(page(body))


@pytest.mark.parametrize(
    "body",
    [
        "{rule:purchase-tax.from}起税率是 10%。",
        "《车辆购置税法》写的是 10%。",
        "条件有两条，见《公告》：\n\n- 2026 年开票。\n- 在目录里。",
        "2025 年少了 39%。（来源：中汽研）",
        "少了 39%。\n\n多的 42%。（来源：中汽研）",
        "2026 年的名额没有核对到。",
        "例：20 万元的车缴 10%。",
        "举例来说，20 万元的车缴 10%。",
        "缴 20,000 × 10% = 2,000 元。",
        "写着“2026 年最多减 1.5 万元”的要问清。",
        "平时充到 80% 就走，电量低于 20% 去充。",
        "一百公里 7 升。",
        "## 多少\n\n2022 年起记 3 分。\n\n## 依据\n\n《办法》。",
    ],
)
def test_a_fact_with_its_source_an_example_and_a_charge_are_let_be(body: str) -> None:
    assert unsourced(page(body)) == []


def test_a_fact_of_the_summary_stands_in_the_text_as_well() -> None:
    assert unsourced(page("《税法》写的是 10%。", "税率是 10%。")) == []
    assert unsourced(page("《税法》写的是 10%。", "税率是 13%。")) == ["13%"]


def test_every_fact_of_a_day_in_a_page_has_its_rule_or_its_source() -> None:
    found = {page.id: unsourced(page) for page in shipped_pages()}
    assert {id_: facts for id_, facts in found.items() if facts} == {}
