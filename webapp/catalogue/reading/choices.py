"""Free text of choice fields read into the words of the vocabulary (`4门5座三厢车` is 轿车)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from webapp.catalogue.vocabulary import BODIES, DRIVES, ENERGIES, GEARBOXES, SIZES

# Each table is searched from the top: the first word found in the text decides. None means
# the word is known to say nothing about the field (a level “跑车” is no size).
_Table = tuple[tuple[str, str | None], ...]

_ENERGY: Final[_Table] = (
    ("增程", "EREV"),
    ("reev", "EREV"),
    ("erev", "EREV"),
    ("插电", "PHEV"),
    ("插混", "PHEV"),
    ("phev", "PHEV"),
    ("燃料电池", "FCEV"),
    ("氢", "FCEV"),
    ("fcev", "FCEV"),
    ("纯电", "BEV"),
    ("bev", "BEV"),
    ("轻混", "ICE"),
    ("mhev", "ICE"),
    # Series hybrids without a plug drive electrically but are filled up like any 油混.
    ("油电混", "HEV"),
    ("油混", "HEV"),
    ("双擎", "HEV"),
    ("电驱", "HEV"),
    ("甲醇混动", "HEV"),
    ("hev", "HEV"),
    ("汽油", "ICE"),
    ("柴油", "ICE"),
    ("燃油", "ICE"),
    ("甲醇", "ICE"),
    ("天然气", "ICE"),
    ("cng", "ICE"),
    ("ice", "ICE"),
)

_BODY: Final[_Table] = (
    ("皮卡", "皮卡"),
    ("mpv", "MPV"),
    ("商务车", "MPV"),
    ("面包车", "MPV"),
    ("微面", "MPV"),
    ("轻客", "MPV"),
    ("旅行", "旅行车"),
    ("suv", "SUV"),
    ("越野", "SUV"),
    ("跨界", "SUV"),
    ("轿跑", "轿车"),
    ("跑车", "跑车"),
    ("超跑", "跑车"),
    # A roof that opens makes no sports car of a city car.
    ("敞篷", None),
    ("两厢", "两厢车"),
    ("三厢", "轿车"),
    ("掀背", "轿车"),
    ("轿车", "轿车"),
)

_SIZE: Final[_Table] = (
    ("中大型", "中大型"),
    ("紧凑", "紧凑型"),
    ("微型", "微型"),
    ("微面", "微型"),
    ("微卡", "微型"),
    ("小型", "小型"),
    ("大型", "大型"),
    ("中型", "中型"),
    ("a00", "微型"),
    ("a0", "小型"),
    ("跑车", None),
    ("皮卡", None),
    ("轻客", None),
)
_SIZE_LETTERS: Final = {"a级": "紧凑型", "b级": "中型", "c级": "中大型", "d级": "大型"}

_DRIVE: Final[_Table] = (
    ("四驱", "四驱"),
    ("全轮", "四驱"),
    ("awd", "四驱"),
    ("4wd", "四驱"),
    ("4x4", "四驱"),
    ("后驱", "后驱"),
    ("后轮", "后驱"),
    ("rwd", "后驱"),
    ("前驱", "前驱"),
    ("前轮", "前驱"),
    ("fwd", "前驱"),
)

_GEARBOX: Final[_Table] = (
    ("手自", "自动"),
    ("自动", "自动"),
    ("双离合", "自动"),
    ("无级", "自动"),
    ("单速", "自动"),
    ("固定齿比", "自动"),
    ("减速", "自动"),
    ("序列", "自动"),
    ("混合动力专用", "自动"),
    ("cvt", "自动"),
    ("dht", "自动"),
    ("dct", "自动"),
    ("dsg", "自动"),
    ("amt", "自动"),
    ("手动", "手动"),
    ("mt", "手动"),
    ("at", "自动"),
)


class ChoiceError(ValueError):
    """A text that is none of the vocabulary's words; the text tells a Chinese reader so."""


def _reader(table: _Table, allowed: tuple[str, ...], **whole: str) -> Callable[[str], str | None]:
    exact = {word.casefold(): word for word in allowed} | whole

    def read(text: str) -> str | None:
        """The vocabulary's word for what is standard; None where only options are named."""
        standard = text.partition("○")[0].strip().casefold()
        if not standard:
            return None
        if standard in exact:
            return exact[standard]
        for part, word in table:
            if part in standard:
                return word
        raise ChoiceError(f"无法归类，应为以下之一：{'、'.join(allowed)}")

    return read


CHOICES: Final[Mapping[str, Callable[[str], str | None]]] = {
    "energy": _reader(_ENERGY, ENERGIES),
    "body": _reader(_BODY, BODIES),
    "size": _reader(_SIZE, SIZES, **_SIZE_LETTERS),
    "drive": _reader(_DRIVE, DRIVES),
    "gearbox": _reader(_GEARBOX, GEARBOXES),
}
"""Parameter key to the reader of its text, which raises `ChoiceError`."""
