"""The search box suggests while one types, by keyboard, mouse and finger."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Visitor


def box(page: Page) -> Locator:
    return page.locator("input[data-suggest]").first


def listed(page: Page) -> Locator:
    return page.locator(".suggest:visible [role=option]")


def test_a_series_is_picked_by_keyboard(visitor: Visitor) -> None:
    page = visitor.open("/")
    field = box(page)
    field.press_sequentially("haitun")
    expect(listed(page).first).to_contain_text("海豚")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowDown")
    first = listed(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    field.press("ArrowUp")
    expect(first).not_to_have_attribute("aria-selected", "true")
    expect(field).to_be_focused()
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url("**/cars/series/*")
    expect(page.locator("h1")).to_contain_text("海豚")


def test_enter_without_a_pick_sends_what_was_typed(visitor: Visitor) -> None:
    page = visitor.open("/cars/brands")
    box(page).press_sequentially("海豚")
    expect(listed(page).first).to_be_visible()
    box(page).press("Enter")
    page.wait_for_url("**/cars/?*asked=*")


def test_escape_closes_the_list_and_keeps_what_was_typed(visitor: Visitor) -> None:
    page = visitor.open("/")
    field = box(page)
    field.press_sequentially("bba")
    expect(listed(page).first).to_be_visible()
    field.press("Escape")
    expect(page.locator(".suggest")).to_be_hidden()
    expect(field).to_have_value("bba")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    expect(listed(page).first).to_have_attribute("aria-selected", "true")


def test_a_condition_is_picked_by_a_click_or_a_tap(visitor: Visitor) -> None:
    page = visitor.open("/cars/")
    box(page).press_sequentially("纯电")
    listed(page).filter(has_text="能源").first.click()
    page.wait_for_url("**/cars/?energy=BEV")


def test_leaving_the_field_closes_the_list(desktop: Visitor) -> None:
    page = desktop.open("/")
    box(page).press_sequentially("han")
    expect(listed(page).first).to_be_visible()
    box(page).press("Tab")
    expect(page.locator(".suggest")).to_be_hidden()


def test_a_late_answer_does_not_replace_a_newer_one(desktop: Visitor) -> None:
    page = desktop.open("/")
    held: list[Route] = []
    page.route("**/cars/suggest?q=han", lambda route: held.append(route))
    with page.expect_request("**/cars/suggest?q=han"):
        box(page).press_sequentially("han")
    box(page).fill("haitun")
    expect(listed(page).first).to_contain_text("海豚")
    for route in held:
        route.fulfill(body='<a role="option" href="/">迟到的答案</a>')
    page.unroute("**/cars/suggest?q=han")
    expect(page.get_by_text("迟到的答案")).to_have_count(0)
    expect(listed(page).first).to_contain_text("海豚")


def test_letters_of_an_input_method_are_not_asked_about_until_it_decides(
    desktop: Visitor,
) -> None:
    page = desktop.open("/")
    box(page).focus()
    session = page.context.new_cdp_session(page)
    session.send(
        "Input.imeSetComposition", {"text": "hait", "selectionStart": 4, "selectionEnd": 4}
    )
    with page.expect_request("**/cars/suggest?*") as asked:
        session.send("Input.insertText", {"text": "海豚"})
    assert asked.value.url.endswith("q=%E6%B5%B7%E8%B1%9A")
    assert sum("/cars/suggest" in url for url in desktop.requests) == 1
    expect(listed(page).first).to_contain_text("海豚")


def test_the_form_works_when_suggestions_do_not(desktop: Visitor) -> None:
    page = desktop.open("/")
    page.route("**/cars/suggest?*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        box(page).press_sequentially("海豚")
    expect(page.locator(".suggest")).to_be_hidden()
    box(page).press("Enter")
    page.wait_for_url("**/cars/?*asked=*")
    desktop.errors.clear()  # the browser notes the failed request on its console


def test_without_scripts_the_box_is_a_plain_form(plain: Visitor) -> None:
    page = plain.open("/")
    box(page).fill("海豚")
    page.get_by_role("button", name="搜索").click()
    assert "asked=" in page.url
    expect(page.locator(".row-title").first).to_contain_text("海豚")
