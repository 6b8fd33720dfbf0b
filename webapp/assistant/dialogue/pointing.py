"""What words that point come to, and what they are read in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from webapp.assistant.dialogue.cast import Cast
from webapp.assistant.dialogue.situation import Situation
from webapp.search.understanding.dialogue import Cue
from webapp.search.understanding.reading import Parse

_HE: Final = "他"
_SHE: Final = "她"
_DONE_BY_PEOPLE: Final = frozenset("说要想喜觉爱怕嫌")


@dataclass(frozen=True)
class Pointed:
    """`text` with the pointing words replaced by names; the trims pointed at, in order."""

    text: str
    trims: tuple[int, ...] = ()
    series: tuple[str, ...] = ()
    missing: str = ""
    """Pointing words that point at nothing: “第九个” of five, “它” where no car was named."""
    cues: tuple[str, ...] = ()
    """By which words."""
    absent: tuple[str, ...] = ()
    """Cars pointed at that the catalogue does not have, and that no other stands for."""


class Found(NamedTuple):
    cue: Cue
    ids: tuple[int, ...]
    whole: bool = False
    """All versions of the series, not these alone."""


@dataclass(frozen=True)
class Pointing:
    parse: Parse
    known: Situation
    cast: Cast
    here: tuple[int, ...]

    @property
    def text(self) -> str:
        return self.parse.text

    def cues(self, *names: str) -> list[Cue]:
        return [
            cue
            for cue in self.parse.cues
            if any(cue.has(name) for name in names) and not self._is_person(cue)
        ]

    def _is_person(self, cue: Cue) -> bool:
        """她 is always a person; 他 is one where no car was spoken of, or where he does what cars
        do not."""
        does = self.text[cue.end : cue.end + 1]
        he = cue.text == _HE and (not self.known.told or does in _DONE_BY_PEOPLE)
        return he or cue.text == _SHE


def named_behind(parse: Parse, cue: Cue) -> bool:
    """“刚才那个秦L”: the name says which."""
    return any(at - cue.end in (0, 1) for (at, _), _ in parse.named_at)


def put(here: Pointing, found: list[Found], how: str) -> Pointed:
    """The text with each pointing word replaced by the names of its cars."""
    text = here.text
    rows = {trim.id: trim.series for one in found for trim in here.cast.rows(one.ids)}
    found = [one for one in found if all(i in rows for i in one.ids)]
    trims: list[int] = []
    series: list[str] = []
    for one in found:
        series += [rows[i] for i in one.ids]
        trims += [] if one.whole else one.ids
    for one in sorted(found, key=lambda f: -f.cue.start):
        names = "、".join(dict.fromkeys(rows[i] for i in one.ids))
        text = f"{text[: one.cue.start]} {names} {text[one.cue.end :]}".strip()
    return Pointed(text, tuple(dict.fromkeys(trims)), tuple(dict.fromkeys(series)), cues=(how,))
