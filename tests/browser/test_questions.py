"""A sentence and its chips in a browser: underlined words, editing in place, unread words."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visitor
from tests.browser.test_browsing import total

SENTENCE = "30万以内续航长的纯电SUV，不要特斯拉，别太花里胡哨"


def ask(visitor: Visitor, sentence: str, path: str = "/") -> Page:
    page = visitor.open(path)
    field = page.locator("input[data-suggest]").first
    field.fill(sentence)
    field.press("Enter")
    page.wait_for_url("**/cars/?*asked=*")
    return page


def chip(page: Page, text: str) -> Locator:
    return page.locator("li.chip").filter(has=page.locator(".chip-text", has_text=text))


def underlined(page: Page) -> str:
    """The words that are marked more than the rest."""
    words: list[str] = page.locator(".said").evaluate_all(
        "marks => marks.filter(m => getComputedStyle(m).textDecorationThickness === '2px')"
        ".map(m => m.textContent)"
    )
    return "".join(words)


def test_pointing_at_a_chip_underlines_the_words_it_came_from(desktop: Visitor) -> None:
    page = ask(desktop, SENTENCE)
    assert underlined(page) == ""
    chip(page, "指导价").hover()
    assert underlined(page) == "30万以内"
    chip(page, "纯电续航").locator("summary").focus()
    page.mouse.move(0, 0)
    assert underlined(page) == "续航长"
    chip(page, "花里胡哨").hover()
    assert "花里胡哨" in underlined(page)


def test_a_tap_on_a_chip_underlines_its_words_and_opens_its_editor(phone: Visitor) -> None:
    page = ask(phone, SENTENCE)
    chip(page, "不要品牌").locator("summary").tap()
    assert underlined(page) == "不要特斯拉"
    expect(chip(page, "不要品牌").locator(".chip-form")).to_be_in_viewport()


def test_an_inferred_condition_is_made_hard_without_leaving_the_page(visitor: Visitor) -> None:
    page = ask(visitor, SENTENCE)
    page.evaluate("window.sameDocument = true")
    before = total(page)
    inferred = page.locator(".chip-inferred")
    expect(inferred).to_have_count(1)
    inferred.locator("summary").click()
    inferred.get_by_role("link", name="就按这个算").click()
    expect(inferred).to_have_count(0)
    expect(chip(page, "纯电续航")).to_have_count(1)
    assert total(page) == before
    assert "inferred" not in page.url
    assert page.evaluate("window.sameDocument")
    page.go_back()
    expect(page.locator(".chip-inferred")).to_have_count(1)


def test_a_value_is_changed_in_place_and_the_sentence_stays(visitor: Visitor) -> None:
    page = ask(visitor, SENTENCE)
    before = total(page)
    price = chip(page, "指导价")
    price.locator("summary").click()
    price.locator("input[name=price_wan_max]").fill("18")
    price.get_by_role("button", name="改成这样").click()
    expect(chip(page, "指导价 ≤ 18 万")).to_have_count(1)
    assert total(page) < before
    expect(page.locator(".sentence")).to_contain_text("30万以内")
    page.get_by_role("link", name="按原句重新读").click()
    expect(chip(page, "指导价 ≤ 30 万")).to_have_count(1)


def test_an_editor_near_the_edge_stays_inside_the_window(desktop: Visitor) -> None:
    page = ask(
        desktop, "纯电，30万以内，四驱，SUV，不要特斯拉，座椅加热，座椅通风，全景天窗，抬头显示"
    )
    for one in page.locator(".chip-edit").all():
        one.locator("summary").click()
        form = one.locator(".chip-form").bounding_box()
        assert form is not None
        assert form["x"] >= 0
        assert form["x"] + form["width"] <= 1280
        page.keyboard.press("Escape")


def test_an_unread_word_is_left_aside_or_looked_for(visitor: Visitor) -> None:
    page = ask(visitor, SENTENCE)
    unread = page.locator("[data-unread]")
    expect(unread).to_have_count(1)
    before = total(page)
    unread.get_by_role("link", name=re.compile("按文字找")).click()
    expect(unread).to_have_count(0)
    expect(page.locator("[data-text]")).to_have_count(1)
    page.locator("[data-text] .chip-x").click()
    unread.get_by_role("link", name=re.compile("不管这个词")).click()
    expect(unread).to_have_count(0)
    expect(page.locator("[data-total]")).to_have_attribute("data-total", str(before))


def test_an_empty_result_is_one_tap_from_some(visitor: Visitor) -> None:
    page = ask(visitor, "3万以内的七座MPV")
    expect(page.locator("[data-total]")).to_have_attribute("data-total", "0")
    page.locator(".empty .btn").first.click()
    page.wait_for_load_state()
    assert total(page) > 0


def test_examples_on_the_home_page_find_cars(desktop: Visitor) -> None:
    for n in range(2):
        page = desktop.open("/")
        page.locator(".examples a[href*='?q=']").nth(n).click()
        page.wait_for_url("**/cars/?*asked=*")
        assert total(page) > 0
        expect(page.locator("[data-unread]")).to_have_count(0)


def test_two_thousand_characters_are_read_up_to_the_limit_and_stay_in_the_box(
    desktop: Visitor,
) -> None:
    page = desktop.open("/")
    sentence = ("20万以内的纯电，" * 300)[:2000]
    page.locator("#ask").fill(sentence)
    page.locator("#ask").press("Enter")
    expect(page.locator(".said-note")).to_contain_text("2,000 个字")
    expect(page.locator("#top-search")).to_have_value(sentence)
    expect(chip(page, "指导价 ≤ 20 万")).to_have_count(1)
    chip(page, "能源").locator(".chip-x").click()
    expect(chip(page, "能源")).to_have_count(0)


def test_all_of_it_works_without_scripts(plain: Visitor) -> None:
    page = ask(plain, SENTENCE)
    chip(page, "指导价").hover()
    assert underlined(page) == "30万以内"
    before = total(page)
    page.locator(".chip-inferred summary").click()
    page.get_by_role("link", name="就按这个算").click()
    expect(page.locator(".chip-inferred")).to_have_count(0)
    page.get_by_role("link", name=re.compile("不管这个词")).click()
    expect(page.locator("[data-unread]")).to_have_count(0)
    price = chip(page, "指导价")
    price.locator("summary").click()
    price.locator("input[name=price_wan_max]").fill("45")
    price.get_by_role("button", name="改成这样").click()
    assert total(page) > before
    expect(page.locator(".sentence")).to_contain_text("续航长")
