"""From a question to drafts: read, planned, and composed by whoever has something to say.

A message of several questions is answered as if they had been asked one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from webapp.assistant.answering import fits, guard
from webapp.assistant.answering.asking_back import with_question
from webapp.assistant.answering.classmates import compose_class
from webapp.assistant.answering.comparing import compose_compare
from webapp.assistant.answering.consulting import (
    compose_consult,
    is_advice,
    is_known,
    is_near,
    is_told_of,
)
from webapp.assistant.answering.costs import compose_costs
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.dangers import compose_danger, danger_in
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.footage import with_footage
from webapp.assistant.answering.lacking import compose_lacking
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.meeting import with_wishes
from webapp.assistant.answering.other import (
    compose_other,
    refuse,
    refuse_promise,
    says_itself,
)
from webapp.assistant.answering.parts import (
    Remark,
    bound,
    join,
    say,
)
from webapp.assistant.answering.preparing import with_preparation
from webapp.assistant.answering.ranking import compose_ranking
from webapp.assistant.answering.reasons import compose_reasons
from webapp.assistant.answering.recommending import compose_recommendation, tells_use
from webapp.assistant.answering.reputation import is_of_repute
from webapp.assistant.answering.searching import compose_search
from webapp.assistant.answering.selling import compose_sales
from webapp.assistant.answering.steps import compose_steps
from webapp.assistant.answering.sums import compose_sum
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.used import compose_used
from webapp.assistant.dialogue import holding, model, questions
from webapp.assistant.dialogue.absent import with_stand_ins
from webapp.assistant.dialogue.holding import Turn
from webapp.assistant.dialogue.situation import Situation
from webapp.assistant.events import (
    Asks,
    PastTurn,
    Question,
    Status,
)
from webapp.search.names import all_names
from webapp.search.understanding.english import in_chinese
from webapp.search.understanding.result import Intent

_COMPOSERS: Final[dict[Intent, Callable[[Task], Draft]]] = {
    "search": compose_search,
    "compare": compose_compare,
    "lookup": compose_lookup,
    "consult": compose_consult,
    "other": compose_other,
}
_BEFORE: Final[tuple[Callable[[Task], Draft | None], ...]] = (
    compose_used,
    compose_sum,
    compose_costs,
    compose_sales,
    compose_lacking,
    compose_recommendation,
)
"""Asked in turn before the composer of the intent: the first that has something to say, says it."""
_DOING: Final[dict[Intent, str]] = {
    "search": "正在按条件找车",
    "compare": "正在对比参数",
    "lookup": "正在查参数",
    "consult": "正在查资料",
    "other": "正在回答",
}


@dataclass(frozen=True)
class Composed:
    """One question with the drafts of its answer. `turn` is how it was read and planned, None for
    what is refused unread; `after` the situation then, None where it leaves it as it was."""

    text: str
    turn: Turn | None
    tasks: tuple[Task, ...]
    drafts: tuple[Draft, ...]
    after: Situation | None = None

    @property
    def parts(self) -> list[tuple[str, str, Draft]]:
        """Of each draft the question, everything the visitor said, and the draft."""
        if not self.tasks:
            return [(self.text, self.text, draft) for draft in self.drafts]
        pairs = zip(self.tasks, self.drafts, strict=True)
        return [(task.text, task.said, draft) for task, draft in pairs]


def composed(question: Question) -> Iterator[Status | Composed]:
    """The questions of a message, each once it is composed; in between, what is being done."""
    if guard.wants_instructions(question.text):
        refusal = refuse("这类要求我不执行，也不展示内部说明。")
        yield Composed(question.text, None, (), (refusal,))
        return
    if model.plans() and not guard.wants_promise(question.text):
        yield Status("正在想怎么查")
        turn = holding.turn_of(question)
        if (plan := model.planned(turn.said)) is not None:
            yield Status(_DOING[turn.planned(plan).task.intent])
            yield _answered(question, turn.planned(plan))
            return
    yield from _one_by_one(question)


def _one_by_one(question: Question) -> Iterator[Status | Composed]:
    promise = guard.wants_promise(question.text)
    question = replace(question, text=in_chinese(question.text, _sounds()))
    message = questions.read(question.text)
    known, told = None, list[Composed]()
    for text in message.questions:
        asked = replace(question, text=text)
        story = "" if told else message.story
        turn = holding.turn_of(asked, story=story, whole=message.whole, known=known)
        if guard.wants_promise(text) or (promise and len(message.questions) == 1):
            one = Composed(text, turn, (), (refuse_promise(turn.task),))
        else:
            yield Status(_DOING[turn.task.intent])
            one = _answered(asked, turn)
        known = one.after or known
        if any(one.drafts[0] == before.drafts[0] for before in told):
            continue  # the same in other words: 怎么样？值得买吗？
        told.append(one)
        yield _headed(one) if len(message.questions) > 1 else one
        past = PastTurn(text, one.drafts[0].intent, trims=one.drafts[0].trims)
        question = replace(question, history=(*question.history, past))
    if message.left:
        yield Composed(question.text, None, (), (_left(message.left, told[-1]),))


def _sounds() -> dict[str, str]:
    """Series by their pinyin, as they are written in English."""
    return {n.pinyin: n.text for n in all_names() if n.kind == "series" and n.pinyin}


def _answered(question: Question, turn: Turn) -> Composed:
    tasks = turn.tasks
    if turn.plan.rule != model.RULE and _is_advice(tasks[0], question):
        own = replace(tasks[0], intent="consult")
        if says(own.text, "repair_or_replace"):
            own = replace(own, series=(), trims=(), field=None)  # of any old car
        tasks = (own, *tasks[1:])
    drafts = tuple(_draft_of(task, turn) for task in tasks)
    after = holding.after(turn, zip(tasks, drafts, strict=True))
    last, after = with_question(after, drafts[-1])
    return Composed(question.text, turn, tasks, (*drafts[:-1], last), after)


def _draft_of(task: Task, turn: Turn) -> Draft:
    draft = with_footage(with_preparation(with_wishes(task, _composed(task))))
    return with_stand_ins(turn.said, task, draft)


def _headed(one: Composed) -> Composed:
    """With the question before its answer, where one message asks several."""
    first = one.drafts[0]
    asked = Remark(say("问：{question}", question=bound(one.text, "question")))
    return replace(one, drafts=(replace(first, lead=(asked, *first.lead)), *one.drafts[1:]))


def _left(left: tuple[str, ...], last: Composed) -> Draft:
    """What was not answered, in one line."""
    names = join([say("“{q}”", q=bound(one, "question")) for one in left])
    line = say("一次最多回答三个问题，还没有回答：{names}请接着问。", names=names)
    return Draft(last.drafts[-1].intent, lead=(Remark(line),), tail=(Asks(left),),
                 refused=last.drafts[-1].refused)  # fmt: skip


def _is_advice(task: Task, question: Question) -> bool:
    """The knowledge base answers what the rules read as something else."""
    if task.ranking or task.steps or task.sales or danger_in(task.text) is not None:
        return False
    if says(task.text, "repair_or_replace"):
        return True
    if task.intent == "search" and guard.asks_about_terms(task.text):
        return True
    if task.intent in ("search", "lookup") and is_of_repute(task):
        return True
    match task.intent:
        case "other":
            if task.missing:
                return False
            return is_known(task.text) or (not says_itself(task.text) and is_near(task.text))
        case "search":
            if _is_no_search(task) and not tells_use(task.text) and is_known(task.text):
                return True
            if _is_no_search(task) and not (tells_use(task.text) or question.history):
                return is_near(task.text, mostly=True) or is_advice(task)
            return not question.history and is_advice(task)
        case "lookup":
            return is_told_of(task)
        case "compare":
            return says(task.text, "strong_or_weak") and not task.unread
        case _:
            return False


def _is_no_search(task: Task) -> bool:
    """Nothing to look for was read: 落地价包含哪些钱, 没指标能买啥车."""
    return not (task.conditions or task.sort or task.changes or task.seen)


def _composed(task: Task) -> Draft:
    if task.intent in ("consult", "search") and task.series and fits.asks(task.text):
        return compose_lookup(replace(task, intent="lookup", conditions=()))
    if (danger := compose_danger(task)) is not None:
        return danger
    if (steps := compose_steps(task)) is not None:
        return steps
    if task.why:
        return compose_reasons(task)
    if task.among_class and (draft := compose_class(task)) is not None:
        return draft
    if task.ranking and (draft := compose_ranking(task, task.ranking)) is not None:
        return draft
    if task.intent == "compare" and task.absent:
        return compose_compare(task)  # a car is not there: said before anything is summed
    for compose in _BEFORE:
        if (draft := compose(task)) is not None:
            return draft
    return _COMPOSERS[task.intent](task)
