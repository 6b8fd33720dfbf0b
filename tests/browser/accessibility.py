"""What axe finds wrong with a page."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

BAD = {"serious", "critical"}


def problems(page: Page, **options: object) -> list[str]:
    """What axe calls serious or critical, with the first elements."""
    # Elements that pass need no description: writing them all takes half of axe's time.
    options |= {"resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{v['id']}: {v['help']} {[node['target'] for node in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in BAD
    ]


def assert_accessible(page: Page) -> None:
    """And no wider than its window."""
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
