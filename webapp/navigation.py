"""The site's navigation: one table, made of what features registered, for three bars."""

from __future__ import annotations

from typing import Any, Literal

from flask import Flask, current_app

from webapp.registry import ConsolePage, Place, StaffLink, registry

Bar = Literal["top", "bottom", "foot"]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(places=places, console_pages=console_pages)


def places(bar: Bar) -> list[Place]:
    """The entries of one bar by position, without those that make no sense on this site."""
    open_login = current_app.jinja_env.globals.get("login_open", False)
    hidden = "guest" if open_login else "login"
    shown = [p for p in registry().navigation if getattr(p, bar) is not None and p.when != hidden]
    return sorted(shown, key=lambda place: getattr(place, bar))


def console_pages() -> list[ConsolePage]:
    """The console's menu, whoever reads it; the template leaves out what they may not open."""
    return sorted(registry().console.values(), key=lambda page: page.position)


def staff_links(page: str) -> list[tuple[StaffLink, dict[str, Any]]]:
    """Where staff edit what the page at this path shows, whoever reads it, and what the endpoint of
    each needs."""
    return [
        (link, {name: int(text) for name, text in match.groupdict().items()})
        for link in registry().staff_links
        if (match := link.page.fullmatch(page)) is not None
    ]
