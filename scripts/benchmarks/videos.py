"""`scripts/bench videos`: how soon a video can be watched.

A made-up film of 1080p goes through the product's processing: how long after the merge its first
rung can be played, beside a bare ffmpeg that encodes 360p from the same file. Then a Chromium held
to 10 Mbit/s clicks on the player of the product: how long until the first frame is seen, beside
the browser's own player with the 360p file on an empty page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from scripts.benchmarks.server import environment, serve

ROOT: Final = Path(__file__).resolve().parents[2]
PUBLIC_ID: Final = "0123456789abcdef"
FIRST_RUNG: Final = 0.5
"""Bar: of the film's length."""
FIRST_FRAME: Final = 1.5
"""Bar: seconds."""
BITS: Final = 10_000_000
LATENCY_MS: Final = 20
CLICK: Final = """(video) => new Promise((done) => {
  const begun = performance.now();
  video.requestVideoFrameCallback(() => done((performance.now() - begun) / 1000));
  const screen = document.querySelector(".player-screen");
  if (screen) screen.click(); else video.play();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench videos", description=__doc__)
    parser.add_argument("--seconds", type=int, default=30, help="length of the film")
    parser.add_argument("--runs", type=int, default=5, help="clicks in the browser")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed: install the Debian package chromium")
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        os.environ.update(env)
        _manage("db", "upgrade")
        address = first_rung(Path(folder), options.seconds)
        with serve("wsgi:app", env) as server:
            first_frame(chromium, server.url, address, options.runs)


def _manage(*command: str) -> None:
    whole = [sys.executable, "-m", "flask", "--app", "wsgi", *command]
    subprocess.run(whole, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def first_rung(folder: Path, seconds: int) -> str:
    """Process a film and print how long its first rung took; the address of its plain file."""
    from webapp import clock, create_app
    from webapp.backends.storage import storage
    from webapp.extensions import db
    from webapp.transactions import transaction
    from webapp.videos.models import Rendition, Video
    from webapp.videos.service import processing
    from webapp.videos.watching import playlists

    with create_app().app_context():
        tools = processing.tools()
        if tools is None:
            sys.exit("ffmpeg is needed: see FFMPEG in docs/settings.md")
        source = folder / "film.mp4"
        _film(tools.ffmpeg, source, seconds)
        started = time.perf_counter()
        _bare(tools.ffmpeg, source, folder / "bare.mp4")
        yardstick = time.perf_counter() - started
        key = f"videos/{PUBLIC_ID}/original.mp4"
        storage().put_file(key, source)
        with transaction():
            db.session.add(
                Video(public_id=PUBLIC_ID, title="Benchmark", state="processing", original_key=key)
            )
        video = db.session.query(Video).filter_by(public_id=PUBLIC_ID).one()
        begun = clock.now()
        processing.process(video_id=video.id)
        rungs = db.session.query(Rendition).filter_by(video_id=video.id).order_by("ready_at").all()
        first, last = (rungs[at].ready_at - begun for at in (0, -1))
        print(f"A film of {seconds} s in 1080p, {source.stat().st_size / 1e6:.0f} MB")
        share = first.total_seconds() / seconds
        print(f"{'first rung can be played':34}{first.total_seconds():7.1f} s {share:6.2f} of the")
        print(f"{'':34}film, bar {FIRST_RUNG}")
        print(f"{'bare ffmpeg, 360p':34}{yardstick:7.1f} s")
        print(f"{'ratio':34}{first.total_seconds() / yardstick:7.2f}")
        print(f"{f'all {len(rungs)} rungs':34}{last.total_seconds():7.1f} s")
        return playlists.file_address(rungs[0])


def _film(ffmpeg: Path, path: Path, seconds: int) -> None:
    """Moving pictures with noise, since still ones cost an encoder nothing; and a tone."""
    picture = f"testsrc2=s=1920x1080:r=30:d={seconds},noise=alls=12:allf=t"
    command = ["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=d={seconds}"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "26", "-pix_fmt", "yuv420p"]
    _run(ffmpeg, *command, *codec, "-c:a", "aac", str(path))


def _bare(ffmpeg: Path, source: Path, path: Path) -> None:
    scaled = ["-vf", "scale=640:360", "-c:v", "libx264", "-preset", "veryfast", "-crf", "23"]
    _run(ffmpeg, "-i", str(source), *scaled, "-threads", "2", "-c:a", "aac", str(path))


def _run(ffmpeg: Path, *arguments: str) -> None:
    subprocess.run([ffmpeg, "-v", "error", "-y", *arguments], check=True)


def first_frame(chromium: str, base: str, file: str, runs: int) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        own, bare = [], []
        for _ in range(runs):  # in turn, so that a noisy moment hits both
            own.append(_seen(browser, f"{base}/videos/{PUBLIC_ID}", None))
            bare.append(_seen(browser, f"{base}/robots.txt", file))
        browser.close()
    print(
        f"\nFirst frame after the click at {BITS / 1e6:.0f} Mbit/s, {runs} runs, median and worst"
    )
    for name, times in (("the product's player", own), ("the browser's, 360p file", bare)):
        print(f"{name:34}{statistics.median(times):7.2f} s {max(times):6.2f} s")
    print(f"{'bar':34}{FIRST_FRAME:7.2f} s")


def _seen(browser: Any, address: str, file: str | None) -> float:
    """Seconds from the click to the first frame, with nothing in the browser's cache."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    bytes_a_second = BITS / 8
    line.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": bytes_a_second,
            "uploadThroughput": bytes_a_second,
        },
    )
    page.goto(address, wait_until="load")
    if file is not None:
        page.evaluate(
            "(file) => { document.body.innerHTML = '<video preload=none muted></video>';"
            " document.querySelector('video').src = file; }",
            file,
        )
    page.wait_for_load_state("networkidle")
    seconds: float = page.locator("video").evaluate(CLICK)
    context.close()
    return seconds


if __name__ == "__main__":
    main()
