"""What holds for every page: accessible, within its width, light, and of this host alone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import Visitor

PAGES = {
    "home": "/",
    "list": "/cars/",
    "list with conditions": "/cars/?energy=BEV&price_wan_max=20&features=快充",
    "list with a sentence": "/cars/?price_wan_max=30&energy=BEV&range_km_min=500&inferred=range_km"
    "&asked=30万以内续航长的纯电，别太花里胡哨",
    "list with a contradiction": "/cars/?q=10万以内 30万以上的纯电",
    "empty list": "/cars/?energy=BEV&price_wan_max=1",
    "brands": "/cars/brands",
    "series": "/cars/series/1",
    "trim": "/cars/trims/1",
    "comparison": "/cars/compare?ids=1,40,80",
    "differences": "/cars/compare?ids=1,2&only=diff",
    "no comparison": "/cars/compare",
    "error": "/cars/?colour=red",
}
MAX_REQUESTS = 25
BAD = {"serious", "critical"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(visitor: Visitor, name: str, theme: str) -> None:
    visitor.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page = visitor.open(PAGES[name])
    found = Axe().run(page).response["violations"]
    bad = [
        f"{v['id']}: {v['help']} {[node['target'] for node in v['nodes'][:3]]}"
        for v in found
        if v["impact"] in BAD
    ]
    assert bad == []
    if name == "error":
        visitor.errors.clear()  # the browser notes the status on its console


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_sideways_and_few_files_are_asked_for(
    visitor: Visitor, name: str
) -> None:
    page = visitor.open(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert len(visitor.requests) <= MAX_REQUESTS
    if name == "error":
        visitor.errors.clear()  # the browser notes the status on its console
