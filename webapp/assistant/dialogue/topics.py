"""Rules for sentences that go on with a topic: more of it, why, how much it comes to."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.consulting import is_known, is_near
from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.dangers import TABLE as DANGERS
from webapp.assistant.answering.smalltalk import talk_of
from webapp.assistant.calls import ON, Call, Cars, Compare, Cost, Explain, FindCars, Quote, Reply
from webapp.assistant.dialogue.choice import root_of
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.situation import Told
from webapp.assistant.dialogue.updates import implied
from webapp.assistant.dialogue.wishes import wants_of
from webapp.search.service import parse_sentence

_ON_WORDS: Final = ("topic_on", "opens", "so", "why", "wonders", "judges")
_OF_FAULT: Final = (*_ON_WORDS, "of_fault", "asks", "costs", "it", "this", "that")
_REPAIRED: Final = "刚修好又坏了怎么办"
_RECENT: Final = 5
_CONTENT: Final = 4
"""Characters from which on a question may be one by itself."""


def on_topic(said: Said) -> Call | None:
    """“那插混呢”, “有什么办法改善” after a question about no car but the page's, wherever one has
    gone since."""
    asked = [one for one in said.known.asked if one.intent != "other"]
    last = said.last
    if last is not None and last.visited and asked:
        last = asked[0]
    if last is None or last.intent != "consult" or said.task.sort or said.named:
        return None
    if last.trims and last.trims[:1] != said.here[:1]:
        return None
    if not (said.opens or said.cue("topic_on")) or said.cue("recommends"):
        return None
    if _wants_cars(said):
        if said.base is not None and not said.base.visited:
            return None  # of the list before: its own rules
        wants = wants_of(said.searching.conditions)
        wants = (*wants, *implied(said.known, wants))
        return FindCars(wants, said.searching.sort, purpose=last.question)
    if len(said.text) >= _CONTENT and not said.only(*_ON_WORDS) and is_known(said.text):
        return Quote(said.text)
    return Quote(f"{root_of(last)}{ON}{said.text}")


def _wants_cars(said: Said) -> bool:
    """“不超过13万”, “那有什么SUV” after advice: which cars; “那插混呢” is of the topic."""
    sure = {r.condition.field for r in said.searching.conditions if not r.inferred}
    asks = said.cue("judges", "wonders", "why") or said.text.rstrip("？? ").endswith("吗")
    return bool(sure - {"energy"}) and not asks


def _asked(said: Said) -> Told | None:
    """What was asked last, whatever page was opened since."""
    return next((one for one in said.known.asked if one.intent != "other"), None)


def why(said: Said) -> Call | None:
    """“为什么” by itself: of what was answered last."""
    asked = _asked(said)
    if asked is None or not said.only("why"):
        return None
    if asked.intent == "search" and not asked.trims:
        return FindCars(asked.wants, asked.sort)  # nothing matched: what stands in the way
    if asked.intent == "search":
        return Explain(asked.trims[0], "list", asked.wants, asked.sort)
    if asked.intent == "compare":
        return Compare(Cars(asked.trims), None, purpose=asked.question, decides=True)
    return Quote(f"{asked.question} {said.text}", Cars(asked.trims))


def amount_of(said: Said) -> Call | None:
    """“这车要交多少” after advice on a tax: the amount of it, of the car in talk."""
    asked = _asked(said)
    if asked is None or asked.intent != "consult" or said.field is not None:
        return None
    if not said.pointed.trims and (said.task.intent == "consult" and not said.bare):
        return None
    cars = Cars(said.pointed.trims, said.pointed.series) or Cars((), said.own_series)
    cars = cars or Cars(said.spoken[:1], said.names_of(said.spoken[:1]))
    cost = [c.text for c in parse_sentence(asked.question).cues if c.has("part") or c.has("costs")]
    of = cost[0] if cost else asked.question
    return Cost(f"{of} {said.text}", cars, "tax") if cars else None


def on_symptom(said: Said) -> Call | None:
    """“还能开吗” after a symptom or a danger was told: of the same. A new symptom, and what has a
    subject of its own (“拖车多少钱”), by itself: the warning was given once."""
    last, symptom = said.last, _symptom(said)
    if last is None or not symptom or said.named or said.task.conditions or said.task.sort:
        return None
    if said.cue("repaired", "disputed"):
        return Quote(f"{symptom}{ON}{_REPAIRED}，{said.text}", Cars(last.trims))
    if row_for(DANGERS, said.text) is not None or (_own_subject(said) and is_near(said.text)):
        return Quote(said.text, Cars(last.trims))
    if _own_subject(said):
        return Quote(f"{symptom}{ON}{said.text}", Cars(last.trims))
    return Quote(f"{symptom}{ON}{said.text}", Cars(last.trims)) if said.cue("of_fault") else None


def _symptom(said: Said) -> str:
    """What was wrong when it was last told, as long as nothing but advice was asked for since."""
    for told in said.known.asked[:_RECENT]:
        if told.intent not in ("consult", "other"):
            break
        for words in (root_of(told), told.question):
            if row_for(DANGERS, words) is not None:
                return words
    return ""


def _own_subject(said: Said) -> bool:
    """More than words that ask on of a fault: 拖车多少钱, 修理厂不认账怎么办; whether one may drive
    is of the fault."""
    return not said.cue("drives") and not said.only(*_OF_FAULT, but="车")


def unclear(said: Said) -> Call | None:
    """Nothing is read of it: the cars in talk stay, and we ask back."""
    if said.task.intent != "other" or not said.known.told or said.pointed.missing:
        return None
    if talk_of(said.text, with_model=False) is not None or said.task.unread:
        return None
    return Reply("unclear")
