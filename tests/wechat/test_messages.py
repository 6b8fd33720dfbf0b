"""Messages to the service account, delivered over HTTP by a stand-in of WeChat's servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from flask import Flask

from scripts.sandbox import serving, wechat
from scripts.sandbox.together import Providers
from scripts.sandbox.wechat.messages import Delivery, Messages, Sent
from tests.catalogue import catalogue
from tests.conftest import OutsideClient
from webapp import create_app
from webapp.extensions import db
from webapp.wechat import service
from webapp.wechat.envelope import MOST_BYTES

WECHAT = {
    name: value for name, value in Providers().settings().items() if name.startswith("WECHAT_MP_")
}
MODES = ["aes", "plain"]


@dataclass
class Account:
    """The service account of a person's phone: `wechat` delivers to the product at `url`."""

    wechat: Messages
    url: str
    mode: str

    def send(self, text: str = "", *, kind: str = "text", **more: str) -> list[Delivery]:
        return self.wechat.send(
            Sent(url=self.url, text=text, kind=kind, **({"mode": self.mode} | more))
        )

    def reply(self, text: str = "", *, kind: str = "text", **more: str) -> str:
        (delivery,) = self.send(text, kind=kind, **more)
        assert delivery.status == 200
        return delivery.words


def product(environ: dict[str, str]) -> Iterator[tuple[Flask, str]]:
    app = create_app(environ)
    app.test_client_class = OutsideClient
    with app.app_context(), serving.running(app) as base:
        yield app, f"{base}/wechat/messages"
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(params=MODES)
def account(
    environ: dict[str, str], redis_url: str, request: pytest.FixtureRequest
) -> Iterator[Account]:
    own, token = WECHAT, WECHAT["WECHAT_MP_TOKEN"]
    if request.param == "plain":
        token = "another0token"
        own = {"WECHAT_MP_APP_ID": "wx1", "WECHAT_MP_APP_SECRET": "1", "WECHAT_MP_TOKEN": token}
    for _, url in product(environ | own):
        for number, price in enumerate((12_980_000, 15_980_000, 19_980_000, 29_980_000)):
            catalogue.trim(f"t{number}", name=f"{number} 号", price_fen=price)
        catalogue.publish()
        yield Account(Messages(token=token), url, request.param)


only_sealed = pytest.mark.parametrize("account", ["aes"], indirect=True)
only_plain = pytest.mark.parametrize("account", ["plain"], indirect=True)


def test_the_address_is_confirmed_when_it_is_saved_at_wechat(account: Account) -> None:
    answer = account.wechat.confirm(account.url)
    assert answer.status == 200
    assert answer.body.isdigit()
    for fault in ("bad-signature", "old-timestamp"):
        assert account.wechat.confirm(account.url, fault=fault).status == 403


def test_a_sentence_is_answered_with_how_many_cars_there_are_and_the_way_to_them(
    account: Account,
) -> None:
    words = account.reply("20 万以内的纯电 SUV")
    assert "指导价 ≤ 20 万" in words
    assert "有 3 款车型" in words
    assert "· 北斗 2025款 0 号 12.98万" in words
    (address,) = re.findall(r'<a href="([^"]*)">看全部 3 款</a>', words)
    page = httpx.get(
        account.url.replace("/wechat/messages", "") + address[address.index("/cars/") :],
        trust_env=False,
    )
    assert page.status_code == 200
    assert "北斗" in page.text


@only_sealed
def test_a_search_may_begin_with_the_word_for_it_or_be_spoken(account: Account) -> None:
    assert "有 1 款车型" in account.reply("查车 13 万以内的 SUV")
    assert "有 1 款车型" in account.reply("13 万以内的 SUV", kind="voice")


@only_sealed
def test_where_nothing_is_found_the_list_says_what_to_give_up(account: Account) -> None:
    words = account.reply("5 万以内的纯电 SUV")
    assert "没有符合的车型" in words
    assert "看看放宽哪一项就有" in words


@only_sealed
def test_what_is_no_search_leads_to_the_assistant(account: Account) -> None:
    words = account.reply("冬天续航会短多少")
    assert "/assistant/?q=%E5%86%AC" in words


@only_sealed
def test_who_follows_the_account_is_greeted_and_who_leaves_hears_nothing(account: Account) -> None:
    assert account.reply(kind="subscribe").startswith("你好，这里是车知")
    assert "写成一句话" in account.reply(kind="CLICK")
    (left,) = account.send(kind="unsubscribe")
    assert (left.status, left.body) == (200, "success")


@only_sealed
def test_what_cannot_be_read_is_answered_with_help(account: Account) -> None:
    for kind in ("image", "location", "voice"):
        assert "只读得懂文字" in account.reply(kind=kind)


def test_a_message_sent_again_gets_the_same_answer_without_being_worked_out_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    real = service._search

    def search(asked: str) -> str:
        searched.append(asked)
        return real(asked)

    monkeypatch.setattr(service, "_search", search)
    first, again = account.send("20 万以内的纯电 SUV", fault="duplicate")
    assert first.words == again.words != ""
    assert len(searched) == 1
    account.reply("20 万以内的纯电 SUV")
    assert len(searched) == 2


def test_what_is_not_from_wechat_is_refused_without_a_page(account: Account) -> None:
    for fault in ("bad-signature", "old-timestamp", "entity", "not-xml"):
        for delivery in account.send("20 万以内的纯电 SUV", fault=fault):
            assert (delivery.status, delivery.body) == (403, "refused"), fault


@only_sealed
def test_a_sealed_message_for_another_account_or_changed_on_its_way_is_refused(
    account: Account,
) -> None:
    for fault in ("wrong-appid", "tampered"):
        assert account.send("20 万以内", fault=fault)[0].status == 403, fault


@only_sealed
def test_with_a_key_an_open_message_is_refused(account: Account) -> None:
    assert account.send("20 万以内", mode="plain")[0].status == 403


@only_plain
def test_without_a_key_a_sealed_message_is_refused(account: Account) -> None:
    assert account.send("20 万以内", mode="aes")[0].status == 403


@only_plain
def test_a_body_of_any_other_shape_is_refused_without_a_page(account: Account) -> None:
    bodies = [b"", b"<xml/>", b"<a>1</a>", b"<xml><MsgType>text</MsgType></xml>", b"\xff\xfe<xml>"]
    for body in bodies:
        assert raw(account, body).status == 403
    huge = raw(account, b"x" * (MOST_BYTES + 1))
    assert (huge.status, huge.body) == (413, "too large")


def raw(account: Account, body: bytes) -> Delivery:
    return account.wechat.ask("POST", account.url, account.wechat.address(), body)


@only_sealed
def test_a_name_becomes_neither_a_link_nor_the_end_of_the_answer(account: Account) -> None:
    catalogue.trim("bad", name='<a href="http://evil.example">]]>', price_fen=1_000_000)
    catalogue.publish()
    words = account.reply("2 万以内的纯电 SUV")
    assert '· 北斗 2025款 ＜a href="http://evil.example"＞]]＞ 1.00万' in words
    assert "看全部 1 款" in words


@only_sealed
def test_the_longest_sentence_has_an_answer_that_fits_into_a_message(account: Account) -> None:
    words = account.reply("二十万以内的纯电 SUV，" + "要开起来安静一点儿" * 30)
    assert len(words.encode()) <= service.MOST_BYTES
    assert "有 3 款车型" in words
    assert "/cars/?" in words
    talk = account.reply("今天天气怎么样" * 40)
    assert 0 < len(talk.encode()) <= service.MOST_BYTES


@only_sealed
def test_when_something_breaks_the_person_is_told_so_and_asked_to_try_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> str:
        raise RuntimeError("broken")

    with monkeypatch.context() as patched:
        patched.setattr(service, "_search", broken)
        assert "这次没有查成" in account.reply("20 万以内的 SUV", number="1001")
    assert "有 3 款" in account.reply("20 万以内的 SUV", number="1001")


@only_sealed
def test_a_message_is_written_by_hand_on_the_page_of_the_stand_in(account: Account) -> None:
    providers = Providers()
    providers.wechat.messages.product = account.url
    with serving.running(wechat.create_app(providers.wechat)) as base:
        form = {"do": "message", "user": "li", "kind": "text", "mode": "aes", "fault": ""}
        form |= {"text": "20 万以内的纯电 SUV", "url": account.url}
        page = httpx.post(f"{base}/", data=form, follow_redirects=True, trust_env=False).text
        assert "有 3 款车型" in page
        sent = httpx.post(f"{base}/_sandbox/messages", json={"text": "13 万以内"}, trust_env=False)
        assert "有 1 款车型" in sent.json()[0]["words"]


def test_without_redis_messages_are_answered_all_the_same(environ: dict[str, str]) -> None:
    for _, url in product(environ | WECHAT):
        catalogue.trim("a")
        catalogue.publish()
        assert "有 1 款车型" in Account(Messages(), url, "aes").reply("20 万以内的纯电 SUV")


def test_without_a_token_there_is_no_such_address(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/wechat/messages").status_code == 404
    assert client.post("/wechat/messages").status_code == 404
