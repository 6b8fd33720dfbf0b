"""The page cache in front of a small application: what is kept, and for whom."""

from __future__ import annotations

import gzip

import pytest

from tests.pagesite import Site
from webapp import pagecache


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(pagecache, "VERSION_SECONDS", 0.0)
    return Site()


def test_a_public_page_is_rendered_once(site: Site) -> None:
    assert site.client.get("/").text == site.client.get("/").text == "page 1 "


def test_the_order_of_parameters_does_not_matter(site: Site) -> None:
    assert site.client.get("/?a=1&b=2").text == site.client.get("/?b=2&a=1").text
    assert site.rendered == 1


@pytest.mark.parametrize("other", ["ids", "%69ds"])
def test_the_order_of_a_repeated_parameter_matters(site: Site, other: str) -> None:
    queries = f"a=1&ids=3&{other}=4", f"{other}=4&ids=3&a=1"
    for query in queries:
        assert site.client.get(f"/?{query}").text.endswith(query)
    assert site.client.get(f"/?ids=3&{other}=4&a=1").text.endswith(queries[0])
    assert site.rendered == 2


@pytest.mark.parametrize("host", ["localhost:1", "localhost:99999", "LOCALHOST"])
def test_the_port_and_the_case_of_the_host_make_no_other_page(site: Site, host: str) -> None:
    site.client.get("/")
    assert site.client.get("/", headers={"Host": host}).text == "page 1 "
    assert len(site.store.data) == 1


def test_a_page_that_failed_once_is_kept_when_it_succeeds(site: Site) -> None:
    site.fails = True
    assert site.client.get("/").status_code == 503
    site.fails = False
    assert site.client.get("/").text == site.client.get("/").text == "page 2 "


def test_head_first_renders_the_page_that_get_then_gets(site: Site) -> None:
    first = site.client.head("/")
    assert (first.data, first.headers["Content-Length"]) == (b"", str(len("page 1 ")))
    assert site.client.get("/").text == "page 1 "


def test_head_of_a_personal_page_gets_headers_only(site: Site) -> None:
    for _ in range(2):
        assert site.client.head("/mine").data == b""


def test_a_page_that_became_the_same_for_everyone_is_kept_after_a_while(site: Site) -> None:
    site.gives_cookie = True
    for _ in range(2):
        site.client.get("/cookie")
    site.gives_cookie = False
    site.now += pagecache.PERSONAL_SECONDS + 1
    for _ in range(2):
        site.client.get("/cookie")
    assert site.rendered == 3


def test_marks_of_personal_pages_stay_within_their_bound_and_hold_no_address(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pagecache, "PERSONAL_KEYS", 10)
    for n in range(30):
        site.client.get(f"/mine?secret={n}")
    assert len(site.cache._personal) == 10
    assert not any("secret" in key for key in site.cache._personal)


def test_a_fragment_is_not_a_page_and_the_back_button_gets_the_page(site: Site) -> None:
    site.client.get("/")
    swap = {"HX-Request": "true"}
    assert site.client.get("/", headers=swap).text == "fragment 2 "
    back = swap | {"HX-History-Restore-Request": "true"}
    assert site.client.get("/", headers=back).text.startswith("page")


def test_a_personal_page_is_never_kept(site: Site) -> None:
    for _ in range(3):
        assert site.client.get("/mine").text == "personal"
    assert site.rendered == 3


def test_an_answer_that_sets_a_cookie_is_never_kept(site: Site) -> None:
    for _ in range(2):
        assert "Set-Cookie" in site.client.get("/cookie").headers
    assert site.rendered == 2
    assert not site.store.data


def test_after_its_time_a_page_is_rendered_again(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    assert site.client.get("/").text == "page 2 "


def test_a_page_that_cannot_be_made_anew_is_shown_as_it_was_and_says_so(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    site.fails = True
    answer = site.client.get("/")
    assert (answer.status_code, answer.text) == (200, "page 1 ")
    assert answer.headers["Cache-Status"] == "chezhi; hit; fwd=stale; fwd-status=503"
    site.fails = False
    answer = site.client.get("/")
    assert (answer.text, "Cache-Status" in answer.headers) == ("page 3 ", False)


def test_a_page_that_a_change_has_dropped_is_not_shown_instead(site: Site) -> None:
    site.client.get("/")
    site.numbers.change()
    site.fails = True
    assert site.client.get("/").status_code == 503


def test_while_the_database_struggles_no_page_that_is_kept_is_rendered(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    site.struggles = True
    other = Site(site.store, site.numbers)  # another process, which has it from the store
    other.now, other.struggles = site.now, True
    for one in (site, other):
        assert one.client.get("/").text == "page 1 "
    assert (site.rendered, other.rendered) == (1, 0)
    assert site.client.get("/?new").text == "page 2 new"


def test_with_the_store_away_pages_are_still_kept_here(site: Site) -> None:
    site.store.down = True
    assert site.client.get("/").text == site.client.get("/").text == "page 1 "


def test_compressed_and_plain_carry_the_same_page_and_a_tag_saves_the_body(site: Site) -> None:
    plain = site.client.get("/")
    packed = site.client.get("/", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    same = site.client.get("/", headers={"If-None-Match": plain.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")


def test_head_gets_the_headers_only(site: Site) -> None:
    site.client.get("/")
    answer = site.client.head("/")
    assert answer.data == b""
    assert answer.headers["Content-Length"] == str(len("page 1 "))


def test_memory_stays_within_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "QUERY_BYTES", 10_000)
    site = Site()
    site.store.down = True
    for n in range(50):
        site.client.get(f"/?n={n}")
    before = site.rendered
    site.client.get("/?n=49")
    assert site.rendered == before
    site.client.get("/?n=0")
    assert site.rendered == before + 1


def test_a_flood_of_queries_drops_no_page_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pagecache, "QUERY_BYTES", 10_000)
    monkeypatch.setattr(pagecache, "MEMORY_BYTES", 10_000)
    site = Site()
    site.store.down = True
    site.client.get("/")
    for n in range(50):
        site.client.get(f"/?n={n}")
    assert site.client.get("/").text == "page 1 "
