"""What a rule is made of: what a sentence needs, the call it makes, examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.assistant.calls import Call
from webapp.assistant.dialogue.said import Said
from webapp.search.understanding.result import Intent

Makes = Callable[[Said], Call | tuple[Call, ...] | None]
"""Several calls are answered one after the other."""
Example = tuple[str, ...]
"""Questions in their order; the last is the one the rule is for."""


@dataclass(frozen=True)
class Needs:
    """What must hold before a rule is tried. `cues`: one of them is heard; `without`: none is;
    `after`: what the last answer was; `points`: it points at a car; `named`: it names one;
    `bare`: it is short; `base`: there is a list to go on with."""

    cues: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    after: tuple[Intent, ...] = ()
    points: bool | None = None
    named: bool | None = None
    bare: bool = False
    base: bool = False

    def hold(self, said: Said) -> bool:
        pointed = said.pointed
        return (
            (not self.cues or said.cue(*self.cues))
            and not (self.without and said.cue(*self.without))
            and (not self.after or said.after(*self.after))
            and self.points in (None, bool(pointed.trims or pointed.series))
            and self.named in (None, bool(said.own_series or said.heard.named_at))
            and (said.bare or not self.bare)
            and (said.base is not None or not self.base)
        )


@dataclass(frozen=True)
class Rule:
    name: str
    needs: Needs
    makes: Makes
    examples: tuple[Example, ...]
