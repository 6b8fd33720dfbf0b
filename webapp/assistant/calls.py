"""What an answer is to do: small tools with typed arguments, as JSON in and out.

Rules and models plan with the same calls; `dialogue.bridge` turns one into the task its composer
takes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final, Literal, get_args

from webapp.catalogue.filters import Condition

ON: Final = "\u2003"
"""In the question of a `Quote` stands between what its topic began with and what is asked on: a
blank that nobody types, so that no question of a visitor is taken for two."""

Kind = Literal["missing", "talk", "unclear", "totals"]
CostKind = Literal["energy", "tax", "loan"]


@dataclass(frozen=True)
class Cars:
    """Cars an answer is about: exact versions, and series by name."""

    trims: tuple[int, ...] = ()
    series: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.trims or self.series)

    def __len__(self) -> int:
        return max(len(self.trims), len(self.series))


@dataclass(frozen=True)
class Want:
    """A condition on cars; `inferred` where only hinted at."""

    field: str
    operator: str
    value: Any
    inferred: bool = False

    @classmethod
    def of(cls, condition: Condition, *, inferred: bool = False) -> Want:
        return cls(condition.field, condition.operator, condition.value, inferred)

    @property
    def condition(self) -> Condition:
        value = tuple(self.value) if isinstance(self.value, list | tuple) else self.value
        return Condition(self.field, self.operator, value)

    @property
    def excludes(self) -> bool:
        return self.operator in ("!=", "not in")


@dataclass(frozen=True)
class Moved:
    """A bound that was moved from `was`, of `of_cars` cars' middle where none was asked for."""

    field: str
    operator: str
    now: float
    was: float
    of_cars: int = 0


@dataclass(frozen=True)
class Reckoned:
    """A sum that was worked out: its kind, the question it was asked in, and its figures."""

    kind: str
    question: str
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class FindCars:
    """A list; `seen` are cars shown before, `moved` the bounds this sentence moved."""

    wants: tuple[Want, ...] = ()
    sort: str | None = None
    seen: tuple[int, ...] = ()
    moved: tuple[Moved, ...] = ()
    unread: bool = False
    purpose: str = ""
    """What was asked before that the cars are for, in words."""


@dataclass(frozen=True)
class ListVersions:
    """`steps` as of a task: what they differ in is told as well, and which is worth it."""

    series: str
    wants: tuple[Want, ...] = ()
    steps: str = ""


@dataclass(frozen=True)
class LookUp:
    """Values of cars; `wanted` are those a yes-no question names."""

    cars: Cars = Cars()
    field: str | None = None
    wanted: tuple[Want, ...] = ()
    wants: tuple[Want, ...] = ()
    unknown: tuple[str, ...] = ()
    """Names no car of the catalogue has."""
    own: bool = False
    """The question names its cars and values itself."""
    meets: tuple[Want, ...] = ()
    """Wishes that stand: the trims are the versions that meet them; without trims none does."""


@dataclass(frozen=True)
class Compare:
    cars: Cars = Cars()
    field: str | None = None
    wants: tuple[Want, ...] = ()
    unknown: tuple[str, ...] = ()
    purpose: str = ""
    """What was asked of these cars before, in words."""
    decides: bool = False
    """It is asked which of them to take."""


@dataclass(frozen=True)
class Rank:
    """Cars in the order of a figure, or its average over them."""

    field: str
    most: bool = True
    average: bool = False
    wants: tuple[Want, ...] = ()
    seen: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sales:
    """Units sold of cars; without any, the first `top` places of a ranking. `period` as rankings
    call it (2026-06, 2026-Q2, 2026), empty for the newest."""

    cars: Cars = Cars()
    period: str = ""
    top: int = 0
    wants: tuple[Want, ...] = ()


@dataclass(frozen=True)
class Cost:
    """What is asked for in `question`: tax, energy for a distance. Of a sum that is worked out
    anew `sum` says which one, and `figures` are by name those that count before the question's."""

    question: str
    cars: Cars = Cars()
    kind: CostKind = "energy"
    sum: str = ""
    figures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Quote:
    """Advice from the pages; `cars` are the ones it is asked about."""

    question: str
    cars: Cars = Cars()
    meets: tuple[Want, ...] = ()
    """As of a look-up."""


@dataclass(frozen=True)
class Explain:
    """Why a car stands where it does: in a list with these conditions, or in its class."""

    trim: int
    of: Literal["list", "class"] = "list"
    wants: tuple[Want, ...] = ()
    sort: str | None = None


@dataclass(frozen=True)
class Reply:
    kind: Kind
    words: str = ""
    options: tuple[str, ...] = ()
    """What may have been meant, as questions."""


Call = FindCars | ListVersions | LookUp | Compare | Rank | Sales | Cost | Quote | Explain | Reply
MOST_CALLS: Final = 6


@dataclass(frozen=True)
class Plan:
    """At most six calls, in the order of the answer; `rule` made it."""

    calls: tuple[Call, ...]
    rule: str
    ends: Literal["answer", "ask", "refuse"] = "answer"

    def __post_init__(self) -> None:
        if not 1 <= len(self.calls) <= MOST_CALLS:
            raise ValueError(f"a plan has one to {MOST_CALLS} calls")

    def as_dict(self) -> dict[str, Any]:
        return {"rule": self.rule, "ends": self.ends, "calls": [dump(c) for c in self.calls]}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Plan:
        return cls(tuple(load(c) for c in data["calls"]), data["rule"], data["ends"])


_KINDS: Final[dict[str, type[Call]]] = {kind.__name__: kind for kind in get_args(Call)}
_PARTS: Final[dict[str, Any]] = {
    "cars": Cars,
    "wants": Want,
    "wanted": Want,
    "meets": Want,
    "moved": Moved,
}


def dump(call: Call) -> dict[str, Any]:
    """A call as JSON; what is at its default is left out."""
    said = {
        one.name: _plain(value)
        for one in fields(call)
        if (value := getattr(call, one.name)) != one.default
    }
    return {"call": type(call).__name__, **said}


def load(data: dict[str, Any]) -> Call:
    """A call from its JSON. Raises ValueError saying what is wrong with it."""
    given = dict(data)
    kind = _KINDS.get(str(given.pop("call", "")))
    if kind is None:
        raise ValueError(f"no call {data.get('call')!r}")
    try:
        return kind(**{name: _part(name, value) for name, value in given.items()})
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from error


def _part(name: str, value: Any) -> Any:
    kind = _PARTS.get(name)
    if kind is Cars:
        return Cars(**{part: tuple(ids) for part, ids in value.items()})
    if kind is not None:
        return tuple(kind(**{n: _tuple(v) for n, v in one.items()}) for one in value)
    if name == "figures":
        return tuple((one, said) for one, said in value)
    return _tuple(value)


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Cars | Want | Moved):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
