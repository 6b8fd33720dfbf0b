"""What axe finds wrong with a page."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SCRIPT = Axe().axe_script

# Elements that pass need no description, and no rule at work reads the style sheets' text:
# without the two axe takes half the time.
RUN = """async ([within, more]) => {
  const options = { resultTypes: ["violations"], preload: false, ...more };
  const found = await axe.run(within ? { include: [within] } : document, options);
  return found.violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => [one.id, one.help, one.nodes.slice(0, 3).map((node) => node.target)]);
}"""


def problems(page: Page, within: str | None = None, **options: Any) -> list[list[object]]:
    """What axe calls serious or critical on the page or in one part of it: rule, its help, and
    the first elements."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SCRIPT)
    found: list[list[object]] = page.evaluate(RUN, [within, options])
    return found


def assert_accessible(page: Page, within: str | None = None) -> None:
    """And no wider than its window."""
    assert problems(page, within) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
