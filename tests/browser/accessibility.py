"""What axe finds wrong with a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script

# What is left out costs a third of the time and could not change what is found: descriptions of
# elements that pass, style sheets' text, which no rule at work reads, selectors beside the markup,
# and these rules, whose impact is minor or moderate by axe's own table.
LESSER = (
    "aria-allowed-role",
    "aria-deprecated-role",
    "empty-heading",
    "empty-table-header",
    "form-field-multiple-labels",
    "heading-order",
    "html-xml-lang-mismatch",
    "image-redundant-alt",
    "landmark-banner-is-top-level",
    "landmark-contentinfo-is-top-level",
    "landmark-main-is-top-level",
    "landmark-no-duplicate-banner",
    "landmark-no-duplicate-contentinfo",
    "landmark-no-duplicate-main",
    "landmark-one-main",
    "landmark-unique",
    "meta-viewport",
    "meta-viewport-large",
    "no-autoplay-audio",
    "page-has-heading-one",
    "presentation-role-conflict",
    "region",
    "scope-attr-valid",
    "server-side-image-map",
    "skip-link",
    "table-duplicate-name",
)
OPTIONS = {
    "resultTypes": ["violations"],
    "preload": False,
    "selectors": False,
    "rules": {rule: {"enabled": False} for rule in LESSER},
}
RUN = """async ([within, options]) => {
  const found = await axe.run(within ? { include: [within] } : document, options);
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => [one.id, one.help, one.nodes.slice(0, 3).map((node) => node.html)]);
}"""


def problems(page: Page, within: str | None = None, **options: Any) -> list[list[object]]:
    """What axe calls serious or critical on the page or in one part of it: rule, its help, and
    the first elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[list[object]] = page.evaluate(RUN, [within, OPTIONS | options])
    return found


def assert_accessible(page: Page, within: str | None = None) -> None:
    """And no wider than its window."""
    assert problems(page, within) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
