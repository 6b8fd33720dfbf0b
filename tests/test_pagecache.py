"""The page cache in front of a small application, with a store and a clock of the test's own."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import pytest
from flask import Flask, Response, request
from redis import RedisError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.test import Client

from webapp import pagecache
from webapp.pagecache import PageCache, Versions, cache_page


def versions(catalogue: int, knowledge: int) -> Versions:
    """One that every page follows, and one of the documents."""
    return (catalogue, ()), (knowledge, ("/knowledge/", "/sitemap.xml"))


class Store:
    """A Redis of the test's own; `down` makes every call fail as a refused connection does."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.down = False

    def _check(self) -> None:
        if self.down:
            raise RedisError("refused")

    def get(self, name: str, /) -> Any:
        self._check()
        return self.data.get(name)

    def set(self, name: str, value: Any, /, *, ex: int | None = None, nx: bool = False) -> Any:
        self._check()
        if nx and name in self.data:
            return None
        self.data[name] = value
        return True

    def delete(self, name: str, /) -> Any:
        self._check()
        self.data.pop(name, None)

    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any:
        """The one script there is, which keeps a page; `test_pagestore` runs it in a Redis."""
        self._check()
        self.data[keys_and_args[0]] = keys_and_args[numkeys]


class Site:
    """Counts how often each page was really rendered."""

    def __init__(self, store: Store | None = None) -> None:
        self.now = 1000.0
        self.versions = versions(1, 1)
        self.rendered = 0
        self.store = store or Store()
        self.hold: threading.Event | None = None
        app = Flask(__name__)
        app.add_url_rule("/", view_func=self.home)
        app.add_url_rule("/knowledge/", "knowledge", view_func=self.home)
        app.add_url_rule("/mine", view_func=self.mine)
        app.add_url_rule("/cookie", view_func=self.cookie)
        self.fails = False
        self.gives_cookie = True
        self.cache = PageCache(
            app.wsgi_app,
            versions=lambda: self.versions,
            store=self.store,
            clock=lambda: self.now,
        )
        self.client = Client(self.cache, Response)

    def home(self) -> str:
        self.rendered += 1
        if self.fails:
            raise ServiceUnavailable
        cache_page(60)
        mine = self.rendered
        if self.hold is not None:
            assert self.hold.wait(5)
        kind = "fragment" if request.headers.get("HX-Request") else "page"
        return f"{kind} {mine} {request.query_string.decode()}"

    def mine(self) -> str:
        self.rendered += 1
        return "personal"

    def cookie(self) -> Response:
        self.rendered += 1
        cache_page(60)
        response = Response("with cookie")
        if self.gives_cookie:
            response.set_cookie("who", "me")
        return response


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


def test_a_change_of_the_catalogue_drops_every_page(site: Site) -> None:
    site.client.get("/")
    site.versions = versions(2, 1)
    assert site.client.get("/").text == "page 2 "


def test_a_change_of_the_knowledge_base_drops_the_pages_of_documents_alone(site: Site) -> None:
    for _ in range(2):
        assert site.client.get("/").text == "page 1 "
        assert site.client.get("/knowledge/").text == "page 2 "
    site.versions = versions(1, 2)
    assert site.client.get("/knowledge/").text == "page 3 "
    assert site.client.get("/").text == "page 1 "


def test_after_its_time_a_page_is_rendered_again(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    assert site.client.get("/").text == "page 2 "


def test_another_process_finds_the_page_in_the_store(site: Site) -> None:
    site.client.get("/")
    other = Site(site.store)
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 0


def test_addresses_with_a_query_stay_out_of_the_store(site: Site) -> None:
    site.client.get("/?a=1")
    assert not site.store.data


def test_with_the_store_away_pages_are_still_kept_here(site: Site) -> None:
    site.store.down = True
    assert site.client.get("/").text == site.client.get("/").text == "page 1 "


def test_while_one_request_renders_anew_the_others_get_the_old_page(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    site.hold = threading.Event()
    first: list[str] = []
    renderer = threading.Thread(target=lambda: first.append(site.client.get("/").text))
    renderer.start()
    while site.rendered < 2:
        renderer.join(0.01)
    assert Client(site.cache, Response).get("/").text == "page 1 "
    site.hold.set()
    renderer.join(5)
    assert first == ["page 2 "]


def test_another_process_serves_the_old_page_while_one_renders(site: Site) -> None:
    site.client.get("/")
    (key,) = site.store.data
    site.store.data[f"{key}:rendering"] = b"1"
    other = Site(site.store)
    other.now = site.now + 61
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 0


def test_a_burst_on_a_new_page_renders_it_once(site: Site) -> None:
    site.hold = threading.Event()
    texts: list[str] = []
    burst = [
        threading.Thread(target=lambda: texts.append(Client(site.cache, Response).get("/").text))
        for _ in range(8)
    ]
    for thread in burst:
        thread.start()
    while site.rendered < 1:
        burst[0].join(0.01)
    site.hold.set()
    for thread in burst:
        thread.join(5)
    assert texts == ["page 1 "] * 8


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
