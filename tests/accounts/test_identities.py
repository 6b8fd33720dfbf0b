"""One person, many identities."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.accounts.people import NOON, account, profile
from webapp.accounts import service
from webapp.accounts.models import Account, Identity
from webapp.accounts.service import identities
from webapp.errors import Conflict, NotFound
from webapp.extensions import db


def count(model: type[Account] | type[Identity]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def known(account_id: int) -> list[str]:
    found = db.session.get(Account, account_id)
    assert found is not None
    return sorted(identity.openid for identity in found.identities)


def test_a_new_person_gets_no_account_before_agreeing(app: Flask) -> None:
    outcome = service.sign_in(profile=profile())
    assert outcome == service.Welcome(profile())
    assert count(Account) == 0


def test_the_same_person_comes_back_to_the_same_account(app: Flask) -> None:
    first = account("o-1")
    again = service.sign_in(profile=profile("o-1", nickname="换了名字"))
    assert isinstance(again, Account)
    assert again.id == first.id
    assert again.nickname == "张测试"  # the name on our site is the person's own
    assert again.identities[0].nickname == "换了名字"


def test_agreeing_twice_makes_one_account(app: Flask) -> None:
    first, second = account("o-1"), account("o-1")
    assert first.id == second.id
    assert count(Account) == 1


def test_website_and_in_app_identities_of_one_unionid_are_one_account(app: Flask) -> None:
    first = account("o-site", unionid="u-1")
    outcome = service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    assert isinstance(outcome, Account)
    assert outcome.id == first.id
    assert known(first.id) == ["o-app", "o-site"]


def test_a_unionid_that_turns_up_later_makes_no_second_account(app: Flask) -> None:
    first = account("o-1")
    outcome = service.sign_in(profile=profile("o-1", unionid="u-1"))
    assert isinstance(outcome, Account)
    assert outcome.id == first.id
    assert count(Account) == 1


def test_a_late_unionid_joins_the_two_accounts_of_one_person(app: Flask) -> None:
    first = account("o-site", unionid="u-1")
    second = account("o-app", app_id="wx-mp")
    assert first.id != second.id
    outcome = service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    assert isinstance(outcome, Account)
    assert outcome.id == first.id
    assert known(first.id) == ["o-app", "o-site"]
    assert count(Account) == 1


@pytest.mark.parametrize(
    "change", [{"state": "suspended"}, {"state": "leaving"}, {"role": "editor"}]
)
def test_a_late_unionid_ends_no_suspension_and_no_role(app: Flask, change: dict[str, str]) -> None:
    account("o-site", unionid="u-1")
    second = account("o-app", app_id="wx-mp")
    for name, value in change.items():
        setattr(second, name, value)
    db.session.commit()
    for _ in range(2):
        outcome = service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
        assert isinstance(outcome, Account)
        assert outcome.id == second.id
        assert {name: getattr(outcome, name) for name in change} == change
    assert count(Account) == 2


def test_nothing_is_moved_into_a_suspended_account(app: Flask) -> None:
    first = account("o-site", unionid="u-1")
    first.state = "suspended"
    second = account("o-app", app_id="wx-mp")
    outcome = service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    assert isinstance(outcome, Account)
    assert outcome.id == second.id
    assert known(first.id) == ["o-site"]


def test_the_same_openid_at_another_provider_is_someone_else(app: Flask) -> None:
    account("same", unionid="same")
    outcome = service.sign_in(profile=profile("same", provider="qq", app_id="101", unionid="same"))
    assert isinstance(outcome, service.Welcome)


def test_a_second_way_in_leads_to_the_same_account(app: Flask) -> None:
    own = account("o-1")
    other = profile("q-1", provider="qq", app_id="101")
    assert service.link_identity(account_id=own.id, profile=other) is None
    assert service.link_identity(account_id=own.id, profile=other) is None  # safe to repeat
    outcome = service.sign_in(profile=other)
    assert isinstance(outcome, Account)
    assert outcome.id == own.id
    assert known(own.id) == ["o-1", "q-1"]


def test_an_identity_of_another_account_is_not_taken_away_silently(app: Flask) -> None:
    own, other = account("o-1"), account("q-1", provider="qq", app_id="101", nickname="李四")
    taken = profile("q-1", provider="qq", app_id="101")
    outcome = service.link_identity(account_id=own.id, profile=taken)
    assert outcome == service.Collision(other.id, "李四")
    assert known(other.id) == ["q-1"]


def test_a_late_unionid_is_kept_when_an_own_identity_is_linked_again(app: Flask) -> None:
    own = account("o-site")
    again = profile("o-site", unionid="u-1", nickname="换了名字")
    assert service.link_identity(account_id=own.id, profile=again) is None
    assert service.link_identity(account_id=own.id, profile=profile("o-site")) is None
    (identity,) = own.identities
    assert (identity.unionid, identity.nickname) == ("u-1", "张测试")
    outcome = service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    assert isinstance(outcome, Account)
    assert outcome.id == own.id


def test_a_late_unionid_at_linking_shows_the_other_account_and_joins_nothing(app: Flask) -> None:
    other = account("o-app", app_id="wx-mp", unionid="u-1", nickname="李四")
    own = account("o-site")
    late = profile("o-site", unionid="u-1")
    assert service.link_identity(account_id=own.id, profile=late) == service.Collision(
        other.id, "李四"
    )
    assert own.identities[0].unionid is None
    service.merge_accounts(loser=other.id, winner=own.id)
    assert service.link_identity(account_id=own.id, profile=late) is None
    assert {identity.unionid for identity in own.identities} == {"u-1"}


def test_a_late_unionid_at_linking_is_left_out_where_the_other_account_must_stay(
    app: Flask,
) -> None:
    other = account("o-app", app_id="wx-mp", unionid="u-1")
    other.role = "editor"
    own = account("o-site")
    late = profile("o-site", unionid="u-1", nickname="换了名字")
    assert service.link_identity(account_id=own.id, profile=late) is None
    assert (own.identities[0].unionid, own.identities[0].nickname) == (None, "换了名字")
    assert count(Account) == 2


def test_merging_moves_every_way_in(app: Flask) -> None:
    own, other = account("o-1"), account("q-1", provider="qq", app_id="101")
    service.merge_accounts(loser=other.id, winner=own.id)
    assert known(own.id) == ["o-1", "q-1"]
    assert count(Account) == 1


def test_the_last_way_in_cannot_be_unlinked(app: Flask) -> None:
    own = account("o-site", unionid="u-1")
    service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1"))
    db.session.expire_all()
    for identity in own.identities:  # two rows, but one person at one provider
        with pytest.raises(Conflict, match="最后一个"):
            service.unlink_identity(account_id=own.id, identity_id=identity.id, keep_session=0)


def test_unlinking_takes_the_way_in_and_the_sessions_that_came_by_it(app: Flask) -> None:
    own = account("o-1")
    service.link_identity(account_id=own.id, profile=profile("q-1", provider="qq", app_id="101"))
    token = service.open_session(
        account_id=own.id, provider="qq", user_agent="", address="", now=NOON
    )
    db.session.expire_all()
    qq = next(identity for identity in own.identities if identity.provider == "qq")
    service.unlink_identity(account_id=own.id, identity_id=qq.id, keep_session=0)
    assert known(own.id) == ["o-1"]
    assert service.use_session(token=token, now=NOON) is None


def test_two_applications_of_one_unionid_are_one_way_in_and_go_together(app: Flask) -> None:
    own = account("o-site", unionid="u-1", nickname="网站的名字")
    service.sign_in(profile=profile("o-app", app_id="wx-mp", unionid="u-1", nickname="新名字"))
    service.link_identity(account_id=own.id, profile=profile("q-1", provider="qq", app_id="101"))
    db.session.expire_all()
    wechat, qq = service.ways_in(own)
    assert (wechat.provider, qq.provider) == ("wechat", "qq")
    assert [identity.openid for identity in wechat.identities] == ["o-site", "o-app"]
    assert wechat.nickname == "新名字"
    second = wechat.identities[1].id
    service.unlink_identity(account_id=own.id, identity_id=second, keep_session=0)
    assert known(own.id) == ["q-1"]


def test_two_people_of_one_provider_are_two_ways_in(app: Flask) -> None:
    own = account("o-1")
    service.link_identity(account_id=own.id, profile=profile("o-2", app_id="wx-mp"))
    db.session.expire_all()
    first, second = service.ways_in(own)
    service.unlink_identity(account_id=own.id, identity_id=first.identities[0].id, keep_session=0)
    assert known(own.id) == ["o-2"]
    with pytest.raises(Conflict, match="最后一个"):
        service.unlink_identity(
            account_id=own.id, identity_id=second.identities[0].id, keep_session=0
        )


def test_two_ways_in_unlinked_at_once_leave_one(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = account("o-1").id
    service.link_identity(account_id=own, profile=profile("q-1", provider="qq", app_id="101"))
    ids = [identity.id for identity in db.session.get_one(Account, own).identities]
    db.session.remove()
    both_have_looked = threading.Barrier(2)

    def look_together(of: Account) -> list[service.WayIn]:
        found = service.ways_in(of)
        with suppress(threading.BrokenBarrierError):  # where rows are locked, one comes alone
            both_have_looked.wait(1)
        return found

    monkeypatch.setattr(identities, "ways_in", look_together)

    def unlink(identity_id: int) -> str:
        with app.app_context():
            try:
                service.unlink_identity(account_id=own, identity_id=identity_id, keep_session=0)
            except Conflict:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(unlink, ids)) == ["done", "refused"]
    assert len(known(own)) == 1


def test_nobody_unlinks_what_belongs_to_someone_else(app: Flask) -> None:
    own, other = account("o-1"), account("o-2")
    with pytest.raises(NotFound):
        service.unlink_identity(
            account_id=own.id, identity_id=other.identities[0].id, keep_session=0
        )


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("  张\u3000 三 ", "张 三"),
        ("a\u202eb\u0000c\ud800", "abc"),
        ("<b>粗</b>", "<b>粗</b>"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("长" * 200, "长" * 20),
        ("\u200d\ufe0f", ""),
        ("张\u200d测试", "张测试"),
        ("\u3164\u115f\u2800\u034f\U000e0100", ""),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("a" + "\u0301" * 50, "a\u0301\u0301"),
    ],
)
def test_a_nickname_is_cleaned_but_not_rewritten(sent: str, kept: str) -> None:
    assert service.clean_nickname(sent) == kept


def test_someone_without_a_name_gets_one(app: Flask) -> None:
    assert account("o-1", nickname="\u200b").nickname.startswith("车友")


def test_who_agrees_in_two_browsers_gets_one_account(app: Flask) -> None:
    """On the computer by the website's application, on the phone by the service account."""
    site, phone = (profile(f"o-{app_id}", app_id=app_id, unionid="u-1") for app_id in ("a", "b"))
    assert isinstance(service.sign_in(profile=site), service.Welcome)
    first = service.create_account(profile=phone, now=NOON)
    second = service.create_account(profile=site, now=NOON)
    assert second.id == first.id
    assert known(first.id) == ["o-a", "o-b"]
