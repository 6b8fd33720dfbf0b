"""What waits for the person's next click during a login: kept in Redis for ten minutes.

The session cookie holds only a random name for it. All functions raise RedisError where Redis
is away, except `outcome_of`.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from dataclasses import asdict
from typing import Any, Final, Literal

from flask import current_app, session
from redis import Redis, RedisError

from webapp.accounts.providers.base import Profile
from webapp.backends.cache import cache_client

KEPT_SECONDS: Final = 600
WAIT_SECONDS: Final = 8.0
POLL_SECONDS: Final = 0.1

Outcome = Literal["pending", "done", "failed"]


def _redis() -> Redis:
    return cache_client(current_app.config["REDIS_URL"])


def keep(kind: str, content: dict[str, Any]) -> None:
    """Remember `content` for this browser, in place of an older one of its kind."""
    token = secrets.token_urlsafe(24)
    _redis().set(f"login:{kind}:{token}", json.dumps(content), ex=KEPT_SECONDS)
    session[f"login_{kind}"] = token


def kept(kind: str) -> dict[str, Any] | None:
    token = session.get(f"login_{kind}")
    found = _redis().get(f"login:{kind}:{token}") if token else None
    return json.loads(found) if found else None


def take(kind: str) -> dict[str, Any] | None:
    """What was kept, once."""
    token = session.pop(f"login_{kind}", None)
    found = _redis().getdel(f"login:{kind}:{token}") if token else None
    return json.loads(found) if found else None


def keep_profile(profile: Profile, next_address: str) -> None:
    keep("welcome", {"profile": asdict(profile), "next": next_address})


def profile_in(content: dict[str, Any]) -> Profile:
    return Profile(**content["profile"])


def claim_code(code: str) -> bool:
    """Whether this request is the first to come with this code; exactly one is."""
    return bool(_redis().set(_code_key(code), "pending", ex=KEPT_SECONDS, nx=True))


def release_code(code: str) -> None:
    """As if nobody had come with it: whoever did is not who began, who may still come."""
    _redis().delete(_code_key(code))


def settle_code(code: str, outcome: Outcome) -> None:
    _redis().set(_code_key(code), outcome, ex=KEPT_SECONDS)


def outcome_of(code: str) -> Outcome:
    """How the first request with this code ended; waits for it a while."""
    until = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            found = _redis().get(_code_key(code))
        except RedisError:
            return "failed"
        text = found.decode() if isinstance(found, bytes) else "failed"
        if text != "pending" or time.monotonic() >= until:
            return "done" if text == "done" else "failed"
        time.sleep(POLL_SECONDS)


def _code_key(code: str) -> str:
    return f"login:code:{hashlib.sha256(code.encode()).hexdigest()}"
