"""A video is watched: with the keyboard, in another quality, on from where one stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible
from tests.browser.conftest import Visitor
from tests.live import LiveServer
from tests.videos import films
from webapp import create_app
from webapp.backends.storage import storage
from webapp.clock import now
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.videos.models import Video
from webapp.videos.service import processing
from webapp.videos.watching import service, webvtt
from webapp.videos.watching.models import EvidencePoint, VideoCaptions

PUBLIC_ID = "0123456789abcdef"
PAGE = f"/videos/{PUBLIC_ID}"
SECONDS = 30
AT = "document.querySelector('video').currentTime"


@pytest.fixture
def film(site: LiveServer, tmp_path: Path) -> Iterator[None]:
    """A film of 30 seconds in two qualities, with captions, chapters and a moment."""
    made = create_app({"APP_ENV": "testing", "VAR_DIR": str(site.var_dir)})
    with made.app_context():
        source = films.film(tmp_path / "film.mp4", seconds=SECONDS, size="1280x720", sound=False)
        key = f"videos/{PUBLIC_ID}/original.mp4"
        storage().put_file(key, source)
        with transaction():
            video = Video(
                public_id=PUBLIC_ID, title="测试片", state="processing", original_key=key,
                container="video/mp4", trim_id=1, series_id=1,
            )  # fmt: skip
            db.session.add(video)
            db.session.flush()
            words = webvtt.write([webvtt.Cue(0, 30_000, ("一句字幕",))])
            db.session.add(VideoCaptions(video_id=video.id, language="zh", text=words))
            db.session.add(
                EvidencePoint(
                    video_id=video.id, trim_id=1, subject="price_wan", second=20,
                    state="shown", decided_at=now(),
                )
            )  # fmt: skip
        service.set_chapters(video=video, text="00:00 开头\n00:10 中间")
        processing.process(video_id=video.id)
        yield
        db.session.remove()
        with transaction():
            db.session.delete(db.session.query(Video).filter_by(public_id=PUBLIC_ID).one())
        storage().remove_all(f"videos/{PUBLIC_ID}/")
        db.engine.dispose()


def until(page: Page, condition: str) -> None:
    """Wait for it; what the page's policy forbids to evaluate by itself is asked from outside."""
    for _ in range(200):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{condition} has not come true; {AT} is {page.evaluate(AT)}")


@films.needs_ffmpeg
def test_a_video_is_watched_with_the_keyboard_and_gone_on_with(
    desktop: Visitor, plain: Visitor, film: None
) -> None:
    page = desktop.open(PAGE)
    assert not any("hls" in address for address in desktop.requests)
    page.get_by_role("button", name="播放", exact=True).focus()
    page.keyboard.press("k")
    until(page, f"{AT} > 0.3")
    assert page.evaluate("document.querySelector('video').src").startswith("blob:")
    page.keyboard.press("l")
    until(page, f"{AT} > 10")
    page.get_by_label("清晰度").select_option(label="360p")
    until(page, "document.querySelector('video').videoHeight === 360")
    page.keyboard.press("Escape")
    page.get_by_label("播放进度").focus()
    page.keyboard.press("9")
    until(page, f"{AT} >= 27")
    page.get_by_role("link", name="00:20").click()
    until(page, f"{AT} >= 20 && {AT} < 26")
    page.get_by_role("button", name="暂停").click()
    expect(page.get_by_role("button", name="播放", exact=True)).to_be_visible()
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"
    assert_accessible(page)
    page.wait_for_load_state("networkidle")
    page = desktop.open(PAGE)
    expect(page.get_by_role("status").filter(has_text="上次看到")).to_be_visible()
    page.get_by_role("button", name="播放", exact=True).click()
    until(page, f"{AT} >= 20")

    still = plain.open(f"{PAGE}?t=20").locator("video")
    assert still.evaluate("(video) => video.controls")
    still.evaluate("(video) => { video.muted = true; return video.play(); }")
    until(plain.page, f"{AT} >= 20")
    plain.open("/cars/trims/1").get_by_role("link", name="看实拍 00:20").click()
    assert plain.page.url.endswith(f"{PAGE}?t=20")
