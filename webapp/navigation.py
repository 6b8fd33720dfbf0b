"""The site's navigation: one table, made of what features registered, for every bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final, Literal

from flask import Flask

from webapp.registry import ConsolePage, Place, StaffLink, registry

Bar = Literal["top", "icons", "home", "mine", "foot"]
GROUPS: Final = ("内容", "交易", "人", "系统")
"""Of the console's pages, in order."""


@dataclass(frozen=True)
class Section:
    """One of the five places of the phone's bar. It is there once a feature belongs to it."""

    key: str
    label: str
    icon: str


SECTIONS: Final = (
    Section("home", "首页", "home"),
    Section("cars", "选车", "car"),
    Section("assistant", "助手", "assistant"),
    Section("watch", "看看", "play"),
    Section("mine", "我的", "person"),
)


@dataclass(frozen=True)
class SectionLink:
    """A section with the entry it leads to, and the keys of the pages that belong to it."""

    section: Section
    lead: Place
    keys: frozenset[str]


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(
        places=places, sections=sections, tabs_of=tabs_of, console_menu=console_menu
    )


def places(bar: Bar) -> list[Place]:
    """The entries of one bar by position."""
    shown = [place for place in registry().navigation if getattr(place, bar) is not None]
    return sorted(shown, key=lambda place: getattr(place, bar))


def sections() -> list[SectionLink]:
    """The phone's bar, without the places that no feature belongs to yet."""
    links = []
    for section in SECTIONS:
        own = _own_of(section.key)
        if own:
            links.append(SectionLink(section, own[0], frozenset(place.key for place in own)))
    return links


def tabs_of(key: str) -> list[Place]:
    """The tabs over the page whose `nav` is this key; none where it would be the only one."""
    section = next((p.section for p in registry().navigation if p.key == key and p.section), "")
    tabs = [place for place in _own_of(section) if place.tab is not None]
    return tabs if len(tabs) > 1 and key in {tab.key for tab in tabs} else []


def console_menu() -> list[tuple[str, Sequence[ConsolePage]]]:
    """The console's pages by group, whoever reads it; the template leaves out what they may not
    open."""
    pages = sorted(registry().console.values(), key=lambda p: (GROUPS.index(p.group), p.position))
    return [(group, list(own)) for group, own in groupby(pages, lambda page: page.group)]


def staff_links(page: str) -> list[tuple[StaffLink, dict[str, Any]]]:
    """Where staff edit what the page at this path shows, whoever reads it, and what the endpoint of
    each needs."""
    return [
        (link, {name: int(text) for name, text in match.groupdict().items()})
        for link in registry().staff_links
        if (match := link.page.fullmatch(page)) is not None
    ]


def _own_of(section: str) -> list[Place]:
    """The entries of a section, its tabs first."""
    own = [place for place in registry().navigation if section and place.section == section]
    return sorted(own, key=lambda place: (place.tab is None, place.tab or 0))
