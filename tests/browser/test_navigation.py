"""The way through the site: the home page, the guided choice, the tray and the action bar."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Visitor

MAX_HOME_HEIGHT = 2_600


def test_the_guided_choice_takes_five_taps_and_needs_no_scripts(plain: Visitor) -> None:
    page = plain.open("/")
    page.get_by_role("link", name="帮我选，点五下").click()
    for label in ("三四个人", "30–80 公里", "家里或单位能天天充", "15–20 万"):
        page.locator(".option").filter(has_text=label).click()
    last = page.locator(".option").filter(has_text="SUV")
    promised = re.findall(r"\d+", last.inner_text())[-1]
    last.click()
    for condition in ("seats_min=4", "range_km_min=150", "price_wan_min=15", "body=SUV"):
        assert condition in page.url
    expect(page.locator("[data-total]")).to_have_attribute("data-total", promised)
    assert int(promised) > 0
    assert page.locator("[data-condition]").count() >= 5


def test_the_tray_and_the_action_bar_lead_on_from_a_car_and_the_home_page_stays_short(
    phone: Visitor,
) -> None:
    page = phone.open("/cars/trims/1")
    expect(page.locator(".tray")).to_be_hidden()
    bar = page.get_by_role("group", name="这款车")
    bar.get_by_role("button", name=re.compile("^加入对比")).click()
    bar.get_by_role("button", name=re.compile("^收藏")).click()
    expect(page.locator(".tray")).to_contain_text("对比 1")
    expect(bar.get_by_role("button", name=re.compile("^移出收藏"))).to_be_visible()
    assert_accessible(page)
    tray, below = page.locator(".tray").bounding_box(), bar.bounding_box()
    assert tray is not None
    assert below is not None
    assert tray["y"] + tray["height"] <= below["y"] + 1
    page.goto(phone.base + "/")
    expect(page.locator(".strip-car")).to_have_count(1)
    expect(page.locator(".tray")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollHeight") <= MAX_HOME_HEIGHT
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    shift = """() => new Promise((done) => new PerformanceObserver((list) => done(
      list.getEntries().reduce((sum, entry) => sum + entry.value, 0)
    )).observe({ type: "layout-shift", buffered: true }) || setTimeout(() => done(0), 500))"""
    assert page.evaluate(shift) < 0.01
    assert_accessible(page)
    page.locator(".tray a").click()
    expect(page.locator("th.cmp-car")).to_have_count(1)
    expect(page.locator(".tray")).to_be_hidden()
