"""A person, kinds of notices that no feature of the product has, and a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from tests.accounts.people import NOON, account
from tests.notices import post as posts
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import kinds, queries, service
from webapp.notices.models import NoticeDelivery, NoticePerson
from webapp.transactions import transaction

REPLY = kinds.Kind("reply", "回答", "有人回答了你", ("mail",))
ORDER = kinds.Kind("order", "订单", "订单走到下一步", ("mail", "wechat"), urgent=True)
ADDRESS = "xiaowang@example.com"


@pytest.fixture
def person(app: Flask) -> Account:
    kinds.register(app, REPLY, ORDER)
    return account(app_id="wx-service")


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


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[posts.Post]:
    with posts.running() as server:
        yield server


@pytest.fixture
def post(_mail_server: posts.Post, app: Flask) -> posts.Post:
    """A mail server that the application uses, as just started."""
    _mail_server.reset()
    app.config |= {"SMTP_URL": _mail_server.url, "MAIL_FROM": "车知 <notices@cars.example.com>"}
    return _mail_server


@pytest.fixture
def reader(person: Account, post: posts.Post) -> Account:
    """The person with an address that was confirmed."""
    settle(person)
    return person


def settle(person: Account, **columns: object) -> None:
    """Give a person these settings, and an address."""
    with transaction():
        db.session.merge(NoticePerson(account_id=person.id, **({"mail": ADDRESS} | columns)))


def titles(person: Account) -> list[str]:
    return [one.title for one in queries.page(person.id, limit=99, offset=0)]


def deliveries() -> list[tuple[str, str, str]]:
    """Channel, state and reason of each, in order."""
    db.session.expire_all()
    rows = db.session.query(NoticeDelivery).order_by(NoticeDelivery.id)
    return [(row.channel, row.state, row.reason) for row in rows]
