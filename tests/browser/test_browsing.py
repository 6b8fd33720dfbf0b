"""Visitors browse, filter and compare, by finger, mouse, keyboard, with and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

GAP = 16
"""Pixels between two lines of a row that still read as one."""


def total(page: Page) -> int:
    found = page.locator("[data-total]").get_attribute("data-total")
    assert found is not None
    return int(found)


def test_from_a_brand_to_a_series_to_a_trim_to_the_comparison(visitor: Visitor) -> None:
    page = visitor.open("/cars/brands")
    page.locator(".series-list a").filter(has_text="海豚").first.click()
    expect(page.locator("h1")).to_contain_text("海豚")
    opened = page.locator("details.year[open] tr[data-trim]")
    versions = [opened.nth(n).get_attribute("data-trim") for n in range(2)]
    for trim_id in versions:
        page.goto(f"{visitor.base}/cars/trims/{trim_id}")
        button = page.locator(".trim-facts .compare-btn")
        button.click()
        expect(button).to_have_attribute("aria-label", re.compile("移出对比"))
    page.goto(f"{visitor.base}/cars/compare")
    heads = page.locator("th.cmp-car")
    expect(heads).to_have_count(2)
    assert [heads.nth(n).get_attribute("data-trim") for n in range(2)] == versions
    rows = page.locator("table.compare tbody tr:not(.cmp-title)")
    every = rows.count()
    page.get_by_text("只看不同").click()
    assert 0 < rows.count() < every
    heads.first.get_by_role("button", name=re.compile("移出")).click()
    expect(page.locator("th.cmp-car")).to_have_count(1)


def test_a_filter_swaps_the_results_and_the_address_and_back_undoes_it(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    every = total(page)
    page.evaluate("window.sameDocument = true")
    page.locator("#f-energy-BEV").check()
    page.wait_for_url("**/cars/?energy=BEV")
    some = total(page)
    assert 0 < some < every
    assert page.evaluate("window.sameDocument")
    expect(page.locator("[data-condition]")).to_have_count(1)
    expect(page.locator("#f-energy-BEV")).to_be_checked()
    page.locator("#f-price_wan_max").fill("15")
    page.locator("#f-price_wan_max").press("Enter")
    page.wait_for_url("**/cars/?price_wan_max=15&energy=BEV")
    assert total(page) < some
    page.go_back()
    page.wait_for_url("**/cars/?energy=BEV")
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(some))
    expect(page.locator("header.top")).to_be_visible()
    page.locator(".chip-x").click()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(every))


def test_on_a_phone_the_facets_are_a_sheet(phone: Visitor) -> None:
    page = phone.open("/cars/")
    expect(page.locator("#f-body-MPV")).to_be_hidden()
    page.locator(".facets-open").click()
    page.locator("#f-body-MPV").check()
    page.wait_for_url("**/cars/?body=MPV")
    expect(page.locator("#cars-facets")).to_be_visible()
    page.locator(".facets-foot .btn-main").click()
    expect(page.locator("[data-condition]").first).to_be_visible()


def test_everything_works_without_scripts(plain: Visitor) -> None:
    page = plain.open("/cars/")
    every = total(page)
    page.locator("#f-energy-PHEV").check()
    page.locator("#f-price_wan_max").fill("20")
    page.locator(".facets-foot .btn-main").click()
    assert page.url.endswith("/cars/?price_wan_max=20&energy=PHEV")
    assert 0 < total(page) < every
    page.locator(".chip-x").first.click()
    assert page.url.endswith("/cars/?energy=PHEV")
    page.locator(".row-act .compare-btn").nth(0).click()
    assert "/cars/?energy=PHEV#compared-" in page.url
    expect(page.locator(".compared:target")).to_contain_text("已加入")
    page.locator(".row-act .compare-btn").nth(1).click()
    page.goto(plain.base + "/cars/compare")
    expect(page.locator("th.cmp-car")).to_have_count(2)
    page.locator("#find").fill("海豚")
    page.get_by_role("button", name="查找").click()
    page.locator(".found a").first.click()
    expect(page.locator("th.cmp-car")).to_have_count(3)
    page.locator("th.cmp-car").first.get_by_role("button", name=re.compile("移出")).click()
    expect(page.locator("th.cmp-car")).to_have_count(2)


def test_the_search_box_finds_a_series_by_name(visitor: Visitor) -> None:
    page = visitor.open("/")
    page.locator("input[name=q]").first.fill("海豚")
    page.locator("input[name=q]").first.press("Enter")
    page.wait_for_url("**/cars/?series=*")
    expect(page.locator(".row-title").first).to_contain_text("海豚")


def test_cars_put_into_the_comparison_in_quick_succession_are_all_in_it(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    page.evaluate(
        "document.querySelectorAll('.row-act .compare-btn').forEach((b, n) => n < 4 && b.click())"
    )
    expect(page.locator("#cars-basket")).to_contain_text("4")


def test_cars_saved_in_quick_succession_are_all_saved(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    page.evaluate(
        "document.querySelectorAll('.row-act .heart-btn').forEach((b, n) => n < 4 && b.click())"
    )
    expect(page.locator(".row-act .heart-btn.is-added")).to_have_count(4)
    page.goto(desktop.base + "/garage/")
    expect(page.locator(".garage .row")).to_have_count(4)


def test_the_basket_says_when_it_is_full_and_a_double_click_adds_one(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    buttons = page.locator(".row-act .compare-btn")
    for n in range(6):
        buttons.nth(n).click()
        expect(page.locator("#cars-basket")).to_contain_text(str(n + 1))
    with page.expect_response("**/cars/basket") as answer:
        buttons.nth(6).click()
    assert answer.value.status == 409
    expect(page.locator("#notice")).to_contain_text("最多放 6 款")
    # The browser itself notes the refused request on its console.
    desktop.errors.clear()


def test_the_basket_survives_a_new_page_and_a_closed_tab(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    page.locator(".row-act .compare-btn").first.click()
    expect(page.locator("#cars-basket .count")).to_contain_text("1")
    again = page.context.new_page()
    again.goto(desktop.base + "/cars/brands")
    expect(again.locator("#cars-basket .count")).to_contain_text("1")


def test_a_source_opens_by_keyboard(desktop: Visitor) -> None:
    page = desktop.open("/cars/")
    page.locator(".row-title a").first.click()
    dot = page.locator("table.spec a.src").first
    dot.focus()
    tip = dot.evaluate("node => getComputedStyle(node, '::after').content")
    assert "2025 年 11 月" in tip


def test_the_first_stop_of_the_keyboard_leads_past_the_bar(desktop: Visitor) -> None:
    page = desktop.open("/cars/brands")
    page.keyboard.press("Tab")
    skip = page.locator("a.skip")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cars/brands#main")


def test_on_a_phone_nothing_the_keyboard_reaches_is_below_the_bar(phone: Visitor) -> None:
    page = phone.open("/cars/brands")
    hidden = """() => {
      const at = document.activeElement.getBoundingClientRect();
      const bar = document.querySelector(".bottom");
      return !bar.contains(document.activeElement) && at.bottom > bar.getBoundingClientRect().top;
    }"""
    for _ in range(40):
        page.keyboard.press("Tab")
        assert not page.evaluate(hidden), page.evaluate("document.activeElement.outerHTML")


def test_the_theme_is_remembered(desktop: Visitor) -> None:
    page = desktop.open("/accounts/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="深色").click()
    page.goto(desktop.base + "/")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light


@pytest.mark.parametrize("path", ["/cars/?colour=red", "/nothing", "/cars/trims/999999"])
def test_an_error_page_lets_one_go_on(desktop: Visitor, path: str) -> None:
    page = desktop.open(path)
    expect(page.locator("main input[name=q]")).to_be_visible()
    # The browser itself notes the status on its console.
    desktop.errors.clear()


def test_a_comparison_prints_without_the_frame(desktop: Visitor) -> None:
    page = desktop.open("/cars/compare?ids=1,2")
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.locator("table.compare")).to_be_visible()


def test_a_chip_is_changed_in_place(visitor: Visitor) -> None:
    page = visitor.open("/cars/?price_wan_max=20&energy=BEV")
    before = total(page)
    chip = page.locator(".chip", has_text="能源")
    chip.locator("summary").click()
    chip.get_by_label("插混").check()
    chip.get_by_role("button", name="改成这样").click()
    page.wait_for_url("**/cars/?price_wan_max=20&energy=BEV&energy=PHEV")
    assert total(page) > before
    page.locator(".chip", has_text="能源").locator("summary").click()
    page.get_by_role("link", name="改成不要").click()
    page.wait_for_url("**/cars/?price_wan_max=20&energy_not=BEV&energy_not=PHEV")
    price = page.locator(".chip", has_text="指导价")
    price.locator("summary").click()
    price.locator("input[name=price_wan_max]").press("Escape")
    expect(price.locator("input[name=price_wan_max]")).to_be_hidden()


def test_a_chip_is_changed_without_scripts(plain: Visitor) -> None:
    page = plain.open("/cars/?price_wan_max=20")
    page.locator(".chip summary").click()
    page.locator(".chip input[name=price_wan_max]").fill("12")
    page.get_by_role("button", name="改成这样").click()
    assert page.url.endswith("/cars/?price_wan_max=12")


def test_the_other_trims_of_a_series_unfold(visitor: Visitor) -> None:
    page = visitor.open("/cars/")
    fold = page.locator(".row-fold").first
    fold.locator("summary").click()
    expect(fold.locator("[data-trim]").first).to_be_visible()


def test_on_a_phone_a_saved_series_stands_without_a_gap_below_its_price(phone: Visitor) -> None:
    page = phone.open("/cars/series/1")
    page.locator("[data-favourite^=series] .heart-btn").first.click()
    expect(page.locator("#garage-link [data-saved]")).to_have_attribute(
        "data-saved", re.compile("series-")
    )
    page.goto(f"{phone.base}/garage/")
    row = page.locator(".row[data-series]")
    price, kept = row.locator(".fig-num b").bounding_box(), row.locator(".row-kept").bounding_box()
    assert price is not None
    assert kept is not None
    assert 0 <= kept["y"] - (price["y"] + price["height"]) <= GAP, (price, kept)
