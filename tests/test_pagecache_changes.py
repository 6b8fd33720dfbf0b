"""When a kept page is made anew: after its time, by a change, and by how many at once."""

from __future__ import annotations

import threading
from unittest.mock import patch

import pytest
from flask import Response
from werkzeug.test import Client

from tests.pagesite import Burst, Numbers, Site
from webapp import pagecache
from webapp.pagecache import PageCache
from webapp.pageversions import State
from webapp.turns import Turns


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(pagecache, "VERSION_SECONDS", 0.0)
    return Site()


def test_a_change_of_the_catalogue_drops_every_page(site: Site) -> None:
    site.client.get("/")
    site.numbers.change()
    assert site.client.get("/").text == "page 2 "


def test_a_change_of_the_knowledge_base_drops_the_pages_of_documents_alone(site: Site) -> None:
    for _ in range(2):
        assert site.client.get("/").text == "page 1 "
        assert site.client.get("/knowledge/").text == "page 2 "
    site.numbers.documents += 1
    assert site.client.get("/knowledge/").text == "page 3 "
    assert site.client.get("/").text == "page 1 "


def test_a_change_of_what_the_home_page_shows_drops_it_and_no_other(site: Site) -> None:
    site.client.get("/")
    site.client.get("/knowledge/")
    site.numbers.videos += 1
    assert site.client.get("/").text == "page 3 "
    assert site.client.get("/knowledge/").text == "page 2 "


def test_another_process_finds_the_page_in_the_store(site: Site) -> None:
    site.client.get("/")
    other = Site(site.store)
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 0


def test_a_page_that_the_store_has_waits_for_no_turn(site: Site) -> None:
    site.client.get("/")
    other = Site(site.store)
    with patch.object(Turns, "__call__", side_effect=AssertionError("it took its turn")):
        assert other.client.get("/").text == "page 1 "


def test_another_process_finds_a_page_with_a_query_as_well(site: Site) -> None:
    site.client.get("/?a=1")
    other = Site(site.store)
    assert other.client.get("/?a=1").text == "page 1 a=1"
    assert other.rendered == 0


def test_a_page_is_dropped_by_a_change_of_what_it_shows_and_by_no_other(site: Site) -> None:
    site.shows = ("series:1", "lists")
    site.client.get("/")
    site.numbers.change("series:2", "class:SUV")
    assert site.client.get("/").text == "page 1 "
    site.numbers.change("series:1")
    assert site.client.get("/").text == "page 2 "
    assert site.client.get("/").text == "page 2 "
    site.numbers.change()
    assert site.client.get("/").text == "page 3 "


def test_a_page_that_says_nothing_of_what_it_shows_is_dropped_by_every_change(site: Site) -> None:
    site.client.get("/")
    site.numbers.change("series:2")
    assert site.client.get("/").text == "page 2 "


def test_a_page_without_subjects_outlives_all_changes_but_of_everything(site: Site) -> None:
    site.shows = ()
    site.client.get("/")
    site.numbers.change("series:1", "lists")
    assert site.client.get("/").text == "page 1 "


def test_a_change_of_which_nobody_said_what_it_is_drops_everything(site: Site) -> None:
    site.shows = ("series:1",)
    site.client.get("/")
    site.numbers.catalogue += 1
    assert site.client.get("/").text == "page 2 "


def test_another_process_takes_no_page_that_a_change_has_dropped(site: Site) -> None:
    site.shows = ("series:1",)
    site.client.get("/")
    site.numbers.change("series:2")
    assert Site(site.store, site.numbers).client.get("/").text == "page 1 "
    site.numbers.change("series:1")
    other = Site(site.store, site.numbers)
    other.client.get("/")
    assert other.rendered == 1


def test_a_page_written_by_another_version_of_the_product_is_rendered_anew(site: Site) -> None:
    site.client.get("/")
    (key,) = site.store.data
    for data in (b"", b"[]\n", b"[1, 2, 3, 4]\nxx", b"\x00"):
        site.store.data[key] = data
        other = Site(site.store)
        assert other.client.get("/").text == "page 1 "
        assert other.rendered == 1


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
    renderer.join(60)
    assert first == ["page 2 "]


def test_another_process_serves_the_old_page_while_one_renders(site: Site) -> None:
    site.client.get("/")
    (key,) = site.store.data
    site.store.data[f"{key}:rendering"] = b"1"
    other = Site(site.store)
    other.now = site.now + 61
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 0


def test_of_a_new_page_another_process_waits_for_the_one_that_renders(site: Site) -> None:
    site.client.get("/")
    (key,) = site.store.data
    page = site.store.data.pop(key)
    site.store.data[f"{key}:rendering"] = b"1"
    other = Site(site.store)
    other.slept = [lambda: None, lambda: site.store.data.__setitem__(key, page)]
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 0


def test_where_the_other_process_keeps_none_one_renders_after_all(site: Site) -> None:
    site.client.get("/")
    (key,) = site.store.data
    del site.store.data[key]
    site.store.data[f"{key}:rendering"] = b"1"
    other = Site(site.store)
    other.slept = [lambda: site.store.data.pop(f"{key}:rendering")]
    assert other.client.get("/").text == "page 1 "
    assert other.rendered == 1


def test_a_personal_page_leaves_no_claim_behind(site: Site) -> None:
    site.client.get("/mine")
    assert site.store.data == {}


def test_a_burst_on_a_new_page_renders_it_once(site: Site) -> None:
    burst = Burst(site, 20)
    burst.run()
    assert burst.texts == ["page 1 "] * 20


def test_a_request_during_the_very_first_look_at_the_versions_renders_for_all() -> None:
    site, numbers, texts = Site(), Numbers(), list[str]()
    read = numbers.reader()

    def versions() -> State:
        if not texts:
            texts.append("")
            texts[0] = Client(site.cache, Response).get("/").text  # meanwhile, from elsewhere
        return read()

    site.cache = PageCache(site.app.wsgi_app, versions=versions, store=site.store)
    texts.append(Client(site.cache, Response).get("/").text)
    assert texts == ["page 1 "] * 2


def test_five_hundred_requests_when_a_page_expires_render_it_once(site: Site) -> None:
    site.client.get("/")
    site.now += 61
    burst = Burst(site, 500)
    burst.run()
    assert site.rendered == 2
    assert sorted(burst.texts) == ["page 1 "] * 499 + ["page 2 "]
