"""Where the finger goes: rows, long pages, the comparison and the sheet of facets."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_browsing import total


def box(found: Locator) -> dict[str, float]:
    at = found.bounding_box()
    assert at is not None
    return dict(at)


def test_a_row_opens_its_trim_anywhere_and_its_buttons_stay_its_own(visitor: Visitor) -> None:
    page = visitor.open("/cars/")
    row = page.locator(".rows > .row").first
    trim, name = row.get_attribute("data-trim"), row.locator(".row-title a").inner_text()
    assert re.search(r"\d{4}款", name), "the link says which version it opens"
    row.locator(".heart-btn").click()
    expect(row.locator(".heart-btn")).to_have_class(re.compile("is-added"))
    row.locator(".row-fold summary").click()
    expect(row.locator(".row-other").first).to_be_visible()
    assert page.url.endswith("/cars/")
    for part in (".row-car", ".row-price"):
        at = box(row.locator(part))
        page.mouse.click(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
        page.wait_for_url(f"**/cars/trims/{trim}")
        page.go_back()
    row.get_by_role("link", name="车系页").click()
    page.wait_for_url("**/cars/series/*")


def test_the_page_of_a_comparison_scrolls_two_cars_at_a_time(phone: Visitor) -> None:
    page = phone.open("/cars/compare?ids=1,40,80")
    heads = page.locator("th.cmp-car:visible")
    expect(heads).to_have_count(2)
    boxes = page.evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollHeight > e.clientHeight + 40"
        " && /auto|scroll/.test(getComputedStyle(e).overflowY)).length"
    )
    assert boxes == 0
    page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
    expect(heads.first).to_be_in_viewport()
    page.get_by_text("3", exact=True).first.click()
    expect(heads).to_have_count(1)
    expect(heads.first).to_have_attribute("data-trim", "80")


def test_equal_rows_are_folded_and_one_tap_away(plain: Visitor) -> None:
    page = plain.open("/cars/compare?ids=1,2")
    expect(page.locator(".cmp-alike")).to_contain_text("外形尺寸都相同")
    section = page.locator(".cmp-section").filter(has=page.locator(".cmp-fold")).first
    expect(section.locator(".same").first).to_be_hidden()
    section.locator(".cmp-fold label").click()
    expect(section.locator(".same").first).to_be_visible()
    expect(page.locator(".same:visible")).to_have_count(section.locator(".same").count())


def test_a_long_page_keeps_name_and_price_and_marks_the_part_in_sight(visitor: Visitor) -> None:
    page = visitor.open("/cars/trims/1")
    strip = page.locator(".strip-bar")
    expect(strip).to_be_hidden()  # it would only repeat the head above it
    page.locator(".jump a").nth(3).click()
    expect(page.locator(".jump a").nth(3)).to_have_attribute("aria-current", "true")
    expect(strip).to_be_visible()
    above = box(page.locator("header.top"))
    assert box(strip)["y"] == pytest.approx(max(0, above["y"] + above["height"]), abs=1)
    expect(strip.locator(".strip-price")).to_be_in_viewport()
    assert box(page.locator("#s4 h2"))["y"] > box(strip)["y"] + box(strip)["height"]
    page.locator("#spec-search").fill("座椅 材质")
    expect(page.locator("table.spec tr:visible")).to_have_count(1)
    page.locator("#spec-search").fill("")
    assert page.locator("table.spec tr:visible").count() > 50


def test_all_versions_of_a_series_are_one_tap_from_side_by_side(desktop: Visitor) -> None:
    page = desktop.open("/cars/series/1")
    page.get_by_role("link", name=re.compile("对比.*个版本")).click()
    page.wait_for_url("**/cars/compare?ids=*")
    assert 2 <= page.locator("th.cmp-car").count() <= 6


def steps(page: Page) -> int:
    return int(page.evaluate("history.length"))


def open_sheet(page: Page) -> Locator:
    page.locator(".facets-open").click()
    sheet = page.locator("#cars-facets")
    expect(sheet).to_be_visible()
    return sheet


def test_back_closes_the_sheet_of_facets(phone: Visitor) -> None:
    page = phone.open("/cars/?energy=BEV")
    page.evaluate("window.sameDocument = true")
    sheet = open_sheet(page)
    page.go_back()
    expect(sheet).to_be_hidden()
    assert page.url.endswith("/cars/?energy=BEV")
    assert page.evaluate("window.sameDocument"), "nothing is loaded anew"


def test_asking_for_the_result_is_one_step_of_the_history(phone: Visitor) -> None:
    page = phone.open("/cars/?energy=BEV")
    every, before = total(page), steps(page)
    open_sheet(page)
    page.locator("#f-body-MPV").check()
    page.wait_for_url("**/cars/?energy=BEV&body=MPV")
    page.locator(".facets-foot .btn-main").click()
    expect(page.locator("#cars-facets")).to_be_hidden()
    expect(page.locator("[data-condition]")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    assert steps(page) == before + 1
    page.go_back()
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(every))
    expect(page.locator("#cars-facets")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/cars/", "/cars/trims/1", "/cars/series/1", "/cars/compare?ids=1,40,80"]
)
def test_type_of_175_percent_cuts_and_covers_nothing(visitor: Visitor, path: str) -> None:
    page = visitor.open(path)
    page.evaluate("document.documentElement.style.fontSize = '175%'")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    cut = page.evaluate(
        "[...document.querySelectorAll('.plate, .fig-label, .fig-num')].filter(e => e.offsetParent"
        " && getComputedStyle(e).position !== 'absolute'"
        " && (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'"
        " || e.getBoundingClientRect().height < parseFloat(getComputedStyle(e).fontSize)))"
        ".map(e => e.outerHTML)"
    )
    assert cut == []
    crossing = page.evaluate(
        """() => {
          const boxes = [...document.querySelectorAll(".fig-num, .fig-label")]
            .filter((e) => e.offsetParent && getComputedStyle(e).position !== "absolute")
            .slice(0, 40).map((e) => [e, e.getBoundingClientRect()]);
          const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1
            && a.top < b.bottom - 4 && b.top < a.bottom - 4;
          return boxes.flatMap(([e, a], n) => boxes.slice(n + 1).filter(([, b]) => meet(a, b))
            .map(([f]) => e.textContent + " / " + f.textContent));
        }"""
    )
    assert crossing == []
