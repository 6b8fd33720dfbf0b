"""All stand-ins in one process: `python -m scripts.sandbox`

Without options beside the web server of this environment's settings, which is how `scripts/run`
starts them in development.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time
from typing import Final
from urllib.parse import urlsplit

from scripts.sandbox.serving import serve_forever
from scripts.sandbox.together import create_app, registered
from scripts.settings import ConfigError, config

RUN_SECONDS: Final = 1.0

parser = argparse.ArgumentParser(prog="scripts.sandbox", description=__doc__)
parser.add_argument("--port", type=int, help="0 takes a free one")
parser.add_argument(
    "--redirect-host",
    action="append",
    default=[],
    help="a host that logins may lead back to, besides this machine; may be given again",
)
parser.add_argument("--product", default="http://127.0.0.1:8000", help="where the web server is")
arguments = parser.parse_args()
product = arguments.product
port, hosts = arguments.port, arguments.redirect_host
if port is None:
    try:
        settings = config.load()
    except ConfigError as error:
        sys.exit(str(error))
    if settings["APP_ENV"] == "production":
        sys.exit("The stand-ins are for development; in production nothing may use them.")
    port = config.standin_port(settings["PORT"])
    hosts = [*hosts, urlsplit(settings["BASE_URL"]).hostname]
    product = f"http://127.0.0.1:{settings['PORT']}"
known = registered(*hosts, product=f"{product}/wechat/messages")


def send_what_falls_due() -> None:
    """Notices of payments are sent again by the real time too."""
    while True:
        time.sleep(RUN_SECONDS)
        for channel in known.channels:
            channel.run()


threading.Thread(target=send_what_falls_due, daemon=True).start()
serve_forever(create_app(known), port, "Stand-ins")
