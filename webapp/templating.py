"""What every template can use: filters, versioned asset addresses, labels."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from webapp import formatting
from webapp.assets import asset, module


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        number=formatting.number,
        percent=formatting.percent,
        thousands=formatting.thousands,
        wan=formatting.wan,
        wan_span=formatting.wan_span,
        month=formatting.month,
        day=formatting.day,
        clock=formatting.clock,
    )
    env.globals.update(
        asset=asset,
        module=module,
        UNKNOWN=formatting.UNKNOWN,
    )
