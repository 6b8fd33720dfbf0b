"""What carriers add to shared links is taken off; nothing else is, and nobody is led elsewhere."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import Client

from webapp.carriers import CARRIED, Carriers, without_carried
from webapp.config import ROOT
from webapp.pagecache import PageCache


@pytest.mark.parametrize(
    ("shared", "clean"),
    [
        ("/cars/?from=singlemessage&isappinstalled=0", "/cars/"),
        ("/cars/?energy=BEV&from=timeline", "/cars/?energy=BEV"),
        ("/cars/?nsukey=Zm9v%2Bbar%3D%3D&price_wan_max=20", "/cars/?price_wan_max=20"),
        ("/cars/?utm_source=wechat&utm_medium=moments", "/cars/"),
        ("/cars/?_=1699999999", "/cars/"),
        (
            "/cars/?energy=PHEV&from=x&body=SUV&utm_campaign=a%20b&energy=BEV",
            "/cars/?energy=PHEV&body=SUV&energy=BEV",
        ),
        ("/cars/compare?ids=1,2&from=groupmessage", "/cars/compare?ids=1,2"),
        ("/cars/trims/1?from=singlemessage", "/cars/trims/1"),
        ("/?fr%6Fm=timeline", "/"),
        ("/cars/?q=%E7%BA%AF%E7%94%B5+SUV&_wv=1031", "/cars/?q=%E7%BA%AF%E7%94%B5+SUV"),
        ("/knowledge/?tdsourcetag=s_pctim_aiomsg", "/knowledge/"),
    ],
)
def test_a_shared_public_page_leads_to_its_own_address(
    client: FlaskClient, shared: str, clean: str
) -> None:
    answer = client.get(shared)
    assert (answer.status_code, answer.headers["Location"]) == (302, clean)
    assert client.head(shared).status_code == 302


@pytest.mark.parametrize(
    "query",
    [
        "fromage=1",
        "From=timeline",
        "utm_=1",
        "utm=1",
        "__=1",
        "isappinstalled2=0",
        "share=1",
        "a&b",
    ],
)
def test_every_other_unknown_parameter_is_refused_as_before(
    client: FlaskClient, query: str
) -> None:
    assert without_carried(query) is None
    assert client.get(f"/cars/?{query}").status_code == 400


def test_what_is_left_is_still_judged(client: FlaskClient) -> None:
    answer = client.get("/cars/?colour=red&from=timeline", follow_redirects=True)
    assert answer.status_code == 400
    assert "colour" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/console/?from=timeline", "/accounts/?from=x", "/healthz?_=1", "/nowhere?from=x"],
)
def test_other_pages_do_not_redirect_for_it(client: FlaskClient, path: str) -> None:
    plain = client.get(path.partition("?")[0])
    answer = client.get(path)
    assert answer.status_code == plain.status_code
    assert answer.headers.get("Location", "").startswith(plain.headers.get("Location", ""))


def test_a_form_that_is_sent_is_not_redirected(client: FlaskClient) -> None:
    assert client.post("/cars/basket?from=timeline").status_code == 400


@pytest.mark.parametrize(
    "path", ["//evil.example/", "/\\evil.example", "///evil.example", "/\\/e.x"]
)
def test_no_path_leads_to_another_site(path: str) -> None:
    def application(environ: object, start_response: object) -> list[bytes]:
        raise AssertionError("the redirect comes first")

    client = Client(Carriers(application, is_public=lambda _: True))  # type: ignore[arg-type]
    answer = client.get(
        "/", environ_overrides={"PATH_INFO": path, "QUERY_STRING": "from=x&a=\r\nX"}
    )
    location = answer.headers["Location"]
    assert re.fullmatch(r"/[^/\\]\S*", location)


def test_the_redirect_comes_before_the_page_cache(app: Flask, client: FlaskClient) -> None:
    outer = app.wsgi_app
    while not isinstance(outer, Carriers):
        outer = outer._application  # type: ignore[attr-defined]
    cache = outer._application
    assert isinstance(cache, PageCache)
    client.get("/cars/?_=0")
    shelf, _ = cache._queries
    kept = len(shelf._entries), len(cache._personal)
    for n in range(5):
        client.get(f"/cars/?_={n}")
    assert (len(shelf._entries), len(cache._personal)) == kept


def test_the_page_about_links_shows_the_table_of_the_code() -> None:
    text = (ROOT / "docs" / "links.md").read_text("utf-8")
    assert dict(re.findall(r"^\| `([^`]+)` \| (.+) \|$", text, re.MULTILINE)) == CARRIED
