"""A model writes the prose: prompt in, checked sentences out, one at a time."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import structlog

from webapp.assistant.answering.checking import LONGEST, Reason, check
from webapp.assistant.answering.draft import Item
from webapp.assistant.answering.parts import Part
from webapp.backends import llm
from webapp.backends.abilities import ability
from webapp.backends.threads import beside_the_hub

if TYPE_CHECKING:
    from haystack import Pipeline

PROMPTS: Final = Path(__file__).resolve().parent.parent / "prompts"
LEAST_SHARE: Final = 0.6
"""Of the sentences that were read; where fewer hold, the whole answer of the rules is shown."""
_GIVES_UP: Final = "材料不足"
SENTENCES: Final = 10
"""What a model writes beyond so many sentences is not read."""
_END: Final = re.compile(r"[。！？!?]+[”’」』）)]*(?:\s*[\[【][^\]】\n]{0,40}[\]】])*|\n+")
_OPEN_MARK: Final = re.compile(r"\s*(?:[\[【][^\]】\n]{0,40})?$")

log = structlog.get_logger(__name__)


@dataclass
class Written:
    """What became of a model's answer: `shown` sentences, `withheld` by reason, and `trouble`
    where the model gave no whole answer."""

    shown: int = 0
    withheld: Counter[Reason] = field(default_factory=Counter)
    kept_back: list[tuple[str, Reason]] = field(default_factory=list)
    """The sentences that were withheld, as the model wrote them."""
    trouble: llm.Trouble | None = None
    gave_up: bool = False
    """It said itself that the material does not suffice."""

    @property
    def holds(self) -> bool:
        """Whether enough of the answer is left to stand for it."""
        read = self.shown + self.withheld.total()
        return self.trouble is None and not self.gave_up and self.shown >= LEAST_SHARE * read > 0


def write(
    question: str,
    said: str,
    items: tuple[Item, ...],
    written: Written,
    stop: Callable[[], bool],
    visitor: str,
) -> Iterator[Part]:
    """Sentences that hold, as soon as each is whole; none of an answer whose first sentence, the
    conclusion, does not. Never raises for the model's sake: `written` says how it went. `said`
    is what the answer says already, `visitor` everything the visitor wrote."""
    by_key = {item.key: item for item in items}
    work = {
        "prompt": {
            "items": _shown(items),
            "values": _values(items),
            "said": said,
            "question": question,
        }
    }
    seen: set[str] = set()
    try:
        pieces = llm.stream(
            lambda generator, callback: _run(generator, work, callback), stopped=stop
        )
        for sentence in sentences_of(pieces):
            if sentence.strip("。. ") == _GIVES_UP:
                written.gave_up = True
                return
            verdict = check(sentence, by_key, visitor)
            if verdict.part is None:
                reason = verdict.reason or "form"
                written.withheld[reason] += 1
                written.kept_back.append((sentence[:LONGEST], reason))
                log.info("sentence withheld", reason=reason)
                if not written.shown:
                    return
            elif verdict.part.text not in seen:
                seen.add(verdict.part.text)
                written.shown += 1
                yield verdict.part
            if written.shown + written.withheld.total() >= SENTENCES:
                return
    except llm.ModelError as error:
        written.trouble = error.trouble


def sentences_of(pieces: Iterator[str]) -> Iterator[str]:
    """Whole sentences with the marks that follow them, as soon as no more can follow."""
    buffer = ""
    for piece in pieces:
        buffer += piece
        while (end := _END.search(buffer)) is not None:
            rest = buffer[end.end() :]
            if not end[0].endswith("\n") and (not rest or _OPEN_MARK.match(rest)):
                break
            sentence, buffer = buffer[: end.end()].strip(), rest
            if sentence:
                yield sentence
    if buffer.strip():
        yield buffer.strip()


def prepare() -> bool:
    """Make now what the first answer would have to wait for, and ask what the model can do.
    False without a model: then there is nothing to make."""
    generator = llm.generator()
    if generator is None:
        return False
    with _building:
        beside_the_hub(_pipeline, generator)
    ability(may_ask=True)
    return True


_building: Final = threading.Lock()
"""A generator can be part of one pipeline only."""


def _run(generator: Any, work: dict[str, Any], callback: Any) -> dict[str, Any]:
    with _building:
        pipeline = _pipeline(generator)
    done = pipeline.run({**work, "model": {"streaming_callback": callback}})
    answer: dict[str, Any] = done["model"]
    return answer


@cache
def _pipeline(generator: Any) -> Pipeline:
    """Prompt builder and generator, made once for each generator of the process."""
    from haystack import Pipeline
    from haystack.components.builders import ChatPromptBuilder
    from haystack.dataclasses import ChatMessage

    instructions = (PROMPTS / "write.txt").read_text("utf-8")
    template = [
        # The instructions show slots in the very marks of the template language.
        ChatMessage.from_system(f"{{% raw %}}{instructions}{{% endraw %}}"),
        ChatMessage.from_user((PROMPTS / "question.txt").read_text("utf-8")),
    ]
    pipeline = Pipeline()
    pipeline.add_component("prompt", ChatPromptBuilder(template, required_variables="*"))
    pipeline.add_component("model", generator)
    pipeline.connect("prompt.prompt", "model.messages")
    return pipeline


def _shown(items: tuple[Item, ...]) -> list[dict[str, str]]:
    """What the model reads: of a row the slot for its value, of a passage its text in one line."""
    lines = []
    for item in items:
        if item.kind == "row":
            shown = f"{item.about}是 {{{{{item.key}}}}}。"
        elif item.kind == "computed":
            shown = item.part.text
        else:
            shown = f"（{item.about}）{' '.join(item.part.text.split())}"
        lines.append({"key": item.key, "shown": shown})
    return lines


def _values(items: tuple[Item, ...]) -> list[str]:
    return [f"{item.key} = {item.part.text}" for item in items if item.kind == "row"]
