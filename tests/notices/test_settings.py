"""What a person chooses, how an address is confirmed, and how mails are unsubscribed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import NOON, account, signed_in
from tests.clocks import StoppedClock
from tests.notices.conftest import ADDRESS, deliveries, settle
from tests.notices.post import Post, text_of
from webapp.accounts.models import Account
from webapp.notices import queries, service, tokens

Tell = Callable[..., bool]
FORM = {
    "quiet": "yes",
    "quiet_from": "23:00",
    "quiet_to": "07:30",
    "most_a_day": "3",
    "digest_at": "20:00",
    "mails": "yes",
    "site-reply": "yes",
    "wechat-reply": "yes",
    "mail-order": "yes",
}


@pytest.fixture
def browser(app: Flask, person: Account, post: Post, clock: StoppedClock) -> FlaskClient:
    return signed_in(app, person)


def path(mail: object, purpose: str) -> str:
    """The path of the link in a mail."""
    found = re.search(rf"http://127\.0\.0\.1:8000(/notices/{purpose}/\S+)", text_of(mail))  # type: ignore[arg-type]
    assert found
    return found[1]


def test_what_was_chosen_is_kept_and_shown_again(browser: FlaskClient, person: Account) -> None:
    assert browser.post("/notices/settings", data=FORM).status_code == 303
    kept = queries.person(person.id)
    assert (kept.quiet_from, kept.quiet_to, kept.most_a_day) == (23 * 60, 7 * 60 + 30, 3)
    assert kept.digest_at is None
    chosen = queries.choices(person.id)
    assert vars(chosen["reply"]) == {"muted": False, "mail": False, "wechat": True}
    assert vars(chosen["order"]) == {"muted": True, "mail": True, "wechat": False}
    page = browser.get("/notices/settings?saved=settings").text
    assert 'name="quiet_from" value="23:00"' in page
    assert "设置已保存" in page


def test_quiet_hours_and_digest_can_be_turned_off_and_on(
    browser: FlaskClient, person: Account
) -> None:
    browser.post("/notices/settings", data=FORM | {"quiet": "", "digest": "yes"})
    kept = queries.person(person.id)
    assert (kept.quiet_from == kept.quiet_to, kept.digest_at) == (True, 20 * 60)
    assert 'name="quiet_from" value="22:00"' in browser.get("/notices/settings").text


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("quiet_from", "24:00", "时间应像 22:00"),
        ("quiet_to", "", "时间应像 22:00"),
        ("quiet_to", "23:00", "同一个时间"),
        ("most_a_day", "0", "1 到 20 的整数"),
        ("most_a_day", "９", "1 到 20 的整数"),
        ("digest_at", "8点", "时间应像 22:00"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_is_lost_or_kept(
    browser: FlaskClient, person: Account, field: str, text: str, told: str
) -> None:
    sent = FORM | {"digest": "yes", field: text}
    answer = browser.post("/notices/settings", data=sent)
    assert answer.status_code == 422
    assert re.search(f'id="{field}-error" role="alert">[^<]*{told}', answer.text)
    assert f'name="{field}" value="{text}"' in answer.text
    assert queries.person(person.id).most_a_day == 5


def test_an_address_is_used_once_its_owner_has_confirmed_it_anywhere(
    app: Flask, browser: FlaskClient, person: Account, post: Post
) -> None:
    browser.post("/notices/settings/mail", data={"mail": " Xiao.Wang@EXAMPLE.com "})
    service.send_due(now=NOON)
    (mail,) = post.mails
    assert mail["To"] == "Xiao.Wang@example.com"
    assert mail["List-Unsubscribe"] is None
    assert "还没有确认" in browser.get("/notices/settings").text
    elsewhere = app.test_client()
    assert "启用这个邮箱" in elsewhere.get(path(mail, "confirm")).text
    assert queries.person(person.id).mail is None
    for _ in range(2):
        assert "邮箱已启用" in elsewhere.post(path(mail, "confirm")).text
    assert queries.person(person.id).mail == "Xiao.Wang@example.com"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "xiaowang",
        "a@b",
        "a@b..com",
        "小王@example.com",
        "a@例子.com",
        "a b@example.com",
        "a@example.com\r\nBcc: x@example.com",
        "a@example.com,b@example.com",
        "a@" + "b" * 250 + ".com",
    ],
)
def test_what_is_no_address_is_refused_and_shown_again(
    browser: FlaskClient, person: Account, address: str
) -> None:
    answer = browser.post("/notices/settings/mail", data={"mail": address})
    assert answer.status_code == 422
    assert 'id="mail-error"' in answer.text
    assert deliveries() == []


def test_a_link_of_an_older_address_or_an_older_day_confirms_nothing(
    app: Flask, browser: FlaskClient, person: Account, post: Post, clock: StoppedClock
) -> None:
    for address in ("first@example.com", "second@example.com"):
        browser.post("/notices/settings/mail", data={"mail": address})
        service.send_due(now=NOON)
    old, new = (path(mail, "confirm") for mail in post.mails)
    assert app.test_client().post(old).status_code == 409
    clock.forward(days=2, seconds=1)
    answer = app.test_client().post(new)
    assert (answer.status_code, "已经失效" in answer.text) == (400, True)
    assert queries.person(person.id).mail is None


def test_one_account_has_five_confirmations_a_day(browser: FlaskClient) -> None:
    sent = [
        browser.post("/notices/settings/mail", data={"mail": f"a{n}@example.com"}).status_code
        for n in range(6)
    ]
    assert sent == [303] * 5 + [409]


def test_a_confirmed_address_stays_in_use_until_the_new_one_is_confirmed(
    browser: FlaskClient, person: Account, post: Post
) -> None:
    settle(person)
    browser.post("/notices/settings/mail", data={"mail": "new@example.com"})
    assert queries.person(person.id).mail == ADDRESS
    browser.post("/notices/settings/mail", data={"mail": ADDRESS})
    assert queries.person(person.id).mail_asked is None


def test_a_removed_address_gets_nothing_not_even_what_was_waiting(
    tell: Tell, browser: FlaskClient, person: Account, post: Post
) -> None:
    settle(person)
    tell()
    browser.post("/notices/settings/mail/remove")
    service.send_due(now=NOON)
    assert (post.mails, deliveries()) == ([], [("mail", "skipped", "off")])


def test_one_click_unsubscribes_from_the_kind_without_a_login_and_again_does_no_harm(
    app: Flask, tell: Tell, reader: Account, post: Post
) -> None:
    tell(title="一个回答")
    service.send_due(now=NOON)
    link = path(post.mails[0], "unsubscribe")
    mailbox = app.test_client()
    assert "“回答”的邮件" in mailbox.get(link).text
    assert queries.choice(reader.id, "reply").mail
    for _ in range(2):
        answer = mailbox.post(link, data={"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, "已退订" in answer.text) == (200, True)
    assert not queries.choice(reader.id, "reply").mail
    assert queries.choice(reader.id, "order").mail
    tell("2")
    assert len(deliveries()) == 1


def test_unsubscribing_from_a_digest_ends_all_mails(
    app: Flask, reader: Account, post: Post
) -> None:
    app.test_client().post(f"/notices/unsubscribe/{tokens.unsubscribing(reader.id, '')}")
    assert (queries.person(reader.id).mails, queries.person(reader.id).mail) == (False, ADDRESS)


def test_unsubscribing_after_the_account_is_gone_says_the_same(app: Flask, person: Account) -> None:
    for kind in ("reply", "", "a kind of old"):
        link = f"/notices/unsubscribe/{tokens.unsubscribing(99_999, kind)}"
        assert "已退订" in app.test_client().post(link).text


@pytest.mark.parametrize("purpose", ["confirm", "unsubscribe"])
def test_a_link_signed_by_another_or_for_another_purpose_is_refused(
    app: Flask, person: Account, purpose: str
) -> None:
    right = tokens.confirming(person.id, ADDRESS)
    other = tokens.unsubscribing(person.id, "")
    app.config["SECRET_KEY"], own = (
        "another-key-of-somebody-else-0123456789",
        app.config["SECRET_KEY"],
    )
    foreign = [tokens.confirming(person.id, ADDRESS), tokens.unsubscribing(person.id, "")]
    app.config["SECRET_KEY"] = own
    crossed = other if purpose == "confirm" else right
    for token in (*foreign, crossed, right[:-1], other[:-1], "x" * 2000, "."):
        for method in ("get", "post"):
            answer = getattr(app.test_client(), method)(f"/notices/{purpose}/{token}")
            assert (answer.status_code, "链接" in answer.text) == (400, True)


def test_where_mails_are_not_set_up_the_page_says_so_and_keeps_choices(
    app: Flask, person: Account
) -> None:
    client = signed_in(app, person)
    page = client.get("/notices/settings").text
    assert "还没有开通邮件" in page
    assert '<input type="hidden" name="mail-reply" value="yes">' in page
    assert client.post("/notices/settings/mail", data={"mail": ADDRESS}).status_code == 404


def test_settings_are_the_persons_own(app: Flask, browser: FlaskClient, person: Account) -> None:
    settle(person)
    assert ADDRESS not in signed_in(app, account("o-2")).get("/notices/settings").text
