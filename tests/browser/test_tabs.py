"""The tabs that all browser tests get, in contexts that are kept."""

from __future__ import annotations

from tests.browser.conftest import DESKTOP, Tabs

KEEP = """() => {
  document.cookie = "kept=1";
  localStorage.setItem("kept", 1);
  sessionStorage.setItem("kept", 1);
}"""
KEPT = """[document.cookie.includes("kept"), localStorage.kept, sessionStorage.kept]
  .filter(Boolean)"""


def test_nothing_of_a_tab_is_left_for_the_next(tabs: Tabs) -> None:
    contexts = []
    for path in ("/cars/brands", "/videos/"):
        with tabs.open(viewport=DESKTOP, has_touch=False) as page:
            page.goto(path)
            assert page.evaluate(KEPT) == []
            page.evaluate(KEEP)
            assert page.evaluate(KEPT) == [True, "1", "1"]
            page.context.set_offline(True)
            page.context.new_page()
            contexts.append(page.context)
    assert contexts[0] is contexts[1]
    assert len(contexts[0].pages) == 1
