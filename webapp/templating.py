"""What every template can use: filters, versioned asset addresses, labels."""

from __future__ import annotations

from flask import Flask
from jinja2 import StrictUndefined

from webapp import formatting
from webapp.assets import asset, module
from webapp.catalogue import vocabulary


def init_app(app: Flask) -> None:
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        number=formatting.number,
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
        energy_labels=vocabulary.ENERGY_LABELS,
        confidence_labels=vocabulary.CONFIDENCE_LABELS,
        fitted_labels=vocabulary.FITTED_LABELS,
        fitted_signs=vocabulary.FITTED_SIGNS,
        UNKNOWN=formatting.UNKNOWN,
    )
