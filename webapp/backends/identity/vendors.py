"""Two vendors of the Aliyun market: one gateway in front, a table of codes each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from webapp.backends.identity.number import Person
from webapp.backends.identity.port import (
    CONNECT_SECONDS,
    READ_SECONDS,
    IdentityVendor,
    Outcome,
    VendorAway,
    Verdict,
)

LONGEST_ANSWER: Final = 64 * 1024
_ALERTS: Final = ("Quota", "Arrears", "Unauthorized", "AppCode", "Signature", "Api not found")
"""Words of gateway errors that waiting does not mend."""


@dataclass(frozen=True)
class GatewayVendor:
    """`code` is the key of the answer's code, `outcomes` what each means; others: unknown.

    `person` are the parameter names of number and name; they go in the address for GET.
    """

    name: str
    base: str
    app_code: str
    method: str
    path: str
    person: tuple[str, str]
    code: str
    outcomes: Mapping[str, Outcome]

    def check(self, person: Person) -> Verdict:
        asked = dict(zip(self.person, (person.number, person.name), strict=True))
        answer = self._ask(asked)
        try:
            body = json.loads(answer.content[:LONGEST_ANSWER].decode("utf-8"))
            code = str(body[self.code])
        except (ValueError, KeyError, TypeError):
            raise VendorAway(self.name, "unreadable answer") from None
        trace = body.get("traceId")
        return Verdict(
            self.outcomes.get(code, "unknown"),
            self.name,
            code[:10],
            trace[:64] if isinstance(trace, str) else "",
        )

    def _ask(self, asked: dict[str, str]) -> requests.Response:
        """The vendor's own answer. Errors of `requests` hold the address, and that the person:
        they are never passed on, not even as a cause."""
        for last in (False, True):
            try:
                answer = self._send(asked)
            except requests.ConnectTimeout:
                reason = "no connection in time"
            except requests.ConnectionError:
                # Read errors after the question was taken look alike, and answers are paid for.
                raise VendorAway(self.name, "connection lost") from None
            except requests.RequestException as error:
                raise VendorAway(self.name, type(error).__name__) from None
            else:
                return self._passed(answer)
            if last:
                raise VendorAway(self.name, reason) from None
        raise AssertionError("unreachable")

    def _send(self, asked: dict[str, str]) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            options: dict[str, Any] = {"params" if self.method == "GET" else "data": asked}
            return session.request(
                self.method,
                self.base + self.path,
                headers={"Authorization": f"APPCODE {self.app_code}"},
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                **options,
            )

    def _passed(self, answer: requests.Response) -> requests.Response:
        """What the gateway let through. Raises VendorAway."""
        if answer.status_code == 200:
            return answer
        message = answer.headers.get("X-Ca-Error-Message", "")
        alert = any(word in message for word in _ALERTS)
        reason = f"{answer.status_code} {message}".strip()[:100]
        raise VendorAway(self.name, reason, alert=alert)


def vendors(config: Mapping[str, Any]) -> list[IdentityVendor]:
    """Those that are configured, in the order in which they are asked."""
    code = config.get("IDCHECK_APPCODE") or ""
    found: list[IdentityVendor] = []
    if config.get("IDCHECK_A_URL"):
        found.append(
            GatewayVendor(
                "A",
                config["IDCHECK_A_URL"],
                code,
                "GET",
                "/idcard",
                ("idCard", "name"),
                "status",
                {
                    "01": "verified",
                    "02": "mismatch",
                    "202": "review",
                    "203": "unknown",
                    "204": "input",
                    "205": "input",
                },
            )
        )
    if config.get("IDCHECK_B_URL"):
        found.append(
            GatewayVendor(
                "B",
                config["IDCHECK_B_URL"],
                code,
                "POST",
                "/idenAuthentication",
                ("idNo", "name"),
                "respCode",
                {
                    "0000": "verified",
                    "0008": "mismatch",
                    "0007": "review",
                    "0001": "input",
                    "0002": "input",
                    "0003": "input",
                    "0004": "input",
                },
            )
        )
    return found
