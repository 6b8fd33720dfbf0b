"""What a login at a provider yields, and the ways it fails."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Literal

Failure = Literal["declined", "restart", "busy", "blocked", "snapshot", "operator"]
"""declined: the person said no. restart: a new attempt helps. busy: later helps. blocked: the
provider refuses this person. snapshot: WeChat shows only a preview of us. operator: our
settings are wrong, which a visitor cannot mend."""

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 5.0
BUDGET_SECONDS: Final = 8.0
"""For all calls of one login together."""


class LoginFailed(Exception):
    """`code` is the provider's own, for the log; it names nobody."""

    def __init__(self, failure: Failure, code: str = "") -> None:
        super().__init__(f"{failure} {code}".strip())
        self.failure = failure
        self.code = code


@dataclass(frozen=True)
class Profile:
    """Who came back: `openid` is the person in the application `app_id`, `unionid` the person
    in all applications of the operator, where the provider tells it.

    `nickname` and `avatar_url` are as the provider sent them and not to be trusted.
    """

    provider: str
    app_id: str
    openid: str
    unionid: str | None
    nickname: str
    avatar_url: str


class Budget:
    """The time left for one login's calls."""

    def __init__(self, seconds: float = BUDGET_SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def timeout(self) -> tuple[float, float]:
        """For the next call: connect and read, in seconds. Raises LoginFailed when spent."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise LoginFailed("busy", "budget")
        return min(CONNECT_SECONDS, left), min(READ_SECONDS, left)
