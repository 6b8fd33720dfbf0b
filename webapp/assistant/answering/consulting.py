"""Advice: the best sentences of the passages found, word for word, each with its passage."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.classmates import compose_class
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.extracting import (
    SOURCES,
    best_sentences,
    content_of,
    opinions,
    pairs_of,
    sentences_of,
)
from webapp.assistant.answering.guard import gives_orders, solicits
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.numerals import numerals
from webapp.assistant.answering.paging import (
    BRIEF,
    is_meant,
    is_page_about,
    is_page_for,
    page_among,
    page_answer,
    shares_subject,
)
from webapp.assistant.answering.parts import (
    DraftBlock,
    Points,
    Remark,
    bound,
    paragraph,
    words,
)
from webapp.assistant.answering.quoting import paragraphs, ref_of, source, verbatim
from webapp.assistant.answering.reputation import (
    NO_REPORTS,
    WHERE_TO_LOOK,
    WHICH_BRAND,
    asks_price_moves,
    asks_trouble,
    compose_brands,
    compose_price_moves,
    weighs_brands,
)
from webapp.assistant.answering.standing import NO_OWNERS, ONLY_SOURCED, compose_each
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.unanswered import facts_of, unanswered
from webapp.assistant.answering.versions import version_asked
from webapp.assistant.events import Links
from webapp.basket import MAX_TRIMS
from webapp.catalogue.queries import TrimRow
from webapp.knowledge import queries as knowledge
from webapp.knowledge.found import FoundPassage, Retrieval
from webapp.knowledge.service import retrieve, shares_told
from webapp.knowledge.shipped import FACTS_COLLECTION, PAGES_COLLECTION

MATERIAL: Final = 5
TITLE: Final = 0.25
"""Of what is asked, so much must stand in a title for its document's summary to answer it."""
VOICES: Final = 3
KNOWN: Final = 0.6
KNOWN_PAIRS: Final = 3

_WAITS: Final = "还是等"
"""Whoever weighs buying against waiting wants no list, though a price is named."""
_JUDGES: Final = re.compile(
    "值得|值不值得?|怎么样|咋样|好不好|好[吗么]|靠谱|推荐|入手|质量|口碑|评价|优点|缺点|优缺点|"
    "毛病|故障|通病|投诉|槽点|吐槽|翻车|可靠|耐用|皮实|小?问题|容易坏|爱坏|常见|经常|"
    "介绍|说说|讲讲|聊聊|详细|了解|一下|看看|"
    "[买选车款这下]|到底|真的|行不行|吗"
)


def compose_consult(task: Task) -> Draft:
    if asks_price_moves(task):
        return compose_price_moves(task)
    if weighs_brands(task):
        return compose_brands(task, _of_our_page(WHICH_BRAND, Material())[:1])
    judges = not pairs_of(content_of(_JUDGES.sub(" ", _of_any_car(task))))
    each = judges or says(task.text, "strong_or_weak")
    named = version_asked(replace(task, intent="lookup")) if _introduces(task) else None
    if named is not None:
        return _of_the_car(replace(named, unread=()))
    if task.series and (each or (asks_trouble(task) and not is_told_of(task))):
        return _of_the_cars(task)
    material = Material()
    facts, trims = facts_of(task, material)
    if judges and task.brands:
        return unanswered(task, [], facts, trims)
    found = _retrieved(task, stated=bool(facts))
    passages = [passage for passage in found.passages if _may_be_told(passage, task)]
    question = _of_any_car(task)
    known = found.answerable or is_page_for(question, passages)
    prose = _told(question, passages, material) if known else []
    if not prose:
        return (None if facts else _what_is_known(task)) or unanswered(task, passages, facts, trims)
    for passage in passages[:MATERIAL]:
        material.passage(passage.title, bound(passage.text, source(passage), ref_of(passage)))
    return Draft(
        "consult",
        lead=(paragraph(*facts),) if facts else (),
        prose=tuple(prose),
        tail=_tail(task, trims),
        material=tuple(material.items),
        trims=trims,
    )


def _what_is_known(task: Task) -> Draft | None:
    """The portrait of the one car that is named, where nothing answers what is asked of it."""
    if len(task.series) != 1:
        return None
    car = compose_lookup(replace(task, intent="lookup", field=None, wanted=(), unread=()))
    if car.refused:
        return None
    said = words("没有找到能直接回答这个问题的资料，我不猜。这是这款车在车库里的资料。")
    return replace(car, intent="consult", lead=(paragraph(said), *car.lead), refused=True)


def _found(asked: str, series: tuple[str, ...] = ()) -> Retrieval:
    """What the knowledge base finds, sought once for an answer."""

    def read() -> Retrieval:
        return retrieve(asked, series=series) if series else retrieve(asked)

    return once.remembered(("found", asked, series), read)


def _introduces(task: Task) -> bool:
    return any(word in task.text for word in ("介绍", "说说", "讲讲", "聊聊", "怎么样"))


def _of_the_cars(task: Task) -> Draft:
    """Whether cars are worth it or any good: of several each is told by itself."""
    cars = _cars(task)
    if len(cars) < 2 or task.meets:
        return _of_the_car(task)
    series = dict.fromkeys(trim.series for trim in cars)
    return compose_each(cars, {name: _owners_of((name,)) for name in series})


def _cars(task: Task) -> list[TrimRow]:
    """The cars judged, in the order asked: those pointed at, and one of each series named."""
    found = {trim.id: trim for trim in once.trims_by_id(task.trims)}
    cars = [found[trim_id] for trim_id in task.trims if trim_id in found]
    for name in task.series:
        one = representative(trims_of(name, task.conditions))
        cars += [one] if one and all(trim.series != name for trim in cars) else []
    return cars[:MAX_TRIMS]


def _owners_of(series: tuple[str, ...]) -> list[FoundPassage]:
    asked = f"{' '.join(series)} 最满意的地方 最不满意的地方 优点 缺点"
    found = _found(asked, series=series)
    return _of_others(
        [
            p
            for p in found.passages
            if not gives_orders(p.text)
            and (p.series is None or p.series in series)
            and is_meant(asked, p)
        ]
    )


def _of_the_car(task: Task) -> Draft:
    figures = compose_lookup(replace(task, field=None, wanted=()))
    if figures.refused:
        return replace(figures, intent="consult")
    own = _owners_of(task.series)
    material = Material()
    for passage in own[:MATERIAL]:
        material.passage(passage.title, bound(passage.text, source(passage), ref_of(passage)))
    said = paragraphs(opinions(own)[:VOICES], own)
    if not said and says(task.text, "strong_or_weak"):
        cars = tuple(trim.id for trim in _cars(task))
        known = (compose_class(replace(task, trims=cars)) if cars else None) or figures
        note = Remark(words(f"{NO_OWNERS}{ONLY_SOURCED}"))
        return replace(known, intent="consult", tail=(note, *known.tail))
    if not said and asks_trouble(task):
        return replace(
            figures,
            intent="consult",
            lead=(paragraph(words(NO_REPORTS)), *figures.lead),
            prose=tuple(_of_our_page(WHERE_TO_LOOK, material)),
            material=tuple(material.items),
            refused=True,
        )
    return replace(
        figures,
        intent="consult",
        prose=tuple(said),
        tail=(Remark(words(ONLY_SOURCED)), *figures.tail),
        material=tuple(material.items),
    )


def _of_our_page(asked: str, material: Material) -> list[DraftBlock]:
    """What the page of our own with this title says; nothing where it is not there."""
    pages = [p for p in _found(asked).passages if p.collection == PAGES_COLLECTION]
    return _told(asked, pages, material) if is_page_for(asked, pages) else []


def _may_be_told(passage: FoundPassage, task: Task) -> bool:
    if gives_orders(passage.text) or _of_another_car(passage, task):
        return False
    if passage.collection == FACTS_COLLECTION:
        return bool(task.series or task.brands)
    return is_meant(task.text, passage)


def _told(question: str, passages: list[FoundPassage], material: Material) -> list[DraftBlock]:
    """What passages say to the question: a page of our own and what owners add, else the best
    sentences there are; nothing where none is to the point."""
    page = page_among(question, passages)
    answer = page_answer(question, page) if page else None
    if answer is None:
        chosen = best_sentences(question, passages)
        if chosen and sum(len(one.text) for one in chosen) < BRIEF and _is_ours(passages[0]):
            answer = page_answer(question, passages[0])
    if answer is None:
        return _sentences(question, passages, material)
    lines = [*answer.summary, *(line for part in answer.parts for line in part.lines)]
    for passage in {passage.id: passage for passage, _ in lines}.values():
        material.passage(passage.title, bound(passage.text, source(passage), ref_of(passage)))
    summary = [verbatim(*line) for line in answer.summary]
    blocks: list[DraftBlock] = [paragraph(*summary)] if summary else []
    for part in answer.parts:
        told = tuple(verbatim(*line) for line in part.lines)
        if not part.listed:
            blocks.append(paragraph(*told))
            continue
        if not numerals(part.heading):  # the text of a passage is without its heading
            first = part.lines[0][0]
            blocks.append(paragraph(bound(f"{part.heading}：", source(first), ref_of(first))))
        blocks.append(Points(told))
    return [*blocks, *_voices(question, passages)]


def _is_ours(passage: FoundPassage) -> bool:
    return passage.collection == PAGES_COLLECTION


def _voices(question: str, passages: list[FoundPassage]) -> list[DraftBlock]:
    """What documents that are not ours add, in sentences with half of what is asked."""
    others = _of_others(passages)
    asked = pairs_of(content_of(question))
    best = best_sentences(question, others)
    close = [c for c in best if 2 * len(asked & pairs_of(c.text)) >= len(asked)]
    return paragraphs(close[:VOICES], others)


def _of_others(passages: list[FoundPassage]) -> list[FoundPassage]:
    return [p for p in passages if p.collection not in (PAGES_COLLECTION, FACTS_COLLECTION)]


def _sentences(question: str, passages: list[FoundPassage], material: Material) -> list[DraftBlock]:
    chosen = best_sentences(question, passages)
    if not chosen:
        return []
    blocks = paragraphs(chosen, passages)
    summary = _summary(question, passages[0])
    if summary is not None:
        material.passage(summary.title, bound(summary.text, source(summary), ref_of(summary)))
        blocks.insert(0, paragraph(*(verbatim(summary, t) for t in sentences_of(summary.text))))
    return blocks


def _of_another_car(passage: FoundPassage, task: Task) -> bool:
    return bool(task.series and passage.series) and passage.series not in task.series


def _retrieved(task: Task, *, stated: bool) -> Retrieval:
    """Passages for the question; where there are none about the car that is named, or its own
    figure is stated already, those that answer it for any car."""
    found = _found(task.text)
    if not (task.series or task.brands) or (found.answerable and not stated):
        return found
    general = _found(_of_any_car(task))
    return general if general.answerable else found


def _of_any_car(task: Task) -> str:
    """The question without the names of cars: our pages name none."""
    text = task.text
    for name in (*task.series, *task.brands):
        text = text.replace(name, " ")
    return text.strip() or task.text


def is_known(text: str) -> bool:
    """The knowledge base speaks of most of what a sentence says, though the rules could make
    nothing of it."""
    found = _found(text)
    meant = [passage for passage in found.passages if is_meant(text, passage)]
    if not found.answerable:
        return is_page_for(text, meant)
    asked = pairs_of(content_of(text))
    texts = (" ".join((*p.titles, p.text)) for p in found.passages[:SOURCES])
    told = pairs_of(" ".join(texts))
    enough = len(asked & told) >= KNOWN * len(asked) and len(asked) >= KNOWN_PAIRS
    return enough or is_page_about(text, meant)


def is_near(text: str, *, mostly: bool = False) -> bool:
    """One of our own pages is found first and has something to do with the sentence, or, with
    `mostly`, most of what it is about."""
    found = _found(text)
    first = next((p for p in found.passages if is_meant(text, p)), None)
    if first is None or first.collection != PAGES_COLLECTION:
        return False
    if mostly:
        return found.answerable and (shares_told(text, [first]) or [0.0])[0] >= KNOWN
    return shares_subject(text, first)


def is_told_of(task: Task) -> bool:
    """A question on a car that no figure answers, and that owners speak of."""
    if task.field is not None or not task.series:
        return False
    if not pairs_of(content_of(_JUDGES.sub(" ", _of_any_car(task)))):
        return False
    found = _found(task.text)
    first = found.passages[0] if found.answerable and found.passages else None
    return (
        first is not None and first.series in task.series and first.collection != FACTS_COLLECTION
    )


def is_advice(task: Task) -> bool:
    """A search that weighs makers or buying against waiting, or wants of all cars the best in what
    no figure tells: “哪款车最安全”."""
    if weighs_brands(task) or _WAITS in task.text:
        return True
    fields = {read.condition.field for read in task.conditions}
    return not fields and not task.series and says(task.text, "unmeasured")


def _summary(question: str, first: FoundPassage) -> FoundPassage | None:
    """The passage that sums up the document found first, where its title is what is asked."""
    asked = pairs_of(content_of(question))
    if len(asked & pairs_of(" ".join(first.titles))) < TITLE * len(asked):
        return None
    for row in knowledge.passages([first.id]):
        opening = knowledge.passages_of(row.document.id)[0]
        text = opening.text.strip()
        if opening.id != first.id and row.document.summary and not solicits(text):
            return replace(first, id=opening.id, text=text)
    return None


def _tail(task: Task, trims: tuple[int, ...]) -> tuple[DraftBlock, ...]:
    garage = once.trims_by_id(trims[:2])
    links = tuple((f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}") for t in garage)
    return (Links(links),) if links else ()
