"""Names of brands, series and trims: tidied, transcribed, and checked for garbled text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_YEAR: Final = re.compile(r"((?:19|20)\d\d)\s*款\s*")


def is_garbled(name: str) -> bool:
    """Whether a name is UTF-8 that was once read as another encoding (`濂旈┌` for `奔驰`)."""
    for wrong in ("gb18030", "cp1252", "latin-1"):
        try:
            meant = name.encode(wrong).decode("utf-8")
        except UnicodeError:
            continue
        if HAN.search(meant):
            return True
    return False


def split_trim_name(name: str, *, brand: str, series: str) -> tuple[str, int | None]:
    """Version and model year out of a full name.

    `凯美瑞 2026款 双擎 2.0HE 精英版` of the series 凯美瑞 is (`双擎 2.0HE 精英版`, 2026). A leading
    brand, series or year goes; where nothing else is left, the name stays as it was.
    """
    rest, year = name, None
    for _ in range(4):  # brand, series and year in any order, and the series twice
        if match := _YEAR.match(rest):
            year, rest = int(match[1]), rest[match.end() :]
            continue
        for prefix in (series, brand):
            # Only a whole word: “宋PLUS” is not a version “PLUS” of the series 宋.
            match = re.match(rf"{re.escape(prefix)}(?:\s+|$|(?=(?:19|20)\d\d款))", rest, re.I)
            if match:
                rest = rest[match.end() :]
                break
    return rest or name, year


@lru_cache(maxsize=4096)
def transcribe(name: str) -> str:
    """Toneless pinyin in one piece, Latin letters and digits kept: 长安CS75 is `changancs75`."""
    import pypinyin  # loads dictionaries of some megabytes, which only imports need

    spelled = "".join(pypinyin.lazy_pinyin(unicodedata.normalize("NFKC", name)))
    return "".join(char for char in spelled.casefold() if char.isalnum())


def initial_of(pinyin: str) -> str:
    """The letter under which a name is filed, `#` where it starts with none."""
    letter = pinyin[:1].upper()
    return letter if "A" <= letter <= "Z" else "#"


@lru_cache(maxsize=16384)
def skeleton(name: str, prefixes: tuple[str, ...] = ()) -> str:
    """A name without case, spaces, hyphens and dots, nor one of the prefixes: what is left of
    it when only the spelling differs."""
    bare = _bare(name)
    for prefix in sorted((_bare(prefix) for prefix in prefixes), key=len, reverse=True):
        if prefix and bare.startswith(prefix) and bare != prefix:
            return bare.removeprefix(prefix)
    return bare


def _bare(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(char for char in folded if char.isalnum() or char in "#+")
