"""Headers that bound what a page may do in the browser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, request

from webapp.errors import BadInput

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        # A player feeds a video from a script (MSE), which is an address of that kind.
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

_STORED: Final = ("img-src", "media-src", "connect-src")
"""What stored files are used for."""

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

FOR_MACHINES: Final = frozenset({"/healthz", "/readyz"})

ONE_YEAR: Final = 31_536_000


def policy(storage_origin: str) -> str:
    """POLICY; where stored files come from another origin, with that."""
    if not storage_origin:
        return POLICY
    return "; ".join(
        f"{part} {storage_origin}" if part.startswith(_STORED) else part
        for part in POLICY.split("; ")
    )


def refuse_undecodable() -> None:
    """Raise `BadInput` naming the part of the query that is not UTF-8 or holds a NUL.

    Werkzeug would pass such bytes on as other text, and a visitor would get an answer to
    something never asked.
    """
    for part in request.query_string.split(b"&"):
        try:
            text = unquote_to_bytes(part).decode("utf-8")
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            name = unquote_to_bytes(part.partition(b"=")[0]).decode("utf-8", "replace")
            named = name.replace("\0", "�")[:40]
            raise BadInput(f"参数 {named} 含有不能识别的字节，地址应为 UTF-8 文字。")


class KnownHost:
    """WSGI middleware: a host's name means the same in capitals (RFC 9110, 4.2.3), and what asks
    how this process is may call it by any name, such as a container's address."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO")
        # By the token alone: a name of their own is how strange pages would reach loopback.
        by_token = path == "/metrics" and "HTTP_AUTHORIZATION" in environ
        if path in FOR_MACHINES or by_token:
            environ["HTTP_HOST"] = "localhost"
        elif "HTTP_HOST" in environ:
            environ["HTTP_HOST"] = environ["HTTP_HOST"].lower()
        return self._application(environ, start_response)


def know_host(app: Flask) -> None:
    """Before whatever else looks at the host, such as the page cache: call it last."""
    app.wsgi_app = KnownHost(app.wsgi_app)  # type: ignore[method-assign]


def init_app(app: Flask, storage_origin: str) -> None:
    app.before_request(refuse_undecodable)
    headers = {"Content-Security-Policy": policy(storage_origin), **HEADERS}
    if app.config["APP_ENV"] == "production":
        whole = "; includeSubDomains" if app.config["HSTS_SUBDOMAINS"] == "1" else ""
        headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}{whole}"

    @app.after_request
    def bound(response: Response) -> Response:
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response
