"""What visitors send: which series is left out, as what."""

from __future__ import annotations

from typing import Final, NamedTuple

from werkzeug.datastructures import MultiDict

from webapp.errors import BadInput
from webapp.recommend.models import KINDS

MAX_ID: Final = 2**31 - 1


class ChoiceForm(NamedTuple):
    kind: str
    series_id: int
    take_back: bool


def read_choice(form: MultiDict[str, str]) -> ChoiceForm:
    """Raises BadInput."""
    kind, text = form.get("kind", ""), form.get("series", "")
    if kind not in KINDS:
        raise BadInput(f"参数 kind={kind[:40]}：只能是 {'、'.join(KINDS)}。")
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))
    if not plain or not 0 < int(text) <= MAX_ID:
        raise BadInput(f"参数 series={text[:40]}：不是车系编号，应是正整数。")
    return ChoiceForm(kind, int(text), form.get("do") == "remove")
