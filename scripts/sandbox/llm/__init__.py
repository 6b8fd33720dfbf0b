"""An OpenAI-compatible language model that answers by simple rules, and badly when asked to.

Start it with `python -m scripts.sandbox.llm --port N` and set `LLM_BASE_URL` to the address it
prints; or in a test: `with running() as model:`.
"""

from scripts.sandbox.llm.app import Model, create_app, running

__all__ = ["Model", "create_app", "running"]
