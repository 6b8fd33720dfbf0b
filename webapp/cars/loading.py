"""What the addresses of the catalogue's pages name, loaded or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.cars import forms
from webapp.catalogue import addresses, queries, subjects
from webapp.errors import BadInput, NotFound, Suggestion

ID: Final = "<int(min=1, max=2147483647):%s>"
Read = TypeVar("Read")


def load_series(series_id: int) -> queries.SeriesHead:
    head = queries.series_head(series_id)
    if head is None:
        raise NotFound(f"没有编号为 {series_id} 的车系。")
    return head


def load_trims(ids: Sequence[int]) -> list[queries.TrimRow]:
    """These trims in the order given. 404 naming those that do not exist."""
    rows = {row.id: row for row in queries.trims_by_id(ids)}
    missing = [str(trim_id) for trim_id in ids if trim_id not in rows]
    if missing:
        raise NotFound(f"没有编号为 {'、'.join(missing)} 的车型。")
    return [rows[trim_id] for trim_id in ids]


def read(reader: Callable[[MultiDict[str, str]], Read], args: MultiDict[str, str]) -> Read:
    """What an address says. 400 where it cannot be read."""
    try:
        return reader(args)
    except forms.UnreadableIds as error:
        back = [Suggestion("重新选择", addresses.compare())]
        raise BadInput(f"{error}。", suggestions=back) from error


def subjects_of(trims: Iterable[queries.TrimRow]) -> set[str]:
    """What a page shows that shows these trims."""
    return {
        subject
        for trim in trims
        for subject in (subjects.series(trim.series_id), subjects.of_class(*trim.class_key))
    }
