"""Sockets of people who are signed in, on the real server: the login ends, the socket does."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import update

from tests.accounts.people import NOON, account, signed_in
from tests.assistant.conftest import Talker
from tests.live import LiveServer
from webapp import create_app
from webapp.accounts import service
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import service as notices

Talk = Callable[..., Talker]


@pytest.fixture
def beside(server: LiveServer) -> Iterator[Flask]:
    """The application on the server's own database and secret, as a command line has it."""
    redis_url = f"unix://{server.var_dir}/no-redis.sock?db=0"
    app = create_app({"APP_ENV": "testing", "VAR_DIR": str(server.var_dir), "REDIS_URL": redis_url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def person(beside: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    own = account("o-socket")
    yield own
    db.session.delete(db.session.merge(own))
    db.session.commit()


def cookie_of(app: Flask, person: Account) -> str:
    name = app.config["SESSION_COOKIE_NAME"]
    found = signed_in(app, person).get_cookie(name)
    assert found is not None
    return f"{name}={found.value}"


def end_sessions(person: Account) -> None:
    service.close_all_sessions(account_id=person.id)


def suspend(person: Account) -> None:
    db.session.execute(update(Account).where(Account.id == person.id).values(state="suspended"))
    db.session.commit()


@pytest.mark.parametrize("end", [end_sessions, suspend])
def test_who_was_sent_away_asks_nothing_more_over_an_open_socket(
    talk: Talk, beside: Flask, person: Account, end: Callable[[Account], None]
) -> None:
    talker = talk(cookie=cookie_of(beside, person))
    conversation = talker.ask("pieces 1 0.01")[0]["conversation"]
    assert talker.ask("pieces 1 0.01", conversation=conversation)[-1]["type"] == "done"
    end(person)
    (refused,) = talker.ask("pieces 1 0.01", conversation=conversation)
    assert (refused["type"], refused["code"]) == ("error", "signed_out")
    assert "重新登录" in refused["message"]
    assert talker.closed_with() == 1008
    (foreign,) = talk(cookie=cookie_of(beside, person) if end is suspend else "").ask(
        "pieces 1 0.01", conversation=conversation
    )
    assert foreign["code"] == "not_found"


def test_a_socket_rings_for_notices_of_its_own_person(
    talk: Talk, beside: Flask, person: Account
) -> None:
    def tell(subject: str) -> None:
        notices.notify(
            account_id=person.id,
            kind="export",
            subject=subject,
            event="1",
            title="你的数据打包好了",
            address="/accounts/",
            now=NOON,
        )

    tell("one")
    talker = talk(cookie=cookie_of(beside, person))
    assert {"type": "notices", "unread": 1}.items() <= talker.frame().items()
    tell("two")
    assert talker.frame()["unread"] == 2
