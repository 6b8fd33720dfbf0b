"""One sentence in its situation: everything a rule looks at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from webapp.assistant.answering.task import Task
from webapp.assistant.calls import Want
from webapp.assistant.dialogue import bridge, opened
from webapp.assistant.dialogue.background import without_background
from webapp.assistant.dialogue.cast import Cast
from webapp.assistant.dialogue.pointing import Pointed
from webapp.assistant.dialogue.references import resolve
from webapp.assistant.dialogue.shown import cars_spoken_of, spoken_of
from webapp.assistant.dialogue.situation import Situation, Told
from webapp.assistant.dialogue.wishes import Nudge, Wants, nudge_in, wants_of
from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.search.service import parse_sentence
from webapp.search.understanding.dialogue import Cue
from webapp.search.understanding.reading import Parse, interpret
from webapp.search.understanding.result import Understanding

BARE: Final = 14
"""A sentence of so few characters without a car of its own goes on with what was said."""
_EACH: Final = ("分别", "各自", "各")
_FILLERS: Final = "吗么嘛呢吧呀啊的那它他她是有得会到底究竟大概请问想问一下?？。！!，, "


@dataclass(frozen=True)
class Said:
    """`heard` is the sentence as it was typed, `parse` the same with what it points at put in,
    `wished` without what it tells of others and of the car there is."""

    heard: Parse
    parse: Parse
    wished: Parse
    pointed: Pointed
    reading: Understanding
    task: Task
    known: Situation
    cast: Cast
    here: tuple[int, ...]
    """The car of the page, or the versions of its series."""

    @property
    def text(self) -> str:
        return self.heard.text

    @property
    def bare(self) -> bool:
        return len(self.text) <= BARE

    def cue(self, *names: str) -> bool:
        return any(cue.has(name) for cue in self.heard.cues for name in names)

    def first(self, name: str) -> Cue | None:
        return next((cue for cue in self.heard.cues if cue.has(name)), None)

    @cached_property
    def opens(self) -> bool:
        """It begins or ends as what goes on does: 那…, 换…, …呢."""
        cues = self.heard.cues
        first = next((cue for cue in cues if cue.start == 0), None)
        begins = first is not None and (first.has("opens") or first.has("instead"))
        ended = len(self.text.rstrip("?？。！! "))
        return begins or any(cue.end == ended and cue.has("so") for cue in cues)

    @cached_property
    def nudge(self) -> Nudge | None:
        return nudge_in(self.heard)

    @cached_property
    def searching(self) -> Understanding:
        """Read as wishes for a list, whatever it seems to be."""
        return interpret(self.wished, expecting="search")

    @cached_property
    def wants(self) -> Wants:
        return wants_of(self.task.conditions)

    @cached_property
    def qualifiers(self) -> Wants:
        return tuple(want for want in self.wants if want.field not in ("series", "brand"))

    @cached_property
    def own_series(self) -> tuple[str, ...]:
        """Series it names itself, not those it points at."""
        return tuple(name for name in self.task.series if name not in self.pointed.series)

    @property
    def named(self) -> bool:
        return bool(self.own_series or self.task.brands)

    @cached_property
    def field(self) -> str | None:
        """What is asked of a car it does not name: “油耗呢”, “后备厢多大”."""
        asks = self.first("asks")
        if asks is not None and (meaning := asks.meaning("asks")) and self._only_asks():
            return meaning.of
        if (subject := self._only_subject()) is not None:
            return subject
        missing = self.pointed.missing
        text = self.text.replace(missing, "", 1)
        for each in _EACH:  # 第一个跟第三个快充各要多久
            text = text.replace(each, "")
        rest = parse_sentence(text) if text != self.text else self.heard
        read = interpret(rest, about=True)
        if read.intent == "lookup" and read.field:
            return read.field
        return bridge.COLOUR_LABEL if self.cue("colour") else None

    def _only_subject(self) -> str | None:
        """“动力”, “续航咋样”: nothing but a word for a figure and how it is."""
        subject = self.first("subject")
        meaning = subject.meaning("subject") if subject else None
        if subject is None or meaning is None or meaning.of not in FIELDS_BY_NAME:
            return None
        said = self.text.strip(_FILLERS)
        how = next((c.text for c in self.heard.cues if c.start == subject.end), "")
        measured = FIELDS_BY_NAME[meaning.of].kind == "number"
        whole = said == subject.text or (measured and how and said == f"{subject.text}{how}")
        return meaning.of if whole else None

    def _only_asks(self) -> bool:
        """Nothing but the question: 冬天能跑多远 and 保养贵吗 ask something else."""
        if self.cue("judges"):
            return False
        return self.only()

    def only(self, *names: str, but: str = "") -> bool:
        """Nothing but words of these kinds, or of any, and fillers; `names` are those of cars."""
        spans = [
            (cue.start, cue.end)
            for cue in self.heard.cues
            if not names or any(cue.has(name) for name in names)
        ]
        spans += [span for span, _ in self.heard.named_at if "names" in names]
        text = self.text
        for start, end in sorted(spans, reverse=True):
            text = text[:start] + text[end:]
        return not text.replace(but, "", 1).strip(_FILLERS)

    @property
    def leaves(self) -> bool:
        """“倒车影像算了”: what stands before is no wish any more; “算了，预算35万” goes on anew."""
        return any(cue.has("leaves") and cue.start > 0 for cue in self.heard.cues)

    def values(self, field: str) -> Wants:
        """The values it names of a field."""
        return tuple(Want.of(condition) for condition in bridge.values_of(self.heard, field))

    # --- what it may go on with -----------------------------------------------------------------

    @cached_property
    def last(self) -> Told | None:
        """The answer or page it goes on with. To the cars compared or listed before a page that
        was opened since “哪个更便宜” comes back; small talk interrupts nothing."""
        told = [one for one in self.known.told if one.intent != "other"]
        if not told:
            return None
        several = self.cue("compares") and not self.cue("edition", "versions") and not self.named
        if told[0].visited and len(told[0].trims) == 1 and several:
            return next((one for one in told if len(one.trims) > 1), told[0])
        return told[0]

    @cached_property
    def base(self) -> Told | None:
        """The list it may go on with."""
        return next((one for one in self.known.told if one.intent == "search"), None)

    @property
    def base_wants(self) -> Wants:
        if self.base is None:
            return ()
        return self.base.wants if self.base.visited else self.known.wants

    def after(self, *intents: str) -> bool:
        """What the last answer was; advice on several cars is a comparison of them as well."""
        if self.last is None:
            return False
        several = self.last.intent == "consult" and len(self.names_of(self.last.trims)) > 1
        return self.last.intent in intents or (several and "compare" in intents)

    @property
    def base_sort(self) -> str | None:
        return self.base.sort if self.base else None

    @property
    def last_trims(self) -> tuple[int, ...]:
        return self.last.trims if self.last else ()

    @cached_property
    def in_turn(self) -> tuple[int, ...]:
        """Cars asked about one after the other."""
        return spoken_of(self.known.told, self.cast)

    def names_of(self, ids: tuple[int, ...]) -> tuple[str, ...]:
        """The series of these trims, each once, in their order."""
        return self.cast.names(ids)

    @cached_property
    def spoken(self) -> tuple[int, ...]:
        return cars_spoken_of(self.known.told)


def _read(whole: Parse, question: Parse) -> Understanding:
    """A story by its question: 这两个哪个更适合 compares the cars it tells of, 买啥车合适 looks for
    what it wishes."""
    named = interpret(whole, expecting="compare")
    series, _ = bridge.kinds(named.entities)
    compares = len(series) > 1 and any(cue.has("compares") for cue in question.cues)
    if compares:
        return named
    if not _chooses(question):
        return interpret(whole)
    wishes = interpret(whole, expecting="search")
    own = tuple(r for r in wishes.conditions if r.condition.field != "series")
    return replace(wishes, conditions=own, entities=())


def _chooses(question: Parse) -> bool:
    return interpret(question).intent == "search" or any(c.has("whole") for c in question.cues)


def hear(text: str, known: Situation, written: str, story: str = "") -> Said:
    """`known` has the page one is on; `written` is all the visitor wrote before. What a question
    does not name itself is read from the `story` before it."""
    heard = parse_sentence(text)
    if any(cue.has("anew") for cue in heard.cues):
        known = Situation(known.turn, known.facts, told=opened.only_cars(known.page),
                          page=known.page)  # fmt: skip
    cast = Cast(known)
    pointed = resolve(heard, known, cast)
    parse = heard if pointed.text == text else parse_sentence(pointed.text)
    whole = parse_sentence(f"{story}{parse.text}") if story else parse
    own = without_background(whole)
    wished = whole if own == whole.text else parse_sentence(own)
    reading = _read(wished, parse) if story else interpret(wished)
    said = f"{written} {pointed.text}".strip()
    task = replace(bridge.plain(wished, reading, said), text=parse.text, story=story)
    here = opened.cars_on(known.page)
    return Said(heard, parse, wished, pointed, reading, task, known, cast, here)
