"""The bell and the centre in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.accounts.people import account, signed_in
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import DESKTOP, PHONE
from tests.live import LiveServer, live_server
from webapp import clock, create_app
from webapp.accounts.models import Account
from webapp.extensions import db
from webapp.notices import service


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("notices"), like=blank, EMBEDDER="none") as made:
        yield made


@pytest.fixture
def beside(server: LiveServer) -> Iterator[Flask]:
    """The application on the server's own database, as a worker has it."""
    redis_url = f"unix://{server.var_dir}/no-redis.sock?db=0"
    app = create_app({"APP_ENV": "testing", "VAR_DIR": str(server.var_dir), "REDIS_URL": redis_url})
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def enter(browser: Browser, server: LiveServer, app: Flask, person: Account, **how: object) -> Page:
    """A page in which this person is signed in."""
    context = browser.new_context(locale="zh-CN", base_url=server.url, **how)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    name = app.config["SESSION_COOKIE_NAME"]
    found = signed_in(app, person).get_cookie(name)
    assert found is not None
    context.add_cookies([{"name": name, "value": found.value, "url": server.url}])
    return context.new_page()


def tell(person: Account, subject: str) -> None:
    service.notify(
        account_id=person.id,
        kind="video",
        subject=subject,
        event="plays",
        title=f"视频可以播放了：{subject}",
        address="/cars/brands",
        now=clock.now(),
    )


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_bell_counts_leads_to_the_centre_and_is_quiet_once_all_is_read(
    browser: Browser, server: LiveServer, beside: Flask, size: dict[str, int]
) -> None:
    person = account(f"o-{size['width']}")
    page = enter(browser, server, beside, person, viewport=size)
    tell(person, "第一个")
    page.goto("/cars/brands")
    bell = page.locator("#notices-bell")
    expect(bell).to_be_visible()
    expect(bell).to_have_text("消息1 条未读")
    tell(person, "第二个")
    page.evaluate("document.body.dispatchEvent(new Event('notices-changed'))")
    expect(bell).to_have_text("消息2 条未读")
    bell.click()
    expect(page.locator("[data-notice]")).to_have_count(2)
    assert_accessible(page)
    page.get_by_role("link", name="第一个").click()
    page.wait_for_url("**/cars/brands")
    expect(bell).to_have_text("消息1 条未读")
    page.goto("/notices/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_role("status")).to_have_text("都看过了")
    expect(bell).to_have_text("消息")
    page.context.close()
    plain = enter(browser, server, beside, person, viewport=size, java_script_enabled=False)
    plain.goto("/notices/")
    plain.get_by_role("link", name="设置", exact=True).click()
    plain.get_by_label("每天最多几条").fill("3")
    plain.get_by_role("button", name="保存设置").click()
    expect(plain.get_by_text("设置已保存")).to_be_visible()
    assert plain.get_by_label("每天最多几条").input_value() == "3"
    plain.context.close()
