"""What was found in a sentence, before it is merged into conditions."""

from __future__ import annotations

from dataclasses import dataclass

from webapp.catalogue.filters import Condition


@dataclass(frozen=True)
class Finding:
    """A condition said or hinted at by the tokens `used` (indices).

    `firm` where a bound was said and not only assumed; `group` numbers the values that stand
    side by side (A、B或C); `wanted` is False behind 不要.
    """

    condition: Condition
    used: tuple[int, ...]
    inferred: bool = False
    firm: bool = True
    group: int = -1
    wanted: bool = True
    bound: bool = False
    """Whether a least or a most was said, and not only a figure or what is near it."""
