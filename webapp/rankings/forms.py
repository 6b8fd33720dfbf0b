"""What an address of a ranking says."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.errors import BadInput
from webapp.rankings.methods import SLICES, Method

_PAGE: Final = "page"
_MOST_PAGES: Final = 1000


def read_slices(args: MultiDict[str, str], method: Method) -> dict[str, str]:
    """The conditions of a part of a list, in the order of the form; empty ones are left out.

    Raises BadInput naming a parameter or value that is not known here.
    """
    for name, values in args.lists():
        if name == _PAGE:
            continue
        if name not in SLICES:
            raise BadInput(f"榜单没有“{name[:40]}”这个条件，能用的有{_known(method)}。")
        if name not in method.slices:
            raise BadInput(f"{method.title}不能按{SLICES[name][0]}看。")
        if len(values) > 1:
            raise BadInput(f"{SLICES[name][0]}一次只能选一个。")
        label, choices = SLICES[name]
        if values[0] and values[0] not in choices:
            words = "、".join(choices.values())
            raise BadInput(f"{label}里没有“{values[0][:40]}”，能选的有：{words}。")
    return {name: args[name] for name in SLICES if args.get(name)}


def read_page(args: MultiDict[str, str]) -> int:
    """Raises BadInput."""
    text = args.get(_PAGE, "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:5]) <= _MOST_PAGES):
        raise BadInput(f"没有第“{text[:20]}”页。")
    return int(text)


def _known(method: Method) -> str:
    return "、".join(f"{SLICES[name][0]}（{name}）" for name in method.slices) or "：没有"
