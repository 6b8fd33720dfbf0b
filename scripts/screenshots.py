"""Takes the README's screenshots from the running product.

Run it as `.venv/bin/python -m scripts.screenshots`.

Starts the server with the shipped seed in a temporary folder; needs Chromium on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.benchmarks.server import environment, serve

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "img"
SHOTS = (
    ("list.png", "/cars/?price_wan_max=20&energy=BEV&body=SUV&sort=-range", (1280, 800), "light"),
    ("trim-phone.png", "/cars/trims/1", (390, 844), "dark"),
)


def main() -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is needed: install the Debian package chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        for command in (["db", "upgrade"], ["cars", "seed"]):
            subprocess.run([sys.executable, "-m", "flask", "--app", "wsgi", *command], cwd=ROOT,
                           env=os.environ | env, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        with serve("wsgi:app", env) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
            )
            for name, path, (width, height), theme in SHOTS:
                page = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme=theme,  # type: ignore[arg-type]
                    locale="zh-CN",
                )
                page.goto(server.url + path, wait_until="networkidle")
                page.screenshot(path=IMAGES / name)
            browser.close()


if __name__ == "__main__":
    main()
