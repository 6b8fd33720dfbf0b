"""People and staff in a real browser, against stand-ins of WeChat, QQ and the real-name check."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from scripts.sandbox import together
from scripts.sandbox.together import Providers
from tests.accounts.test_realname import number
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import DESKTOP, PHONE, Tabs
from tests.live import LiveServer, clean_environ, live_server, spawn
from webapp import create_app
from webapp.accounts.service import name_staff
from webapp.config import ROOT
from webapp.extensions import db


@pytest.fixture(scope="module")
def providers() -> Iterator[Providers]:
    with together.running() as made:
        yield made


@pytest.fixture(scope="module")
def members(
    tmp_path_factory: pytest.TempPathFactory, seeded: Path, providers: Providers, redis_url: str
) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("members")
    # As its worker: nobody makes vectors here.
    settings = providers.settings() | {"EMBEDDER": "none"}
    with live_server(folder, like=seeded, redis_url=redis_url, **settings) as server:
        yield server


@pytest.fixture(scope="module")
def tabs(browser: Browser, members: LiveServer) -> Iterator[Tabs]:
    made = Tabs(browser, members.url)
    yield made
    made.close()


@pytest.fixture
def page(request: pytest.FixtureRequest, tabs: Tabs, providers: Providers) -> Iterator[Page]:
    providers.reset()
    with tabs.open(viewport=getattr(request, "param", DESKTOP)) as opened:
        yield opened


# A worker that has only just been started may begin with what it is sent much later.
WORKER_MS = 60_000

LAYOUT_SHIFT = """() => new Promise((done) => {
  new PerformanceObserver((seen) => done(seen.getEntries().reduce((sum, e) => sum + e.value, 0)))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(0), 300);
})"""


def log_in(page: Page, way: str = "用微信登录", who: str = "张测试") -> None:
    page.goto("/accounts/login?next=/accounts/")
    page.get_by_role("link", name=way).click()
    approve(page, who)


def approve(page: Page, who: str) -> None:
    page.get_by_text(who, exact=True).click()
    page.get_by_role("button", name="同意登录").click()
    page.wait_for_url(re.compile(r"/accounts/(welcome|$|\?|#)"))
    if "/accounts/welcome" in page.url:
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="创建账号").click()
        page.wait_for_url("**/accounts/")


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_someone_logs_in_links_qq_verifies_and_leaves_every_device(page: Page) -> None:
    page.goto("/accounts/login")
    assert_accessible(page)
    log_in(page)
    expect(page.get_by_role("heading", name="张测试")).to_be_visible()
    assert_accessible(page)
    link = page.get_by_role("link", name=re.compile("绑定 ?QQ"))
    if link.count():
        link.click()
        approve(page, "张测试")
        expect(page.get_by_text(re.compile("已绑定 ?QQ"))).to_be_visible()
    expect(page.locator("#identities").get_by_role("button", name="解除绑定")).to_have_count(2)
    page.goto("/accounts/realname")
    if page.get_by_role("button", name="提交核验").count():
        assert_accessible(page)
        page.get_by_role("textbox", name="姓名").fill("李不符")
        page.get_by_role("textbox", name="身份证号").fill(number(7))
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="提交核验").click()
        expect(page.get_by_text("对不上")).to_be_visible()
        page.get_by_role("textbox", name="姓名").fill("张测试")
        page.get_by_role("textbox", name="身份证号").fill(number(9))
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="提交核验").click()
    expect(page.get_by_text("已通过")).to_be_visible()
    page.goto("/accounts/")
    page.locator("#sessions").get_by_role("button", name="退出登录").click()
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="登录车知")).to_be_visible()


def test_qq_leads_to_the_same_person_and_refusing_changes_nothing(page: Page) -> None:
    log_in(page, "用QQ登录", "李不符")
    expect(page.get_by_role("heading", name="李不符")).to_be_visible()
    page.goto("/accounts/")
    page.locator("#sessions").get_by_role("button", name="退出登录").click()
    page.goto("/accounts/login")
    page.get_by_role("link", name="用微信登录").click()
    page.get_by_role("button", name="拒绝并跳回").click()
    expect(page.get_by_text("你没有同意授权")).to_be_visible()
    page.get_by_role("link", name="重新登录").click()
    expect(page.get_by_role("heading", name="登录车知")).to_be_visible()


def test_the_name_shows_in_the_corner_of_every_page(page: Page, members: LiveServer) -> None:
    log_in(page, who="昵称是 HTML")
    page.goto("/")
    expect(page.locator("#accounts-menu")).to_contain_text("<script>")
    page.goto("/accounts/")
    page.get_by_role("button", name="保存资料").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")


@pytest.mark.parametrize("page", [DESKTOP, PHONE], indirect=True, ids=["desktop", "phone"])
def test_staff_find_their_way_about_the_console(page: Page, members: LiveServer) -> None:
    log_in(page, who="昵称带表情")
    make_admin(members, "🚗小王👨‍👩‍👧🎉")
    log_in(page, who="昵称带表情")
    page.emulate_media(color_scheme="dark" if page.viewport_size == PHONE else "light")
    for path in (
        "",
        "catalogue",
        "words",
        "knowledge",
        "knowledge/add",
        "knowledge/documents/1",
        "knowledge/try?question=冬天续航会打折吗",
        "accounts",
        "tasks",
        "settings",
        "audit",
    ):
        page.goto(f"/console/{path}")
        expect(page.get_by_role("navigation", name="控制台")).to_be_visible()
        assert_accessible(page)
    page.goto("/console/catalogue?q=海豹")
    page.locator(".console-list a").first.click()
    page.get_by_label("参数名称里有").fill("指导价")
    page.get_by_role("button", name="查找", exact=True).click()
    page.get_by_role("link", name=re.compile("修改.*指导价")).first.click()
    assert_accessible(page)
    page.get_by_label("新的值").fill("12.34")
    page.get_by_label("来源", exact=True).fill("测试公告")
    page.get_by_label("来源月份").fill("2026-11")
    page.get_by_label("可信度").select_option(index=1)
    page.get_by_role("button", name="保存这个值").click()
    expect(page.get_by_role("status")).to_contain_text("测试公告")
    page.goto("/console/audit")
    expect(page.get_by_role("cell", name="改参数值").first).to_be_visible()


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_what_a_guest_gathers_is_there_after_login_until_history_is_switched_off(
    page: Page,
) -> None:
    page.goto("/cars/")
    hearts = page.locator(".row .heart-btn")
    for n in range(2):
        hearts.nth(n).dblclick()  # the second click of a double one takes nothing back
        expect(hearts.nth(n)).to_have_class(re.compile("is-added"))
    names = page.locator(".row-title").all_inner_texts()[:2]
    page.locator(".row-title a").first.click()
    expect(page.locator("#garage-link [data-room='2']")).to_be_attached()
    page.goto("/garage/")
    assert_accessible(page)
    for box in page.locator(".pick input").all():
        box.check()
    page.get_by_role("button", name="对比选中的").click()
    expect(page.locator(".cmp-car")).to_have_count(2)
    expect(page.locator(".cmp-car .heart-btn.is-added")).to_have_count(2)
    log_in(page)
    page.goto("/garage/")
    for name in names:
        expect(page.get_by_role("link", name=" ".join(name.split()), exact=True)).to_be_visible()
    page.goto("/")
    expect(page.locator(".strip-car").first).to_be_visible()
    assert page.evaluate(LAYOUT_SHIFT) < 0.001  # room was left for it
    assert_accessible(page)
    page.goto("/garage/history")
    expect(page.locator(".seen")).to_have_count(1)
    assert_accessible(page)
    page.goto("/accounts/")
    page.get_by_role("checkbox", name="浏览历史").uncheck()
    page.get_by_role("button", name="保存隐私设置").click()
    page.goto("/garage/history")
    expect(page.get_by_text("浏览记录关着")).to_be_visible()
    page.get_by_role("button", name="打开浏览记录").click()
    expect(page.get_by_text("还没有浏览记录")).to_be_visible()
    page.goto("/garage/")
    page.get_by_role("button", name=re.compile("^移出收藏")).first.click()
    expect(page.locator(".total")).to_contain_text("1 个收藏")
    assert_accessible(page)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".total")).to_contain_text("2 个收藏")
    for removed in (1, 2):
        page.get_by_role("button", name=re.compile("^移出收藏")).first.click()
        expect(page.locator(".row-gone")).to_have_count(removed)
    page.reload()
    expect(page.get_by_text("还没有收藏")).to_be_visible()


@pytest.fixture(scope="module")
def worker(members: LiveServer, redis_url: str) -> Iterator[None]:
    """A real worker of the same product; it makes no vectors, which would take minutes."""
    settings = {"APP_ENV": "testing", "VAR_DIR": str(members.var_dir), "REDIS_URL": redis_url}
    with (members.var_dir / "log" / "worker.log").open("wb") as log:
        process = spawn(
            [sys.executable, "-m", "celery", "--app", "tasks.celery", "worker", "--pool", "solo"],
            cwd=ROOT,
            env=clean_environ(EMBEDDER="none", **settings),
            stdout=log,
            stderr=log,
        )
    yield
    process.terminate()
    process.wait(20)


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_an_editor_adds_a_document_tries_a_question_and_removes_it(
    page: Page, members: LiveServer, worker: None
) -> None:
    log_in(page, who="昵称带表情")
    make_admin(members, "🚗小王👨‍👩‍👧🎉")
    log_in(page, who="昵称带表情")
    page.goto("/console/knowledge")
    page.get_by_role("link", name="加入文件").click()
    page.get_by_label("集合").fill("Handbooks")
    text = "泡芙牌玻璃水的冰点是零下四十度，冬天不会冻住喷嘴。".encode()
    page.get_by_label("文件，200 MB 以内").set_input_files(
        {"name": "water.md", "mimeType": "text/markdown", "buffer": text}
    )
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("alert")).to_contain_text("小写字母")
    assert_accessible(page)
    page.get_by_label("集合").fill("handbooks")
    page.get_by_label("标题").fill("玻璃水说明")
    page.get_by_label("文件，200 MB 以内").set_input_files(
        {"name": "water.md", "mimeType": "text/markdown", "buffer": text}
    )
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("新增 1")).to_be_visible(timeout=WORKER_MS)
    assert_accessible(page)
    page.get_by_role("button", name="收入").click()
    expect(page.get_by_text("已收入")).to_be_visible(timeout=WORKER_MS)
    page.goto("/console/knowledge")
    page.get_by_label("问题").fill("泡芙牌玻璃水的冰点是多少")
    expect(page.get_by_role("link", name="玻璃水说明").first).to_be_visible()
    # The worker indexes the words next.
    for _ in range(60):
        with page.expect_response(re.compile("/knowledge/try")):
            page.get_by_role("button", name="检索").click()
        if page.locator("#tried").get_by_text("零下四十度").count():
            break
        page.wait_for_timeout(500)
    expect(page.get_by_text("依据足够")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="玻璃水说明").first.click()
    page.get_by_role("link", name="移走").click()
    assert_accessible(page)
    page.get_by_role("button", name="移走").click()
    expect(page.get_by_text("移走了 1 篇")).to_be_visible(timeout=WORKER_MS)


LOOK = """async () => {
  // What a visitor sees who searches without a pause; each address is new to the page cache.
  // The last search begins when there is enough, not before.
  window.seen = [];
  for (let most = 1000, last = false; !last; most++) {
    last = Boolean(window.enough);
    const answer = await fetch(`/cars/?text=海豹06&price_wan_max=${most}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const total = page.querySelector("[data-total]");
    window.seen.push([answer.status, total ? Number(total.dataset.total) : -1]);
    await new Promise((done) => setTimeout(done, 100));
  }
}"""

NEW_CAR = """key,brand,maker,series,name,model_year,status,energy,price_wan,source,captured
puff-1,比亚迪,比亚迪,海豹06新能源,泡芙限定版,2026,在售,PHEV,12.34,测试公告,2025-11
puff-2,比亚迪,比亚迪,海豹06新能源,泡芙错价版,2026,在售,PHEV,便宜,测试公告,2025-11
"""


def test_a_file_is_imported_and_the_index_rebuilt_while_a_visitor_goes_on_searching(
    page: Page, browser: Browser, members: LiveServer, worker: None
) -> None:
    with visiting(browser, members) as visitor:
        visitor.evaluate(f"() => {{ window.looking = ({LOOK})(); }}")
        log_in(page, who="昵称带表情")
        make_admin(members, "🚗小王👨‍👩‍👧🎉")
        log_in(page, who="昵称带表情")
        import_cars(page, NEW_CAR)
        rebuild(page)
        seen = visitor.evaluate(
            "async () => { window.enough = true; await window.looking; return window.seen; }"
        )
        assert {status for status, _ in seen} == {200}
        totals = [total for _, total in seen]
        assert min(totals) == totals[0] > 0
        assert totals[-1] == totals[0] + 1
        visitor.goto("/")
        visitor.locator("#ask").fill("泡芙限定版")
        visitor.keyboard.press("Enter")
        expect(
            visitor.locator(".rows").get_by_text("2026款 泡芙限定版", exact=True)
        ).to_be_visible()


def import_cars(page: Page, text: str) -> None:
    """Upload, read the dry run, apply it; a third of the file is wrong."""
    page.goto("/console/catalogue")
    page.get_by_label("CSV").set_input_files(
        {"name": "puff.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_text("检查完了，还没有写入")).to_be_visible(timeout=WORKER_MS)
    expect(page.get_by_text("新增 1")).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("puff-2"))).to_contain_text("不是数字")
    assert_accessible(page)
    page.get_by_role("button", name="导入能用的 1 行").click()
    expect(page.get_by_text("已生效")).to_be_visible(timeout=WORKER_MS)


def rebuild(page: Page) -> None:
    """The search index anew, to its end, on a page that keeps itself up to date."""
    page.goto("/console/indexes")
    index = page.get_by_role("region", name="车型搜索")
    index.get_by_role("button", name=re.compile("重建")).click()
    expect(index.get_by_role("progressbar")).to_be_visible()
    assert_accessible(page)
    done = index.get_by_text(re.compile(r"重建完成：(\d+) / \1"))
    expect(done).to_be_visible(timeout=WORKER_MS)


@contextmanager
def visiting(browser: Browser, server: LiveServer) -> Iterator[Page]:
    """Somebody who is not signed in, in a browser of their own."""
    context = browser.new_context(locale="zh-CN", base_url=server.url)
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto("/cars/")
    yield page
    context.close()


def make_admin(server: LiveServer, nickname: str) -> None:
    settings = {"APP_ENV": "testing", "VAR_DIR": str(server.var_dir), "SECRET_KEY": "-" * 32}
    with create_app(settings).app_context():
        name_staff(name=nickname, role="admin")
        db.session.remove()
        db.engine.dispose()
