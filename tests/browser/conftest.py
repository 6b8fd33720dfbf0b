"""A real Chromium on the real server, with the shipped seed. Skipped where none is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.stage import Stage
from tests.live import LiveServer, live_server

ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def chromium() -> str | None:
    # The one without windows first: it takes a third of the time for each page.
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, seeded: Path) -> Iterator[LiveServer]:
    """The product with the shipped seed, where questions of the right form get scripted answers;
    a failing page must not hide behind another's cache."""
    folder = tmp_path_factory.mktemp("site")
    with live_server(folder, like=seeded, application="tests.assistant.served:app") as server:
        yield server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    # Playwright's loop and pytest's live in one thread here; nothing may leave the machine.
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield launched
        launched.close()


class Visitor:
    """A page that remembers what went wrong on it: script errors, refused loads, strangers."""

    def __init__(self, page: Page, base: str) -> None:
        self.page = page
        self.base = base
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on(
            "console",
            lambda message: self.errors.append(message.text) if message.type == "error" else None,
        )
        page.on("request", lambda request: self.requests.append(request.url))

    def open(self, path: str) -> Page:
        self.page.goto(self.base + path, wait_until="load")
        return self.page


class Tabs:
    """Fresh tabs in contexts that are kept, with nothing in them of an earlier one.

    A context of its own for each test is a process of its own for its pages: one that has drawn
    none of them before takes twice the time for the first.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._kept: dict[str, tuple[BrowserContext, Page]] = {}

    @contextmanager
    def open(self, **options: object) -> Iterator[Page]:
        context, anchor = self._context(**options)
        page = context.new_page()
        yield page
        for tab in context.pages:
            if tab is not anchor:
                tab.close()
        self._forget(context, anchor)

    def _context(self, **options: object) -> tuple[BrowserContext, Page]:
        kind = repr(sorted(options.items()))
        if kind not in self._kept:
            context = self._browser.new_context(
                locale="zh-CN",
                base_url=self._url,
                **options,  # type: ignore[arg-type]
            )
            context.set_default_timeout(10_000)
            anchor = context.new_page()  # keeps the process of this site's pages
            anchor.goto("/healthz")
            self._kept[kind] = context, anchor
        return self._kept[kind]

    def _forget(self, context: BrowserContext, anchor: Page) -> None:
        context.unroute_all()
        context.set_offline(offline=False)
        context.clear_permissions()
        context.clear_cookies()
        session = context.new_cdp_session(anchor)
        everything = {"origin": self._url, "storageTypes": "all"}
        session.send("Storage.clearDataForOrigin", everything)
        session.detach()

    def close(self) -> None:
        for context, _ in self._kept.values():
            context.close()


@pytest.fixture(scope="session")
def tabs(browser: Browser, site: LiveServer) -> Iterator[Tabs]:
    made = Tabs(browser, site.url)
    yield made
    made.close()


def _visitor(tabs: Tabs, site: LiveServer, **options: object) -> Iterator[Visitor]:
    with tabs.open(**options) as page:
        visitor = Visitor(page, site.url)
        yield visitor
    assert visitor.errors == []
    strangers = [url for url in visitor.requests if not url.startswith((site.url, "data:"))]
    assert strangers == []


@pytest.fixture(params=["phone", "desktop"])
def visitor(request: pytest.FixtureRequest, tabs: Tabs, site: LiveServer) -> Iterator[Visitor]:
    """A visitor on a phone, then on a desktop. No request may leave for another host."""
    size = PHONE if request.param == "phone" else DESKTOP
    yield from _visitor(tabs, site, viewport=size, has_touch=request.param == "phone")


@pytest.fixture
def desktop(tabs: Tabs, site: LiveServer) -> Iterator[Visitor]:
    yield from _visitor(tabs, site, viewport=DESKTOP, has_touch=False)


@pytest.fixture
def phone(tabs: Tabs, site: LiveServer) -> Iterator[Visitor]:
    yield from _visitor(tabs, site, viewport=PHONE, has_touch=True)


@pytest.fixture
def plain(tabs: Tabs, site: LiveServer) -> Iterator[Visitor]:
    """A visitor without JavaScript."""
    yield from _visitor(tabs, site, viewport=DESKTOP, java_script_enabled=False)


@pytest.fixture(scope="module")
def _stage(browser: Browser) -> Iterator[Stage]:
    made = Stage(browser)
    yield made
    made.close()


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    yield _stage
    _stage.clear()
