"""A person, and kinds of notices that no feature of the product has."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.people import NOON, account
from webapp.accounts.models import Account
from webapp.notices import kinds, queries, service

REPLY = kinds.Kind("reply", "回答", "有人回答了你", ("mail",))
ORDER = kinds.Kind("order", "订单", "订单走到下一步", ("mail", "wechat"), urgent=True)


@pytest.fixture
def person(app: Flask) -> Account:
    kinds.register(app, REPLY, ORDER)
    return account()


@pytest.fixture
def tell(person: Account) -> Callable[..., bool]:
    """`notify` of a reply to this person, but for what is given."""

    def told(event: str = "1", **more: object) -> bool:
        words = {
            "account_id": person.id,
            "kind": "reply",
            "subject": "question-7",
            "event": event,
            "title": "{who}回答了你的问题",
            "address": "/community/7",
            "now": NOON,
        }
        return service.notify(**(words | more))  # type: ignore[arg-type]

    return told


def titles(person: Account) -> list[str]:
    return [one.title for one in queries.page(person.id, limit=99, offset=0)]
