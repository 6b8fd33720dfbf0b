"""Quiet hours, the cap of a day, digests: with the time given."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.clocks import china
from tests.notices.conftest import deliveries, settle
from tests.notices.post import Post, text_of
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import hours, service
from webapp.notices.models import NoticeDelivery
from webapp.transactions import transaction

Tell = Callable[..., bool]
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("span", "quiet", "loud"),
    [
        ((1320, 480), (1320, 1439, 0, 479), (480, 720, 1319)),
        ((60, 120), (60, 119), (0, 59, 120, 1439)),
        ((0, 1439), (0, 1438), (1439,)),
        ((480, 480), (), (0, 479, 480, 481)),
    ],
)
def test_quiet_hours_may_go_over_midnight_or_be_none(
    span: tuple[int, int], quiet: tuple[int, ...], loud: tuple[int, ...]
) -> None:
    assert all(hours.is_quiet(minute, *span) for minute in quiet)
    assert not any(hours.is_quiet(minute, *span) for minute in loud)


@pytest.mark.parametrize(
    ("now", "end"),
    [
        ("2026-11-25 23:30", "2026-11-26 08:00"),
        ("2026-11-26 00:10", "2026-11-26 08:00"),
        ("2026-12-31 22:00", "2027-01-01 08:00"),
        ("2026-11-25 08:00", "2026-11-25 08:00"),
        ("2026-11-25 21:59", "2026-11-25 21:59"),
    ],
)
def test_quiet_hours_end_in_the_morning_that_follows(now: str, end: str) -> None:
    assert hours.after_quiet(china(now), 22 * 60, 8 * 60) == china(end)


def test_in_quiet_hours_only_what_is_urgent_is_sent(
    tell: Tell, reader: Account, post: Post
) -> None:
    night, morning = china("2026-11-25 23:30"), china("2026-11-26 08:00")
    tell(now=night)
    tell(kind="order", title="订金已付", now=night)
    service.send_due(now=night)
    assert [mail["Subject"] for mail in post.mails] == ["订金已付 · 车知"]
    service.send_due(now=morning - MINUTE)
    assert len(post.mails) == 1
    service.send_due(now=morning)
    assert len(post.mails) == 2


def test_beyond_the_most_of_a_day_mails_are_gathered_for_the_next_morning(
    tell: Tell, reader: Account, post: Post
) -> None:
    settle(reader, most_a_day=2)
    noon = china("2026-11-25 12:00")
    for n in range(5):
        tell(subject=f"question-{n}", title=f"第 {n} 个问题有了回答", now=noon + n * MINUTE)
        service.send_due(now=noon + n * MINUTE)
    tell(kind="order", title="订金已付", now=noon)
    service.send_due(now=noon + 9 * MINUTE)
    assert [mail["Subject"][:3] for mail in post.mails] == ["第 0", "第 1", "订金已"]
    assert service.begin_digests(now=china("2026-11-26 08:59")) == 0
    morning = china("2026-11-26 09:00")
    assert service.begin_digests(now=morning) == 1
    service.send_due(now=morning)
    digest = post.mails[-1]
    assert digest["Subject"] == "3 条新消息：第 4 个问题有了回答 · 车知"
    assert all(f"第 {n} 个" in text_of(digest) for n in (2, 3, 4))
    assert {state for _, state, _ in deliveries()} == {"sent"}
    tell(subject="question-9", now=morning)
    service.send_due(now=morning + MINUTE)
    assert len(post.mails) == 5


def test_the_count_of_a_day_begins_anew_at_midnight_in_china(
    tell: Tell, reader: Account, post: Post
) -> None:
    settle(reader, most_a_day=1, quiet_from=0, quiet_to=0)
    for n, now in enumerate(("2026-11-25 23:58", "2026-11-25 23:59", "2026-11-26 00:01")):
        tell(subject=f"question-{n}", now=china(now))
        service.send_due(now=china(now))
    assert len(post.mails) == 2


def test_who_wants_a_digest_gets_one_mail_a_day_at_their_time(
    tell: Tell, reader: Account, post: Post
) -> None:
    settle(reader, digest_at=20 * 60)
    for n in range(2):
        tell(subject=f"question-{n}", now=china("2026-11-25 12:00"))
    evening = china("2026-11-25 20:00")
    service.send_due(now=evening - MINUTE)
    assert service.begin_digests(now=evening - MINUTE) == 0
    assert service.begin_digests(now=evening) == 1
    assert service.begin_digests(now=evening) == 0
    service.send_due(now=evening)
    tell(subject="question-9", now=evening + MINUTE)
    assert service.begin_digests(now=evening + 2 * MINUTE) == 0
    assert service.begin_digests(now=china("2026-11-26 20:10")) == 1
    service.send_due(now=china("2026-11-26 20:10"))
    assert len(post.mails) == 2


def test_a_second_digest_of_a_day_waits_for_the_time_of_the_next(
    tell: Tell, reader: Account, post: Post
) -> None:
    settle(reader, digest_at=9 * 60)
    tell(subject="a", now=china("2026-11-25 08:00"))
    service.begin_digests(now=china("2026-11-25 09:00"))
    settle(reader, digest_at=20 * 60)
    tell(subject="b", now=china("2026-11-25 12:00"))
    assert service.begin_digests(now=china("2026-11-25 20:00")) == 0
    assert service.begin_digests(now=china("2026-11-26 00:10")) == 0
    assert service.begin_digests(now=china("2026-11-26 20:00")) == 1


def test_a_digest_of_what_was_all_read_is_not_sent(tell: Tell, reader: Account, post: Post) -> None:
    settle(reader, digest_at=20 * 60)
    noon, evening = china("2026-11-25 12:00"), china("2026-11-25 20:00")
    tell(now=noon)
    service.read_all(account_id=reader.id, until=noon, now=noon)
    service.begin_digests(now=evening)
    service.send_due(now=evening)
    assert post.mails == []
    assert deliveries() == [("mail", "skipped", "read")] * 2
    tell("2", now=evening)
    assert deliveries()[-1] == ("mail", "held", "")


def test_a_digest_given_up_takes_along_what_it_gathers_and_brings_it_back(
    tell: Tell, reader: Account, post: Post
) -> None:
    settle(reader, digest_at=20 * 60)
    evening = china("2026-11-25 20:00")
    tell(now=china("2026-11-25 12:00"))
    service.begin_digests(now=evening)
    post.answers["RCPT"] = "550 gone"
    service.send_due(now=evening)
    assert deliveries() == [("mail", "given_up", "address")] * 2
    post.answers.clear()
    number = db.session.query(NoticeDelivery.id).filter_by(purpose="digest").scalar()
    with transaction():
        assert service.try_again(delivery_id=number, now=evening)
    service.send_due(now=evening)
    assert len(post.mails) == 1
    assert deliveries() == [("mail", "sent", "")] * 2
