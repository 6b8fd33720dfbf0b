"""Telling somebody of something: one line a subject, each event once, nothing that is muted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from flask import Flask

from tests.accounts.people import NOON, account
from tests.notices.conftest import titles
from webapp.accounts import service as accounts
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import queries, service
from webapp.notices.models import Notice, NoticeActor, NoticeChoice, NoticePerson
from webapp.notices.service import Actor, keeping
from webapp.registry import registry
from webapp.transactions import transaction

Tell = Callable[..., bool]
MINUTE = timedelta(minutes=1)


def people(*names: str) -> list[Actor]:
    return [Actor(account(f"o-{name}", nickname=name).id, name) for name in names]


def the_notice() -> Notice:
    db.session.expire_all()
    return db.session.query(Notice).one()


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([], "有人回答了你的问题"),
        (["小王"], "小王回答了你的问题"),
        (["小李", "小王"], "小王和小李回答了你的问题"),
        (["小李", "小赵", "小王"], "小王等 3 人回答了你的问题"),
        (["小王", "小李", "小王"], "小王和小李回答了你的问题"),
    ],
)
def test_events_of_one_subject_are_one_line_that_counts_people(
    tell: Tell, person: Account, names: list[str], told: str
) -> None:
    known = dict(zip(names, people(*names), strict=True))
    for n, name in enumerate(names or [None]):
        actor = known[name] if name else None
        assert tell(str(n), actor=actor, now=NOON + n * MINUTE)
    assert titles(person) == [told]
    assert the_notice().times == max(len(names), 1)


def test_an_event_that_is_reported_again_is_told_once_even_after_it_was_read(
    tell: Tell, person: Account
) -> None:
    assert tell("answer-1")
    service.read(notice=the_notice(), now=NOON)
    assert not tell("answer-1", now=NOON + MINUTE)
    assert queries.unread(person.id) == 0
    assert tell("answer-2", now=NOON + MINUTE)
    assert queries.unread(person.id) == 1


def test_people_counted_before_the_reading_are_not_counted_after_it(
    tell: Tell, person: Account
) -> None:
    first, second = people("小王", "小李")
    tell("1", actor=first)
    service.read(notice=the_notice(), now=NOON)
    tell("2", actor=second)
    assert titles(person) == ["小李回答了你的问题"]
    assert the_notice().times == 1


def test_somebody_who_leaves_is_no_longer_named(tell: Tell, person: Account) -> None:
    actor = people("小王")[0]
    tell(actor=actor)
    with transaction():
        db.session.delete(db.session.get(Account, actor.account_id))
    assert titles(person) == ["有人回答了你的问题"]


def test_a_muted_kind_tells_nothing(tell: Tell, person: Account) -> None:
    with transaction():
        chosen = NoticeChoice(account_id=person.id, kind="reply", muted=True, mail=1, wechat=1)
        db.session.add(chosen)
    assert not tell()
    assert titles(person) == []
    assert tell(kind="order")


def test_what_is_rolled_back_was_not_told(tell: Tell, person: Account) -> None:
    with suppress(LookupError), transaction():
        assert tell()
        raise LookupError
    assert titles(person) == []
    assert tell()


def test_nobody_is_told_who_has_no_account_any_more(tell: Tell) -> None:
    assert not tell(account_id=99_999)


@pytest.mark.parametrize("address", ["https://example.com", "//example.com", "/\\example.com", ""])
def test_an_address_elsewhere_is_refused(tell: Tell, address: str) -> None:
    with pytest.raises(ValueError, match="path of this site"):
        tell(address=address)


def test_a_kind_that_nobody_registered_is_refused(tell: Tell) -> None:
    with pytest.raises(ValueError, match="no such kind"):
        tell(kind="weather")


def test_long_words_are_cut_and_odd_spaces_are_not_kept(tell: Tell) -> None:
    tell(title=f"长\n{'长' * 200}", body="内容" * 400)
    assert the_notice().title == f"长 {'长' * 117}…"
    assert len(the_notice().body) == 300


def test_all_that_was_shown_is_read_and_what_came_since_is_not(tell: Tell, person: Account) -> None:
    tell(subject="a")
    tell(subject="b", now=NOON + 2 * MINUTE)
    service.read_all(account_id=person.id, until=NOON + MINUTE, now=NOON + 3 * MINUTE)
    assert queries.unread(person.id) == 1


def test_joined_accounts_keep_the_later_line_of_a_subject_and_know_all_its_events(
    tell: Tell, person: Account
) -> None:
    other = account("o-2")
    for owner in (person, other):
        tell("early", account_id=owner.id, subject="both")
    tell("late", account_id=other.id, subject="both", title="晚的", now=NOON + MINUTE)
    tell("only", account_id=other.id, subject="other")
    accounts.merge_accounts(loser=other.id, winner=person.id)
    assert titles(person) == ["晚的", "有人回答了你的问题"]
    assert not tell("early", subject="both")
    assert not tell("late", subject="both")


def test_a_joined_account_brings_its_address_and_choices_where_the_other_has_none(
    person: Account,
) -> None:
    other = account("o-2")
    with transaction():
        db.session.add(NoticePerson(account_id=person.id, most_a_day=3))
        db.session.add(NoticePerson(account_id=other.id, mail="a@example.com"))
        for owner, kind, muted in (
            (person, "reply", False),
            (other, "reply", True),
            (other, "order", True),
        ):
            row = NoticeChoice(account_id=owner.id, kind=kind, muted=muted, mail=1, wechat=1)
            db.session.add(row)
    accounts.merge_accounts(loser=other.id, winner=person.id)
    settings = db.session.get(NoticePerson, person.id)
    assert settings is not None
    assert (settings.mail, settings.most_a_day) == ("a@example.com", 3)
    chosen = queries.choices(person.id)
    assert (chosen["reply"].muted, chosen["order"].muted) == (False, True)


def test_what_is_kept_of_a_person_is_handed_out_and_erased(tell: Tell, person: Account) -> None:
    tell(actor=people("小王")[0], body="在手机上看")
    with transaction():
        db.session.add(NoticePerson(account_id=person.id, mail="a@example.com"))
    data = registry().personal["notices"]
    out = data.export(person.id)
    assert out["notices"][0]["title"] == "小王回答了你的问题"
    assert out["settings"]["mail"] == "a@example.com"
    with transaction():
        data.erase(person.id)
    out = data.export(person.id)
    assert (out["notices"], out["settings"]) == ([], None)
    assert db.session.query(NoticeActor).count() == 0


def test_notices_are_forgotten_half_a_year_after_their_last_event(
    app: Flask, tell: Tell, person: Account
) -> None:
    tell(subject="old")
    tell(subject="new", now=NOON + MINUTE)
    keeping.sweep(now=NOON + keeping.KEPT + MINUTE / 2)
    assert len(titles(person)) == 1
