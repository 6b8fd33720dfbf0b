"""Several questions in one message, and a long story with its question at the end.

A message is cut at the ends of its sentences. What a sentence is, its parse says: a question of its
own asks and says what about; everything else belongs to the question beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from webapp.search.service import parse_sentence
from webapp.search.understanding.reading import Parse, interpret

MOST: Final = 3
"""Questions of one message that are answered."""
STORY: Final = 100
"""From so many characters before its question on a message is a story."""
_ENDS: Final = frozenset("。！!？?；;\n")
_ASKING: Final = ("?", "？", "吗", "么", "呢")
_TOLD: Final = ("。", "；", ";")
_ASKS: Final = frozenset(
    {"asks", "judges", "compares", "costs", "how_much", "versions", "why", "topic_on", "wonders"}
)
_TOPICS: Final = ("asks", "versions", "costs")
_TELLS: Final = frozenset({"costs", "judges", "compares", "topic_on"})
"""Heard in what only tells as well: 油钱一个月一千三。"""
_LISTS: Final = ("whole", "wonders")
_PAUSES: Final = frozenset(" ，,")
_JOINED: Final = ("还是", "或者", "或")
"""What begins so is the other half of the question before."""


@dataclass(frozen=True)
class Message:
    """`questions` in their order, `left` those that are too many; `story` is what was told before
    the question and counts as known."""

    questions: tuple[str, ...]
    left: tuple[str, ...] = ()
    story: str = ""
    whole: bool = False
    """The question names nothing itself: its cars and wishes stand in the story."""


def read(text: str) -> Message:
    """A message of one question, but for what is clearly more, as it stands."""
    sentences = sentences_of(text)
    if len(sentences) < 2:
        return Message((text,))
    parses = [parse_sentence(one) for one in sentences]
    asked = [at for at, one in enumerate(parses) if _is_question(one)]
    if len(asked) < 2:
        return _story(text, sentences, parses)
    first = "".join(sentences[: asked[0]])
    story = first if len(first) >= STORY else ""
    starts = [asked[0] if story else 0, *asked[1:], len(sentences)]
    questions = ["".join(sentences[a:b]).strip(" ，,") for a, b in pairwise(starts)]
    return Message(tuple(questions[:MOST]), tuple(questions[MOST:]), story)


def sentences_of(text: str) -> list[str]:
    """Cut after every mark that ends a sentence, with the mark, and after a 吗 before a pause; a
    half that begins with 还是 stays with the one before."""
    found: list[str] = []
    start = 0
    for at, char in enumerate(text):
        following = text[at + 1 : at + 2]
        breaks = char in _ASKING and following in _PAUSES
        if not following or breaks or (char in _ENDS and following not in _ENDS):
            piece, start = text[start : at + 1], at + 1
            said = piece.strip(" ，,")
            if found and (said.startswith(_JOINED) or not said):
                found[-1] += piece
            else:
                found.append(piece)
    return found


def _story(text: str, sentences: list[str], parses: list[Parse]) -> Message:
    """A long text whose last sentence asks: that is answered, of what it names itself, else of
    what the story does."""
    before = "".join(sentences[:-1])
    if len(before) < STORY or not _asks(parses[-1]):
        return Message((text,))
    last = interpret(parses[-1])
    names = bool(last.entities or last.field) or last.intent == "consult"
    return Message((sentences[-1].strip(),), story=before, whole=not names)


def _is_question(parse: Parse) -> bool:
    """It asks, and says what about, be it of a car it does not name. 哪个省钱 without names goes on
    with what stands before it."""
    if not _asks(parse):
        return False
    plain = interpret(parse)
    if plain.entities or (
        plain.conditions and any(cue.has(name) for cue in parse.cues for name in _LISTS)
    ):
        return True
    if any(cue.has("compares") for cue in parse.cues):
        return False
    topics = any(cue.has(name) for cue in parse.cues for name in _TOPICS)
    return topics or plain.intent == "consult" or interpret(parse, about=True).field is not None


def _asks(parse: Parse) -> bool:
    text = parse.text.rstrip(" ")
    told = text.endswith(_TOLD) and not any(cue.has("wonders") for cue in parse.cues)
    names = _ASKS - _TELLS if told else _ASKS
    return text.endswith(_ASKING) or any(cue.has(name) for cue in parse.cues for name in names)
