"""Parameters that carriers of links add to an address are taken off again by a redirect.

WeChat, QQ and advertisers hang marks of their own on every address that is shared through them.
They say nothing to the site, and pages that read their parameters refuse unknown ones. Standing
in front of the page cache, this keeps one page from being kept under many spellings. Only public
pages answer so; every other parameter stays as it is, and in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote_plus

from flask import Flask
from werkzeug.exceptions import HTTPException

from webapp.access import access_of
from webapp.pagecache import NEVER_KEPT

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CARRIED: Final = {
    "from": "微信",
    "isappinstalled": "微信",
    "nsukey": "微信",
    "_": "微信和脚本库，防缓存的时间",
    "_wv": "QQ",
    "tdsourcetag": "QQ",
    "utm_*": "投放和统计工具",
    "bd_vid": "百度推广",
    "gclid": "Google Ads",
    "fbclid": "Facebook",
    "msclkid": "Microsoft Ads",
}
"""Parameter to who adds it; `*` stands for any further characters. docs/links.md shows it."""
_WHOLE: Final = frozenset(name for name in CARRIED if not name.endswith("*"))
_PREFIXES: Final = tuple(name[:-1] for name in CARRIED if name.endswith("*"))
_SAFE_IN_QUERY: Final = "%&=+/?:@!$'()*,;-._~"


def is_carried(name: str) -> bool:
    """Whether a parameter is one of those that carriers add."""
    return name in _WHOLE or any(name.startswith(prefix) and name != prefix for prefix in _PREFIXES)


def without_carried(query: str) -> str | None:
    """The query without what carriers added, the rest as it was; None where there is nothing to
    take off."""
    parts = query.split("&")
    own = [part for part in parts if not is_carried(unquote_plus(part.partition("=")[0]))]
    return None if len(own) == len(parts) else "&".join(own)


class Carriers:
    """WSGI middleware; see the module's text. `is_public` is asked of paths only whose query has
    something to take off."""

    def __init__(self, application: WSGIApplication, *, is_public: Callable[[str], bool]) -> None:
        self._application = application
        self._is_public = is_public

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query, path = environ.get("QUERY_STRING", ""), environ.get("PATH_INFO", "")
        if not query or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._application(environ, start_response)
        clean = without_carried(query)
        if clean is None or path in NEVER_KEPT or not self._is_public(path):
            return self._application(environ, start_response)
        start_response(
            "302 Found",
            [
                ("Location", _address(environ.get("SCRIPT_NAME", ""), path, clean)),
                ("Cache-Control", "no-cache"),
                ("Content-Length", "0"),
            ],
        )
        return []


def _address(root: str, path: str, query: str) -> str:
    """A relative address on this site: one slash in front, so that no path names a host."""
    place = "/" + (root + path).encode("latin-1").decode("utf-8", "replace").lstrip("/\\")
    return quote(place) + ("?" + quote(query, safe=_SAFE_IN_QUERY) if query else "")


def init_app(app: Flask) -> None:
    """Call it after `pagecache.init_app`: the redirect comes before the cache."""

    def is_public(path: str) -> bool:
        try:
            text = path.encode("latin-1").decode("utf-8", "replace")
            endpoint, _ = app.url_map.bind("").match(text, method="GET")
        except HTTPException:
            return False
        return access_of(app.view_functions[endpoint]) == "public"

    app.wsgi_app = Carriers(app.wsgi_app, is_public=is_public)  # type: ignore[method-assign]
