"""Visitors talk to the assistant: in the panel, on its page, with and without scripts."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from tests.browser.accessibility import problems
from tests.browser.conftest import PHONE, Visitor
from tests.browser.test_in_use import box

PANEL = "#assistant-panel"
LOOKUP = "海豚的轴距是多少"


def ask(page: Page, text: str) -> None:
    page.locator("#assistant-text").fill(text)
    page.locator("#assistant-text").press("Enter")


def last(page: Page, state: str = "done") -> Page:
    """Wait until the newest turn is in this state."""
    expect(page.locator(".turn").last).to_have_attribute("data-state", state, timeout=20_000)
    return page


def sentences(page: Page) -> list[str]:
    text = page.locator(".turn").last.locator(".answer").first.inner_text()
    return re.findall(r"第\d+句", text)


def open_panel(visitor: Visitor, path: str) -> Page:
    """The panel, ready to answer: whoever is about to write gets a line."""
    page = visitor.open(path)
    with page.expect_websocket():
        page.locator("[data-assistant-open]:visible").first.click()
        expect(page.locator("#assistant-text")).to_be_focused()
    return page


def test_the_panel_answers_beside_the_page_and_knows_it(visitor: Visitor) -> None:
    visitor.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page = open_panel(visitor, "/cars/trims/1")
    assert problems(page, PANEL) == []
    ask(page, "pieces 3 0.05")
    last(page)
    assert sentences(page) == ["第1句", "第2句", "第3句"]
    expect(page.locator(".turn").last).to_contain_text("trim_id=1")
    expect(page.locator(".turn .ai-label")).to_be_visible()
    assert problems(page, PANEL) == []
    page.emulate_media(color_scheme="dark")
    assert problems(page, PANEL) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    if page.viewport_size and page.viewport_size["width"] > 1000:
        main, panel = (page.locator(s).bounding_box() for s in ("main", "#assistant-panel"))
        assert main
        assert panel
        assert main["x"] + main["width"] <= panel["x"]
    page.keyboard.press("Escape")
    expect(page.locator("#assistant-text")).to_be_hidden()


def test_enter_on_a_slow_line_sends_the_question_before_the_panels_script_is_there(
    visitor: Visitor,
) -> None:
    held: list[Route] = []
    visitor.page.route(
        "**/assistant/main.js",
        lambda route: route.continue_() if held else held.append(route),
    )
    page = visitor.open("/cars/trims/1")
    page.locator("[data-assistant-open]:visible").first.click()
    expect(page.locator("#assistant-text")).to_be_focused()
    ask(page, "pieces 2 0.05")
    page.wait_for_url("**/assistant/*turn=*")
    assert held
    last(page)
    assert sentences(page) == ["第1句", "第2句"]
    expect(page.locator(".turn").last).to_contain_text("trim_id=1")
    ask(page, "pieces 1 0.01")
    expect(last(page).locator(".turn").last).to_contain_text("之前问过：pieces 2 0.05")


def test_a_conversation_deleted_elsewhere_while_it_is_answered_says_so_and_a_new_one_begins(
    desktop: Visitor,
) -> None:
    page = desktop.open("/assistant/")
    ask(page, "endless")
    expect(page.locator(".turn-text")).to_contain_text("还在说。")
    page.context.request.post(page.url + "/delete", headers={"Origin": desktop.base})
    last(page, "failed")
    expect(page.locator(".turn").last).to_contain_text("还在说。")
    expect(page.locator(".turn").last).to_contain_text("这个对话已经删除")
    ask(page, "pieces 1 0.01")
    expect(last(page).locator(".turn").last).to_contain_text("之前问过：没有")


def test_the_conversation_goes_on_from_page_to_page(desktop: Visitor) -> None:
    page = open_panel(desktop, "/cars/trims/1")
    ask(page, "cars 12")
    last(page)
    with page.expect_websocket():
        page.locator("#assistant-panel .row-title a").first.click()
        page.wait_for_url("**/cars/trims/12")
    expect(page.locator("#assistant-panel .turn-question")).to_have_text("你问：cars 12")
    expect(page.locator("#assistant-text")).to_be_focused()
    ask(page, "pieces 1 0.01")
    expect(last(page).locator(".turn").last).to_contain_text("之前问过：cars 12")


def test_the_page_one_has_come_to_is_meant_until_it_is_taken_away(visitor: Visitor) -> None:
    page = open_panel(visitor, "/cars/trims/1")
    ask(page, "它的轴距多少")
    former = last(page).locator(".turn").last.locator(".answer").inner_text()
    page.goto(visitor.base + "/cars/trims/40")
    if page.viewport_size == PHONE:  # where there is room it opens again by itself
        page.locator("[data-assistant-open]:visible").first.click()
    expect(page.locator(".turn")).to_have_count(1)
    here = page.locator("h1").inner_text().split("\n")[0].split()[0]
    expect(page.locator(".about-line")).to_contain_text(here)
    ask(page, "它的轴距多少")
    newest = last(page).locator(".turn").nth(1)
    expect(newest.locator(".answer")).to_contain_text(here)
    expect(newest.locator(".answer")).not_to_have_text(former)
    expect(newest.locator(".turn-page")).to_contain_text(here)

    page.get_by_label("关于").uncheck()
    ask(page, "pieces 1 0.01")
    expect(last(page).locator(".turn").last).to_contain_text("页面：None")
    assert problems(page, PANEL) == []


def test_the_panel_follows_the_conditions_of_the_list(desktop: Visitor) -> None:
    page = open_panel(desktop, "/cars/?price_wan_max=20&body=SUV")
    expect(page.locator(".about-line")).to_have_text("关于 列表（指导价 ≤ 20 万，车身：SUV）")
    page.locator(".facets input[name=energy][value=BEV]").check()
    expect(page.locator(".about-line")).to_contain_text("能源：纯电")
    ask(page, "pieces 1 0.01")
    expect(last(page).locator(".turn").last).to_contain_text("energy=BEV")


def test_a_figure_opens_its_row_beside_the_answer_and_escape_leads_back(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    ask(page, LOOKUP)
    cite = last(page).locator("a.cite").first
    cite.focus()
    page.keyboard.press("Enter")
    source = page.locator("#assistant-source")
    expect(source).to_be_visible()
    expect(source.locator("mark")).to_contain_text(re.compile(r"\d"))
    told, sheet = box(source.locator("dl")), box(source)
    beside = box(last(page).locator(".answer").first)
    assert told["width"] > sheet["width"] - 48, "nothing squeezes the text"
    if page.viewport_size != PHONE:
        assert beside["x"] + beside["width"] <= sheet["x"], "nor covers the answer"
    page.keyboard.press("Escape")
    expect(source).to_be_hidden()
    expect(cite).to_be_focused()


def test_a_claim_opens_its_passage_highlighted(visitor: Visitor) -> None:
    page = open_panel(visitor, "/cars/trims/1")
    ask(page, "插混和增程有什么区别")
    last(page).locator("a.cite").first.click()
    cited = page.locator("#assistant-source .passage-cited")
    expect(cited).to_be_in_viewport()
    ground = "node => getComputedStyle(node).backgroundColor"
    assert cited.evaluate(ground) != page.locator("#assistant-source").evaluate(ground)


def test_stop_is_in_reach_and_keeps_what_was_shown(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    ask(page, "endless")
    expect(page.locator(".turn-text")).to_contain_text("还在说。")
    page.get_by_role("button", name="停止").click()
    last(page, "stopped")
    expect(page.locator(".turn").last).to_contain_text("开始。还在说。")
    expect(page.locator(".turn").last).to_contain_text("已停止")
    ask(page, "pieces 1 0.01")
    last(page)


def test_a_reload_in_the_middle_goes_on_without_loss_or_repeat(desktop: Visitor) -> None:
    page = desktop.open("/assistant/")
    ask(page, "pieces 25 0.1")
    expect(page.locator(".turn-text")).to_contain_text("第4句")
    page.reload()
    expect(page.locator(".turn-text")).to_contain_text("第4句")
    last(page)
    assert sentences(page) == [f"第{n}句" for n in range(1, 26)]
    page.reload()
    assert sentences(page) == [f"第{n}句" for n in range(1, 26)]


def test_a_broken_line_is_mended_without_loss_or_repeat(desktop: Visitor) -> None:
    lines = []

    def breaking(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        lines.append(route)
        passed = []

        def forward(message: str | bytes) -> None:
            passed.append(message)
            if len(lines) <= 3 and len(passed) > 4:
                route.close(code=1012)
                server.close()
            else:
                route.send(message)

        server.on_message(forward)

    desktop.page.route_web_socket("**/assistant/socket", breaking)
    page = desktop.open("/assistant/")
    ask(page, "pieces 25 0.1")
    last(page)
    assert len(lines) > 3
    assert sentences(page) == [f"第{n}句" for n in range(1, 26)]


def test_an_answer_that_broke_off_says_so_though_its_page_cannot_be_had(desktop: Visitor) -> None:
    page = desktop.open("/assistant/")
    page.route("**/assistant/*/turns/*", lambda route: route.abort())
    ask(page, "fail")
    last(page, "failed")
    expect(page.locator(".turn").last).to_contain_text("一。二。")
    expect(page.locator(".turn .answer-weak")).to_contain_text("请再试一次")
    expect(page.locator(".turn-status")).to_have_count(0)
    # The browser and htmx tell of the request that failed, and nothing else does.
    assert all(re.match("Failed to load|htmx:", error) for error in desktop.errors)
    desktop.errors.clear()


def test_another_device_sees_the_question_and_its_answer_as_it_is_written(
    desktop: Visitor, browser: Browser
) -> None:
    page = desktop.open("/assistant/")
    ask(page, "pieces 1 0.01")
    last(page)
    with browser.new_context(storage_state=page.context.storage_state()) as elsewhere:
        other = elsewhere.new_page()
        other.goto(page.url)
        ask(page, "pieces 60 0.1")
        expect(other.locator(".turn-text")).to_contain_text("第5句")
        expect(page.locator(".turn").last).to_have_attribute("data-state", "running")
        last(page)
        last(other)
        assert sentences(other) == sentences(page) == [f"第{n}句" for n in range(1, 61)]
        # What is asked there now follows on what was asked here.
        ask(other, "pieces 1 0.01")
        expect(last(other).locator(".turn").last).to_contain_text(
            "之前问过：pieces 1 0.01、pieces 60"
        )


def test_a_question_that_is_refused_leaves_everything_where_it_was(desktop: Visitor) -> None:
    def refusing(route: WebSocketRoute) -> None:
        told = {"code": "rate_limited", "message": "问得太快了。", "retry_after": 9}
        frame = {"type": "error", "conversation": None, "turn": None, "seq": 1, **told}
        route.on_message(
            lambda message: route.send(json.dumps(frame)) if "edit" in str(message) else None
        )

    page = desktop.open("/assistant/")
    for text in ("pieces 1 0.01", "pieces 2 0.01"):
        ask(page, text)
        last(page)
    before = page.locator("#assistant-log").inner_text()
    page.route_web_socket("**/assistant/socket", refusing)
    page.reload()
    first = page.locator(".turn").first
    first.get_by_text("修改问题").click()
    first.get_by_role("button", name="改成这样再问").click()
    expect(page.locator("#assistant-line")).to_have_text("问得太快了。")
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").first.get_by_text("修改问题").click()
    assert page.locator("#assistant-log").inner_text() == before


def test_only_the_last_answer_is_given_anew(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    for text in ("pieces 1 0.01", "pieces 2 0.01"):
        ask(page, text)
        last(page)
    again = page.get_by_role("button", name="重新回答")
    expect(again).to_have_count(1)
    again.click()
    expect(page.locator(".turn")).to_have_count(2)
    expect(last(page).locator(".turn").last).to_contain_text("2 / 2")
    page.get_by_role("link", name="上一个版本").click()
    expect(page.locator(".turn").last).to_contain_text("1 / 2")
    expect(page.locator(".turn")).to_have_count(2)


def test_an_edited_question_keeps_what_followed_in_its_other_version(desktop: Visitor) -> None:
    page = open_panel(desktop, "/cars/trims/1")
    for text in ("pieces 1 0.01", "pieces 2 0.01"):
        ask(page, text)
        last(page)
    first = page.locator(".turn").first
    first.get_by_text("修改问题").click()
    first.locator("textarea").first.fill("pieces 3 0.01")
    first.get_by_role("button", name="改成这样再问").click()
    expect(page.locator(".turn")).to_have_count(1)
    last(page)
    assert sentences(page) == ["第1句", "第2句", "第3句"]
    expect(page.locator(".versions")).to_contain_text("上一版后面还有 1 问")
    page.get_by_role("link", name="上一个版本，后面还有 1 问").click()
    expect(page.locator(".turn")).to_have_count(2)
    assert page.url.endswith("/cars/trims/1")
    # A question asked now follows on the version that is shown.
    ask(page, "pieces 4 0.01")
    last(page)
    expect(page.locator(".turn").last).to_contain_text("之前问过：pieces 1 0.01、pieces 2 0.01；")


@pytest.mark.parametrize(
    ("word", "label", "mark"),
    [("pieces", "没有用 AI 生成", "composed"), ("written", "车知助手 AI 生成", "aigc")],
)
def test_what_is_copied_carries_label_and_mark(
    desktop: Visitor, word: str, label: str, mark: str
) -> None:
    page = desktop.open("/assistant/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, f"{word} 2 0.01")
    last(page)
    page.get_by_role("button", name="复制").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    assert label in page.evaluate("navigator.clipboard.readText()")
    html = page.evaluate(
        "navigator.clipboard.read().then((all) => all[0].getType('text/html'))"
        ".then((blob) => blob.text())"
    )
    assert f"data-{mark}" in html


def test_the_label_of_a_model_is_there_with_its_first_words(desktop: Visitor) -> None:
    page = desktop.open("/assistant/")
    for word, seen in (("pieces", False), ("written", True)):
        ask(page, f"{word} 30 0.1")
        turn = page.locator(".turn").last
        expect(turn.locator(".turn-text")).to_contain_text("第3句")
        expect(turn.locator("[data-label-generated]")).to_be_visible(visible=seen)
        expect(turn.locator("[data-aigc]")).to_have_count(int(seen))
        last(page)


def test_what_the_cards_say_is_there_in_words_with_its_sources(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    ask(page, "20万以内的SUV")
    turn = last(page).locator(".turn").last
    expect(turn.locator(".answer-list")).to_be_hidden()
    turn.get_by_text("用文字列出").click()
    expect(turn.locator(".answer-list li a.cite").first).to_be_visible()


def test_an_opinion_is_given_in_place(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    ask(page, "pieces 1 0.01")
    turn = last(page).locator(".turn").last
    turn.get_by_text("没用", exact=True).click()
    turn.get_by_label("数字不对").check()
    turn.get_by_role("button", name="提交").click()
    expect(turn).to_contain_text("谢谢，已记下")


def test_what_asks_before_deleting_is_whole_in_view_and_folds_by_escape(visitor: Visitor) -> None:
    page = visitor.open("/assistant/")
    ask(page, "pieces 1 0.01")
    last(page)
    page.reload()
    page.get_by_text("删除对话").click()
    button = page.get_by_role("button", name="确认删除")
    expect(button).to_be_in_viewport(ratio=1)
    button.focus()
    page.keyboard.press("Escape")
    expect(button).to_be_hidden()
    expect(page.get_by_text("删除对话")).to_be_focused()


def test_everything_works_without_scripts(plain: Visitor) -> None:
    page = plain.open("/cars/trims/1")
    page.locator(".top-icons").get_by_role("link", name="助手").click()
    page.locator("#assistant-text").fill("pieces 2 0.01")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".turn")).to_have_attribute("data-state", "done")
    expect(page.locator(".turn")).to_contain_text("trim_id=1")
    page.locator("#assistant-text").fill("pieces 1 0.01")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".turn")).to_have_count(2)
    page.locator(".turn").first.get_by_role("button", name="有用").click()
    expect(page.locator(".turn").first).to_contain_text("谢谢，已记下")
    page.get_by_text("删除对话").click()
    page.get_by_role("button", name="确认删除").click()
    assert page.url == plain.base + "/assistant/"
