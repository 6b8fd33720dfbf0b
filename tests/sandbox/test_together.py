"""All stand-ins behind one server, as the product is pointed at them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx

from scripts.sandbox.together import Providers
from tests.live import clean_environ, free_port, spawn
from webapp.config import ROOT, load, standin_port


def test_the_settings_of_development_are_what_they_answer_to(
    providers: Providers, tmp_path: Path
) -> None:
    values = load({"VAR_DIR": str(tmp_path)})
    beside = f"http://127.0.0.1:{standin_port(8000)}"
    for name, value in providers.settings().items():
        assert values[name] == value.replace(providers.url, beside), name


def test_the_first_page_leads_to_each_of_them(providers: Providers, http: httpx.Client) -> None:
    shown = http.get(f"{providers.url}/")
    for path in ("wechat", "qq", "idcheck", "llm"):
        assert f'href="{path}/"' in shown.text
        assert "演示环境" in http.get(f"{providers.url}/{path}/").text
    assert http.get(f"{providers.url}/llm/v1/models").status_code == 200


def test_it_starts_beside_the_web_server_and_leads_back_to_its_host(
    tmp_path: Path, http: httpx.Client
) -> None:
    port = free_port()
    environ = clean_environ(
        VAR_DIR=str(tmp_path), PORT=str(port), BASE_URL=f"http://cars.test:{port}"
    )
    process = spawn(
        [sys.executable, "-m", "scripts.sandbox"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[-1]
            asked = {"response_type": "code", "client_id": "100000001", "state": "1"}
            asked["redirect_uri"] = f"http://cars.test:{port}/back"
            shown = http.get(f"{address}/qq/oauth2.0/authorize", params=asked)
        finally:
            process.terminate()
    assert address == f"http://127.0.0.1:{standin_port(port)}"
    assert "同意登录" in shown.text
    assert process.returncode == 0


def test_production_does_not_start_them(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.sandbox"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=clean_environ(VAR_DIR=str(tmp_path), APP_ENV="production", SECRET_KEY="0123456789" * 4),
    )
    assert done.returncode == 1
    assert "in production nothing may use them" in done.stderr
