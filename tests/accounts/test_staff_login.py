"""Staff sign in by name, password and a code by the clock; recovery codes; shorter sessions."""

from __future__ import annotations

import base64
import html
import re

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from webapp import clock as product_clock
from webapp.accounts import queries, sealing, service
from webapp.accounts.models import Account, StaffKey
from webapp.accounts.service.staff_keys import TRIES
from webapp.audit import AuditEntry
from webapp.console import service as console
from webapp.extensions import db, limiter

PASSWORD = "long-enough horse"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that is meant to be slow would be most of these tests."""
    from werkzeug.security import generate_password_hash

    monkeypatch.setattr(
        "webapp.accounts.service.staff_keys.generate_password_hash",
        lambda password: generate_password_hash(password, "pbkdf2:sha256:1"),
    )


@pytest.fixture
def admin(app: Flask, clock: StoppedClock) -> Account:
    made = account(nickname="站长")
    made.role = "admin"
    db.session.commit()
    return made


def sealed_in(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(product_clock.now().timestamp()) // 30 + steps)


def set_up(app: Flask, own: Account, name: str = "Boss") -> tuple[str, list[str]]:
    """The key and the recovery codes, as the pages give them."""
    client = signed_in(app, own)
    sealed = sealed_in(client.get("/accounts/staff-key").text)
    secret = sealing.unseal_secret(base64.urlsafe_b64decode(sealed), own.id)
    form = {"name": name, "password": PASSWORD, "key": sealed, "code": code_of(secret)}
    answer = client.post("/accounts/staff-key", data=form)
    assert answer.status_code == 200, answer.text
    return secret, re.findall(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>", answer.text)


def sign_in(client: FlaskClient, code: str, name: str = "boss", password: str = PASSWORD) -> int:
    form = {"name": name, "password": password, "code": code, "next": "/"}
    return client.post("/accounts/staff-login", data=form).status_code


def test_what_was_set_up_lets_in_and_leads_to_the_console(
    app: Flask, admin: Account, clock: StoppedClock
) -> None:
    secret, codes = set_up(app, admin)
    assert len(set(codes)) == 10
    clock.forward(minutes=1)
    client = app.test_client()
    form = {"name": " BOSS ", "password": PASSWORD, "code": code_of(secret), "next": "/"}
    answer = client.post("/accounts/staff-login", data=form)
    assert answer.location == "/console/"
    assert client.get("/console/").status_code == 200


def test_a_code_is_taken_once_and_the_neighbours_of_now_are_taken(
    app: Flask, admin: Account, clock: StoppedClock
) -> None:
    secret, _ = set_up(app, admin)
    clock.forward(minutes=5)
    client = app.test_client()
    assert sign_in(client, code_of(secret, -1)) == 303
    assert sign_in(client, code_of(secret, -1)) == 403
    assert sign_in(client, code_of(secret, 1)) == 303
    assert sign_in(client, code_of(secret)) == 403  # older than the last one used
    clock.forward(minutes=5)
    assert sign_in(client, code_of(secret, -2)) == 403
    assert sign_in(client, code_of(secret, 2)) == 403


def test_the_code_of_setting_up_is_used_already(app: Flask, admin: Account) -> None:
    secret, _ = set_up(app, admin)
    assert sign_in(app.test_client(), code_of(secret)) == 403


@pytest.mark.parametrize(
    ("name", "password", "digits"),
    [("boss", "another password", ""), ("nobody", PASSWORD, ""), ("boss", PASSWORD, "12345")],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    app: Flask, admin: Account, clock: StoppedClock, name: str, password: str, digits: str
) -> None:
    secret, _ = set_up(app, admin)
    clock.forward(minutes=1)
    form = {"name": name, "password": password, "code": digits or code_of(secret)}
    answer = app.test_client().post("/accounts/staff-login", data=form)
    assert answer.status_code == 403
    assert "名字、密码和验证码对不上" in answer.text
    assert password not in answer.text


def test_a_recovery_code_lets_in_once_and_is_in_the_audit_log(app: Flask, admin: Account) -> None:
    _, codes = set_up(app, admin)
    assert sign_in(app.test_client(), codes[0].lower().replace("-", " ")) == 303
    assert sign_in(app.test_client(), codes[0]) == 403
    assert queries.recovery_codes_left(admin.id) == 9
    last = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert last is not None
    assert (last.action, last.after) == ("use recovery code", "9")


def test_too_many_attempts_for_a_name_make_the_right_ones_wait_too(
    app: Flask, admin: Account, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", False)  # as from many networks
    secret, _ = set_up(app, admin)
    clock.forward(minutes=1)
    for name in ("boss", "nobody"):  # a name nobody has is told from one by nothing
        for _ in range(TRIES):
            assert sign_in(app.test_client(), "000000", name=name, password="x") == 403
        assert sign_in(app.test_client(), "000000", name=name, password="x") == 429
    assert sign_in(app.test_client(), code_of(secret)) == 429
    clock.forward(minutes=15)
    assert sign_in(app.test_client(), code_of(secret)) == 303


def test_nothing_that_opens_is_kept_as_it_is(app: Flask, admin: Account) -> None:
    secret, codes = set_up(app, admin)
    row = db.session.scalars(select(StaffKey)).one()
    kept = str(vars(row)).upper()
    assert PASSWORD.upper() not in kept
    assert secret not in kept
    assert not any(code in kept for code in codes)
    with pytest.raises(sealing.Unsealable):  # of another account
        sealing.unseal_secret(row.sealed_secret, admin.id + 1)


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("a b", PASSWORD, "登录名要"),
        ("boss", "short", "12 到 200"),
        ("boss", "aaaaaaaaaaaaaaaa", "太好猜"),
        ("boss", "my-boss-password", "太好猜"),
        ("taken", PASSWORD, "已经有人用了"),
    ],
)
def test_what_cannot_be_set_up_is_said_beside_its_field(
    app: Flask, admin: Account, name: str, password: str, said: str
) -> None:
    other = account("o-2", nickname="编辑")
    other.role = "editor"
    db.session.commit()
    set_up(app, other, "taken")
    offer = service.offer_key(admin)
    form = {"name": name, "password": password, "key": offer.sealed, "code": code_of(offer.secret)}
    answer = signed_in(app, admin).post("/accounts/staff-key", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert offer.secret in answer.text  # the phone need not scan again
    assert password not in answer.text


def test_a_key_without_its_code_is_not_set_up(app: Flask, admin: Account) -> None:
    offer = service.offer_key(admin)
    for key, code in ((offer.sealed, "000000"), ("", code_of(offer.secret)), ("éé", "1")):
        with pytest.raises(service.Slip) as slip:
            service.set_up_key(
                account=admin,
                name="boss",
                password=PASSWORD,
                sealed=key,
                code=code,
                now=product_clock.now(),
            )
        assert slip.value.field == "code"


def test_setting_up_again_ends_the_old_password_and_codes(
    app: Flask, admin: Account, clock: StoppedClock
) -> None:
    _, old = set_up(app, admin)
    clock.forward(minutes=1)
    _, new = set_up(app, admin, "chief")
    assert sign_in(app.test_client(), old[0]) == 403
    assert sign_in(app.test_client(), old[0], name="chief") == 403
    assert sign_in(app.test_client(), new[0], name="chief") == 303


def test_whose_role_is_taken_signs_in_by_name_no_more(app: Flask, admin: Account) -> None:
    _, codes = set_up(app, admin)
    other = account("o-2")
    other.role = "editor"
    db.session.commit()
    _, others = set_up(app, other, "editor")
    service.name_staff(name="站长", role=None)
    console.set_role(actor=console.Actor(admin.id, "admin"), account_id=other.id, role=None)
    assert sign_in(app.test_client(), codes[0]) == 403
    assert sign_in(app.test_client(), others[0], name="editor") == 403
    assert db.session.scalars(select(StaffKey)).all() == []


def test_staff_sign_in_again_after_their_hours_and_visitors_do_not(
    app: Flask, admin: Account, clock: StoppedClock
) -> None:
    visitor = account("o-2")
    staff, other = signed_in(app, admin), signed_in(app, visitor)
    for _ in range(12):
        assert staff.get("/console/").status_code == 200
        clock.forward(hours=1)
    assert staff.get("/console/").status_code == 303
    assert other.get("/accounts/").status_code == 200


def test_who_becomes_staff_is_bound_by_the_hours_of_staff(app: Flask, clock: StoppedClock) -> None:
    own = account()
    client = signed_in(app, own)
    clock.forward(hours=13)
    assert client.get("/accounts/").status_code == 200
    service.name_staff(name="张测试", role="editor")
    assert client.get("/console/").status_code == 303
