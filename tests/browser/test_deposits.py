"""A deposit is read, confirmed, paid by both channels and had back, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.sandbox import together
from scripts.sandbox.together import Providers
from tests.accounts.people import verify
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_accounts import log_in, make_admin
from tests.live import LiveServer, live_server
from webapp import create_app
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.transactions import transaction

PHONE_AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36"


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    with together.running() as made:
        yield made


@pytest.fixture(scope="module")
def shop(
    tmp_path_factory: pytest.TempPathFactory, seeded: Path, providers: Providers, redis_url: str
) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("shop")
    settings = providers.settings() | {"EMBEDDER": "none"}
    with live_server(folder, like=seeded, redis_url=redis_url, **settings) as server:
        yield server


def verify_all(server: LiveServer) -> None:
    app = create_app({"APP_ENV": "testing", "VAR_DIR": str(server.var_dir)})
    with app.app_context():
        with transaction():
            for person in db.session.query(Account):
                verify(person)
        db.engine.dispose()


def agree(page: Page, offer: int) -> None:
    """The first two steps."""
    page.goto(f"/deposits/new?offer={offer}")
    page.get_by_role("link", name="看清了，下一步").click()
    page.get_by_role("checkbox", name="我看过并同意").check()
    expect(page).to_have_url(re.compile(rf"/deposits/confirm\?offer={offer}"))


def test_a_deposit_is_paid_by_a_code_and_by_a_link_and_had_back(
    browser: Browser, shop: LiveServer, providers: Providers
) -> None:
    context = browser.new_context(locale="zh-CN", viewport=DESKTOP, base_url=shop.url)
    context.set_default_timeout(10_000)
    page = context.new_page()
    log_in(page)
    verify_all(shop)
    agree(page, 1)
    assert_accessible(page)
    page.get_by_role("button", name="微信支付").click()
    expect(page.get_by_role("img", name="微信支付的二维码")).to_be_visible()
    assert_accessible(page)
    (number,) = providers.wechatpay.orders
    providers.wechatpay.pay(number)
    expect(page.get_by_role("heading", name="已付，保留中")).to_be_visible()
    page.get_by_role("button", name="申请退款").click()
    expect(page.get_by_role("heading", name=re.compile("退款中|已退回"))).to_be_visible()
    assert_accessible(page)
    kept = context.storage_state()
    context.close()

    context = browser.new_context(
        locale="zh-CN", viewport=PHONE, base_url=shop.url, user_agent=PHONE_AGENT,
        storage_state=kept, color_scheme="dark",
    )  # fmt: skip
    context.set_default_timeout(10_000)
    page = context.new_page()
    agree(page, 2)
    page.get_by_role("button", name="支付宝").click()
    assert_accessible(page)
    page.get_by_role("link", name="打开支付宝").click()
    page.get_by_role("button", name="付款", exact=True).click()
    expect(page.get_by_role("heading", name="已付，保留中")).to_be_visible()
    address = page.url
    make_admin(shop, "张测试")
    for path in (
        "/deposits/",
        address.replace("/deposits/", "/console/deposits/"),
        "/console/offers",
        "/console/offers/1",
    ):
        page.goto(path)
        assert_accessible(page)
    context.close()
