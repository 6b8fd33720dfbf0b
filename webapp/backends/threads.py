"""Real threads, also where gevent has put greenlets in their place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def beside_the_hub(function: Callable[..., Result], *args: object) -> Result:
    """The call in a real thread where gevent runs the web server, so that other requests go on
    meanwhile; else here."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return function(*args)
    done: Result = sys.modules["gevent"].get_hub().threadpool.apply(function, args)
    return done
