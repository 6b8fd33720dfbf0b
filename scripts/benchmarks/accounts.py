"""`scripts/bench accounts`: what a login costs, and what being signed in adds to a page.

A login is the whole round trip over HTTP: to the provider, back with a code, for a new person
the notice agreed to, and the page it leads to. Providers are the stand-ins, in this process; the
time they spend is taken off, the way to them is not. The yardstick is as many requests to a bare
one-line Flask view under the same server.

The look-up of a session is measured inside one process: a page that asks who is there, opened by
a guest and by somebody signed in, in turn. Database and page are in that process and wait for
nothing, so its CPU time is what counts; on a busy machine the clock shows its neighbours.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from scripts.benchmarks.server import environment, serve
from scripts.embedded_redis import MISSING, command, find_redis_server
from scripts.sandbox import together
from scripts.sandbox.people import PEOPLE
from scripts.sandbox.together import Providers

ROOT: Final = Path(__file__).resolve().parents[2]
LOGINS: Final = 25
"""Of each person and provider: an account logs in at most thirty times an hour."""
LOOKUPS: Final = 600
WAYS: Final = {"wechat": ("access_token", "userinfo"), "qq": ("token", "me", "get_user_info")}
PERSON: Final = PEOPLE[0].id
BROWSER: Final = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36"


def main() -> None:
    argparse.ArgumentParser(
        prog="scripts/bench accounts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    with tempfile.TemporaryDirectory() as name, _redis(Path(name)) as redis_url:
        env = environment(Path(name)) | {"REDIS_URL": redis_url, "TRUSTED_PROXIES": "1"}
        with together.running() as providers:
            env |= providers.settings()
            _migrate(env)
            _logins(env, providers)
        os.environ.update(env)
        _lookups()


def _logins(env: dict[str, str], providers: Providers) -> None:
    with serve("scripts.benchmarks.bare:app", env) as bare, serve("wsgi:app", env) as product:
        first, again = [], []
        for way in WAYS:
            _login(product.url, way, PERSON, providers, new=True)  # warms up, and is not counted
            for person in PEOPLE[1:]:
                first.append(_login(product.url, way, person.id, providers, new=True))
            for _ in range(LOGINS):
                again.append(_login(product.url, way, PERSON, providers, new=False))
        yardsticks = {requests: _bare(bare.url, requests) for requests in (3, 4)}
    print("Login, the providers' own time taken off (bar: 300 ms)")
    print(f"{'':<28}{'logins':>8}{'p50 ms':>9}{'p95 ms':>9}{'x bare':>9}{'providers p50':>15}")
    for label, found, requests in (("the first", first, 4), ("a later one", again, 3)):
        own, theirs = ([pair[n] for pair in found] for n in (0, 1))
        p50, p95 = statistics.median(own), statistics.quantiles(own, n=20)[-1]
        ratio = p50 / statistics.median(yardsticks[requests])
        shown = f"{label} ({requests} requests)"
        print(
            f"{shown:<28}{len(own):>8}{p50:>9.1f}{p95:>9.1f}{ratio:>9.1f}"
            f"{statistics.median(theirs):>15.1f}"
        )


def _login(
    base: str, way: str, person: str, providers: Providers, *, new: bool
) -> tuple[float, float]:
    """Milliseconds of ours and of the providers'."""
    # Each from an address of its own, for addresses too may log in only so often.
    address = f"198.51.{time.monotonic_ns() // 256 % 256}.{time.monotonic_ns() % 256}"
    sandbox = getattr(providers, way)
    headers = {"User-Agent": BROWSER, "X-Forwarded-For": address}
    with httpx.Client(base_url=base, headers=headers, trust_env=False, timeout=10) as browser:
        browser.get("/healthz").raise_for_status()  # the connection is there already
        sandbox.log.clear()
        spent, answer = _timed(browser, "GET", f"/accounts/login/{way}?next=/accounts/_menu")
        consent = httpx.post(
            answer.headers["Location"],
            data={"decision": "approve", "user": person},
            headers={"User-Agent": BROWSER},
            trust_env=False,
        )
        back = urlsplit(consent.headers["Location"])
        more, answer = _timed(browser, "GET", f"{back.path}?{back.query}")
        spent += more
        if new:
            more, answer = _timed(browser, "POST", "/accounts/welcome", data={"agree": "yes"})
            spent += more
        more, page = _timed(browser, "GET", answer.headers["Location"])
        if "/accounts/_menu" not in answer.headers["Location"] or page.status_code != 200:
            raise SystemExit(f"{way}: the login failed: {answer.status_code} {answer.headers}")
    theirs = sum(entry.seconds for name in WAYS[way] for entry in sandbox.log.entries(name)) * 1000
    return spent + more - theirs, theirs


def _timed(
    browser: httpx.Client, method: str, path: str, **more: Any
) -> tuple[float, httpx.Response]:
    started = time.perf_counter()
    answer = browser.request(method, path, **more)
    spent = (time.perf_counter() - started) * 1000
    if answer.status_code >= 400:
        raise SystemExit(f"{method} {path}: {answer.status_code}\n{answer.text[:2000]}")
    return spent, answer


def _bare(base: str, requests: int) -> list[float]:
    with httpx.Client(base_url=base, trust_env=False) as browser:
        browser.get("/")
        return [sum(_timed(browser, "GET", "/")[0] for _ in range(requests)) for _ in range(LOGINS)]


def _lookups() -> None:
    from datetime import UTC, datetime

    from flask_login.utils import _create_identifier

    from webapp import create_app
    from webapp.accounts import service
    from webapp.accounts.providers.base import Profile

    app = create_app()
    del app.wsgi_app  # page cache and counters, back to Flask's own
    with app.app_context():
        profile = Profile("wechat", "bench", "o-bench", None, "测", "")
        account = service.create_account(profile=profile, now=datetime.now(UTC))
        token = service.open_session(
            account_id=account.id,
            provider="wechat",
            user_agent="",
            address="",
            now=datetime.now(UTC),
        )
    guest, member = app.test_client(), app.test_client()
    with app.test_request_context(
        environ_base=member.environ_base, headers={"User-Agent": BROWSER}
    ):
        browser = _create_identifier()
    with member.session_transaction() as session:
        session["_user_id"], session["_fresh"], session["_id"] = token, True, browser
    wall: dict[str, list[float]] = {"a guest": [], "signed in": []}
    cpu: dict[str, list[float]] = {"a guest": [], "signed in": []}
    for _ in range(LOOKUPS):
        for name, client in (("a guest", guest), ("signed in", member)):
            started, used = time.perf_counter(), time.thread_time()
            page = client.get("/accounts/login", headers={"User-Agent": BROWSER})
            cpu[name].append((time.thread_time() - used) * 1000)
            wall[name].append((time.perf_counter() - started) * 1000)
            assert ("你已经登录为" in page.text) == (name == "signed in")
    print("\nThe look-up of a session in a page (bar: 1 ms added)")
    print(f"{'':<28}{'CPU p50 ms':>12}{'clock p50 ms':>14}")
    p50 = {name: [statistics.median(found[name]) for found in (cpu, wall)] for name in wall}
    p50["added"] = [b - a for a, b in zip(*p50.values(), strict=True)]
    for name, (used, spent) in p50.items():
        print(f"{name:<28}{used:>12.2f}{spent:>14.2f}")


def _migrate(env: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "db", "upgrade"],
        cwd=ROOT,
        env=os.environ | env,
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def _redis(folder: Path) -> Iterator[str]:
    """A Redis of its own; its URL."""
    executable, socket = find_redis_server(), folder / "redis.sock"
    if executable is None:
        raise SystemExit(MISSING)
    server = subprocess.Popen(
        [*command(executable, socket=socket, folder=folder), "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        while not socket.exists() and server.poll() is None:
            time.sleep(0.02)
        yield f"unix://{socket}?db=0"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
