"""What a vendor is asked and answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from webapp.backends.identity.number import Person

Outcome = Literal["verified", "mismatch", "review", "input", "unknown"]
"""review: the source has no record, which is nobody's fault. input: the vendor finds the name
or number malformed. unknown: it could not tell; asking again later may help."""

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Verdict:
    """`code` and `trace` are the vendor's own and hold nothing of the person."""

    outcome: Outcome
    vendor: str
    code: str
    trace: str = ""


class VendorAway(Exception):
    """No verdict: away, too slow, or refusing us. `alert` where only the operator can mend it.

    The text names the reason and never what was asked.
    """

    def __init__(self, vendor: str, reason: str, *, alert: bool = False) -> None:
        super().__init__(f"{vendor}: {reason}")
        self.vendor = vendor
        self.alert = alert


class IdentityVendor(Protocol):
    """Making one connects to nothing."""

    @property
    def name(self) -> str: ...

    def check(self, person: Person) -> Verdict:
        """Raises VendorAway. One retry where the connection could not be made; else none,
        because answers are paid for."""
        ...
