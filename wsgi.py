"""The application for web servers and the Flask command line: `wsgi:app`."""

from __future__ import annotations

import os

# Before numpy or haystack can be imported by anything below: OpenMP with more than one thread
# hangs in a forked process, and haystack reports home unless told otherwise.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")

import sys

from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import create_app
from webapp.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.exit(str(error))

if proxies := app.config["TRUSTED_PROXIES"]:
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies, x_port=proxies
    )
