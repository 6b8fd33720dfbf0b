"""What holds for every page: accessible, within its width, light, and of this host alone."""

from __future__ import annotations

import re
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

from tests.browser.accessibility import assert_accessible, problems
from tests.browser.conftest import PHONE, Visitor
from tests.live import LiveServer

PAGES = {
    "home": "/",
    "list": "/cars/",
    "list with conditions": "/cars/?price_wan_max=30&energy=BEV&range_km_min=500&features=快充"
    "&inferred=range_km&asked=30万以内续航长的纯电，别太花里胡哨",
    "list with a contradiction": "/cars/?q=10万以内 30万以上的纯电",
    "empty list": "/cars/?energy=BEV&price_wan_max=1",
    "brands": "/cars/brands",
    "guide": "/cars/guide?people=4",
    "series": "/cars/series/1",
    "trim": "/cars/trims/1",
    "costs": "/cars/trims/1/cost?way=balloon",
    "costs of several": "/cars/cost?ids=1,40,80",
    "comparison": "/cars/compare?ids=1,40,80",
    "differences": "/cars/compare?ids=1,2&only=diff",
    "no comparison": "/cars/compare",
    "no videos": "/videos/",
    "assistant": "/assistant/",
    "ranking": "/rankings/retail-series/2026-06",
    "error": "/cars/?colour=red",
}
OF_ONE_SIZE = ("header.top", ".bottom", ".facets", ".facets-open")
"""What looks otherwise on a phone, or is not there, is seen in both themes."""
MAX_REQUESTS = 25
MAX_BYTES = 100_000
MAX_SCRIPT_BYTES = 50_000


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_within_its_width_and_asks_for_few_files(
    visitor: Visitor, name: str
) -> None:
    """In the light theme on a phone and in the dark one on a desktop."""
    themes = ("light", "dark") if visitor.page.viewport_size == PHONE else ("dark", "light")
    visitor.page.emulate_media(color_scheme=themes[0])
    page = visitor.open(PAGES[name])
    page.wait_for_load_state("networkidle")
    assert len(visitor.requests) <= MAX_REQUESTS
    assert_accessible(page)
    if name == "list":
        page.emulate_media(color_scheme=themes[1])
        for part in OF_ONE_SIZE:
            if page.locator(f"{part}:visible").count():
                assert problems(page, part, runOnly=["color-contrast"]) == []
    if name == "error":
        visitor.errors.clear()  # the browser notes the status on its console


def sent(url: str) -> bytes:
    with urlopen(Request(url, headers={"Accept-Encoding": "gzip"}), timeout=10) as answer:
        body: bytes = answer.read()
        return body


@pytest.mark.parametrize("name", ["home", "list", "list with conditions"])
def test_a_page_with_its_styles_and_scripts_is_light(site: LiveServer, name: str) -> None:
    path = quote(PAGES[name], safe="/?&=")
    with urlopen(site.url + path, timeout=10) as answer:
        html = answer.read().decode()
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html)
    scripts = re.findall(r'<script src="([^"]+)"', html)
    weights = {part: len(sent(site.url + part)) for part in (*styles, *scripts)}
    assert sum(weights[script] for script in scripts) <= MAX_SCRIPT_BYTES
    assert len(sent(site.url + path)) + sum(weights.values()) <= MAX_BYTES
