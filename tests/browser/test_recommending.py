"""A reason is removed, and what it brought goes with it."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Visitor


def test_a_reason_removed_on_the_home_page_is_gone_at_once_and_stays_away(phone: Visitor) -> None:
    page = phone.open("/cars/trims/1")
    expect(page.locator("#garage-link [data-room='1']")).to_be_attached()
    page.goto(phone.base + "/")
    strip = page.locator("#recommend-strip")
    expect(strip.get_by_role("heading", name="猜你喜欢")).to_be_visible()
    reasons = strip.locator(".near-why")
    expect(reasons.first).to_contain_text("因为你看过")
    assert reasons.count() == 8
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    assert_accessible(page)
    strip.get_by_role("button", name=re.compile("^不再因为")).first.click()
    expect(strip.get_by_role("heading", name="大家在买")).to_be_visible()
    expect(strip).not_to_contain_text("因为你看过")
    page.reload()
    expect(strip.get_by_role("heading", name="大家在买")).to_be_visible()
    page.goto(phone.base + "/recommend/")
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("^恢复")).click()
    expect(page.locator(".near-why").first).to_contain_text("因为你看过")
