"""`python -m scripts.sandbox.llm --port N`"""

from __future__ import annotations

import argparse

from scripts.sandbox.llm.app import create_app
from scripts.sandbox.serving import serve_forever

parser = argparse.ArgumentParser(prog="scripts.sandbox.llm", description=__doc__)
parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
parser.add_argument("--pace", type=float, default=0.02, help="seconds between pieces of an answer")
arguments = parser.parse_args()
serve_forever(create_app(pace=arguments.pace), arguments.port, "LLM_BASE_URL")
