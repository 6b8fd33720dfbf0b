"""A real Chromium on the real server, with the shipped seed. Skipped where none is installed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
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
]
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
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


def _visitor(browser: Browser, site: LiveServer, **options: object) -> Iterator[Visitor]:
    context: BrowserContext = browser.new_context(locale="zh-CN", **options)  # type: ignore[arg-type]
    context.set_default_timeout(10_000)
    visitor = Visitor(context.new_page(), site.url)
    yield visitor
    context.close()
    assert visitor.errors == []
    strangers = [url for url in visitor.requests if not url.startswith((site.url, "data:"))]
    assert strangers == []


@pytest.fixture(params=["phone", "desktop"])
def visitor(
    request: pytest.FixtureRequest, browser: Browser, site: LiveServer
) -> Iterator[Visitor]:
    """A visitor on a phone, then on a desktop. No request may leave for another host."""
    size = PHONE if request.param == "phone" else DESKTOP
    yield from _visitor(browser, site, viewport=size, has_touch=request.param == "phone")


@pytest.fixture
def desktop(browser: Browser, site: LiveServer) -> Iterator[Visitor]:
    yield from _visitor(browser, site, viewport=DESKTOP)


@pytest.fixture
def phone(browser: Browser, site: LiveServer) -> Iterator[Visitor]:
    yield from _visitor(browser, site, viewport=PHONE, has_touch=True)


@pytest.fixture
def plain(browser: Browser, site: LiveServer) -> Iterator[Visitor]:
    """A visitor without JavaScript."""
    yield from _visitor(browser, site, viewport=DESKTOP, java_script_enabled=False)


@pytest.fixture(scope="module")
def _stage(browser: Browser) -> Iterator[Stage]:
    made = Stage(browser)
    yield made
    made.close()


@pytest.fixture
def stage(_stage: Stage) -> Iterator[Stage]:
    yield _stage
    _stage.clear()
