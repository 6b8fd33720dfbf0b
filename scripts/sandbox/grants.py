"""Codes and tokens of a login provider: who approved what for which application, and until when."""

from __future__ import annotations

import hashlib
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Verdict = Literal["ok", "unknown", "used", "expired"]


@dataclass
class Grant:
    """One approval. Times are the virtual clock's, in seconds since 1970."""

    id: int
    app: str
    user: str
    scope: str
    redirect_uri: str
    code: str
    code_until: float
    used: bool = False
    access_token: str = ""
    access_until: float = 0.0
    refresh_token: str = ""
    refresh_until: float = 0.0
    spent: set[str] = field(default_factory=set)


class Grants:
    """All approvals of one provider. With a `seed` its codes and tokens are always the same."""

    def __init__(self, now: Callable[[], float], seed: str | None = None) -> None:
        self._now = now
        self._fixed = seed
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        # Without a seed a restarted provider must not give out the codes of its former life.
        self._seed = self._fixed or secrets.token_hex(16)
        self._ids = itertools.count(1)
        self._numbers = itertools.count(1)
        self._grants: list[Grant] = []

    def approve(self, *, app: str, user: str, scope: str, redirect_uri: str, life: float) -> Grant:
        with self._lock:
            grant = Grant(
                id=next(self._ids),
                app=app,
                user=user,
                scope=scope,
                redirect_uri=redirect_uri,
                code=self._token(32),
                code_until=self._now() + life,
            )
            self._grants.append(grant)
        return grant

    def redeem(
        self, code: str, app: str, *, access_life: float, refresh_life: float
    ) -> tuple[Verdict, Grant | None]:
        """Exchange a code, which works once and for its own application only."""
        with self._lock:
            grant = next((g for g in self._grants if g.code == code and g.app == app), None)
            if grant is None:
                return "unknown", None
            if grant.used:
                return "used", grant
            if self._now() > grant.code_until:
                return "expired", grant
            grant.used = True
            self._renew(grant, access_life)
            grant.refresh_token = self._token(64)
            grant.refresh_until = self._now() + refresh_life
            return "ok", grant

    def refresh(
        self, token: str, app: str, *, access_life: float, rotate: bool
    ) -> tuple[Verdict, Grant | None]:
        """Prolong the access by a refresh token.

        With `rotate` each refresh token works once and access gets a new token; else a token
        that is still valid lives longer.
        """
        with self._lock:
            grant = next((g for g in self._grants if g.app == app and token in _known(g)), None)
            if not token or grant is None:
                return "unknown", None
            if token in grant.spent:
                return "used", grant
            if self._now() > grant.refresh_until:
                return "expired", grant
            if rotate or self._now() > grant.access_until:
                self._renew(grant, access_life)
            grant.access_until = self._now() + access_life
            if rotate:
                grant.spent.add(grant.refresh_token)
                grant.refresh_token = self._token(64)
            return "ok", grant

    def access(self, token: str) -> tuple[Verdict, Grant | None]:
        """Whom an access token speaks for."""
        with self._lock:
            grant = next((g for g in self._grants if token and g.access_token == token), None)
            if grant is None:
                return "unknown", None
            return ("expired" if self._now() > grant.access_until else "ok"), grant

    def id_of(self, value: str) -> int | None:
        """The approval that a code or token belongs to, even one no longer valid."""
        with self._lock:
            for grant in self._grants:
                if value and value in (grant.code, grant.access_token, *_known(grant)):
                    return grant.id
        return None

    def redirect_uri_of(self, code: str) -> str | None:
        """Where the approval with this code led back to; None for an unknown code."""
        with self._lock:
            return next((g.redirect_uri for g in self._grants if g.code == code), None)

    def _renew(self, grant: Grant, life: float) -> None:
        grant.access_token = self._token(64)
        grant.access_until = self._now() + life

    def _token(self, length: int) -> str:
        text = f"{self._seed}:{next(self._numbers)}"
        return hashlib.sha256(text.encode()).hexdigest()[:length]


def _known(grant: Grant) -> set[str]:
    return {grant.refresh_token, *grant.spent}
