"""The examples of deploy/ fit the product, and their own programs read them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml  # type: ignore[import-untyped]
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from scripts.processes import procfile
from tests.live import free_port
from webapp import clock
from webapp.assistant.answering.counting import count_withheld
from webapp.config import ROOT
from webapp.config.operations import OPERATIONS
from webapp.extensions import db
from webapp.metrics import count_page_cache, count_use
from webapp.upkeep.models import BackupRun

DEPLOY: Final = ROOT / "deploy"
NGINX: Final = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
SYSTEMD: Final = shutil.which("systemd-analyze")


# Metrics


@pytest.fixture
def told(redis_url: str, app: Flask) -> dict[str, set[str]]:
    """What /metrics tells: names, each with its labels as `label="value"`."""
    now = clock.now()
    run = BackupRun(
        began_at=now, ended_at=now, outcome="proven", place="chezhi", bytes=1, media_files=0
    )
    db.session.add(run)
    db.session.commit()
    for outcome in ("hit", "stale", "miss", "pass"):
        count_page_cache(outcome)
    for what in ("questions", "answers_failed", "searches"):
        count_use(what)
    count_withheld(Counter({"no_source": 1}))
    client = app.test_client()
    client.get("/healthz")
    client.get("/cars/")
    found: dict[str, set[str]] = {"up": {"job"}}
    for line in client.get("/metrics").text.splitlines():
        if match := re.match(r"(chezhi_\w+)(?:\{(.*?)\})? ", line):
            labels = re.findall(r'(\w+)="', match[2] or "")
            found.setdefault(match[1], set()).update(labels)
    return found


def expressions() -> dict[str, str]:
    rules = yaml.safe_load((DEPLOY / "prometheus/rules.yml").read_text(encoding="utf-8"))
    found = {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    board = json.loads((DEPLOY / "prometheus/dashboard.json").read_text(encoding="utf-8"))
    return found | {
        f"{panel['title']} {target['refId']}": target["expr"]
        for panel in board["panels"]
        for target in panel["targets"]
    }


def test_every_metric_and_label_that_alarms_and_dashboard_name_is_told(
    told: dict[str, set[str]],
) -> None:
    wrong = []
    for name, expression in expressions().items():
        for metric, _, labels in re.findall(r"\b(chezhi_\w+|up)\b({([^}]*)})?", expression):
            if metric not in told:
                wrong.append(f"{name}: {metric}")
            asked = set(re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"", labels))
            wrong += [f"{name}: {label} of {metric}" for label in asked - told.get(metric, asked)]
    assert wrong == []
    assert len(expressions()) > 15


def test_alarms_and_dashboard_leave_out_nothing_that_is_told(told: dict[str, set[str]]) -> None:
    text = " ".join(expressions().values())
    families = {re.sub(r"_(total|created|bucket|count|sum)$", "", name) for name in told}
    assert {name for name in families if name not in text} == set()


def test_every_expression_closes_what_it_opens() -> None:
    odd = [
        name
        for name, text in expressions().items()
        if any(text.count(a) != text.count(b) for a, b in ("()", "{}", "[]"))
    ]
    assert odd == []


# systemd


def units() -> dict[str, str]:
    return {
        path.name: path.read_text(encoding="utf-8")
        for path in (DEPLOY / "systemd").glob("*.service")
    }


def test_units_run_the_commands_of_the_procfile() -> None:
    commands = procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
    for name in ("web", "worker", "videos", "beat"):
        line = re.search(r"^ExecStart=(.*)$", units()[f"chezhi-{name}.service"], re.MULTILINE)
        assert line
        assert line[1].replace("%%", "%") == f"/srv/chezhi/.venv/bin/{commands[name]}"


def test_whatever_stops_a_web_server_waits_for_its_answers() -> None:
    drain = next(setting.default for setting in OPERATIONS if setting.name == "DRAIN_SECONDS")
    for name in ("chezhi-web.service", "chezhi.service"):
        assert f"\nTimeoutStopSec={drain + 15}\n" in units()[name]
        assert "\nKillMode=mixed\n" in units()[name]  # in order, not all at once
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert compose["services"]["web"]["stop_grace_period"] == f"{drain + 15}s"


@pytest.mark.skipif(not SYSTEMD, reason="needs systemd-analyze")
def test_systemd_reads_the_units(tmp_path: Path) -> None:
    # Programs and users have to be there for it.
    for name, text in units().items():
        here = re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text, flags=re.MULTILINE)
        (tmp_path / name).write_text(here.replace("User=chezhi", "User=root"))
    done = subprocess.run(
        [SYSTEMD or "", "verify", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True,
        text=True,
        check=False,
    )
    own = [line for line in done.stderr.splitlines() if str(tmp_path) in line or "chezhi" in line]
    assert own == []


# nginx


@pytest.fixture
def site(tmp_path: Path) -> tuple[str, int, int]:
    """The example as written, but for its addresses and folders; its https address, and the ports
    of the two servers behind it."""
    if NGINX is None:
        pytest.skip("needs nginx")
    one, two, plain, secure = (free_port() for _ in range(4))
    _certificate(tmp_path)
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    for old, new in {
        "/etc/ssl/chezhi": str(tmp_path),
        "/var/cache/nginx": str(tmp_path),
        "/var/log/nginx": str(tmp_path),
        "server 127.0.0.1:8000": f"server 127.0.0.1:{one}",
        "# server 10.0.0.12:8000": f"server 127.0.0.1:{two}",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl": f"listen 127.0.0.1:{secure} ssl",
    }.items():
        assert old in text
        text = text.replace(old, new)
    text = re.sub(r"^\s*listen \[::\].*$", "", text, flags=re.MULTILINE)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off;\nmaster_process off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\n"
        f"events {{ worker_connections 128; }}\nhttp {{\n{folders}{text}\n}}\n"
    )
    return f"https://127.0.0.1:{secure}", one, two


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "cars.example.com")])
    now = clock.now()
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    (folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))
    plain, none = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "privkey.pem").write_bytes(key.private_bytes(pem, plain, none))


class Behind(BaseHTTPRequestHandler):
    """A web server that tells what it was asked; 503 where its `away` says so."""

    away = False
    asked: list[str]

    def do_GET(self) -> None:
        type(self).asked.append(self.path)
        content = json.dumps(dict(self.headers)).encode()
        self.send_response(503 if self.away else 200)
        if self.path.startswith("/static/"):
            self.send_header("Cache-Control", "public, max-age=31536000, immutable")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def behind(
    site: tuple[str, int, int], tmp_path: Path
) -> Iterator[tuple[httpx.Client, type[Behind], type[Behind]]]:
    address, *ports = site
    kinds = [type(f"Behind{port}", (Behind,), {"asked": []}) for port in ports]
    servers = [
        ThreadingHTTPServer(("127.0.0.1", port), kind)
        for port, kind in zip(ports, kinds, strict=True)
    ]
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    checked = subprocess.run(
        [NGINX or "", "-t", "-c", tmp_path / "nginx.conf"], capture_output=True, text=True
    )
    assert checked.returncode == 0, checked.stderr
    program = subprocess.Popen(
        [NGINX or "", "-c", tmp_path / "nginx.conf"], stderr=subprocess.DEVNULL
    )
    headers = {"Host": "cars.example.com"}
    transport = httpx.HTTPTransport(verify=False, retries=5)
    try:
        with closing(httpx.Client(base_url=address, headers=headers, transport=transport)) as made:
            yield made, kinds[0], kinds[1]
    finally:
        program.terminate()
        program.wait()
        for server in servers:
            server.shutdown()
            server.server_close()


def test_nginx_tells_the_product_who_asks_and_passes_over_a_server_that_is_away(
    behind: tuple[httpx.Client, type[Behind], type[Behind]], tmp_path: Path
) -> None:
    client, one, two = behind
    got = client.get("/cars/?q=secret", headers={"X-Forwarded-For": "203.0.113.9"}).json()
    assert got["X-Forwarded-For"] == "127.0.0.1"
    assert got["X-Forwarded-Proto"] == "https"
    assert got["Host"] == got["X-Forwarded-Host"] == "cars.example.com"
    sent = {"Upgrade": "websocket", "Connection": "Upgrade"}
    assert client.get("/assistant/socket", headers=sent).json()["Upgrade"] == "websocket"

    one.away = True
    for _ in range(3):
        assert client.get("/cars/").status_code == 200
    one.away = two.away = True
    before = len(one.asked) + len(two.asked)
    assert client.post("/cars/basket", data={"trim": "1"}).status_code == 503
    assert len(one.asked) + len(two.asked) == before + 1  # a write is sent once
    assert "secret" not in (tmp_path / "chezhi.log").read_text()


def test_nginx_keeps_what_may_be_kept_and_lets_large_files_pass(
    behind: tuple[httpx.Client, type[Behind], type[Behind]],
) -> None:
    client, one, two = behind
    kept = [client.get("/static/css/base.css?v=1").headers["X-Cache"] for _ in range(2)]
    assert kept == ["MISS", "HIT"]
    one.away = two.away = True
    assert client.get("/static/css/base.css?v=1").status_code == 200
    one.away = two.away = False
    assert client.post("/console/x", content=b"0" * 2_000_000).status_code == 200
