"""Export, leaving, avatars, the switches."""

from __future__ import annotations

import io
import json
import random
import zipfile
from datetime import datetime, timedelta

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, update

from tests.accounts.people import NOON, account
from tests.catalogue import catalogue
from webapp.accounts import queries, service
from webapp.accounts.forms import own_path
from webapp.accounts.models import Account, Avatar, Erasure
from webapp.accounts.service import leaving
from webapp.accounts.service.profile import NoAvatar, encode_avatar
from webapp.errors import BadInput
from webapp.extensions import db
from webapp.garage import service as garage
from webapp.garage.models import Subject
from webapp.garage.queries import count_visits
from webapp.notices import queries as notices
from webapp.registry import PersonalData, register


class Notes:
    """A feature that keeps something about people."""

    def __init__(self, app: Flask) -> None:
        self.of: dict[int, list[str]] = {}
        register(
            app,
            personal=[
                PersonalData(
                    name="notes",
                    adopt=lambda account_id: None,
                    merge=lambda loser, winner: self.of.setdefault(winner, []).extend(
                        self.of.pop(loser, [])
                    ),
                    export=lambda account_id: self.of.get(account_id, []),
                    erase=lambda account_id: self.of.pop(account_id, None) and None,
                )
            ],
        )


def picture(width: int, height: int, kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 40)).save(written, kind)
    return written.getvalue()


def test_an_export_holds_what_every_feature_keeps(app: Flask) -> None:
    notes, own = Notes(app), account("o-9")
    notes.of[own.id] = ["第一条"]
    asked = service.ask_export(account_id=own.id, now=NOON)
    service.build_export(export_id=asked.id, now=NOON)
    found = queries.newest_export(own.id)
    assert found is not None
    assert found.content is not None
    with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
        parts = {name: json.loads(archive.read(name)) for name in archive.namelist()}
    assert parts["notes.json"] == ["第一条"]
    assert parts["identities.json"][0]["openid"] == "o-9"
    assert parts["account.json"]["nickname"] == "张测试"


def test_an_export_is_asked_for_once_and_kept_for_a_day(app: Flask) -> None:
    own = account()
    first = service.ask_export(account_id=own.id, now=NOON)
    assert service.ask_export(account_id=own.id, now=NOON + timedelta(minutes=1)).id == first.id
    for _ in range(2):
        service.build_export(export_id=first.id, now=NOON)
    (told,) = notices.page(own.id, limit=9, offset=0)
    assert (told.title, told.times) == ("你的数据打包好了", 1)
    assert service.ask_export(account_id=own.id, now=NOON + timedelta(hours=23)).id == first.id
    service.erase_due(now=NOON + timedelta(hours=25))
    assert queries.newest_export(own.id) is None


def test_an_export_the_broker_never_took_is_made_by_the_sweep(app: Flask) -> None:
    own = account()
    service.ask_export(account_id=own.id, now=NOON)
    service.build_waiting_exports(now=NOON + timedelta(hours=1))
    found = queries.newest_export(own.id)
    assert found is not None
    assert found.ready_at is not None


def test_leaving_can_be_taken_back_for_seven_days(app: Flask) -> None:
    own = account()
    service.ask_to_leave(account=own, now=NOON)
    service.ask_to_leave(account=own, now=NOON + timedelta(days=3))  # the first day counts
    assert service.erase_due(now=NOON + timedelta(days=6)) == 0
    service.stay(account=own)
    assert service.erase_due(now=NOON + timedelta(days=30)) == 0
    assert db.session.get(Account, own.id) is not None


def test_who_was_suspended_meanwhile_stays_so(app: Flask) -> None:
    own = account()
    service.ask_to_leave(account=own, now=NOON)
    assert own.state == "leaving"  # as the page has read it
    meanwhile(state="suspended", leaves_at=None)
    service.stay(account=own)
    assert own.state == "suspended"


def test_who_takes_leaving_back_at_the_last_moment_stays(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = account()
    service.ask_to_leave(account=own, now=NOON)
    erase = leaving._erase

    def too_late(account_id: int, now: datetime) -> None:
        assert own.leaves_at is not None  # as the sweep has read it
        meanwhile(state="active", leaves_at=None)
        erase(account_id, now)

    monkeypatch.setattr(leaving, "_erase", too_late)
    service.erase_due(now=NOON + timedelta(days=7))
    assert db.session.scalars(select(Account.state)).one() == "active"


def meanwhile(**columns: object) -> None:
    """Another process changes the account."""
    with db.engine.begin() as other:
        other.execute(update(Account).values(columns))


def test_after_seven_days_nothing_is_left_but_that_someone_left(app: Flask) -> None:
    notes, own = Notes(app), account("o-secret", nickname="再见")
    number = own.id
    notes.of[number] = ["秘密"]
    service.ask_to_leave(account=own, now=NOON)
    assert service.erase_due(now=NOON + timedelta(days=7)) == 1
    assert notes.of == {}
    assert db.session.get(Account, number) is None
    (row,) = db.session.scalars(select(Erasure)).all()
    assert row.asked_at == NOON
    assert "notes" in row.parts.split()
    assert not {"再见", "o-secret"} & {str(value) for value in vars(row).values()}


def test_switching_history_off_erases_it(app: Flask) -> None:
    own, car = account(), catalogue.trim("k1")
    garage.look(owner=f"account:{own.id}", subject=Subject("trim", car.id), now=NOON)
    service.set_privacy(account=own, personalised=True, keeps_history=False)
    assert count_visits(f"account:{own.id}") == 0
    assert not own.keeps_history


def test_merging_takes_along_what_features_keep(app: Flask) -> None:
    notes, own, other = Notes(app), account("o-1"), account("o-2")
    notes.of[other.id] = ["带走"]
    service.merge_accounts(loser=other.id, winner=own.id)
    assert notes.of == {own.id: ["带走"]}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_any_picture_becomes_a_small_square(kind: str) -> None:
    with Image.open(io.BytesIO(encode_avatar(picture(640, 300, kind)))) as made:
        assert (made.format, made.size) == ("WEBP", (192, 192))
        assert not made.getexif()


def test_what_is_no_picture_or_too_big_is_refused() -> None:
    with pytest.raises(NoAvatar):
        encode_avatar(b"<svg onload=alert(1)>")
    with pytest.raises(NoAvatar):
        encode_avatar(picture(64, 64)[:80])
    with pytest.raises(NoAvatar):
        encode_avatar(random.Random(1).randbytes(5000))
    with pytest.raises(NoAvatar, match="pixels"):
        encode_avatar(picture(8000, 5001))


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "https://qlogo.cn.evil.example/a",
        "https://evilqlogo.cn/a",
        "",
        "http://127.0.0.1\\@a.qlogo.cn/",
        "http://[",
        "http://a@a.qlogo.cn/",
        "http://a.qlogo.cn:6379/",
        "http://a.qlogo.cn@127.0.0.1/",
    ],
)
def test_pictures_come_from_providers_only(app: Flask, address: str) -> None:
    own = account()
    with pytest.raises(NoAvatar, match="provider"):
        service.fetch_avatar(account_id=own.id, url=address)
    assert db.session.get(Avatar, own.id) is None


def test_a_nickname_cannot_be_emptied(app: Flask) -> None:
    own = account()
    with pytest.raises(BadInput, match="昵称"):
        service.rename(account=own, nickname=" \u200b ")
    service.rename(account=own, nickname="新名字")
    assert own.nickname == "新名字"


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        None,
        "/" + "a" * 3000,
        "/accounts/logout",
        "http:/evil.example",
        " //evil.example",
        "//[",
        "http://[::1",
    ],
)
def test_only_own_paths_are_gone_on_to(address: str | None) -> None:
    assert own_path(address) == "/"


@pytest.mark.parametrize("address", ["/cars/?q=海豹&page=2", "/accounts/", "/cars/trims/1#price"])
def test_own_paths_are_kept_whole(address: str) -> None:
    assert own_path(address) == address
