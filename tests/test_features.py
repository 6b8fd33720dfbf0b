"""A feature is a folder with `init_app`: nothing else has to be touched for it to be there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import text

from webapp import create_app, navigation
from webapp.extensions import db
from webapp.features import FEATURES
from webapp.operations import health
from webapp.registry import registry_of

GARDEN = {
    "__init__.py": """
from jinja2 import ChoiceLoader, DictLoader
from webapp.registry import ConsolePage, HealthCheck, HomeBlock, PageVersion, PersonalData, Place
from webapp.registry import Answer, SitemapPart, register

def init_app(app):
    from garden import views
    from garden.service import adopt, blooming, erase, export, merge, version
    app.register_blueprint(views.bp)
    block = DictLoader({"garden/_home.html": "<h2>花园</h2>{{ block }} 朵"})
    app.jinja_loader = ChoiceLoader([app.jinja_loader, block])
    register(
        app,
        personal=[PersonalData("plants", adopt, merge, export, erase)],
        health=[HealthCheck("garden", "花园", lambda: Answer("ok", "3 beds", "3 块地"))],
        sitemap=[SitemapPart(lambda limit: [("/garden/", "2026-03-01")])],
        page_versions=[PageVersion("garden", version, ("/garden/",))],
        console=[ConsolePage("garden", "花园", "garden.staff", "catalogue", 25)],
        navigation=[
            Place("garden", "花园", "/garden/", section="watch", tab=5, top=5, foot=35),
            Place("beds", "花坛", "/garden/beds", section="watch", tab=30, mine=5),
        ],
        home=[HomeBlock("garden", 35, "garden/_home.html", blooming, "side", "css/cost.css")],
        task_labels={"tasks.garden.water": "浇水"},
    )
""",
    "models.py": """
from sqlalchemy.orm import Mapped, mapped_column
from webapp.extensions import Model

class Plant(Model):
    __tablename__ = "garden_plant"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    name: Mapped[str]
""",
    "service.py": """
from sqlalchemy import delete, select
from garden.models import Plant
from webapp.extensions import db

def adopt(account_id): ...
def merge(loser, winner): ...
def export(account_id):
    return list(db.session.scalars(select(Plant.name).where(Plant.account_id == account_id)))
def erase(account_id):
    db.session.execute(delete(Plant).where(Plant.account_id == account_id))
def version():
    return 1
FLOWERS = []
def blooming():
    return len(FLOWERS) or None
""",
    "views.py": """
from flask import Blueprint
from webapp.access import public, staff_required
from webapp.pagecache import cache_page

bp = Blueprint("garden", __name__)

@bp.get("/garden/")
@public
def index():
    cache_page(60)
    return "三块地"

@bp.get("/console/garden")
@staff_required("catalogue")
def staff():
    return "给编辑看的花园"
""",
}


@pytest.fixture
def garden(
    tmp_path: Path, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    folder = tmp_path / "packages" / "garden"
    folder.mkdir(parents=True)
    for name, code in GARDEN.items():
        (folder / name).write_text(code, "utf-8")
    monkeypatch.syspath_prepend(str(folder.parent))
    app = create_app(environ, (*FEATURES, "garden"))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if models := sys.modules.get("garden.models"):
        db.metadata.remove(models.Plant.__table__)
        db.Model.registry._dispose_cls(models.Plant)
    for name in [name for name in sys.modules if name.split(".")[0] == "garden"]:
        del sys.modules[name]


def test_a_new_feature_is_served_checked_mapped_and_in_the_menus(garden: Flask) -> None:
    client = garden.test_client()
    assert client.get("/garden/").text == "三块地"
    assert health.checks()["garden"].said == "3 块地"
    assert (
        "<loc>http://127.0.0.1:8000/garden/</loc><lastmod>2026-03-01"
        in client.get("/sitemap.xml").text
    )
    assert '<a href="/garden/">花园</a>' in client.get("/cars/brands").text
    menu = dict(navigation.console_menu())
    assert "garden" in [page.key for page in menu["内容"]]
    assert client.get("/console/garden").status_code == 303
    assert registry_of(garden).task_labels["tasks.garden.water"] == "浇水"


def test_a_place_of_the_phones_bar_is_there_once_a_feature_belongs_to_it(
    app: Flask, garden: Flask, environ: dict[str, str]
) -> None:
    without_videos = create_app(environ, [name for name in FEATURES if name != "webapp.videos"])
    with without_videos.app_context():
        shown = [link.section.label for link in navigation.sections()]
        assert shown == ["首页", "选车", "助手", "我的"]
    with app.app_context():
        shown = [link.section.label for link in navigation.sections()]
        assert shown == ["首页", "选车", "助手", "看看", "我的"]
        assert navigation.tabs_of("compare") == []
        assert navigation.tabs_of("videos") == []
    labels = {link.section.label: link.lead.address for link in navigation.sections()}
    assert labels["看看"] == "/garden/"
    assert [tab.key for tab in navigation.tabs_of("beds")] == ["garden", "videos", "beds"]
    assert navigation.places("top")[0].key == "garden"
    assert navigation.places("mine")[0].key == "beds"


def test_the_page_of_a_section_marks_its_word_in_the_bar_and_an_icon_only_itself(
    garden: Flask,
) -> None:
    marked = {key: navigation.word_of(key) for key in ("beds", "garden", "brands", "compare", "")}
    assert marked == {
        "beds": "garden",
        "garden": "garden",
        "brands": "cars",
        "compare": "compare",
        "": "",
    }


def test_a_block_of_the_home_page_is_there_while_it_has_something_to_show(garden: Flask) -> None:
    from garden.service import FLOWERS  # type: ignore[import-not-found]

    client = garden.test_client()
    assert 'id="home-garden"' not in client.get("/?bare").text
    FLOWERS.append("月季")
    html = client.get("/?blooming").text
    assert "css/cost" in html
    side = html.index('class="blocks-side"')
    assert side < html.index("<h2>花园</h2>1 朵")


def test_the_table_of_a_new_feature_is_seen_by_the_next_migration(garden: Flask) -> None:
    from webapp import features

    features.import_models(garden)
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        added = [
            change[1].name
            for change in compare_metadata(context, db.metadata)
            if change[0] == "add_table"
        ]
    assert added == ["garden_plant"]


def test_what_a_new_feature_keeps_of_a_person_is_exported_and_erased(garden: Flask) -> None:
    plants = registry_of(garden).personal["plants"]
    db.metadata.tables["garden_plant"].create(db.engine)
    try:
        db.session.execute(text("INSERT INTO garden_plant VALUES (1, 7, '月季'), (2, 8, '竹')"))
        assert plants.export(7) == ["月季"]
        plants.erase(7)
        assert (plants.export(7), plants.export(8)) == ([], ["竹"])
        db.session.commit()
    finally:
        db.session.remove()
        db.metadata.tables["garden_plant"].drop(db.engine)


def test_two_features_cannot_take_one_name(garden: Flask) -> None:
    from garden import init_app  # type: ignore[import-not-found]

    fresh = Flask(__name__)
    fresh.register_blueprint = lambda *_: None  # type: ignore[assignment]
    init_app(fresh)
    with pytest.raises(RuntimeError, match="plants is registered twice"):
        init_app(fresh)


def test_every_public_page_without_parameters_is_in_the_navigation_or_left_out_on_purpose(
    app: Flask,
) -> None:
    left_out = {
        "/_": "fragments",
        "/accounts/": "reached from the login page and the account page",
        "/assistant/": "one entry for all of it",
        "/cars/compare.": "files of the comparison",
        "/cars/suggest": "what is shown while typing",
        "/deposits/confirm": "reached from the page of an offer",
        "/deposits/new": "reached from cars' pages",
        "/healthz": "for machines",
        "/notices/settings": "reached from the visitor's messages",
        "/metrics": "for machines",
        "/readyz": "for machines",
        "/robots.txt": "for machines",
        "/console/": "staff only",
        "/videos/mine": "reached from the videos and the visitor's own page",
        "/videos/new": "likewise",
        "/wechat/": "for WeChat",
        "/garage/": "one entry for all of it",
    }
    named = {place.address for place in registry_of(app).navigation}
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    }
    missing = {
        page
        for page in pages - named
        if "/_" not in page and not any(page.startswith(start) for start in left_out)
    }
    assert missing == set()
    assert named <= pages
