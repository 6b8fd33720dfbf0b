"""A real file goes up in a real browser: cut off, the page reloaded, gone on with, played."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.accounts.people import account
from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import DESKTOP
from tests.conftest import SECRET_KEY
from tests.live import LiveServer, live_server
from tests.videos import films
from tests.videos.films import needs_ffmpeg
from webapp import create_app
from webapp.accounts import service as accounts
from webapp.extensions import db
from webapp.videos.models import Video
from webapp.videos.service import merging, processing

pytestmark = needs_ffmpeg
SIZE = 60 * 1024 * 1024
PLAYED = """(video) => new Promise((done) => {
  const look = () => (video.currentTime > 0.5 ? done() : setTimeout(look, 50));
  look();
})"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, blank: Path) -> Iterator[LiveServer]:
    with live_server(
        tmp_path_factory.mktemp("uploads"), like=blank, SECRET_KEY=SECRET_KEY
    ) as running:
        yield running


@pytest.fixture(scope="module")
def product(server: LiveServer) -> Iterator[Flask]:
    """The same product, for what its worker would do."""
    environ = {"APP_ENV": "testing", "VAR_DIR": str(server.var_dir), "SECRET_KEY": SECRET_KEY}
    made = create_app(environ)
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def page(browser: Browser, server: LiveServer, product: Flask) -> Iterator[Page]:
    """Somebody who is logged in."""
    person = account("o-film")
    token = accounts.open_session(
        account_id=person.id, provider="wechat", user_agent="", address="", now=datetime.now(UTC)
    )
    serializer: Any = product.session_interface.get_signing_serializer(product)  # type: ignore[attr-defined]
    context = browser.new_context(locale="zh-CN", viewport=DESKTOP, base_url=server.url)
    context.set_default_timeout(20_000)
    name = str(product.config["SESSION_COOKIE_NAME"])
    signed = serializer.dumps({"_user_id": token, "_fresh": True})
    context.add_cookies([{"name": name, "value": signed, "url": server.url}])
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short film, filled up to eight pieces by an atom that players skip."""
    path = films.film(tmp_path_factory.mktemp("film") / "空间实拍.mp4", seconds=6)
    rest = SIZE - path.stat().st_size
    with path.open("ab") as film:
        film.write(rest.to_bytes(4, "big") + b"free" + os.urandom(rest - 8))
    return path


def test_a_file_is_cut_off_gone_on_with_after_a_reload_and_played(
    page: Page, file: Path, product: Flask
) -> None:
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.goto("/videos/new")
    assert_accessible(page)
    pick = page.locator("[data-pick]")
    row = page.locator(".upload")

    # The network breaks as soon as something has arrived.
    with page.expect_response(lambda got: "/pieces/" in got.url and got.status == 200):
        pick.set_input_files(file)
    page.context.set_offline(True)
    expect(row).to_have_attribute("data-state", "sending")
    page.context.set_offline(False)
    page.on("dialog", lambda dialog: dialog.accept())  # whether to leave
    page.reload()
    expect(row.locator(".upload-line")).to_contain_text("没传完")
    before = len(sent)
    pick.set_input_files(file)
    expect(row).to_have_attribute("data-state", "done")
    pieces = [url for url in sent[before:] if "/pieces/" in url]
    assert len(pieces) < 8, "what was there is not sent again"

    video = db.session.query(Video).one()
    merging.merge(video_id=video.id)
    processing.process(video_id=video.id)
    db.session.rollback()
    assert db.session.get_one(Video, video.id).state == "ready"

    page.goto("/videos/mine")
    expect(page.locator(".own-state")).to_have_text("已完成")
    page.get_by_role("link", name="打开").click()
    page.locator(".player-screen").click()
    page.locator("video").evaluate(PLAYED)
