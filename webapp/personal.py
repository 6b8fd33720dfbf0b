"""What each feature keeps about a person: taken over at login, handed out, erased.

A feature that stores anything about visitors or accounts registers one `PersonalData`, so that
login, export and deletion in `webapp.accounts` reach all of it without importing anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask

_EXTENSION: Final = "chezhi.personal"


@dataclass(frozen=True)
class PersonalData:
    """`name` is the file of an export, without its ending.

    The functions run inside the caller's transaction and do not commit:
    `adopt(account_id)` moves what the visitor of this request has gathered as a guest,
    `merge(loser, winner)` moves everything of one account to another,
    `export(account_id)` returns what JSON can hold, `erase(account_id)` deletes it for good.
    """

    name: str
    adopt: Callable[[int], None]
    merge: Callable[[int, int], None]
    export: Callable[[int], Any]
    erase: Callable[[int], None]


def register(app: Flask, data: PersonalData) -> None:
    """Raises RuntimeError where the name is taken."""
    known: dict[str, PersonalData] = app.extensions.setdefault(_EXTENSION, {})
    if data.name in known:
        raise RuntimeError(f"personal data {data.name} is registered twice")
    known[data.name] = data


def registered(app: Flask) -> Iterator[PersonalData]:
    yield from app.extensions.get(_EXTENSION, {}).values()
