"""The address of the search engine, which may name several hosts."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlsplit


def search_hosts(url: str) -> list[SplitResult]:
    """The places that SEARCH_URL names between commas, each with `hostname` and `port`."""
    return [urlsplit(f"//{one}") for one in urlsplit(url).netloc.rpartition("@")[2].split(",")]


def search_url(text: str) -> str:
    """`whoosh:`, or servers of one cluster with the prefix of our indices as the path."""
    if text == "whoosh:":
        return text
    url = urlsplit(text)
    for place in search_hosts(text):
        if not place.hostname:
            raise ValueError
        _ = place.port
    allowed = {"ca", "api_key"}
    given = dict(parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query)))
    prefix = re.fullmatch(r"/[a-z][a-z0-9_-]{0,60}", url.path)
    if url.scheme not in ("http", "https") or not prefix:
        raise ValueError
    if url.fragment or set(given) - allowed or (given.get("api_key") and url.username):
        raise ValueError
    return text
