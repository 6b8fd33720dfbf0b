"""Pages in Markdown: cut under their headings, shown as safe HTML."""

from __future__ import annotations

import time

from webapp.knowledge.markdown import cut, html
from webapp.knowledge.pieces import LONGEST

PAGE = """开头一段。

## 夏天

第一段。

第二段，见[页面](/cars/)。

## 冬天

| 温度 | 续航 |
| --- | --- |
| 零下 | 七折 |
| 二十度 | 九折 |

1. 先预热
2. 再出发
"""


def test_paragraphs_of_one_heading_stand_together_and_those_of_two_do_not() -> None:
    blocks = cut(PAGE)
    assert [block.heading for block in blocks] == ["", "夏天", "冬天"]
    assert blocks[1].text == "第一段。\n第二段，见页面。"


def test_a_row_of_a_table_says_what_each_value_is() -> None:
    assert "温度：零下，续航：七折。" in cut(PAGE)[2].text


def test_a_long_table_repeats_its_head_in_every_part() -> None:
    rows = "".join(f"| 第{n}行的名字相当长 | {n} |\n" for n in range(40))
    blocks = cut(f"| 名字 | 值 |\n| --- | --- |\n{rows}")
    assert len(blocks) > 1
    assert all(block.source.startswith("| 名字 | 值 |") for block in blocks)
    assert all("<td>" in html(block.source) for block in blocks)


def test_a_long_paragraph_is_cut_on_sentence_borders() -> None:
    blocks = cut("这一段话有二十个字左右，说的都是同样的事。" * 20)
    assert len(blocks) > 1
    assert all(len(block.text) <= LONGEST for block in blocks)


def test_an_item_keeps_its_number() -> None:
    assert '<ol start="2">' in html(cut("1. " + "甲" * 190 + "\n2. " + "乙" * 190)[1].source)


def test_no_script_no_image_and_no_odd_address_gets_through() -> None:
    shown = html("<script>alert(1)</script>\n\n![x](http://a/b.png)\n\n[x](javascript:alert)\n")
    assert "<script" not in shown
    assert "<img" not in shown
    assert 'href="javascript' not in shown


def test_thousands_of_headings_are_cut_in_one_go() -> None:
    started = time.process_time()
    (block,) = cut("# a\n" * 24_000)
    assert time.process_time() - started < 5  # 12 s and more where each looks at those before
    assert block.text.count("a") == 24_000
