"""All stand-ins in one process: `python -m scripts.sandbox --port N`"""

from __future__ import annotations

import argparse

from scripts.sandbox.serving import serve_forever
from scripts.sandbox.together import create_app, registered

parser = argparse.ArgumentParser(prog="scripts.sandbox", description=__doc__)
parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
parser.add_argument(
    "--redirect-host",
    action="append",
    default=[],
    help="a host that logins may lead back to, besides this machine; may be given again",
)
arguments = parser.parse_args()
serve_forever(create_app(registered(*arguments.redirect_host)), arguments.port, "Sandboxes")
