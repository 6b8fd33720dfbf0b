"""A guest saves the conditions of a list, logs in, and is told of a car that newly matches."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import PHONE
from tests.browser.test_accounts import members, page, providers, tabs
from tests.live import LiveServer
from webapp import create_app
from webapp.catalogue.models import Trim
from webapp.catalogue.service.projected import bump_version
from webapp.extensions import db
from webapp.saved import service
from webapp.transactions import transaction

__all__ = ["members", "page", "providers", "tabs"]
LIST = "/cars/?price_wan_max=5&energy=BEV"


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_a_guest_saves_logs_in_and_is_told_of_a_car_that_newly_matches(
    page: Page, members: LiveServer
) -> None:
    look(members)
    page.goto(LIST)
    page.get_by_role("button", name="保存这个筛选").click()
    expect(page.get_by_text("登录后就保存到账号")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="登录并保存").click()
    page.get_by_role("link", name="用微信登录").click()
    page.get_by_text("张测试", exact=True).click()
    page.get_by_role("button", name="同意登录").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="创建账号").click()
    expect(page.get_by_text("已保存“5 万以内 · 纯电”")).to_be_visible()
    expect(page.get_by_role("link", name="5 万以内 · 纯电", exact=True)).to_be_visible()
    page.goto(LIST)
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    page.get_by_role("link", name="名称与提醒").click()
    page.get_by_text("改名与数量").click()
    page.get_by_label("名称", exact=True).fill("代步")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("heading", name="代步")).to_be_visible()
    look(members, cheaper=2)
    page.goto("/notices/")
    told = page.get_by_text(re.compile("“代步”新符合")).first
    expect(told).to_be_visible()
    page.goto("/saved/")
    expect(page.get_by_text("2 款是新的")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(page)
    page.get_by_role("link", name="打开：代步").click()
    page.wait_for_url(re.compile(r"/cars/\?price_wan_max=5"))


def look(server: LiveServer, *, cheaper: int = 0) -> None:
    """As the worker would, after so many cars fell to 4.98 万."""
    settings = {"APP_ENV": "testing", "VAR_DIR": str(server.var_dir), "SECRET_KEY": "-" * 32}
    with create_app(settings).app_context():
        dear = select(Trim).where(Trim.energy == "BEV", Trim.price_fen > 20_000_000)
        with transaction():
            for car in db.session.scalars(dear.order_by(Trim.id).limit(cheaper)):
                car.price_fen = 4_980_000
            bump_version()
        service.watch()
        db.session.remove()
        db.engine.dispose()
