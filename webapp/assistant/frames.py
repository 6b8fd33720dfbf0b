"""The frames of the socket: JSON objects with `type`, `conversation`, `turn` and `seq`.

`seq` counts 1, 2, 3... within a turn. What belongs to no turn (a refused message, a pong) has
`turn` null and `seq` 1.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

from webapp.assistant import stored
from webapp.assistant.events import Answer, Cards, Citation, Paragraph, Sentence, Writer

READING: Final = "正在读你的问题"
INTERRUPTED: Final = "回答到一半时服务中断了，已显示的内容保留在上面。请再问一次。"
FAILED: Final = "这次没有答出来，不是你的问题。请再试一次。"
TOO_LONG: Final = "这个问题答得太久，已经停下。请换个说法，或拆成几个小问题。"

ENDS: Final = frozenset({"done", "error"})
"""Types after which a turn has no further frame."""


def status(conversation: str, turn: int, seq: int, text: str) -> str:
    return _frame("status", conversation, turn, seq, text=text)


def text(conversation: str, turn: int, seq: int, piece: str, writer: Writer) -> str:
    return _frame("text", conversation, turn, seq, text=piece, writer=writer)


def cars(conversation: str, turn: int, seq: int, cards: Cards, html: str) -> str:
    return _frame("cars", conversation, turn, seq, html=html, cards=asdict(cards))


def citations(conversation: str, turn: int, seq: int, items: Iterable[Citation]) -> str:
    return _frame("citations", conversation, turn, seq, items=[asdict(item) for item in items])


def done(conversation: str, turn: int, seq: int, *, state: str, html: str) -> str:
    """`state` is "done", or "stopped" where the visitor did not want to hear the rest."""
    return _frame("done", conversation, turn, seq, state=state, html=html)


def error(
    conversation: str | None,
    turn: int | None,
    seq: int,
    code: str,
    message: str,
    *,
    retry_after: float | None = None,
) -> str:
    """`retry_after` in seconds, where trying again helps."""
    extra = {} if retry_after is None else {"retry_after": retry_after}
    return _frame("error", conversation, turn, seq, code=code, message=message, **extra)


def news(conversation: str, newest: int, turns: Sequence[int] | None) -> str:
    """A watched conversation has gone on: `turns` follow on what its watcher knew, oldest
    first; None where the newest is on another branch."""
    return _frame("news", conversation, None, 1, newest=newest, turns=turns)


def notices(unread: int) -> str:
    """How many notices the person has not read, whenever that has changed."""
    return _frame("notices", None, None, 1, unread=unread)


def pong() -> str:
    return _frame("pong", None, None, 1)


def type_of(body: str) -> str:
    return str(json.loads(body)["type"])


def shown_so_far(bodies: Iterable[str]) -> str | None:
    """The answer as far as these frames showed it, as `stored.dump` keeps it; None where
    they showed nothing."""
    shown = [json.loads(body) for body in bodies]
    pieces = "".join(frame["text"] for frame in shown if frame["type"] == "text")
    blocks: list[Any] = [
        Paragraph((Sentence(part.strip()),)) for part in pieces.split("\n\n") if part.strip()
    ]
    blocks += [stored.cards(frame["cards"]) for frame in shown if frame["type"] == "cars"]
    if not blocks:
        return None
    cited = [item for frame in shown if frame["type"] == "citations" for item in frame["items"]]
    return stored.dump(
        Answer(
            "other",
            tuple(blocks),
            citations=tuple(stored.citation(item) for item in cited),
            writer=writer_of(shown),
        )
    )


def writer_of(shown: Iterable[dict[str, Any]]) -> Writer:
    """Who wrote what these frames showed."""
    return "model" if any(frame.get("writer") == "model" for frame in shown) else "rules"


def _frame(
    kind: str, conversation: str | None, turn: int | None, seq: int, **fields: object
) -> str:
    head = {"type": kind, "conversation": conversation, "turn": turn, "seq": seq}
    return json.dumps(head | fields, ensure_ascii=False)
