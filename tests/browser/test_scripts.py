"""Scripts of the pages by themselves: what they count, mark, remember and leave alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import ADDRESS, Stage

NOTICE = '<div id="notice"></div>'


def toggle(kind: str, number: int) -> str:
    return (
        f'<form data-{kind}="{number}"><input type="hidden" name="do" value="add">'
        f'<button data-name="海豚 {number}"><span class="mark-word"></span></button></form>'
    )


def settle(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('htmx:afterSettle'))")


def turned(page: Page, kind: str) -> list[list[str | bool]]:
    found = page.evaluate(
        """(kind) => [...document.querySelectorAll(`form[data-${kind}]`)].map((form) => {
          const button = form.querySelector("button");
          return [form.elements.do.value, button.getAttribute("aria-label"),
            button.textContent, button.classList.contains("is-added")];
        })""",
        kind,
    )
    assert isinstance(found, list)
    return found


def test_buttons_say_which_cars_are_in_the_comparison(stage: Stage) -> None:
    basket = '<span id="cars-basket"><i data-basket="1,12"></i></span>'
    page = stage.show(
        NOTICE + basket + toggle("compare", 1) + toggle("compare", 2) + toggle("compare", 12),
        "site",
    )
    settle(page)
    taken = ["remove", "移出对比：海豚 1", "移出对比", True]
    assert turned(page, "compare") == [
        taken,
        ["add", "加入对比：海豚 2", "加入对比", False],
        ["remove", "移出对比：海豚 12", "移出对比", True],
    ]
    page.evaluate("document.querySelector('[data-basket]').dataset.basket = ''")
    settle(page)
    assert [row[0] for row in turned(page, "compare")] == ["add", "add", "add"]


@pytest.mark.parametrize(
    ("saved", "room"),
    [("", ""), ("", "2"), ("7", "1")],
)
def test_the_next_home_page_leaves_room_for_what_was_saved_and_seen(
    stage: Stage, saved: str, room: str
) -> None:
    strip = '<div id="garage-strip"></div>'
    link = f'<a id="garage-link"><i data-saved="{saved}" data-room="{room}"></i></a>'
    page = stage.show(
        NOTICE + link + strip + toggle("favourite", 7),
        "theme",
        "site",
    )
    settle(page)
    assert page.evaluate("localStorage.getItem('garage')") == room
    assert turned(page, "favourite")[0][0] == ("remove" if saved else "add")
    stage.show(NOTICE + strip, "theme", "site")
    assert page.evaluate("document.documentElement.dataset.garage ?? ''") == room
    expect(page.locator("#garage-strip")).to_have_count(1 if room else 0)


@pytest.mark.parametrize(("kept", "theme"), [("dark", "dark"), ("light", "light"), ("blue", None)])
def test_only_a_theme_that_there_is_is_taken_from_the_storage(
    stage: Stage, kept: str, theme: str | None
) -> None:
    page = stage.show("", "theme", before=f"localStorage.setItem('theme', '{kept}')")
    assert page.evaluate("document.documentElement.dataset.theme ?? null") == theme


def test_a_page_works_where_storage_is_blocked(stage: Stage) -> None:
    closed = """for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new Error("closed"); } })"""
    choices = "".join(
        f"<button data-display=theme={theme}>{theme}</button>" for theme in ("dark", "light")
    )
    garage = '<a id="garage-link"><i data-saved="7" data-room="1"></i></a>'
    page = stage.show(
        NOTICE + choices + garage + toggle("favourite", 7),
        "theme",
        "site",
        before=closed,
    )
    for theme in ("dark", "light"):
        page.get_by_role("button", name=theme).click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
        expect(page.locator("[aria-pressed=true]")).to_have_text(theme)
    settle(page)
    assert turned(page, "favourite")[0][0] == "remove"
    stage.show("")


def test_the_slash_leads_to_the_search_box_unless_one_is_writing(stage: Stage) -> None:
    page = stage.show(
        f'{NOTICE}<input data-suggest value="六座"><textarea></textarea><p tabindex=0>文</p>',
        "site",
    )
    page.locator("textarea").press("/")
    expect(page.locator("textarea")).to_have_value("/")
    page.locator("p").press("Control+/")
    expect(page.locator("input")).not_to_be_focused()
    page.locator("p").press("/")
    expect(page.locator("input")).to_be_focused()
    page.keyboard.type("五座")
    expect(page.locator("input")).to_have_value("五座")


def test_enter_sends_a_question_but_not_the_word_of_an_input_method(stage: Stage) -> None:
    stage.show(f'{NOTICE}<form class="composer"><textarea name="text">问</textarea></form>', "site")
    sent = stage.run(
        """const [form, field] = [document.forms[0], document.querySelector("textarea")];
        let sent = 0;
        form.addEventListener("submit", (event) => { event.preventDefault(); sent += 1; });
        const press = (more) => {
          field.dispatchEvent(new KeyboardEvent("keydown",
            { key: "Enter", bubbles: true, cancelable: true, ...more }));
          return sent;
        };
        return [press({ isComposing: true }), press({ shiftKey: true }), press({})];"""
    )
    assert sent == [0, 0, 1]


def test_the_address_one_is_at_is_no_further_step_back(stage: Stage) -> None:
    page = stage.show(NOTICE, "site", address=ADDRESS + "cars/?energy=BEV")
    kinds = page.evaluate(
        """["/cars/?energy=BEV", "/cars/?energy=EV", "/cars/"].map((path) => {
          const history = { path, type: "push" };
          const detail = { history };
          document.dispatchEvent(new CustomEvent("htmx:beforeHistoryUpdate", { detail }));
          return history.type;
        })"""
    )
    assert kinds == ["replace", "push", "push"]


def test_what_renews_itself_waits_out_of_sight_and_takes_no_notice_away(stage: Stage) -> None:
    page = stage.show(
        '<div id="notice"><p>已满</p></div><p data-live></p><a id="cars-basket"></a><a id="x"></a>',
        "site",
    )
    asks = """([selector, hidden]) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      const event = new Event("htmx:beforeRequest", { bubbles: true, cancelable: true });
      return document.querySelector(selector).dispatchEvent(event);
    }"""
    assert page.evaluate(asks, ["[data-live]", False]) is True
    assert page.evaluate(asks, ["[data-live]", True]) is False
    assert page.evaluate(asks, ["#cars-basket", False]) is True
    expect(page.locator("#notice p")).to_have_count(1)
    assert page.evaluate(asks, ["#x", True]) is True
    expect(page.locator("#notice p")).to_have_count(0)


def test_parameters_are_found_by_all_words_in_any_order_and_counted(stage: Stage) -> None:
    def section(*rows: str) -> str:
        cells = "".join(f"<tr><td>{row}</td></tr>" for row in rows)
        return f'<section class="spec-section"><h3>座椅</h3><table>{cells}</table></section>'

    page = stage.show(
        '<div data-spec-search hidden><input><p role="status"></p></div>'
        + section("前排 座椅 材质 皮质", "座椅加热")
        + section("CLTC 续航 605 km"),
        "specs",
    )
    found, status = page.locator("tr:visible"), page.locator("[role=status]")
    for words, count, said in [
        ("材质 座椅", 1, "1 项"),
        ("座椅材质", 1, "1 项"),
        (" 座椅 ", 2, "2 项"),
        ("cltc", 1, "1 项"),
        ("605KM", 1, "1 项"),
        ("座椅 续航", 0, "没有这样的参数，换个说法试试"),
        ("  ", 3, ""),
    ]:
        page.locator("input").fill(words)
        expect(found).to_have_count(count)
        expect(status).to_have_text(said)
    page.locator("input").fill("续航")
    expect(page.locator(".spec-section").first).to_be_hidden()


FAKE_OBSERVER = """window.observers = [];
window.IntersectionObserver = class {
  constructor(heard) { this.heard = heard; this.parts = []; window.observers.push(this); }
  observe(part) { this.parts.push(part); }
};
window.see = (ids, seen) => window.observers.at(-1).heard(
  ids.map((id) => ({ target: document.getElementById(id), isIntersecting: seen })));"""


def test_the_first_part_in_sight_is_marked_and_stays_so_between_parts(stage: Stage) -> None:
    links = "".join(f'<li style="flex:none;width:200px"><a href="#s{n}">{n}</a>' for n in range(6))
    parts = "".join(f'<h2 id="s{n}">{n}</h2>' for n in range(6))
    page = stage.show(
        f'<nav data-follow><ul style="display:flex;width:300px;overflow:auto">{links}</ul>'
        f'<a href="#gone">没有</a></nav>{parts}<div style="height:3000px"></div>',
        "follow",
        before=FAKE_OBSERVER,
    )
    marks = """(call) => {
      const [ids, seen] = call;
      window.see(ids, seen);
      return [...document.querySelectorAll("[aria-current=true]")].map((link) => link.hash);
    }"""
    assert page.evaluate("window.observers[0].parts.length") == 6
    for ids, seen, marked in [
        (["s2", "s1"], True, "#s1"),
        (["s1"], False, "#s2"),
        (["s2"], False, "#s2"),
        (["s5"], True, "#s5"),
    ]:
        assert page.evaluate(marks, [ids, seen]) == [marked]
    assert page.evaluate("document.querySelector('ul').scrollLeft") > 500
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize(
    ("opens", "said"),
    [("Promise.resolve()", "已复制"), ("Promise.reject(new Error())", "不让复制")],
)
def test_a_link_is_copied_or_selected_where_the_clipboard_is_closed(
    stage: Stage, opens: str, said: str
) -> None:
    page = stage.show(
        '<div><p><input value="https://a.test/x"><button data-copy-link hidden>复制</button></p>'
        '<p role="status"></p></div>',
        "copy",
        before="Object.defineProperty(navigator, 'clipboard', { value:"
        f" {{ writeText(text) {{ window.copied = text; return {opens}; }} }} }})",
    )
    page.locator("button").click()
    expect(page.locator("[role=status]")).to_contain_text(said)
    assert page.evaluate("window.copied") == "https://a.test/x"
    expected = "" if said == "已复制" else "https://a.test/x"
    assert page.evaluate("getSelection().toString()") == expected


SUGGESTIONS = """window.asked = [];
window.fetch = async (address) => {
  window.asked.push(address);
  return { ok: true, text: async () => '<p role="option">甲</p><p role="option">乙</p>' };
};"""


def test_suggestions_go_round_by_the_arrows_and_are_asked_for_once(stage: Stage) -> None:
    page = stage.show(
        '<form><input id="q" data-suggest="/s"></form>', "suggest", before=SUGGESTIONS
    )
    field = page.locator("#q")
    field.fill("a&b")
    expect(page.locator("[role=option]")).to_have_count(2)
    at = []
    for key in ["ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"]:
        field.press(key)
        at.append(field.get_attribute("aria-activedescendant"))
    assert at == ["q-list-0", "q-list-1", None, "q-list-1", "q-list-0"]
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("a&b ")
    expect(field).to_have_attribute("aria-expanded", "true")
    field.fill("字" * 201)
    expect(field).to_have_attribute("aria-expanded", "false")
    assert page.evaluate("window.asked") == ["/s?q=a%26b"]


def test_inside_wechat_the_payment_goes_to_its_own_cashier_which_proves_nothing(
    stage: Stage,
) -> None:
    button = """<button id="pay-bridge" data-bridge='{"package": "prepay_id=1"}'>付</button>"""
    page = stage.show(f'{button}<p id="pay-bridge-said"></p>', "bridge")
    said = page.locator("#pay-bridge-said")
    page.locator("#pay-bridge").click()
    expect(said).to_contain_text("还没有准备好")
    page.evaluate(
        """() => {
          window.asked = [];
          window.WeixinJSBridge = { invoke: (name, given, answer) => {
            asked.push([name, given.package]);
            answer({ err_msg: ["ok", "cancel"].map((how) => `${name}:${how}`)[asked.length - 1] });
          } };
          document.dispatchEvent(new Event("WeixinJSBridgeReady"));
        }"""
    )
    expect(said).to_contain_text("正在确认付款结果")
    page.locator("#pay-bridge").click()
    expect(said).to_contain_text("还可以再点一次")
    assert page.evaluate("asked") == [["getBrandWCPayRequest", "prepay_id=1"]] * 2
