"""One turn of a conversation: from the question to a task, and to the situation after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from webapp.assistant.answering import stated
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.task import Task
from webapp.assistant.calls import Plan, Want
from webapp.assistant.dialogue import absent, bridge, opened, situation, updates
from webapp.assistant.dialogue.rules import FIGURE, SUM, plan_of
from webapp.assistant.dialogue.said import Said, hear
from webapp.assistant.dialogue.situation import QUESTION_AT_MOST, Situation, Told, readable
from webapp.assistant.events import Question


@dataclass(frozen=True)
class Turn:
    """`tasks` are the calls of the plan as composers take them, in the order of the answer;
    `known` is the situation with what this sentence says of the visitor, before its answer."""

    said: Said
    plan: Plan
    tasks: tuple[Task, ...]
    known: Situation
    costs: bool
    """It asks for a sum of money."""
    asks: str
    """The field it asks for of a car it does not name; empty for none."""

    @property
    def task(self) -> Task:
        return self.tasks[0]

    def planned(self, plan: Plan) -> Turn:
        """The same turn by another plan."""
        return replace(self, plan=plan, tasks=_tasks(plan, self.said))


def turn_of(
    question: Question, *, story: str = "", whole: bool = False, known: Situation | None = None
) -> Turn:
    """Decide what is asked. Never fails: what is not understood is a plan of its own. `story` is
    what the same message tells before it, with `whole` also what it is about; `known` the
    situation where it is not that of the history, because a question before it stood in the same
    message."""
    before = situation.before(question.history) if known is None else known
    known = opened.at_page(before, question.page)
    known = replace(known, turn=known.turn + 1)
    written = " ".join((*(turn.question for turn in question.history), story)).strip()
    if story:
        known = updates.told(known, story)
    said = hear(question.text, known, written, story if whole else "")
    known = said.known.knowing(updates.facts_in(said.heard, known.turn))
    figures = tuple(stated.of_facts(known.fact).items())
    said = replace(said, known=known, task=replace(said.task, figures=figures))
    plan = plan_of(said)
    costs = said.cue("costs") or plan.rule in (FIGURE, SUM)
    return Turn(said, plan, _tasks(plan, said), known, costs, said.field or "")


def _tasks(plan: Plan, said: Said) -> tuple[Task, ...]:
    return tuple(bridge.task_of(call, said.task) for call in plan.calls)


def after(turn: Turn, answered: Iterable[tuple[Task, Draft]]) -> Situation:
    """The situation once a question was answered; the tasks are what was composed in the end."""
    known = replace(turn.known, plan=turn.plan.as_dict(), pending="")
    for task, draft in answered:
        known = _after(known, turn, task, draft)
    return known


def _named(task: Task) -> tuple[int, ...]:
    """The versions of the one car a question names, where its answer shows none."""
    if len(task.series) != 1 or task.trims:
        return ()
    return tuple(trim.id for trim in trims_of(task.series[0], ()))


def _after(known: Situation, turn: Turn, task: Task, draft: Draft) -> Situation:
    if draft.intent == "other" and not draft.goes_on:
        return replace(known, pending=turn.asks if task.missing else "")
    ranking = task.ranking
    told = Told(
        turn=known.turn,
        intent="consult" if draft.goes_on else draft.intent,
        trims=draft.trims or _named(task) or tuple(trim for _, trim in draft.absent if trim),
        absent=draft.absent,
        named=absent.named_in(turn.said, draft, task.series),
        fields=(task.field,) if task.field else (),
        wanted=tuple(Want.of(condition) for condition in task.wanted),
        wants=tuple(readable(draft.conditions)),
        sort=draft.sort,
        rank=f"{'' if ranking.most else '-'}{ranking.key}"
        if ranking and not ranking.average
        else "",
        question=task.text[:QUESTION_AT_MOST],
        sum=draft.sum is not None
        or (turn.costs and task.field is None and draft.intent in ("lookup", "consult")),
    )
    if draft.intent == "search":
        words = task.text[:QUESTION_AT_MOST]
        known = replace(known, standing=updates.standing(known, told, words))
    gone = draft.intent in ("search", "compare")
    return replace(known.hearing(told), sum=draft.sum or (None if gone else known.sum))
