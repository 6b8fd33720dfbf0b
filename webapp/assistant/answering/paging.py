"""An answer from one page of our own: its summary, then the parts of it that are most to the point.

Our pages are written so that a title is the question, the summary its answer and each heading
one side of the matter. So whole parts are read out in the page's order, instead of sentences of
several pages that happen to share a word with the question.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from webapp.assistant.answering.extracting import content_of, pairs_of, sentences_of
from webapp.assistant.calls import ON
from webapp.knowledge import queries as knowledge
from webapp.knowledge.asking import telling_words
from webapp.knowledge.found import FoundPassage
from webapp.knowledge.service import shares_told
from webapp.knowledge.shipped import FACTS_COLLECTION, PAGES_COLLECTION

CANDIDATES: Final = 10
ABOUT: Final = 0.25
OVERRULES: Final = 0.4
OTHERS: Final = 3
"""Of what is asked, so much must stand in a title, unless its page was found first; more where
documents that are not ours are among the first OTHERS."""
OURS: Final = (PAGES_COLLECTION, FACTS_COLLECTION)
TITLED: Final = 0.3
"""Of what is asked, so much stands in the title of a page that is certainly meant."""
WHOLE: Final = 2
"""In fewer pairs a question says too little to stand in a title by more than chance."""
PARTS: Final = 2
SENTENCES: Final = (0, 4, 2)
"""Told of each part where there is one, where there are two; of its list ITEMS."""
ITEMS: Final = 5
BRIEF: Final = 60
"""Characters below which what stands under a heading does not answer without the summary."""
HEADING: Final = 1.5
FITS: Final = 3.0
"""What the pairs of a heading count, and a heading that is of the kind that is asked for."""
NAMED: Final = 4.0
"""What a heading counts for each telling word that it alone names: 上海, 快充."""
FOUND: Final = 1.0
LEAST: Final = 0.5
"""Of the best part's score, below which no second part is told."""

_ITEM: Final = re.compile(r"^(?:[-*]|\d+[.)]) ", re.MULTILINE)
_OF_THE_SITE: Final = re.compile(
    "^你|你(?:推荐|怎么|会|是)|车知|本站|网站|你们|助手|页面|搜索|对比页|对比功能|列表|排行|销量榜|账号|登录|收藏|横条|竖线|未知|看懂|来源|出处|"
    "更新.{0,3}数据|数据|销量.{0,3}[真准]|价格.{0,3}最新|怎么对比|对比[几两]"
)
_AROUND: Final = re.compile(
    "私家车|家用车|[之以][前后]|时候?|先做|要先|要?注意|自己|一[下个台辆次]|[和与跟或]|还是|[买选](?=\\s|$)"
)
"""Beside what is asked about; of two things it is no matter which is named first."""
_US: Final = re.compile("(?:你们?|车知|本站|这个?(?:网站|助手)|网站)(?:是|的|家)*")
_MEANING: Final = re.compile(
    "意思|什么是|是什么|叫什么|缩写|名词|什么叫|代表|指|[A-Z]{2,}[和与跟、][A-Z]{2,}"
)
_KINDS: Final = tuple(
    (re.compile(asked), re.compile(heading))
    for asked, heading in (
        ("为什么|为啥|为何|原因|怎么回事|怎么会", "为什么|原因|少在哪|从哪|来自|风阻"),
        (
            "注意|坑|套路|陷阱|猫腻|骗",
            "注意|套路|可以不付|签字|不要|逐项|要算清|不保|条款|问清|退款|是多少",
        ),
        (
            "[怎咋]么?选|如何选|怎么挑|哪个|还是|值不值|值得|必要|有没?有?用|适合|划算|好不好|好吗|"
            "合适|够用|够不够|靠谱|买什么|什么车",
            "怎么选|适合|选择|值不值|该不该|选车|选桩|什么时候|哪些人|够用|先看|看什么",
        ),
        ("区别|不同|差别|差在|一样", "区别|不同|差别|结构|怎么工作|比较"),
        ("怎么|如何|咋|流程|步骤|手续|办理", "流程|步骤|怎么|做法|顺序|先|办法|马上做|逐项"),
        (
            "多少|多久|几[年个次天]|多长|多大|多远|贵不贵|花费|费用",
            "多少|多久|期限|钱|算|数字|几",
        ),
        ("看什么|查|检测|分辨|辨别|识别", "看|查|检"),
    )
)
"""What is asked for, and headings under which it stands; the first that fits is asked for."""


@dataclass(frozen=True)
class PagePart:
    """What is told under one heading: sentences, or the items of its list."""

    heading: str
    lines: tuple[tuple[FoundPassage, str], ...]
    listed: bool


@dataclass(frozen=True)
class PageAnswer:
    summary: tuple[tuple[FoundPassage, str], ...]
    parts: tuple[PagePart, ...]


def page_among(question: str, passages: Sequence[FoundPassage]) -> FoundPassage | None:
    """The passage whose page answers the question, where one of our own does."""
    pages = [p for p in passages[:CANDIDATES] if p.collection == PAGES_COLLECTION]
    if not pages:
        return None
    asked = _asked(question)
    if _US.search(question):
        own = [p for p in pages if _is_of_site(p) and _titled(asked, p) >= OVERRULES]
        if own:
            return max(own, key=lambda p: _titled(asked, p))
    best = pages[0]
    if best is passages[0] and _are_ours(passages):
        return best
    return best if _titled(asked, best) >= (ABOUT if _are_ours(passages) else OVERRULES) else None


def _are_ours(passages: Sequence[FoundPassage]) -> bool:
    return all(passage.collection in OURS for passage in passages[:OTHERS])


def _asked(question: str) -> set[str]:
    content = _AROUND.sub(" ", content_of(question))
    return pairs_of(_US.sub(" ", content)) or pairs_of(content)


def _is_of_site(passage: FoundPassage) -> bool:
    return passage.document.startswith("site-")


def is_meant(question: str, passage: FoundPassage) -> bool:
    """Pages on this site answer no question about cars, nor do lists of words one that does not
    ask what a word means."""
    if passage.collection != PAGES_COLLECTION:
        return True
    topic = passage.document.partition("-")[0]
    wanted = {"site": _OF_THE_SITE, "glossary": _MEANING}.get(topic)
    return wanted is None or bool(wanted.search(question))


def shares_subject(question: str, passage: FoundPassage) -> bool:
    """The page has one of the question's telling words, or much of it for a title."""
    share = (shares_told(question, [passage]) or [0.0])[0]
    return share > 0 or _titled(_asked(question), passage) >= OVERRULES


def is_page_about(question: str, passages: Sequence[FoundPassage]) -> bool:
    """One of our own pages has most of the question for its title."""
    page = page_among(question, passages)
    return page is not None and _titled(_asked(question), page) >= TITLED


def is_page_for(question: str, passages: Sequence[FoundPassage]) -> bool:
    """One of our own pages has all of the question for one of its titles: it is about it, however
    few of its words are telling ones."""
    page, asked = page_among(question, passages), _asked(question)
    if page is None:
        return False
    least = 1 if _US.search(question) and _is_of_site(page) else WHOLE
    return len(asked) >= least and _titled(asked, page) == 1


def page_answer(question: str, page: FoundPassage) -> PageAnswer | None:
    """What the page of this passage says to the question; None where it is no longer there."""
    held = knowledge.passages([page.id])
    rows = knowledge.passages_of(held[0].document.id) if held else []
    if len(rows) < 2 or not rows[0].document.summary:
        return None
    summary = _cited(page, rows[0])
    sections: dict[str, list[knowledge.PassageRow]] = {}
    for row in rows[1:]:
        sections.setdefault(row.heading, []).append(row)
    topic, _, last = question.rpartition(ON)
    asked = last if topic and content_of(last) else question
    chosen = _chosen(asked, page, list(sections.values()))
    # A part that has more of the question than the summary answers it by itself, and so does one
    # that is asked on about: the summary was told before.
    leads = any(_is_named(asked, rows[0], section) for section in chosen)
    leads = leads or (bool(topic) and any(_is_asked(asked, section) for section in chosen))
    if leads:
        chosen = sorted(chosen, key=lambda section: not _is_named(asked, rows[0], section))
    most = SENTENCES[len(chosen)]
    parts = tuple(_told(page, section, most) for section in chosen)
    brief = sum(len(text) for part in parts for _, text in part.lines) < BRIEF
    said = tuple((summary, text) for text in sentences_of(rows[0].text) if brief or not leads)
    return PageAnswer(said, parts)


def _is_named(
    question: str, summary: knowledge.PassageRow, section: list[knowledge.PassageRow]
) -> bool:
    """The question names the part: its heading is one of the telling words (上海), or has one of
    which neither title nor summary speaks (快充)."""
    heading = section[0].heading.lower()
    whole = f"{summary.document.title} {summary.text}".lower()
    return any(
        word == heading or (word in heading and word not in whole)
        for word in telling_words(question)
    )


def _is_asked(question: str, section: list[knowledge.PassageRow]) -> bool:
    """The part has something of the question, or a heading of the kind that it asks for."""
    kind = next((heading for wanted, heading in _KINDS if wanted.search(question)), None)
    text = " ".join((section[0].heading, *(row.text for row in section)))
    return bool(pairs_of(content_of(question)) & pairs_of(text)) or bool(
        kind and kind.search(section[0].heading)
    )


def _titled(asked: set[str], passage: FoundPassage) -> float:
    """How much of what is asked stands in the title that has most of it."""
    if not asked:
        return 0.0
    return max(len(asked & pairs_of(title)) for title in passage.titles) / len(asked)


def _chosen(
    question: str, page: FoundPassage, sections: list[list[knowledge.PassageRow]]
) -> list[list[knowledge.PassageRow]]:
    """The parts most to the point, in the order of the page."""
    asked = pairs_of(content_of(question))
    pairs = [pairs_of(" ".join(row.text for row in section)) for section in sections]
    often = Counter(pair for found in pairs for pair in found)
    kind = next((heading for wanted, heading in _KINDS if wanted.search(question)), None)
    named = [word for word in telling_words(question) if len(word) > 1]
    headings = [section[0].heading.lower() for section in sections]

    def often_in(word: str) -> int:
        return sum(word in heading for heading in headings)

    scores, bonuses = [], []
    for section, found in zip(sections, pairs, strict=True):
        heading = section[0].heading
        score = sum(math.log(1 + len(sections) / often[pair]) for pair in asked & found)
        score += HEADING * len(asked & pairs_of(heading))
        score += FITS * bool(kind and kind.search(heading))
        bonus = NAMED * sum(word in heading.lower() for word in named if often_in(word) == 1)
        score += FOUND * any(row.id == page.id for row in section)
        scores.append(score + bonus)
        bonuses.append(bonus)
    # What is named comes first; a second part is measured without that.
    best = max(score - bonus for score, bonus in zip(scores, bonuses, strict=True))
    ranked = sorted(range(len(sections)), key=lambda place: -scores[place])[:PARTS]
    return [sections[place] for place in sorted(ranked) if scores[place] >= LEAST * best]


def _told(page: FoundPassage, section: list[knowledge.PassageRow], most: int) -> PagePart:
    items = [row for row in section if _ITEM.search(row.markdown or "")]
    listed = bool(items)
    lines = [
        (_cited(page, row), text)
        for row in (items if listed else section)
        for text in (_items_of(row) if listed else sentences_of(row.text))
    ]
    kept = tuple(lines[: ITEMS if listed else most])
    return PagePart(section[0].heading, kept, listed)


def _items_of(row: knowledge.PassageRow) -> list[str]:
    """The lines of the passage that are items of its list."""
    wanted = {
        re.sub(r"\W", "", line[match.end() :])
        for line in (row.markdown or "").splitlines()
        if (match := _ITEM.match(line))
    }
    return [line for line in row.text.splitlines() if re.sub(r"\W", "", line) in wanted]


def _cited(page: FoundPassage, row: knowledge.PassageRow) -> FoundPassage:
    return replace(page, id=row.id, text=row.text.strip(), documents=row.documents)
