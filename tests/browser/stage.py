"""An empty page without a server, for scripts of static/ with just the elements they need."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

from webapp.config import ROOT

ADDRESS = "https://stage.test/"


class Stage:
    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context(locale="zh-CN", reduced_motion="no-preference")
        self._context.set_default_timeout(5_000)
        self._context.route("**/*", self._answer)
        self.page: Page = self._context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._html = ""

    def show(self, body: str, *scripts: str, before: str = "", address: str = ADDRESS) -> Page:
        """Show these elements and then run the scripts, such as "specs"; `before` runs first."""
        tags = "".join(f'<script src="/static/js/{name}.js"></script>' for name in scripts)
        self._html = (
            f"<!doctype html><meta charset=utf-8><link rel=icon href=data:,>"
            f"<script>{before}</script><body>{body}{tags}"
        )
        self.page.goto(address)
        return self.page

    def run(self, code: str, argument: Any = None) -> Any:
        """What an async function of this code returns; `import` takes modules of static/js."""
        return self.page.evaluate(f"async (given) => {{{code}}}", argument)

    def clear(self) -> None:
        """Nothing a script kept or broke is left for the next."""
        self.page.evaluate("[localStorage, sessionStorage].forEach((kept) => kept.clear())")
        errors, self.errors = self.errors, []
        assert errors == []

    def close(self) -> None:
        self._context.close()

    def _answer(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            route.fulfill(path=ROOT / path[1:])
        else:
            route.fulfill(body=self._html, content_type="text/html")
