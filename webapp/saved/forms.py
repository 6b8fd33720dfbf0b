"""What visitors send about saved searches."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.catalogue.filters import Selection, UnreadableSelection, read_selection
from webapp.errors import BadInput, Suggestion

CAPS: Final = (1, 3, 5, 10, 20)
"""How many cars of one search a person can want to be told of one by one in a day."""
MAX_ID: Final = 2**31 - 1


def read_conditions(form: MultiDict[str, str]) -> Selection:
    """The conditions of a list, as its address says them. Raises BadInput naming all that cannot
    be honoured."""
    try:
        return read_selection(form)
    except UnreadableSelection as error:
        said = "；".join(map(str, error.problems[:5]))
        links = [Suggestion("去选车", Selection().url())]
        raise BadInput(f"这些条件不能保存：{said}。", suggestions=links) from error


def read_cap(form: MultiDict[str, str]) -> int:
    """Raises BadInput."""
    text = form.get("most_a_day", "")
    if text not in map(str, CAPS):
        allowed = "、".join(map(str, CAPS))
        raise BadInput(f"每天最多单独提醒几款，只能选 {allowed}，没有“{text[:20]}”。")
    return int(text)


def read_number(args: MultiDict[str, str]) -> int | None:
    """The search that was saved just now; None where the address names none."""
    text = args.get("kept", "")
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))
    return int(text) if plain else None
