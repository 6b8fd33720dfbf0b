"""How much the site is used: counted in Redis, without a trace of who.

`counters` holds what a process counted until it goes to Redis, `traffic` counts requests in
front of the page cache, `figures` reads it all back for the console.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.registry import register
    from webapp.usage import gauges, traffic

    register(app, gauges=[gauges.visitors], middleware=[traffic.init_app])
