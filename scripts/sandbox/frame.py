"""What all sandboxes share: virtual clock, fault rules, request log, and the API to control them.

The control API is JSON below `/_sandbox/`, answered on loopback addresses only:

- `GET log`, `DELETE log`: every request received, with headers, body, verdict and outcome;
- `GET faults`, `POST faults` (one rule or the name of one), `DELETE faults`;
- `GET clock`, `POST clock` with `{"advance": SECONDS}`;
- `POST reset`: as just started.
"""

from __future__ import annotations

import copy
import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, Final

LOG_ENTRIES: Final = 500
"""Older entries are forgotten."""


class Clock:
    """Real time plus an offset that tests move; `after` is called whenever it was moved."""

    def __init__(self) -> None:
        self._offset = 0.0
        self.after: Callable[[], object] = lambda: None

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._offset += seconds
        self.after()

    def reset(self) -> None:
        self._offset = 0.0


@dataclass
class Entry:
    """One request as it was received, and what became of it.

    `verdict` is the sandbox's own judgement ("ok", or an error code of the provider); `outcome`
    is "open", then "complete", "closed by client" or "dropped".
    """

    id: int
    at: float
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: str
    endpoint: str
    faults: list[str] = field(default_factory=list)
    verdict: str = ""
    status: int = 0
    sent: int = 0
    outcome: str = "open"
    seconds: float = 0.0


class Log:
    """Every request received, oldest first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._entries: deque[Entry] = deque(maxlen=LOG_ENTRIES)
        self._ids = itertools.count(1)

    def open(self, **received: Any) -> Entry:
        with self._changed:
            entry = Entry(id=next(self._ids), at=self._clock.now(), **received)
            self._entries.append(entry)
            self._changed.notify_all()
        return entry

    def close(self, entry: Entry, outcome: str, seconds: float) -> None:
        """Only the first outcome counts."""
        with self._changed:
            if entry.outcome == "open":
                entry.outcome, entry.seconds = outcome, round(seconds, 3)
            self._changed.notify_all()

    def entries(self, endpoint: str | None = None) -> list[Entry]:
        with self._changed:
            chosen = [e for e in self._entries if endpoint in (None, e.endpoint)]
            return copy.deepcopy(chosen)

    def wait_for(self, true: Callable[[list[Entry]], object], seconds: float) -> bool:
        """Whether `true` of the entries came to hold within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(true(list(self._entries))), seconds)

    def clear(self) -> None:
        with self._changed:
            self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.entries()]


@dataclass
class Rule:
    """One fault: what it meets, how often, and what it does.

    `match` compares names of the request (`endpoint` and whatever the sandbox adds, such as
    `grant`) with values; `times` None is for ever.
    """

    match: dict[str, Any]
    action: dict[str, Any]
    times: int | None = 1
    name: str = ""


class Faults:
    """Rules in order; each request consumes the first that meets it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def add(self, *rules: Rule) -> None:
        with self._lock:
            self._rules += rules

    def take(self, **about: Any) -> Rule | None:
        with self._lock:
            for rule in self._rules:
                if all(about.get(name) == value for name, value in rule.match.items()):
                    if rule.times is not None:
                        rule.times -= 1
                        if rule.times <= 0:
                            self._rules.remove(rule)
                    return copy.deepcopy(rule)
        return None

    def list(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def clear(self) -> None:
        with self._lock:
            self._rules = []


Part = tuple[str, dict[str, Any], int | None]
"""Endpoint, action and times (None: for ever) of a rule."""

Catalogue = dict[str, tuple[str, tuple[Part, ...]]]
"""Faults by name: the words a page shows for it, and its rules."""


def rules_of(catalogue: Catalogue, name: str, **match: Any) -> list[Rule]:
    """The rules of one fault, met only by what `match` says. Raises KeyError for no such fault."""
    return [
        Rule({"endpoint": endpoint} | match, dict(action), times, name)
        for endpoint, action, times in catalogue[name][1]
    ]


def labels_of(catalogue: Catalogue) -> dict[str, str]:
    return {name: label for name, (label, _) in catalogue.items()}


def rule_from(sent: dict[str, Any]) -> Rule:
    """A rule as the control API takes it. Raises ValueError naming what is wrong."""
    unknown = set(sent) - {"match", "action", "times", "name"}
    if unknown:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    match, action, times = sent.get("match", {}), sent.get("action"), sent.get("times", 1)
    if not isinstance(match, dict) or not isinstance(action, dict) or not action:
        raise ValueError("match and action are objects, and action is not empty")
    if times in ("inf", None):
        times = None
    elif isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise ValueError('times is a whole number above 0, or "inf"')
    return Rule(match, action, times, str(sent.get("name", "")))
