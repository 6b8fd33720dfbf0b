"""What features tell the platform about themselves.

A feature's `init_app(app)` calls `register(app, ...)` once. Platform modules, the console and the
home page read the registry of the application and name no feature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from flask import Flask, current_app
from markupsafe import Markup
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import Select

_EXTENSION: Final = "chezhi.registry"

EVERYTHING: Final = ""
"""The subject of a change that any page may show."""

State = Literal["ok", "degraded", "down"]


class Answer(NamedTuple):
    """State, detail without addresses or secrets, and the same for staff in Chinese; for what is
    built bit by bit, how much is done."""

    state: State
    detail: str
    said: str
    done: int | None = None
    total: int | None = None


@dataclass(frozen=True)
class PersonalData:
    """What a feature keeps about a person; `name` is the file of an export, without its ending.

    The functions run inside the caller's transaction and do not commit:
    `adopt(account_id)` moves what the visitor of this request has gathered as a guest,
    `merge(loser, winner)` moves everything of one account to another,
    `export(account_id)` returns what JSON can hold, `erase(account_id)` deletes it for good.
    """

    name: str
    adopt: Callable[[int], None]
    merge: Callable[[int, int], None]
    export: Callable[[int], Any]
    erase: Callable[[int], None]
    is_history: bool = False
    """Erased as well when the person wants no history kept."""


@dataclass(frozen=True)
class HealthCheck:
    """One line of `/readyz`. `ask` never raises and takes about two seconds at worst."""

    name: str
    label: str
    ask: Callable[[], Answer]


@dataclass(frozen=True)
class LocalCopy:
    """An index in VAR_DIR that is made of the database: whether there is none, whether it is
    missing or older than that, and what brings it up to date, which may raise what `bring` of
    its engine raises."""

    name: str
    is_missing: Callable[[], bool]
    is_behind: Callable[[], bool]
    bring: Callable[[], object]


@dataclass(frozen=True)
class SitemapPart:
    """Addresses for search engines: `entries(limit)` gives (path, day of the last change), at most
    `limit` of them."""

    entries: Callable[[int], Iterable[tuple[str, str | None]]]


@dataclass(frozen=True)
class PageVersion:
    """A number that rises whenever cached pages under `paths` change; no paths: every page. The
    path "/" is the home page alone.

    With `changes` it is one of every page, and pages may say what they show: called with a
    number it returns what has changed since, each subject with the number of its last change.
    EVERYTHING among them is a change of all pages. A number that is a statement's is read in one
    with those of others; none is 0.
    """

    name: str
    read: Callable[[], int] | Select[int]
    paths: tuple[str, ...] = ()
    changes: Callable[[int], Mapping[str, int]] | None = None


@dataclass(frozen=True)
class ConsolePage:
    """One entry of the console's menu, shown to staff with the permission.

    `finds` says what its parameter `q` looks for, such as “车型名称”; the search in the console's
    header then leads to it.
    """

    key: str
    label: str
    endpoint: str
    permission: str
    position: int
    group: Literal["内容", "交易", "人", "系统"] = "内容"
    finds: str = ""


@dataclass(frozen=True)
class StaffLink:
    """Where staff with the permission edit what a public page shows: `page` matches the page's
    path and names what `endpoint` needs."""

    page: re.Pattern[str]
    label: str
    endpoint: str
    permission: str


@dataclass(frozen=True)
class Place:
    """One entry of the site's navigation.

    `key` is what a page says of itself as `nav`. `section` is the one of the five places of the
    phone's bar (`navigation.SECTIONS`) that this entry belongs to, which leads to the first entry
    registered for it; `tab` is its position among the tabs over that section's pages, such as
    新车, 榜单, 品牌, under `short` where its label is another one.

    The other figures are positions, None where it is left out: `top` among the words and `icons`
    among the icons of the desktop's bar, `home` among the home page's eight entries, `mine` on
    the visitor's own page with `note` below the label, `foot` in the footer. Words that `spill`
    move into 更多 while the window is narrow. `panel` is the address of a fragment that unfolds
    below the word. `bell`: the icon stands in the phone's top bar too. `login`: guests do not see
    it on their own page.

    The link of the desktop's bar carries `attributes`, and `look` unless the page brings other
    attributes for this key. `about`: the page's own `about` is added to the address.
    """

    key: str
    label: str
    address: str
    section: str = ""
    tab: int | None = None
    short: str = ""
    top: int | None = None
    icons: int | None = None
    home: int | None = None
    mine: int | None = None
    foot: int | None = None
    icon: str = ""
    note: str = ""
    spills: bool = False
    panel: str = ""
    bell: bool = False
    login: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    look: Mapping[str, str] = field(default_factory=dict)
    about: bool = False


@dataclass(frozen=True)
class HomeBlock:
    """One block of the home page, which is the same for everyone and cached.

    `template` is the inside of a section, with its heading first, and knows as `block` what
    `content` returns: None where there is nothing to show, which leaves the block out. `content`
    is called while the page is rendered, reads nothing of the visitor and takes a few statements
    at most. What is personal is a fragment of its own that the template fetches, into room that
    is kept for it. On a phone the blocks follow one another by `position`; on a desktop those of
    the `main` column stand left, those of `side` right.
    """

    key: str
    position: int
    template: str
    content: Callable[[], Any]
    column: Literal["main", "side"] = "main"
    style: str = ""
    """A style sheet it needs, such as “css/videos.css”."""


class RowLink(NamedTuple):
    """A link beside a row of a trim's table, and what it leads to in a few words."""

    label: str
    address: str
    title: str


class OfCar(NamedTuple):
    """What a feature shows of a car: the HTML of a section, empty for none, and links beside rows
    of a trim's table by the keys of their parameters."""

    section: Markup
    links: Mapping[str, RowLink]


@dataclass(frozen=True)
class CarPart:
    """What a feature above the catalogue's pages adds to those of series and trims.

    `show(series_id, trim_id, keys)`: on a series's page trim_id is None and `keys`, of the rows of
    a trim's table, are none. It stands in cached pages: nothing personal.
    """

    key: str
    label: str
    show: Callable[[int, int | None, Sequence[str]], OfCar]


@dataclass
class Registry:
    """All that was registered with one application, in the order of the features."""

    personal: dict[str, PersonalData] = field(default_factory=dict)
    health: dict[str, HealthCheck] = field(default_factory=dict)
    task_labels: dict[str, str] = field(default_factory=dict)
    sitemap: list[SitemapPart] = field(default_factory=list)
    page_versions: dict[str, PageVersion] = field(default_factory=dict)
    console: dict[str, ConsolePage] = field(default_factory=dict)
    staff_links: list[StaffLink] = field(default_factory=list)
    navigation: list[Place] = field(default_factory=list)
    home: dict[str, HomeBlock] = field(default_factory=dict)
    car_parts: dict[str, CarPart] = field(default_factory=dict)
    gauges: list[Callable[[], Iterable[GaugeMetricFamily]]] = field(default_factory=list)
    copies: list[LocalCopy] = field(default_factory=list)
    middleware: list[Callable[[Flask], None]] = field(default_factory=list)
    fill: list[Callable[[], object]] = field(default_factory=list)


def registry_of(app: Flask) -> Registry:
    found: Registry = app.extensions.setdefault(_EXTENSION, Registry())
    return found


def registry() -> Registry:
    """The registry of the current application."""
    return registry_of(current_app)


def register(
    app: Flask,
    *,
    personal: Iterable[PersonalData] = (),
    health: Iterable[HealthCheck] = (),
    task_labels: Mapping[str, str] | None = None,
    sitemap: Iterable[SitemapPart] = (),
    page_versions: Iterable[PageVersion] = (),
    console: Iterable[ConsolePage] = (),
    staff_links: Iterable[StaffLink] = (),
    navigation: Iterable[Place] = (),
    home: Iterable[HomeBlock] = (),
    car_parts: Iterable[CarPart] = (),
    gauges: Iterable[Callable[[], Iterable[GaugeMetricFamily]]] = (),
    copies: Iterable[LocalCopy] = (),
    middleware: Iterable[Callable[[Flask], None]] = (),
    fill: Iterable[Callable[[], object]] = (),
) -> None:
    """Add one feature's parts. Raises RuntimeError where a name is taken.

    `task_labels` say in Chinese what each background task does; `gauges` are asked for when
    `/metrics` is read and may raise OSError or RedisError, which leaves them out;
    `middleware` wraps `app.wsgi_app` in front of the page cache; `fill` is called once a new
    database has its tables.
    """
    known = registry_of(app)
    _add(known.personal, {part.name: part for part in personal}, "personal data")
    _add(known.health, {part.name: part for part in health}, "health check")
    _add(known.task_labels, task_labels or {}, "task")
    _add(known.page_versions, {part.name: part for part in page_versions}, "page version")
    _add(known.console, {part.key: part for part in console}, "console page")
    _add(known.home, {part.key: part for part in home}, "block of the home page")
    _add(known.car_parts, {part.key: part for part in car_parts}, "part of a car's page")
    known.staff_links += staff_links
    known.sitemap += sitemap
    known.navigation += navigation
    known.gauges += gauges
    known.copies += copies
    known.middleware += middleware
    known.fill += fill


def _add(known: dict[str, Any], more: Mapping[str, Any], kind: str) -> None:
    if doubled := known.keys() & more.keys():
        raise RuntimeError(f"{kind} {min(doubled)} is registered twice")
    known.update(more)
