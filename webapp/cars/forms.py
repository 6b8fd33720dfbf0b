"""What visitors send to the catalogue's pages, parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.basket import MAX_TRIMS
from webapp.catalogue import addresses

MAX_ID: Final = 2**31 - 1
MAX_FIND: Final = 60


class UnreadableIds(ValueError):
    """The message, in Chinese, says which entry is wrong."""


@dataclass(frozen=True)
class CompareForm:
    """`ids` without repeats, in order; `find`: words to find one more car by."""

    ids: tuple[int, ...]
    only_differences: bool
    find: str

    def address(self, *, ids: tuple[int, ...] | None = None, only: bool | None = None) -> str:
        """The comparison's address with other ids or the switch turned."""
        kept = self.ids if ids is None else ids
        switched = self.only_differences if only is None else only
        return addresses.compare(kept, only_differences=switched)

    def without(self, trim_id: int) -> str:
        return self.address(ids=tuple(i for i in self.ids if i != trim_id))

    def adding(self, trim_id: int) -> str:
        return self.address(ids=(*self.ids, trim_id))


def read_compare(args: MultiDict[str, str]) -> CompareForm:
    """Raises `UnreadableIds` for entries that are no ids, or for too many."""
    for name in args:
        if name not in ("ids", "only", "find"):
            raise UnreadableIds(f"不认识参数 {name[:40]}")
    only = args.get("only", "")
    if only not in ("", "diff"):
        raise UnreadableIds(f"参数 only={only[:40]}：只能是 diff")
    return CompareForm(read_ids(args), only == "diff", args.get("find", "").strip()[:MAX_FIND])


def read_ids(args: MultiDict[str, str]) -> tuple[int, ...]:
    """The ids of an address, without repeats, in order. Raises `UnreadableIds`."""
    entries = [entry.strip() for entry in ",".join(args.getlist("ids")).split(",")]
    ids = tuple(dict.fromkeys(read_id(entry) for entry in entries if entry))
    if len(ids) > MAX_TRIMS:
        raise UnreadableIds(f"参数 ids 里有 {len(ids)} 款车，一次最多对比 {MAX_TRIMS} 款")
    return ids


def read_id(entry: str) -> int:
    """An id as written in an address or form. Raises `UnreadableIds`."""
    written = entry.isascii() and entry.isdigit() and len(entry) <= len(str(MAX_ID))
    if not written or not 0 < int(entry) <= MAX_ID:
        raise UnreadableIds(f"“{entry[:40]}”不是车型编号，应是正整数")
    return int(entry)
