"""QR codes as SVG, drawn here: no picture service learns what somebody is about to pay."""

from __future__ import annotations

import segno
from markupsafe import Markup


def svg(text: str) -> Markup:
    """A QR code, error level M, with the four empty modules around it that scanners ask for.

    It is dark on light in every theme. Raises ValueError where the text does not fit.
    """
    code = segno.make(text, error="m", micro=False, boost_error=False)
    drawn = code.svg_inline(border=4, scale=6, dark="#000", light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704  (drawn from modules alone, the text is not in it)
