"""Takes the README's screenshots from the running product.

Run it as `.venv/bin/python -m scripts.screenshots`.

Starts the server with the shipped seed in a temporary folder; needs Chromium on PATH.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from scripts.benchmarks.server import environment, serve

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
DESKTOP, PHONE = (1280, 800), (390, 844)
SHOTS = (
    ("list.png", "/cars/?price_wan_max=20&energy=BEV&body=SUV&sort=-range", DESKTOP, "light", ()),
    ("trim-phone.png", "/cars/trims/1", PHONE, "dark", ()),
    (
        "assistant.png",
        "/assistant/",
        DESKTOP,
        "light",
        ("15 万左右的家用纯电", "第一款和第三款比一比"),
    ),
    ("assistant-phone.png", "/assistant/", PHONE, "dark", ("冬天续航会打几折",)),
)
"""File, page, size, theme, and what is asked there."""


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m scripts.screenshots", description="Take the pictures of docs/img anew."
    ).parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed: install the Debian package chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        for command in (["db", "upgrade"], ["cars", "seed"], ["knowledge", "refresh", "--words"]):
            subprocess.run(
                [sys.executable, "-m", "flask", "--app", "wsgi", *command],
                cwd=ROOT,
                env=os.environ | env,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        with serve("wsgi:app", env) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
            )
            for name, path, (width, height), theme, questions in SHOTS:
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,  # type: ignore[arg-type]
                    locale="zh-CN",
                )
                page.goto(server.url + path, wait_until="networkidle")
                for number, question in enumerate(questions, start=1):
                    page.locator("#assistant-text").fill(question)
                    page.locator("#assistant-text").press("Enter")
                    answered = page.locator("article.turn[data-state=done]")
                    expect(answered).to_have_count(number, timeout=30_000)
                    answered.last.evaluate("turn => { turn.scrollIntoView(); scrollBy(0, -16) }")
                    page.locator("#assistant-text").blur()
                page.screenshot(path=IMAGES / name)
            browser.close()


if __name__ == "__main__":
    main()
