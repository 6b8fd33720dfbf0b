"""The page that offers the ways to log in, and what a guest finds there."""

from __future__ import annotations

import re

from tests.accounts.conftest import WECHAT
from tests.accounts.test_login import MakeBrowser


def test_a_phone_outside_wechat_is_offered_qq_first_and_the_way_into_wechat(
    browser: MakeBrowser,
) -> None:
    names = re.compile(r"/accounts/login/([a-z-]+)\?")
    phone = browser("Mozilla/5.0 (Linux; Android 16) Chrome/142 Mobile Safari/537.36")
    page = phone.get("/accounts/login?next=/garage/").text
    assert names.findall(page) == ["qq", "wechat"]
    assert "复制链接，到微信里打开" in page
    assert re.search(r'value="http[^"]*/accounts/login\?next=/garage/"', page)
    for other in (browser(), browser(WECHAT)):
        page = other.get("/accounts/login").text
        assert names.findall(page)[0].startswith("wechat")
        assert "复制链接" not in page


def test_a_guest_who_opens_their_own_page_meets_what_is_theirs_before_the_login(
    browser: MakeBrowser,
) -> None:
    guest = browser()
    asked = guest.get("/accounts/")
    page = guest.get(asked.location).text
    assert 0 < page.index('href="/garage/"') < page.index("登录车知</h2>")
    for place in ("/garage/history", "/cars/compare", "/assistant/"):
        assert page.index(f'class="mine-open" href="{place}"') < page.index("登录车知</h2>")
    assert "mine-open" not in guest.get("/accounts/login?next=/cars/").text
