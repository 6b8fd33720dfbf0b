"""What visitors send: where to go on, the profile, the switches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

HOME: Final = "/"
LONGEST_ADDRESS: Final = 2_000


def own_path(address: str | None) -> str:
    """A path of this site to go on to; the home page for anything else.

    Browsers read a backslash as a slash and skip tabs and line breaks, so that `/\\\\host` and
    `/\\t/host` are other sites.
    """
    if not address or len(address) > LONGEST_ADDRESS or not address.isprintable():
        return HOME
    try:
        parts = urlsplit(address)
    except ValueError:  # a bracket that no IPv6 address follows
        return HOME
    if parts.scheme or parts.netloc or "\\" in address or not address.startswith("/"):
        return HOME
    return HOME if address.startswith("//") or parts.path.startswith("/accounts/log") else address


@dataclass(frozen=True)
class PrivacyForm:
    personalised: bool
    keeps_history: bool


def read_privacy(form: MultiDict[str, str]) -> PrivacyForm:
    return PrivacyForm("personalised" in form, "keeps_history" in form)
