"""The real-name check against two stand-in vendors: what is asked, kept, and never kept."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import inspect, select, text, update
from stdnum.iso7064 import mod_11_2

from scripts.sandbox.together import Providers
from tests.accounts.conftest import SENT, Browser
from tests.accounts.people import account
from tests.clocks import HOURS, china
from webapp.access import verified_required
from webapp.accounts import sealing, service
from webapp.accounts.models import RealName, RealNameSecret, RealNameTry
from webapp.accounts.service import realname
from webapp.backends.cache import cache_client
from webapp.backends.identity import InvalidPerson, Person, vendors
from webapp.backends.identity.port import VendorAway
from webapp.errors import BadInput, Conflict, Unavailable
from webapp.extensions import db, limiter
from webapp.notices import queries as notices

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
MakeBrowser = Callable[..., Browser]


def number(sequence: int = 1) -> str:
    seventeen = f"99010119900101{sequence:03d}"
    return seventeen + mod_11_2.calc_check_digit(seventeen)


def check(
    name: str = "张测试", sequence: int = 1, openid: str = "o-1", now: datetime = NOON
) -> RealName:
    own = account(openid)
    return service.submit_real_name(
        account_id=own.id, name=name, number=number(sequence), agreed=True, now=now
    )


def test_a_match_is_kept_as_masks_and_nothing_else(connected: Flask, providers: Providers) -> None:
    row = check()
    assert row.state == "verified"
    assert (row.name_mask, row.number_mask) == ("张**", f"9901**********{number()[-4:]}")
    assert row.vendor == "A"
    assert db.session.scalars(select(RealNameSecret)).all() == []
    assert len(providers.idcheck.log.entries()) == 1


def test_the_header_is_what_the_gateway_wants(connected: Flask, providers: Providers) -> None:
    check()
    (entry,) = providers.idcheck.log.entries()
    code = providers.settings()["IDCHECK_APPCODE"]
    assert entry.headers["Authorization"] == f"APPCODE {code}"


@pytest.mark.parametrize(
    ("name", "state", "vendors_asked"),
    [
        ("李不符", "mismatch", 1),
        ("王无录", "review", 1),
        ("钱格式", "review", 1),
        ("赵异常", "unknown", 2),
        ("周乱码", "unknown", 2),
        ("吴断开", "unknown", 2),
        ("郑配额", "unknown", 2),
        ("冯欠费", "unknown", 2),
        ("陈限流", "unknown", 2),
        ("褚后端", "unknown", 2),
    ],
)
def test_what_a_vendor_says_decides_and_only_no_answer_asks_the_other(
    connected: Flask, providers: Providers, name: str, state: str, vendors_asked: int
) -> None:
    assert check(name).state == state
    assert len(providers.idcheck.log.entries()) == vendors_asked


def test_a_slow_vendor_is_given_up_and_the_other_asked(
    connected: Flask, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = importlib.import_module("webapp.backends.identity.vendors")
    monkeypatch.setattr(module, "READ_SECONDS", 0.2)
    assert check("孙超时").state == "unknown"
    assert len(providers.idcheck.log.entries()) == 2


def test_the_second_vendor_answers_where_the_first_cannot(
    connected: Flask, providers: Providers
) -> None:
    providers.idcheck.decide("张测试", a="backend", b="match")
    row = check()
    assert (row.state, row.vendor) == ("verified", "B")


def test_a_mismatch_is_not_taken_to_a_second_opinion(
    connected: Flask, providers: Providers
) -> None:
    providers.idcheck.decide("李不符", a="mismatch", b="match")
    assert check("李不符").state == "mismatch"
    assert len(providers.idcheck.log.entries()) == 1


def test_a_vendor_whose_package_is_used_up_is_left_alone_for_a_while(
    connected: Flask, providers: Providers
) -> None:
    providers.idcheck.decide("张测试", a="quota", b="match")
    check(openid="o-1", sequence=1)
    check(openid="o-2", sequence=3)
    assert len(providers.idcheck.log.entries()) == 3  # A and B, then B alone


def test_nobody_is_asked_about_a_number_that_cannot_be(
    connected: Flask, providers: Providers
) -> None:
    own = account()
    for wrong in ("990101199001010011", "123", ""):
        with pytest.raises(InvalidPerson):
            service.submit_real_name(
                account_id=own.id, name="张测试", number=wrong, agreed=True, now=NOON
            )
    with pytest.raises(BadInput, match="同意"):
        service.submit_real_name(
            account_id=own.id, name="张测试", number=number(), agreed=False, now=NOON
        )
    assert providers.idcheck.log.entries() == []
    assert db.session.scalars(select(RealName)).all() == []


def test_the_same_pair_is_paid_for_once(connected: Flask, providers: Providers) -> None:
    for _ in range(3):
        assert check("李不符").state == "mismatch"
    assert len(providers.idcheck.log.entries()) == 1


@pytest.mark.parametrize("hour", HOURS)
def test_five_different_tries_a_day_in_china_and_no_more(
    connected: Flask, providers: Providers, hour: str
) -> None:
    now = china(hour)
    check("李不符", 7, now=china("2026-11-24 23:59"))  # yesterday's weighs nothing
    for sequence in range(1, 6):
        check("李不符", sequence, now=now)
    with pytest.raises(Conflict, match="明天"):
        check("李不符", 6, now=now)
    assert check("李不符", 1, now=now).state == "mismatch"  # answered before: no new question
    assert check("张测试", 6, now=china("2026-11-26 00:10")).state == "verified"


def test_a_number_belongs_to_one_account_and_the_other_learns_nothing(
    connected: Flask, providers: Providers
) -> None:
    assert check(openid="o-1").state == "verified"
    assert check(openid="o-2").state == "review"
    assert db.session.scalars(select(RealNameSecret)).all() == []


def test_what_nobody_could_tell_is_asked_again_and_then_forgotten(
    connected: Flask, providers: Providers
) -> None:
    providers.idcheck.decide("张测试", a="backend", b="backend")
    assert check().state == "unknown"
    (kept,) = db.session.scalars(select(RealNameSecret)).all()
    assert number().encode() not in kept.sealed
    assert "张测试".encode() not in kept.sealed
    assert service.retry_real_names(now=NOON + timedelta(minutes=15)) == 0
    providers.idcheck.decide("张测试", a="match", b="match")
    assert service.retry_real_names(now=NOON + timedelta(minutes=30)) == 1
    db.session.expire_all()
    row = db.session.scalars(select(RealName)).one()
    assert row.state == "verified"
    assert db.session.scalars(select(RealNameSecret)).all() == []
    (told,) = notices.page(row.account_id, limit=9, offset=0)
    assert told.title == "实名核验通过了"


def test_a_sealed_name_is_erased_after_a_day(connected: Flask, providers: Providers) -> None:
    check("褚后端")
    calls = len(providers.idcheck.log.entries())
    assert service.retry_real_names(now=NOON + timedelta(hours=24)) == 0
    assert db.session.scalars(select(RealNameSecret)).all() == []
    assert len(providers.idcheck.log.entries()) == calls


def test_a_seal_opens_for_its_account_and_key_only(connected: Flask) -> None:
    person = Person("张测试", number())
    sealed = sealing.seal(person, 1)
    assert sealing.unseal(sealed, 1) == person
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed, 2)
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed[:-1], 1)
    connected.config["IDENTITY_KEY"] = "another-key-0123456789-abcdefghijkl"
    with pytest.raises(sealing.Unsealable):
        sealing.unseal(sealed, 1)


def test_without_vendors_the_check_is_not_open(app: Flask) -> None:
    own = account()
    with pytest.raises(Unavailable):
        service.submit_real_name(
            account_id=own.id, name="张测试", number=number(), agreed=True, now=NOON
        )


def test_name_and_number_are_nowhere_to_be_found(
    connected: Flask,
    browser: MakeBrowser,
    providers: Providers,
    redis_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Not in a table, a log line, a task, Redis, or a page; whatever the vendors do."""
    caplog.set_level("DEBUG")
    person = browser()
    person.log_in("wechat")
    pages = []
    for sequence, name in enumerate(("褚后端", "吴断开", "周乱码", "李不符", "王无录"), start=1):
        form = {"name": name, "number": number(sequence), "agree": "yes"}
        pages.append(person.post("/accounts/realname", **form).text)
        pages.append(person.get("/accounts/realname").text)
    service.retry_real_names(now=datetime.now(UTC))
    written = "".join(pages) + caplog.text + "".join(capfd.readouterr()) + str(SENT)
    with db.engine.connect() as connection:
        for table in inspect(db.engine).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).all()
            written += str([tuple(row) for row in rows])
    client = cache_client(redis_url)
    written += str([(key, client.dump(key)) for key in client.keys("*")])
    for sequence in range(1, 6):
        assert number(sequence) not in written
    for name in ("褚后端", "吴断开", "周乱码", "李不符", "王无录"):
        assert name not in written, name


def test_a_vendors_error_names_nobody(connected: Flask, providers: Providers) -> None:
    first = vendors(connected.config)[0]
    with pytest.raises(VendorAway) as away:
        first.check(Person("吴断开", number()))
    assert "吴断开" not in str(away.value)
    assert away.value.__cause__ is None
    assert away.value.__suppress_context__


def test_the_page_explains_and_shows_the_result(browser: MakeBrowser, connected: Flask) -> None:
    person = browser()
    person.log_in("wechat")
    page = person.get("/accounts/realname?next=/cars/").text
    assert "最多 24 小时" in page
    wrong = person.post("/accounts/realname", name="张测试", number="123", agree="yes")
    assert wrong.status_code == 422
    assert "18 位" in wrong.text
    assert 'value="123"' in wrong.text  # one digit is mended, not eighteen typed again
    assert wrong.headers["Cache-Control"] == "no-store"
    assert 'value="张测试"' in wrong.text
    unasked = person.post("/accounts/realname", name="张测试", number=number())
    assert unasked.status_code == 422
    assert "要先勾选" in unasked.text
    assert 'value="张测试"' in unasked.text
    form = {"name": "张测试", "number": number(), "agree": "yes", "next": "/cars/"}
    done = person.post("/accounts/realname", **form)
    assert done.location == "/accounts/realname?next=/cars/"
    passed = person.get(done.location).text
    assert "已通过" in passed
    assert 'href="/cars/">继续刚才的操作' in passed
    assert number() not in passed


def test_what_needs_a_real_name_leads_there_and_back(
    browser: MakeBrowser, connected: Flask
) -> None:

    connected.add_url_rule("/secret", "secret", verified_required(lambda: "开门"))
    person = browser()
    assert person.get("/secret").location == "/accounts/login?next=/secret"
    person.log_in("wechat")
    assert person.get("/secret").location == "/accounts/realname?next=/secret"
    person.post("/accounts/realname", name="张测试", number=number(), agree="yes")
    assert person.get("/secret").text == "开门"


def test_tries_are_counted_without_saying_whose_number(connected: Flask) -> None:
    check("李不符")
    (row,) = db.session.scalars(select(RealNameTry)).all()
    assert number() not in row.pair
    assert len(row.pair) == 64


def test_slips_found_by_us_do_not_count_against_the_address(
    browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = browser()
    person.log_in("wechat")
    monkeypatch.setattr(limiter, "enabled", True)
    form = {"name": "张测试", "agree": "yes"}
    slips = [person.post("/accounts/realname", number="1", **form).status_code for _ in range(12)]
    assert set(slips) == {422}
    asked = [
        person.post("/accounts/realname", number=number(), **form).status_code for _ in range(11)
    ]
    assert asked == [303] * 10 + [429]


def test_who_is_verified_meanwhile_in_another_tab_stays_so(
    connected: Flask, providers: Providers, monkeypatch: pytest.MonkeyPatch
) -> None:
    check("李不符")
    asked = len(providers.idcheck.log.entries())

    def meanwhile(_: Person) -> None:
        with db.engine.begin() as other:
            other.execute(update(RealName).values(state="verified"))

    monkeypatch.setattr(realname, "_answered", meanwhile)
    assert check("王无录", 2).state == "verified"
    assert len(providers.idcheck.log.entries()) == asked
    assert db.session.scalars(select(RealNameSecret)).all() == []
